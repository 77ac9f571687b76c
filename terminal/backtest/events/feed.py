"""The candles of one instrument as an event run goes through them: which row is at hand, what is known of it, which rows wake.

Held by the account, one for each instrument of the run.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.events.views import CandleView, LineView
from terminal.backtest.events.waking import rows_awake
from terminal.domain.candles import COLUMNS, VALUE_COLUMNS, Candles
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import Timeframe
from terminal.strategies.orders import Position
from terminal.trading.desk import NEVER, Desk

CHUNK = 16_384
"""Rows at hand as Python numbers at one time."""


class Feed:
    """`row` is the candle at hand, `marked` the first that the account has not lived through."""

    def __init__(self, candles: Candles, index: int, first: int) -> None:
        self.index = index
        self.symbol = candles.instrument.symbol
        self.length = candles.timeframe.nanoseconds
        self.columns = tuple(getattr(candles, name) for name in COLUMNS)
        self.equity = np.empty(len(candles))
        """The account's value at each close of this instrument."""
        self.row = self.marked = first
        self.begin = self.end = first
        self.view = CandleView()
        self.view.symbol = self.symbol
        self.is_held = self.is_changed = False
        """Whether anything is held of it, and whether something was asked that the desk has not felt yet."""
        self.lower, self.upper, self.due = 0.0, math.inf, int(NEVER)
        """The prices between which, and the time (UTC ns) before which, a candle changes nothing on the desk."""
        self.awake: NDArray[np.bool_] | None = None
        """The rows that wake `on_candle`; None = all."""
        self.timers: dict[str, NDArray[np.bool_]] = {}
        self.asked_on, self.asked = -1, 0
        """The occasion on which orders were last asked for, and how many were asked for there."""
        self.wishes = 0
        """How often the strategy said when to wake it."""
        self._candles = candles
        self._flat = Position(self.symbol)
        self._held: tuple[tuple[float, ...], ...] | None = None
        self._higher: dict[Timeframe, Candles] = {}
        self._lines: list[LineView] = []
        self.show(first)

    def __len__(self) -> int:
        return len(self._candles)

    @property
    def now(self) -> int:
        """UTC ns of the close of the candle at hand."""
        return int(self.columns[0][self.row]) + self.length

    def turn_to(self, begin: int) -> list[list[Any]]:
        """The columns of the rows from `begin` on, a stretch of them as Python numbers; indicators turn with it."""
        self._turn_lines(begin)
        return [column[self.begin : self.end].tolist() for column in self.columns]

    def _turn_lines(self, begin: int) -> None:
        self.begin, self.end = begin, min(begin + CHUNK, len(self))
        for line in self._lines:
            line.turn_to(self.begin, self.end)

    def show(self, row: int) -> None:
        """Puts row `row` at hand."""
        self.row = row
        if not self.begin <= row < self.end:
            self._turn_lines(row)
        view = self.view
        view.time = int(self.columns[0][row])
        view.open, view.high, view.low, view.close, view.volume = (float(column[row]) for column in self.columns[1:])

    def took(self, answer: tuple[int, float, float, int, bool, bool]) -> None:
        """Notes what the desk answered: the next row, the prices and the time at which something happens, and whether anything is held."""
        self.marked, self.lower, self.upper, self.due, _, self.is_held = answer
        self._held = None

    def position(self, desk: Desk, price: float | None = None) -> Position:
        """What is held, marked at `price`, by default at the close at hand."""
        if not self.is_held:
            return self._flat
        quantity, value, profit, mark = 0.0, 0.0, 0.0, self.view.close if price is None else price
        for signed, price, units, raw, slippage, commission, carry in self._lots(desk):
            quantity += signed
            value += signed * price
            profit += units * (mark - raw) - slippage - commission - carry
        return Position(self.symbol, quantity, value / quantity if quantity else math.nan, profit)

    def value(self, desk: Desk) -> float:
        """The value of an account that holds nothing else, at the close at hand."""
        value = float(desk.cash[0])
        if self.is_held:
            for _, _, units, raw, slippage, commission, carry in self._lots(desk):
                value = value - slippage - commission - carry + units * (self.view.close - raw)
        return value

    def _lots(self, desk: Desk) -> tuple[tuple[float, ...], ...]:
        """Of each open lot: signed quantity, entry price, units, price before slippage, slippage, commission, carry; read once while nothing changes."""
        if self._held is None:
            lots = desk.lots[self.index, : int(desk.books["held"][self.index])]
            names = ("entry_price", "units", "entry_raw", "slippage", "commission", "carry")
            self._held = tuple(zip((lots["side"] * lots["quantity"]).tolist(), *(lots[name].tolist() for name in names), strict=True))
        return self._held

    def last(self, count: int, timeframe: Timeframe | None) -> Candles:
        """The last `count` candles that have closed, of a higher timeframe where asked."""
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise BadInput(f"`candles` was asked for {count!r}.", cure="Give how many, a whole number of 0 or more.")
        if timeframe is None or timeframe == self._candles.timeframe:
            return self._candles.rows(max(0, self.row + 1 - count), self.row + 1)
        higher = self._higher.get(timeframe)
        if higher is None:
            from terminal.domain.resample import resample

            higher = self._higher[timeframe] = resample(self._candles, timeframe)
        closed = int(np.searchsorted(higher.time, self.now - timeframe.nanoseconds, side="right"))
        return higher.rows(max(0, closed - count), closed)

    def indicator(self, function: Callable[..., Any], columns: Sequence[str], values: Sequence[Any]) -> "LineView | tuple[LineView, ...]":
        """The indicator over all candles, shown only up to the candle at hand; a view for each of its lines."""
        for name in columns:
            if name not in VALUE_COLUMNS:
                raise BadInput(f"Candles have no column {name!r}.", cure=f"Use {', '.join(VALUE_COLUMNS)}.")
        answer = function(*(getattr(self._candles, name) for name in columns), *values)
        lines = answer if isinstance(answer, tuple) else (answer,)
        views = tuple(LineView(self, self._checked(function, line)) for line in lines)
        self._lines.extend(views)
        if not isinstance(answer, tuple):
            return views[0]
        return answer._make(views) if hasattr(answer, "_make") else views

    def _checked(self, function: Callable[..., Any], line: Any) -> NDArray[np.float64]:
        values = np.asarray(line, np.float64)
        if values.shape != (len(self),):
            name = getattr(function, "__name__", "The indicator")
            raise BadInput(f"`{name}` answered values of the shape {values.shape}, candles have {len(self):,} rows.", cure="Answer one value for each candle.")
        return values

    def await_first(self) -> None:
        """Puts no row at hand: none has closed yet."""
        self.row = self.begin = -1
        self.end = 0

    def warm_from(self, asked: int | None) -> int:
        """The first row that wakes the strategy: `asked` rows in, or where every indicator made so far has its first value."""
        first = max(self.row, 0)
        if asked is not None:
            return first + asked
        known = [np.flatnonzero(~np.isnan(line.values[first:])) for line in self._lines]
        return first + max((int(rows[0]) if len(rows) else len(self) for rows in known), default=0)

    def wake(self, every: int, at: str, when: NDArray[np.bool_] | None, *, timer: str, limits: bool) -> None:
        """Adds rows to those of the timer so named, and to those that wake `on_candle` where it `limits` them."""
        rows = rows_awake(self._candles, every, at, when)
        if timer:
            self.timers[timer] = rows
        if limits:
            self.awake = rows if self.awake is None else self.awake | rows
        self.wishes += 1

    def stops(self) -> NDArray[np.bool_]:
        """The rows that wake the strategy where it said so: those of `on_candle` and of its timers."""
        found = np.zeros(len(self), bool) if self.awake is None else self.awake.copy()
        for rows in self.timers.values():
            found |= rows
        return found

    def segments(self, begin: int, stops: NDArray[np.bool_]) -> tuple[list[int], list[float], list[float]]:
        """Of each stretch of rows from `begin` on that ends at one of `stops`, or at their last row: that row, the low and the high."""
        ends = np.flatnonzero(stops)
        if not len(ends) or ends[-1] != len(stops) - 1:
            ends = np.append(ends, len(stops) - 1)
        starts = np.concatenate(([0], ends[:-1] + 1))
        rows = slice(begin, begin + len(stops))
        lows, highs = np.minimum.reduceat(self.columns[3][rows], starts), np.maximum.reduceat(self.columns[2][rows], starts)
        return (ends + begin).tolist(), lows.tolist(), highs.tolist()
