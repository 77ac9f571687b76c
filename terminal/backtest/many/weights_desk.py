"""A portfolio's target weights as orders on the desk: for instruments of several calendars and for every cost that the desk knows.

`weights_loop` is the faster loop where both can run, with the same trades; called by `weights_run`.
"""

import math
from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terminal.backtest.events.tickets import blank_ticket
from terminal.backtest.many.actions import Events
from terminal.backtest.many.clock import Clock
from terminal.backtest.many.loop import feed_of, is_crowded, live_closes, live_moment, with_room
from terminal.backtest.options import Options
from terminal.domain.candles import Candles
from terminal.domain.orders import ExitReason
from terminal.domain.weights import CheckedWeights
from terminal.domain.work import CancelQuestion, stop_if
from terminal.ledger.inner import inner
from terminal.risk.sizing import TARGET
from terminal.trading.desk import CANCELLED, DONE, NO_CAUSE, Desk
from terminal.trading.noting import strike
from terminal.trading.placing import place_order
from terminal.trading.valuing import position_of

_SIGNAL, _REVERSAL, _REBALANCE = (np.int64(reason) for reason in (ExitReason.SIGNAL, ExitReason.REVERSAL, ExitReason.REBALANCE))
_BETWEEN_QUESTIONS = 4_096


def trade_on_desk(
    desk: Desk, candles: Sequence[Candles], clock: Clock, events: Events, weights: CheckedWeights, options: Options, cancelled: CancelQuestion
) -> tuple[Desk, NDArray[np.float64]]:
    """The desk after all weights were traded, and the account's value at each moment of the clock."""
    feed, blank = feed_of(candles, clock), blank_ticket()
    due = np.full(len(clock), -1)
    acting = weights.rows + options.delay_bars
    due[acting[acting < len(clock)]] = np.flatnonzero(acting < len(clock))
    blank["on_close"] = options.fill_at == "close"
    equity, aims, moment = np.empty(len(clock)), np.zeros(len(candles), np.int64), 0
    decided = (weights.rows, weights.target, weights.drift)
    while moment < len(clock):
        stop_if(cancelled)
        desk = with_room(desk)
        moment = walk_weights(desk, feed, events, due, decided, (blank, blank.copy()), aims, moment, min(moment + _BETWEEN_QUESTIONS, len(clock)), equity)
    return desk, equity


@njit(cache=True, nogil=True, error_model="numpy")
def walk_weights(desk, feed, events, due, decided, tickets, aims, first, last, equity):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Lives from moment `first` to before `last`; returns the moment it came to, earlier where the tables must grow first.

    `due` (moments,) is the row of `decided` (rows, weights, drift) that acts at each moment, −1 = none. `aims` are the ids of the
    last order of each instrument.
    """
    rows, target, drift = decided
    for moment in range(first, last):
        if is_crowded(desk):
            return moment
        live_moment(desk, feed, events, moment, equity)
        n = due[moment]
        if n >= 0 and (drift == 0.0 or has_drifted(desk, target, n, equity[moment], drift)):
            for i in range(len(desk.books)):
                if not math.isnan(target[n, i]) and desk.books[i].mark > 0.0:
                    aim_at(desk, feed, i, target[n, i], equity[rows[n]], tickets, aims)
        if tickets[0][0].on_close:
            live_closes(desk, feed, events, moment, equity)
    return last


@inner
def has_drifted(desk, target, n, worth, drift):  # type: ignore[no-untyped-def]
    """Whether any instrument's share of the account is further than `drift` from its weight."""
    for i in range(len(desk.books)):
        book = desk.books[i]
        share = position_of(desk, i) * book.multiplier * book.mark * desk.rates[book.currency] / worth
        if abs(share - target[n, i]) > drift:
            return True
    return False


@inner
def aim_at(desk, feed, i, weight, worth, tickets, aims):  # type: ignore[no-untyped-def]
    """Places the market order that makes instrument `i` that share of the account, in place of one still working."""
    blank, ticket = tickets
    held = position_of(desk, i)
    for k in range(desk.books[i].working):
        if desk.orders[i, k].id == aims[i] and desk.orders[i, k].state != DONE:
            strike(desk, i, desk.orders[i, k], CANCELLED, NO_CAUSE)
    if held == 0.0 and weight == 0.0:
        return
    ticket[0] = blank[0]
    order = ticket[0]
    order.size_kind, order.size, order.side = TARGET, weight, np.int64(1) if weight >= 0.0 else np.int64(-1)
    order.reason = _SIGNAL if weight == 0.0 else _REVERSAL if held * weight < 0.0 else _REBALANCE
    order.from_row = feed.next_row[i] - feed.begin[i] + (1 if feed.is_forming[i] else 0) - (1 if order.on_close and not feed.is_forming[i] else 0)
    order.decision, order.reference, order.worth = feed.next_row[i] - 1 - feed.begin[i], desk.books[i].mark, worth
    refused = desk.totals[0].too_small
    aims[i] = place_order(desk, i, order)
    if held != 0.0:
        desk.totals[0].too_small = refused  # the position is as near to its weight as the lot allows
