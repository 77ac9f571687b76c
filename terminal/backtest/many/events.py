"""Event strategies on several instruments of one account: each close wakes them in the order of time, all acts meet one desk.

Called by `account`; what an act and an event are is the same as on one instrument (`events`, `passing`).
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.events.account import EventAccount, load_desk
from terminal.backtest.events.feed import Feed
from terminal.backtest.events.passing import demand_candles, hear_out, live_through, ring, tell
from terminal.backtest.many.loop import feed_of, is_crowded, live_closes, live_moment, with_room
from terminal.backtest.options import Options
from terminal.domain.candles import PRICE_COLUMNS, Candles
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.signals import minute
from terminal.domain.size import Size, SizeKind
from terminal.domain.timeframe import Timeframe
from terminal.domain.work import CancelQuestion, stop_if
from terminal.market.actions import factors
from terminal.strategies.contract import Strategy
from terminal.strategies.orders import OrderHandle, OrderRequest
from terminal.trading.desk import NEVER
from terminal.trading.marking import account_cash

if TYPE_CHECKING:
    from terminal.backtest.many.account import Account

_BETWEEN_QUESTIONS = 1_024
_NOT_BEGUN = "its instrument has not begun to trade"


class ManyEventAccount(EventAccount):
    """The account of an event run over several instruments; time goes from close to close on their common clock."""

    def __init__(self, account: "Account", *, tells_all: bool) -> None:
        super().__init__(account.candles, account.options, account.clock.first, tells_all=tells_all)
        self.desk = account.desk()
        self.moment = 0
        self.warm = list(account.clock.first)
        """Of each instrument the first row that wakes the strategy, unless that says it itself."""
        self.equity_values = np.empty(len(account.clock))
        self._clock, self._events = account.clock, account.events
        self._flow = feed_of(account.candles, account.clock)
        self._seen = {each.instrument.symbol: each for each in account.seen}
        actions = {each.instrument.symbol: (each, account.options.actions.get(each.instrument.symbol, ())) for each in account.candles}
        self._scale = {symbol: factors(each, what)[0] for symbol, (each, what) in actions.items() if what}
        for feed, first in zip(self.feeds.values(), account.clock.first, strict=True):
            if first > 0:
                feed.show(first - 1)
            else:
                feed.row = feed.begin = feed.end = -1

    @property
    def now(self) -> int:
        """UTC ns of the close at hand."""
        return int(self._clock.moments[self.moment])

    def live(self, moment: int) -> None:
        """Lets everything up to the closes at `moment` happen."""
        if is_crowded(self.desk):
            self.desk = with_room(self.desk)
        self.moment = moment
        live_moment(self.desk, self._flow, self._events, moment, self.equity_values)
        self._look()

    def _look(self) -> None:
        """Notes of each instrument whether anything is held of it."""
        for feed, held in zip(self.feeds.values(), self.desk.books["held"].tolist(), strict=True):
            feed.took((feed.marked, 0.0, np.inf, int(NEVER), False, held > 0))

    def place(self, request: OrderRequest) -> OrderHandle:
        """Puts the order on the desk, to act on the next candle of its instrument that opens at or after now."""
        feed = self._feed(request.symbol)
        is_unpriced = feed.row < 0
        needs_no_price = self._flow.is_forming[feed.index] and (request.size or Size.parse(self.options.size)).kind is SizeKind.QUANTITY
        if is_unpriced and not needs_no_price:
            handle = OrderHandle(request)
            handle.state, handle.refused = "refused", _NOT_BEGUN
            return handle
        return super().place(request)

    def _sent(self, feed: Feed) -> int:
        following = feed.row + 1 + self.options.delay_bars
        if self._flow.is_forming[feed.index] and not self._ticket["on_close"][0] and self._ticket["from_row"][0] == following:
            self._ticket["from_row"] = following + 1  # the candle after the last closed one has opened already
        return super()._sent(feed)

    def settle(self) -> None:
        """Lets the desk feel what was asked for the closes of this moment."""
        self.is_changed = False
        for feed in self.feeds.values():
            feed.is_changed = False
        if self.options.fill_at == "close":
            if is_crowded(self.desk):
                self.desk = with_room(self.desk)
            live_closes(self.desk, self._flow, self._events, self.moment, self.equity_values)
        self._look()

    def advance(self, feed: Feed, last: int, *, closes_first: bool = False) -> None:
        """Nothing: the clock takes all instruments on together."""

    def equity(self) -> float:
        """The account's value at the last close, dividends owed included."""
        return float(self.equity_values[self.moment])

    def cash(self) -> float:
        """What new positions may bind."""
        return float(account_cash(self.desk))

    def candles(self, count: int, timeframe: Timeframe | None, symbol: str) -> Candles:
        """The last `count` closed candles, in prices without the jumps of splits and dividends as known now."""
        feed = self._feed(symbol)
        if feed.row < 0:
            return self._seen[symbol].rows(0, 0)
        if symbol not in self._scale:
            return feed.last(count, timeframe)
        until = self._seen[symbol].rows(0, feed.row + 1)
        asked = until if timeframe is None else resampled(until, timeframe)
        view = asked.rows(max(0, len(asked) - count), len(asked))
        columns = {name: getattr(view, name) / self._scale[symbol][feed.row] for name in PRICE_COLUMNS}
        return Candles(view.instrument, view.timeframe, view.time, volume=view.volume, provenance=view.provenance, **columns)

    def indicator(self, function: Callable[..., Any], columns: Sequence[str], values: Sequence[Any], symbol: str) -> Any:
        """The indicator over prices without jumps, shown only up to the candle at hand, and in the prices of that candle."""
        feed, seen = self._feed(symbol), self._seen[symbol]
        if symbol not in self._scale and feed.row >= 0:
            view = super().indicator(function, columns, values, symbol)
            self._note_warm(feed, [line.values for line in (view if isinstance(view, tuple) else (view,))])
            return view
        scale = self._scale.get(symbol, np.ones(len(feed)))
        answer = function(*(getattr(seen, name) for name in columns), *values)
        doubled = function(*(getattr(seen, name) * (2.0 if name in PRICE_COLUMNS else 1.0) for name in columns), *values)
        many, twice = ((each if isinstance(each, tuple) else (each,)) for each in (answer, doubled))
        self._note_warm(feed, many)
        lines = [Rescaled(feed, line, scale if is_price(line, other) else np.ones(len(scale))) for line, other in zip(many, twice, strict=True)]
        return tuple(lines) if isinstance(answer, tuple) else lines[0]

    def _note_warm(self, feed: Feed, lines: Sequence[Any]) -> None:
        """Notes the first row at which every indicator of the instrument has a value."""
        for line in lines:
            known = np.flatnonzero(~np.isnan(np.asarray(line, float)))
            self.warm[feed.index] = max(self.warm[feed.index], int(known[0]) if len(known) else len(feed))

    def wake(self, every: int, at: str, when: NDArray[np.bool_] | None, *, timer: str, limits: bool) -> None:
        """Limits the candles that wake the strategy; a mask means those of the instrument at hand, and no other wakes then."""
        for feed in self.feeds.values():
            if when is None or feed is self.feed:
                feed.wake(every, at, when, timer=timer, limits=limits)
            elif limits:
                feed.awake = np.zeros(len(feed), bool)
        self.is_changed = True


