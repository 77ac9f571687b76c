"""What an event strategy can do and see: orders out, positions and closed candles in. Nothing of the future, the network or the store.

`Acting` is mixed into `Strategy`; the one that runs a strategy hands it an `Account`, and until then acting is refused.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, Protocol

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import Timeframe
from terminal.strategies.orders import FORCES, Distance, Level, OrderHandle, OrderRequest, Position, span, wanted_size


class Line(Protocol):
    """The values of an indicator as they become known."""

    @property
    def now(self) -> float:
        """Its value at the last closed candle; NaN while it warms up."""

    def ago(self, count: int) -> float:
        """Its value `count` closed candles earlier."""


class Account(Protocol):
    """Who carries out what a strategy asks: the backtest, the paper broker or a live session."""

    @property
    def now(self) -> int:
        """UTC ns of the close of the candle that woke the strategy."""

    @property
    def mode(self) -> str:
        """ "backtest", "paper" or "live"."""

    @property
    def symbol(self) -> str:
        """The instrument of the candle at hand, meant where none is named."""

    @property
    def symbols(self) -> Sequence[str]:
        """Every instrument of the run."""

    def place(self, request: OrderRequest) -> OrderHandle:
        """Sends an order on its way."""

    def cancel(self, order: OrderHandle) -> None:
        """Takes an order back if it still can."""

    def orders(self, symbol: str) -> Sequence[OrderHandle]:
        """The strategy's own orders that may still fill, protective ones left out."""

    def position(self, symbol: str) -> Position:
        """What is held of an instrument."""

    def equity(self) -> float:
        """The account's value at the last close."""

    def cash(self) -> float:
        """What new positions may bind."""

    def candles(self, count: int, timeframe: Timeframe | None, symbol: str) -> Candles:
        """The last `count` closed candles."""

    def indicator(self, function: Callable[..., Any], columns: Sequence[str], values: Sequence[Any], symbol: str) -> "Line | tuple[Line, ...]":
        """An indicator kept up with the candles."""

    def wake(self, every: int, at: str, when: NDArray[np.bool_] | None) -> None:
        """Limits the candles that wake the strategy."""

    def log(self, words: str, values: Mapping[str, Any]) -> None:
        """Notes something in the log of the run."""


class Acting:
    """The acts of an event strategy. Each order act returns a handle at once; what became of it comes as events."""

    _account: Account

    def __getattr__(self, name: str) -> NoReturn:
        if name == "_account":
            raise BadInput(
                "A strategy can act and look at its account only while it runs.", cure="Do it in `on_start`, `on_candle`, `on_fill` or another event."
            )
        raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")

    def buy(self, **order: Any) -> OrderHandle:
        """Asks to buy. How much: one of `quantity`, `cash`, `percent`, `risk` (fractions of equity) or `target`; else the run's size.

        `limit`, `stop`, both (stop-limit), `trail` ("2%" or a distance) with `activation`, or nothing for the market at the
        next open (`on_close=True`: at the next close). A bracket: `stop_loss`, `take_profit`, `trailing_stop` as prices or
        texts such as "2%", `break_even` ("1%": stop to entry after that gain), `timeout` ("3d"). `expires` ("1d"),
        `force` ("gtc", "day", "ioc", "fok"), `reduce_only`, `post_only`, `after` (an order whose fill starts this one),
        `group` (a number: first to fill cancels the rest), `symbol`, `tag`, `reason`.
        """
        return self._account.place(request(self._account, 1, **order))

    def sell(self, **order: Any) -> OrderHandle:
        """Asks to sell: reduces a long first, then opens a short. Arguments as for `buy`."""
        return self._account.place(request(self._account, -1, **order))

    def target(self, fraction: float, **order: Any) -> OrderHandle:
        """Asks for the trade that makes the position this signed fraction of equity. Arguments as for `buy`."""
        return self._account.place(request(self._account, 0, target=fraction, **order))

    def close(self, *, symbol: str = "", quantity: float | None = None, reason: str = "", **order: Any) -> OrderHandle | None:
        """Leaves the position (or `quantity` of it) at the market, or by `limit` or `stop`; None where nothing is held."""
        held = self._account.position(symbol or self._account.symbol)
        if held.is_flat:
            return None
        amount = abs(held.quantity) if quantity is None else quantity
        side = -1 if held.is_long else 1
        return self._account.place(request(self._account, side, quantity=amount, symbol=held.symbol, reason=reason, reduce_only=True, **order))

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
        """Hangs one more protective order on what `entry` filled: a stop, a target (`limit`) or a trail, for all of it or a `quantity`."""
        wanted = dict(order)
        wanted.setdefault("quantity", math.inf)
        return self._account.place(request(self._account, -entry.side, stop=stop, limit=limit, trail=trail, lot=entry.id, reduce_only=True, **wanted))

    def log(self, words: str, **values: Any) -> None:
        """Notes `words` and values in the log of the run."""
        self._account.log(words, values)

    def wake(self, *, every: str | None = None, at: str = "", when: NDArray[np.bool_] | None = None) -> None:
        """Runs `on_candle` only then, and after fills: each `every` ("1h"), `at` a time of day ("16:00 America/New_York"), or on the rows of `when`."""
        self._account.wake(span("every", every), at, when)

    def indicator(self, function: Callable[..., Any], *arguments: Any, symbol: str = "") -> Any:
        """The values of `function(columns…, parameters…)` as they become known: `.now`, `.ago(k)`. Columns are named as text."""
        columns = [item for item in arguments if isinstance(item, str)]
        values = [item for item in arguments if not isinstance(item, str)]
        return self._account.indicator(function, columns, values, symbol or self._account.symbol)

    def candles(self, count: int, timeframe: "Timeframe | str | None" = None, symbol: str = "") -> Candles:
        """The last `count` closed candles, of a higher timeframe or another instrument where asked."""
        chosen = None if timeframe is None else Timeframe.parse(timeframe)
        return self._account.candles(count, chosen, symbol or self._account.symbol)

    @property
    def position(self) -> Position:
        """What is held of the instrument at hand."""
        return self._account.position(self._account.symbol)

    @property
    def positions(self) -> dict[str, Position]:
        """What is held, by symbol; flat ones left out."""
        held = {symbol: self._account.position(symbol) for symbol in self._account.symbols}
        return {symbol: position for symbol, position in held.items() if not position.is_flat}

    @property
    def orders(self) -> Sequence[OrderHandle]:
        """The strategy's own orders of the instrument at hand that may still fill."""
        return self._account.orders(self._account.symbol)

    @property
    def equity(self) -> float:
        """The account's value at the last close."""
        return self._account.equity()

    @property
    def cash(self) -> float:
        """What new positions may bind."""
        return self._account.cash()

    @property
    def now(self) -> int:
        """UTC ns of the close of the candle at hand."""
        return self._account.now

    @property
    def mode(self) -> str:
        """ "backtest", "paper" or "live"."""
        return self._account.mode


