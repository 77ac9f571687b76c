"""Array strategies on several instruments of one account: the decisions of each become orders on the compiled desk, all in one walk.

Called by `account`. What a row of decisions does stands in `signals.acting`, the same for one instrument and for several.
"""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terminal.backtest import run
from terminal.backtest.many.actions import Events
from terminal.backtest.many.clock import Clock
from terminal.backtest.many.loop import feed_of, is_crowded, just_closed, live_closes, live_moment, with_room
from terminal.backtest.options import Options
from terminal.backtest.signals.acting import Decisions, act, side_of
from terminal.backtest.signals.desk_run import decisions_for
from terminal.domain.candles import Candles
from terminal.domain.signals import CheckedSignals
from terminal.domain.work import CancelQuestion, stop_if
from terminal.ledger.inner import inner
from terminal.trading.desk import Desk
from terminal.trading.valuing import worth_if_left, worth_of

_BETWEEN_QUESTIONS = 65_536
_STEPS = ("stop_step", "target_step", "trail_step", "size_step", "limit_step", "trigger_step", "weight_step")
_COLUMNS = tuple(item.name for item in fields(Decisions))[5:]


def trade_signals(
    desk: Desk, candles: Sequence[Candles], clock: Clock, events: Events, signals: Sequence[CheckedSignals], options: Options, cancelled: CancelQuestion
) -> tuple[Desk, NDArray[np.float64], int]:
    """The desk after all decisions were traded, the account's value at each moment, and how many rows wanted both sides.

    Raises StrategyError for an entry sized by its risk that has nothing to lose by.
    """
    feed, decisions = feed_of(candles, clock), _joined(candles, clock, signals, options)
    equity = np.empty(len(clock))
    worths = np.full((len(candles), max(options.delay_bars, 1), 2), np.nan)
    moment = 0
    while moment < len(clock):
        stop_if(cancelled)
        desk = with_room(desk)
        moment = walk(desk, feed, events, decisions, moment, min(moment + _BETWEEN_QUESTIONS, len(clock)), equity, worths)
        for each, state in zip(candles, decisions.states, strict=True):
            if state["error"]:
                raise run.wrong_decision(each, int(state["error_row"]), int(state["error_side"]))
    return desk, equity, int(decisions.states["conflicts"].sum())


def _joined(candles: Sequence[Candles], clock: Clock, signals: Sequence[CheckedSignals], options: Options) -> Decisions:
    """The decisions of all instruments in one table, rows of one after those of the other."""
    parts = [decisions_for(signal, options, first, each.timeframe.nanoseconds) for signal, each, first in zip(signals, candles, clock.first, strict=True)]
    plans = np.concatenate([part.plans for part in parts])
    for name in _STEPS:
        plans[name] = 1
    columns = [np.concatenate([np.broadcast_to(getattr(part, name), len(each)) for part, each in zip(parts, candles, strict=True)]) for name in _COLUMNS]
    states, blanks = (np.concatenate([getattr(part, name) for part in parts]) for name in ("states", "blanks"))
    return Decisions(plans, states, blanks, parts[0].ticket, np.concatenate([part.wishes for part in parts]), *columns)


@njit(cache=True, nogil=True, error_model="numpy")
def walk(desk, feed, events, decisions, first, last, equity, worths):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Lives from moment `first` to before `last`; returns the moment it came to, earlier where the tables must grow or a decision is wrong.

    Of a moment that was lived through and whose decisions wait for room, the first of the states says so.
    `worths` (k, delay, 2) are rings of the account's value at the decisions that act later: were positions left, and as it stood.
    """
    for moment in range(first, last):
        if is_crowded(desk):
            return moment
        if decisions.states[0].lived != moment:
            live_moment(desk, feed, events, moment, equity)
            decisions.states[0].lived = moment
            if is_crowded(desk):  # what has filled may have hung brackets on its lots
                return moment
        for i in range(len(desk.books)):
            if just_closed(feed, i, moment):
                decide(desk, feed, decisions, worths, i)
                if decisions.states[i].error != 0:
                    return moment
        if decisions.plans[0].fills_at_close:
            live_closes(desk, feed, events, moment, equity)
    return last


@inner
def decide(desk, feed, decisions, worths, i):  # type: ignore[no-untyped-def]
    """Carries out what instrument `i` decided `delay` candles before the one that has just closed."""
    plan, row, bounds = decisions.plans[i], feed.next_row[i] - 1, (feed.begin[i], feed.begin[i + 1])
    left, worth = np.nan, np.nan
    if plan.delay > 0:
        place = (row - bounds[0]) % plan.delay
        left, worth = worths[i, place, 0], worths[i, place, 1]
        worths[i, place, 0], worths[i, place, 1] = worth_if_left(desk, i, -side_of(desk, i)), worth_of(desk)
    if decisions.wishes[row] != 0 and (plan.fills_at_close or row + 1 < bounds[1]):
        act(desk, i, decisions, feed.time, feed.close, bounds, row, (left, worth))
