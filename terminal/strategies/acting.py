"""What an event strategy can do: orders out, notes, and when it wants to be woken. What it can see stands in `looking`.

`Acting` is mixed into `Strategy`; the one that runs a strategy hands it an `Account`, and until then acting is refused.
"""

import math
from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import BadInput
from terminal.strategies.asking import KNOWN, demand_known, request
from terminal.strategies.looking import Looking
from terminal.strategies.orders import Level, OrderHandle, OrderRequest
from terminal.strategies.spans import span


class Acting(Looking):
    """The acts of an event strategy. Each order act returns a handle at once; what became of it comes as events."""

    @classmethod
    @abstractmethod
    def answers(cls, event: str) -> bool:
        """Whether the author wrote an answer to `event`, such as "on_fill"."""

    def buy(self, **order: Any) -> OrderHandle:
        """Asks to buy. How much: one of `quantity`, `cash`, `percent`, `risk` (fractions of equity) or `target`; else the run's size.

        `limit`, `stop`, both (stop-limit), `trail` ("2%" or a distance) with `activation`, or nothing for the market at the
        next open (`on_close=True`: at the next close). A bracket: `stop_loss`, `take_profit`, `trailing_stop` as prices or
        texts such as "2%", `break_even` ("1%": stop to entry after that gain), `timeout` ("3d"). `expires` ("1d"),
        `force` ("gtc", "day", "ioc", "fok"), `reduce_only`, `post_only`, `after` (an order whose fill starts this one),
        `group` (a number: first to fill cancels the rest), `algo` (TWAP("30m", slices=6)), `symbol`, `tag`, `reason`.
        """
        return self._account.place(self._request("buy", 1, order))

    def sell(self, **order: Any) -> OrderHandle:
        """Asks to sell: reduces a long first, then opens a short. Arguments as for `buy`."""
        return self._account.place(self._request("sell", -1, order))

    def target(self, fraction: float, **order: Any) -> OrderHandle:
        """Asks for the trade that makes the position this signed fraction of equity. Arguments as for `buy`."""
        return self._account.place(self._request("target", 0, {**order, "target": fraction}))

    def _request(self, act: str, side: int, order: dict[str, Any]) -> OrderRequest:
        if not KNOWN.issuperset(order):
            demand_known(act, order)
        order["symbol"] = order.get("symbol") or self._account.symbol
        return request(side, **order)

    def close(self, *, symbol: str = "", quantity: float | None = None, reason: str = "", **order: Any) -> OrderHandle | None:
        """Leaves the position (or `quantity` of it) at the market, or by `limit` or `stop`; None where nothing is held."""
        held = self._account.position(symbol or self._account.symbol)
        if held.is_flat:
            return None
        amount = abs(held.quantity) if quantity is None else quantity
        wanted = {**order, "quantity": amount, "symbol": held.symbol, "reason": reason, "reduce_only": True}
        return self._account.place(self._request("close", -1 if held.is_long else 1, wanted))

    def close_all(self, *, reason: str = "") -> tuple[OrderHandle, ...]:
        """Leaves every position of the run at the market."""
        handles = [self.close(symbol=symbol, reason=reason) for symbol in self._account.symbols]
        return tuple(handle for handle in handles if handle is not None)

    def cancel(self, order: OrderHandle) -> None:
        """Takes an order back; it may still fill before the word arrives."""
        self._account.cancel(order)

    def cancel_all(self, *, symbol: str = "") -> None:
        """Takes back every order of the instrument that is not protective."""
        for order in tuple(self._account.orders(symbol or self._account.symbol)):
            self._account.cancel(order)

    def protect(self, entry: OrderHandle, *, stop: float | None = None, limit: float | None = None, trail: Level = None, **order: Any) -> OrderHandle:
        """Hangs one more protective order on what `entry` fills: a stop, a target (`limit`) or a trail, for all of it or a `quantity`."""
        if (stop is not None) + (limit is not None) + (trail is not None) != 1:
            raise BadInput("`protect` takes one of `stop`, `limit` and `trail`.", cure="Call it once for each.")
        wanted = {"quantity": math.inf, **order, "stop": stop, "limit": limit, "trail": trail, "reduce_only": True, "symbol": entry.request.symbol}
        if not KNOWN.issuperset(wanted):
            demand_known("protect", wanted)
        waits = {} if entry.filled else {"after": entry}
        return self._account.place(request(-entry.side, lot=entry.id, **{**wanted, **waits}))

    def log(self, words: str, **values: Any) -> None:
        """Notes `words` and values in the log of the run."""
        self._account.log(words, values)

    def wake(self, *, every: str | None = None, at: str = "", when: NDArray[np.bool_] | None = None, name: str = "") -> None:
        """Runs `on_candle` only then: each `every` ("1h"), `at` a time of day ("16:00 America/New_York"), or on the rows of `when`.

        Several add up. With a `name` it is a timer: `on_timer(name)` comes then, and `on_candle` comes as it would without. A strategy
        that answers `on_timer` hears of those without a name too, by their text.
        """
        text = (at or every or "when") if self.answers("on_timer") else ""
        self._account.wake(span("every", every), at, when, timer=name or text, limits=not name)
