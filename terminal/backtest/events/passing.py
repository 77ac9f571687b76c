"""Takes a strategy through its candles: who is called when, what it is told, and what stops it.

Called by `run` for strategies that answer events.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.events.account import EventAccount, load_desk
from terminal.backtest.events.feed import Feed
from terminal.backtest.options import Options
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput, Cancelled
from terminal.domain.signals import minute
from terminal.domain.work import CancelQuestion, stop_if
from terminal.strategies.contract import Strategy
from terminal.strategies.loader import failure
from terminal.strategies.run import LONGER, overdue
from terminal.strategies.watching import Overdue, watched

PREPARING = LONGER
_STRETCH = 262_144
"""Candles that may be slept through between two questions whether the person asked to stop."""


def run_events(strategy: Strategy, candles: Candles, options: Options, first: int, cancelled: CancelQuestion) -> EventAccount:
    """The account after `strategy` was woken on the candles from row `first` on.

    Raises StrategyError that names file, line and candle for whatever the strategy raises, Cancelled.
    """
    demand_candles(strategy)
    listens = strategy.answers("on_fill") or strategy.answers("on_order")
    account = EventAccount((candles,), options, (first,), tells_all=listens)
    load_desk(account)
    feed = account.feed
    if not strategy.answers("on_candle"):
        feed.awake = np.zeros(len(candles), bool)

    def walk(bound: Strategy) -> None:
        _walk(bound, account, feed.warm_from(strategy.warmup), cancelled)

    live_through(strategy, account, cancelled, lambda: (feed.row, account.calls), lambda: _where(feed), walk)
    return account


def demand_candles(strategy: Strategy) -> None:
    """Raises BadInput where no candle could ever wake the strategy."""
    if not strategy.answers("on_candle"):
        name = type(strategy).__name__
        raise BadInput(f"{name} answers `on_tick` or `on_book`, and was given candles.", cure="Hand it ticks (`read_ticks`), or answer `on_candle`.")


def live_through(
    strategy: Strategy,
    account: EventAccount,
    cancelled: CancelQuestion,
    progress: Callable[[], object],
    where: Callable[[], str],
    walk: Callable[[Strategy], None],
) -> None:
    """Prepares a copy of the strategy, starts it, takes it on its `walk` and stops it; `where` names the moment at hand in errors.

    Raises StrategyError that names file, line and moment for whatever the strategy raises, or where `progress` stands still; Cancelled.
    """
    path, bound, begun = strategy.source_file(), strategy.bound_to(account), [False]
    try:
        with np.errstate(invalid="ignore", divide="ignore"):
            with watched(cancelled, lambda: begun[0], PREPARING * strategy.patience):
                bound.prepare()
            with watched(cancelled, progress, strategy.patience):
                begun[0] = True
                bound.on_start()
                walk(bound)
                bound.on_stop()
    except Cancelled:
        raise
    except Overdue as error:
        what, times = ("An event", 1.0) if begun[0] else ("`prepare`", PREPARING)
        raise overdue(error, strategy, what, path, times, where()) from None
    except (Exception, SystemExit) as error:  # a stranger's strategy may raise anything; it is isolated and named
        raise failure(error, path, where=where()) from error


def _where(feed: Feed) -> str:
    """ " at 2021-05-19 12:00 (row 70,000)", the candle at hand."""
    return f" at {minute(int(feed.columns[0][feed.row]))} (row {feed.row:,})"


def _walk(strategy: Strategy, account: EventAccount, warm: int, cancelled: CancelQuestion) -> None:
    """Goes through all candles; from row `warm` on every candle wakes the strategy until it asks for less."""
    feed, row = account.feed, account.feed.row
    while row < len(feed):
        stop_if(cancelled)
        if row < warm:
            row = _sleep(strategy, account, row, np.zeros(min(warm, len(feed), row + _STRETCH) - row, bool))
        elif feed.awake is None:
            row = _walk_all(strategy, account, row)
        else:
            row = _sleep(strategy, account, row, feed.stops()[row : row + _STRETCH])
    feed.show(len(feed) - 1)
    account.advance(feed, len(feed))


def _walk_all(strategy: Strategy, account: EventAccount, begin: int) -> int:
    """Wakes the strategy on each candle of a stretch from row `begin` on; returns the next row."""
    feed = account.feed
    view, on_candle, timers = feed.view, strategy.on_candle, feed.timers
    times, opens, highs, lows, closes, volumes = feed.turn_to(begin)
    lower, upper, due, wishes = feed.lower, feed.upper, feed.due, feed.wishes
    for row, time, open_, high, low, close, volume in zip(range(begin, feed.end), times, opens, highs, lows, closes, volumes, strict=True):
        feed.row = row
        view.time, view.open, view.high, view.low, view.close, view.volume = time, open_, high, low, close, volume
        if low <= lower or high >= upper or time >= due:
            account.advance(feed, row + 1)
            tell(strategy, account)
            lower, upper, due = feed.lower, feed.upper, feed.due
        if timers:
            ring(strategy, account)
        on_candle(view)
        if account.is_changed:
            hear_out(strategy, account)
            lower, upper, due = feed.lower, feed.upper, feed.due
            if feed.wishes != wishes:
                return feed.row + 1
    return int(begin + len(times))


def _sleep(strategy: Strategy, account: EventAccount, begin: int, stops: NDArray[np.bool_]) -> int:
    """Lives as many rows from `begin` on as there are `stops`, waking the strategy at those and for fills only; returns the next row.

    A stretch between two stops that no order can feel costs the comparison that one candle costs else.
    """
    feed, wishes = account.feed, account.feed.wishes
    times = feed.columns[0]
    for row, low, high in zip(*feed.segments(begin, stops), strict=True):
        if low <= feed.lower or high >= feed.upper or times[row] >= feed.due:
            while feed.marked <= row:
                account.advance(feed, row + 1)
                feed.show(feed.marked - 1)
                tell(strategy, account)
                hear_out(strategy, account)
        feed.show(row)
        if stops[row - begin]:
            _wake(strategy, account)
            hear_out(strategy, account)
            if feed.wishes != wishes:
                return feed.row + 1
    return begin + len(stops)


def _wake(strategy: Strategy, account: EventAccount) -> None:
    """Calls the strategy at the candle at hand: its timers first."""
    feed = account.feed
    ring(strategy, account)
    if feed.awake is None or feed.awake[feed.row]:
        strategy.on_candle(feed.view)


def ring(strategy: Strategy, account: EventAccount) -> None:
    """Tells the strategy each timer that is due at the candle at hand."""
    for name, rows in account.feed.timers.items():
        if rows[account.feed.row]:
            account.calls += 1
            strategy.on_timer(name)


def hear_out(strategy: Strategy, account: EventAccount) -> None:
    """Lets the desk feel what was asked and tells what came of it, until nothing new is asked."""
    while account.is_changed:
        account.settle()
        tell(strategy, account)


def tell(strategy: Strategy, account: EventAccount) -> None:
    """Hands the strategy what happened to its orders, in order; what it then asks is told in the next round."""
    while account.blotter.has_news(account.desk):
        for handle, fill in account.blotter.news(account.desk):
            account.calls += 1
            if fill is not None:
                strategy.on_fill(fill)
            strategy.on_order(handle)