def request(
    account: Account,
    side: int,
    *,
    quantity: float | None = None,
    cash: float | None = None,
    percent: float | None = None,
    risk: float | None = None,
    target: float | None = None,
    limit: float | None = None,
    stop: float | None = None,
    trail: Level = None,
    activation: float | None = None,
    stop_loss: Level = None,
    take_profit: Level = None,
    trailing_stop: Level = None,
    break_even: str | None = None,
    timeout: str | int | None = None,
    expires: str | int | None = None,
    force: str = "gtc",
    on_close: bool = False,
    reduce_only: bool = False,
    post_only: bool = False,
    after: OrderHandle | None = None,
    group: int = 0,
    lot: int = 0,
    symbol: str = "",
    tag: str = "",
    reason: str = "",
) -> OrderRequest:
    """The checked request; raises BadInput that names the argument, its value and the cure."""
    if force not in FORCES:
        raise BadInput(f"`force` is {force!r}.", cure=f"Use one of {', '.join(FORCES)}.")
    size = None if quantity == math.inf else wanted_size(quantity, cash, percent, risk)
    if target is not None and size is not None:
        raise BadInput(f"An order was given target={target:g} and {size}.", cure="Give one of them.")
    return OrderRequest(
        side=side,
        symbol=symbol or account.symbol,
        size=size,
        target=_number("target", target),
        limit=_price("limit", limit),
        stop=_price("stop", stop),
        trail=Distance.parse("trail", trail),
        activation=_price("activation", activation),
        stop_loss=Distance.parse("stop_loss", stop_loss),
        take_profit=Distance.parse("take_profit", take_profit),
        trailing_stop=Distance.parse("trailing_stop", trailing_stop),
        break_even=Distance.parse("break_even", break_even).value,
        timeout=span("timeout", timeout),
        expires=span("expires", expires),
        force=force,
        on_close=on_close,
        reduce_only=reduce_only,
        post_only=post_only,
        after=0 if after is None else after.id,
        group=group,
        lot=lot,
        tag=tag,
        reason=reason,
    )


def _number(name: str, given: float | None) -> float:
    if given is None:
        return math.nan
    if isinstance(given, bool) or not isinstance(given, int | float | np.floating | np.integer) or not math.isfinite(given):
        raise BadInput(f"`{name}` is {given!r}.", cure="Give a finite number.")
    return float(given)


def _price(name: str, given: float | None) -> float:
    value = _number(name, given)
    if value <= 0:
        raise BadInput(f"`{name}` is {value:g}.", cure="Give a price above zero.")
    return value
