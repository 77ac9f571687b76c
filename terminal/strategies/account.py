"""What a running strategy is handed: the `Account` it acts on. Carried out by the backtest, the paper broker or a live session.

Written beside its consumer, `acting`; whoever runs strategies complies.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, Protocol

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import Timeframe
from terminal.strategies.orders import OrderHandle, OrderRequest, Position


class Line(Protocol):
    """The values of an indicator as they become known."""

    @property
    def now(self) -> float:
        """Its value at the last closed candle; NaN while it warms up."""

    def ago(self, count: int) -> float:
        """Its value `count` closed candles earlier."""


class Account(Protocol):
    """Who carries out what a strategy asks."""

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

    def wake(self, every: int, at: str, when: NDArray[np.bool_] | None, *, timer: str, limits: bool) -> None:
        """Limits the candles that wake the strategy, or sets a timer, or both."""

    def log(self, words: str, values: Mapping[str, Any]) -> None:
        """Notes something in the log of the run."""


class LineAtHand:
    """Of several instruments the line of the one at hand: the same indicator of each."""

    __slots__ = ("_account", "_lines")

    def __init__(self, account: Account, lines: Mapping[str, Line]) -> None:
        self._account, self._lines = account, lines

    @property
    def now(self) -> float:
        """Its value at the last closed candle of that instrument; NaN while it warms up."""
        return self._lines[self._account.symbol].now

    def ago(self, count: int) -> float:
        """Its value `count` closed candles earlier."""
        return self._lines[self._account.symbol].ago(count)


class NoAccount:
    """Stands where the account will be: a strategy that is not running has nothing to act on."""

    def __getattr__(self, name: str) -> NoReturn:
        raise BadInput("A strategy can act and look at its account only while it runs.", cure="Do it in `on_start`, `on_candle`, `on_fill` or another event.")
