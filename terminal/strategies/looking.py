"""What an event strategy can see: positions, its own orders, money, closed candles and indicators. Nothing of the future, the network or the store.

`acting` inherits it; the one that runs a strategy hands it an `Account`, and until then looking is refused.
"""

from collections.abc import Callable, Sequence
from typing import Any

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import Timeframe
from terminal.strategies.account import Account, LineAtHand, NoAccount
from terminal.strategies.orders import OrderHandle, Position


class Looking:
    """The looks of an event strategy at its account, as it stands at the last close."""

    _account: Account = NoAccount()

    def indicator(self, function: Callable[..., Any], *arguments: Any, symbol: str = "") -> Any:
        """The values of `function(columns…, parameters…)` as they become known: `.now`, `.ago(k)`. Columns are named as text.

        Of several instruments it is that of the one at hand, unless `symbol` names one.
        """
        columns = [item for item in arguments if isinstance(item, str)]
        values = [item for item in arguments if not isinstance(item, str)]
        if not columns:
            raise BadInput("`indicator` was given no column.", cure='Name what it reads: self.indicator(sma, "close", 20).')
        account = self._account
        if symbol or len(account.symbols) == 1:
            return account.indicator(function, columns, values, symbol or account.symbol)
        found = {name: account.indicator(function, columns, values, name) for name in account.symbols}
        lines = {name: each if isinstance(each, tuple) else (each,) for name, each in found.items()}
        at_hand = tuple(LineAtHand(account, {name: each[place] for name, each in lines.items()}) for place in range(len(lines[account.symbol])))
        return at_hand if isinstance(found[account.symbol], tuple) else at_hand[0]

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