class Rescaled:
    """An indicator in the prices of the candle at hand, whatever splits lie between that and the candle it looks at."""

    __slots__ = ("_feed", "_scale", "_values")

    def __init__(self, feed: Feed, values: Any, scale: NDArray[np.float64]) -> None:
        self._feed, self._values, self._scale = feed, np.asarray(values, float), scale

    @property
    def now(self) -> float:
        """Its value at the last closed candle; NaN while it warms up."""
        return self.ago(0)

    def ago(self, count: int) -> float:
        """Its value `count` closed candles earlier; NaN before the first."""
        if count < 0:
            raise BadInput(f"`ago` was asked for {count} candles.", cure="Give 0 or more: there is no looking ahead.")
        row = self._feed.row - count
        return float(self._values[row] / self._scale[self._feed.row]) if row >= 0 else float("nan")


def is_price(line: Any, doubled: Any) -> bool:
    """Whether an indicator moves with the price itself: it doubles where all prices do."""
    values, twice = np.asarray(line, float), np.asarray(doubled, float)
    known = np.isfinite(values) & (values != 0)
    return bool(known.any()) and bool(np.allclose(twice[known], 2 * values[known], rtol=1e-6))


def resampled(candles: Candles, timeframe: Timeframe) -> Candles:
    """The closed candles of a higher timeframe."""
    from terminal.domain.resample import resample

    return resample(candles, timeframe)


def load_clock() -> None:
    """Loads or compiles what the clock will be asked, so that no strategy waits for it inside an event."""
    from terminal.backtest.many.account import account_of

    hours = Candles(Instrument("none", "none"), Timeframe.H1, np.arange(2) * Timeframe.H1.nanoseconds, *np.ones((5, 2)))
    account = account_of([hours], Options())
    desk, flow, equity = account.desk(), feed_of([hours], account.clock), np.empty(2)
    is_crowded(desk)
    live_moment(desk, flow, account.events, 0, equity)
    live_closes(desk, flow, account.events, 0, equity)


def run_events(strategy: Strategy, account: "Account", cancelled: CancelQuestion) -> ManyEventAccount:
    """The account after `strategy` was woken at every close of every instrument; raises StrategyError for what it raises, Cancelled."""
    demand_candles(strategy)
    load_clock()
    ran = ManyEventAccount(account, tells_all=strategy.answers("on_fill") or strategy.answers("on_order"))
    load_desk(ran)

    def where() -> str:
        return f" at {minute(ran.now)} ({ran.symbol})"

    live_through(strategy, ran, cancelled, lambda: (ran.moment, ran.symbol, ran.calls), where, lambda bound: walk(bound, ran, account, cancelled))
    return ran


def walk(strategy: Strategy, ran: ManyEventAccount, account: "Account", cancelled: CancelQuestion) -> None:
    """Goes through all moments; at each, fills are told first, then candles in the order of the instruments."""
    feeds = tuple(ran.feeds.values())
    warm = ran.warm if strategy.warmup is None else [first + strategy.warmup for first in account.clock.first]
    for moment, closing in enumerate(closings(account)):
        if moment % _BETWEEN_QUESTIONS == 0:
            stop_if(cancelled)
        ran.live(moment)
        for code, row in closing:
            feeds[code].show(row)
            feeds[code].marked = row + 1
        tell(strategy, ran)
        for code, row in closing:
            if row >= warm[code]:
                ran.feed = feeds[code]
                ring(strategy, ran)
                if ran.feed.awake is None or ran.feed.awake[row]:
                    strategy.on_candle(ran.feed.view)
            hear_out(strategy, ran)


def closings(account: "Account") -> Iterator[list[tuple[int, int]]]:
    """For each moment the instruments, by number, that have a candle closing there, and its row."""
    clock = account.clock
    codes = np.concatenate([np.full(len(closes) - first, code) for code, (closes, first) in enumerate(zip(clock.closes_at, clock.first, strict=True))])
    rows = np.concatenate([np.arange(first, len(closes)) for closes, first in zip(clock.closes_at, clock.first, strict=True)])
    moments = np.concatenate([closes[first:] for closes, first in zip(clock.closes_at, clock.first, strict=True)])
    order = np.lexsort((codes, moments))
    borders = np.searchsorted(moments[order], np.arange(len(clock) + 1)).tolist()
    pairs = list(zip(codes[order].tolist(), rows[order].tolist(), strict=True))
    for begin, end in pairwise(borders):
        yield pairs[begin:end]
