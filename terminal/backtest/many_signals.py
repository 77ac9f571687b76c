"""Array strategies on several instruments of one account: the decisions of each become orders on the compiled desk, all in one walk.

Called by `many`; decisions follow the same rules as on one instrument (`fast`), orders and money those of `trading`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terminal.backtest.many_clock import Clock
from terminal.backtest.many_loop import Feed, feed_of, is_crowded, just_closed, live_closes, live_moment, with_room
from terminal.backtest.options import Options, wishes_for
from terminal.domain.candles import Candles
from terminal.domain.orders import ExitReason
from terminal.domain.signals import CheckedSignals
from terminal.domain.size import Size
from terminal.domain.work import CancelQuestion, stop_if
from terminal.ledger.fast import inner
from terminal.risk.sizing import EQUITY, QUANTITY
from terminal.trading.desk import MARKET, NEVER, ORDER, WORKING, Desk
from terminal.trading.filling import position_of, worth_if_left
from terminal.trading.placing import place

ENTER_LONG, EXIT_LONG, ENTER_SHORT, EXIT_SHORT = (np.uint8(1 << bit) for bit in range(4))
_SIGNAL, _REVERSAL = np.int64(ExitReason.SIGNAL), np.int64(ExitReason.REVERSAL)
_BETWEEN_QUESTIONS = 65_536


class Plan(NamedTuple):
    """The decisions of all instruments, rows as in the feed. `is_price` tells for each instrument which of stop, target and trail are prices."""

    wishes: NDArray[np.uint8]
    stop: NDArray[np.float64]
    target: NDArray[np.float64]
    trail: NDArray[np.float64]
    size: NDArray[np.float64]
    is_price: NDArray[np.bool_]
    worth: NDArray[np.float64]
    """The account's value at each decision, noted where decisions act later than at once."""
    begin: NDArray[np.int64]
    """The first row of each instrument that may decide."""


class Orders(NamedTuple):
    """How decisions become orders: a blank ticket, a table of one row to fill in, the run's size, its delay and where it fills."""

    blank: NDArray[Any]
    ticket: NDArray[Any]
    size_kind: np.int64
    size: float
    delay: np.int64
    fills_at_close: bool


def trade_signals(
    desk: Desk, candles: Sequence[Candles], clock: Clock, signals: Sequence[CheckedSignals], options: Options, cancelled: CancelQuestion
) -> tuple[Desk, NDArray[np.float64], int]:
    """The desk after all decisions were traded, the account's value at each moment of the clock, and how many rows wanted both sides."""
    feed = feed_of(candles, clock)
    plan, size = _plan(signals, feed, clock), Size.parse(options.size)
    blank = blank_ticket()
    orders = Orders(blank, blank.copy(), np.int64(size.kind), size.value, np.int64(options.delay_bars), options.fill_at == "close")
    equity, counts = np.empty(len(clock)), np.zeros(1, np.int64)
    moment = 0
    while moment < len(clock):
        stop_if(cancelled)
        desk = with_room(desk)
        moment = walk(desk, feed, plan, orders, moment, min(moment + _BETWEEN_QUESTIONS, len(clock)), equity, counts)
    return desk, equity, int(counts[0])


def blank_ticket() -> NDArray[Any]:
    """A table of one order at the market, working, with nothing else said of it: what a driver fills in."""
    ticket = np.zeros(1, ORDER)
    ticket[0] = tuple(np.nan if ORDER[name] == np.float64 else 0 for name in ORDER.names or ())
    ticket["state"], ticket["kind"], ticket["expires"] = WORKING, MARKET, NEVER
    ticket["quantity"], ticket["filled"], ticket["size"] = 0.0, 0.0, 0.0
    return ticket


def _plan(signals: Sequence[CheckedSignals], feed: Feed, clock: Clock) -> Plan:
    stop, target, trail, size = (np.concatenate([getattr(each, name) for each in signals]) for name in ("stop_loss", "take_profit", "trailing_stop", "size"))
    is_price = [[each.stop_loss_is_price, each.take_profit_is_price, each.trailing_stop_is_price] for each in signals]
    wishes = np.concatenate([wishes_for(each, 0, 0) for each in signals])
    return Plan(wishes, stop, target, trail, size, np.array(is_price), np.full(len(wishes), np.nan), feed.begin[:-1] + np.array(clock.first, np.int64))


@njit(cache=True, nogil=True, error_model="numpy")
def walk(desk, feed, plan, orders, first, last, equity, counts):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Lives from moment `first` to before `last`; returns the moment it came to, earlier where the tables must grow first."""
    for moment in range(first, last):
        if is_crowded(desk):
            return moment
        live_moment(desk, feed, moment, equity)
        for i in range(len(desk.books)):
            if just_closed(feed, i, moment):
                counts[0] += decide(desk, feed, plan, orders, i)
        if orders.fills_at_close:
            live_closes(desk, feed, moment, equity)
    return last


@inner
def decide(desk, feed, plan, orders, i):  # type: ignore[no-untyped-def]
    """Turns what instrument `i` wanted `delay` candles ago into orders; returns 1 where it wanted both sides at once."""
    row = feed.next_row[i] - 1
    decision = row - orders.delay
    held = position_of(desk, i)
    side = np.int64(0) if held == 0.0 else np.int64(1) if held > 0.0 else np.int64(-1)
    if orders.delay > 0:
        plan.worth[row] = worth_if_left(desk, i, -side)
    if decision < plan.begin[i] or plan.wishes[decision] == 0:
        return 0
    wish, both = plan.wishes[decision], ENTER_LONG | ENTER_SHORT
    is_conflict = (wish & both) == both
    wants_long = not is_conflict and wish & ENTER_LONG != 0 and wish & EXIT_LONG == 0
    wants_short = not is_conflict and wish & ENTER_SHORT != 0 and wish & EXIT_SHORT == 0
    is_left = side != 0 and wish & (EXIT_LONG if side > 0 else EXIT_SHORT) != 0
    is_reversed = side != 0 and (wants_short if side > 0 else wants_long)
    if is_left or is_reversed:
        prepare(feed, orders, i, decision, -side)
        order = orders.ticket[0]
        order.reason, order.quantity, order.reduce_only = _SIGNAL if is_left else _REVERSAL, abs(held), True
        order.size_kind = QUANTITY
        place(desk, i, orders.ticket)
    if (side == 0 or is_left or is_reversed) and (wants_long or wants_short):
        prepare(feed, orders, i, decision, np.int64(1) if wants_long else np.int64(-1))
        enter(plan, orders, feed.close[decision], i, decision)
        place(desk, i, orders.ticket)
    return 1 if is_conflict else 0


@inner
def prepare(feed, orders, i, decision, side):  # type: ignore[no-untyped-def]
    """Writes a market order of instrument `i` on the ticket, decided on row `decision` of the feed."""
    orders.ticket[0] = orders.blank[0]
    order = orders.ticket[0]
    order.side, order.on_close = side, orders.fills_at_close
    order.decision = decision - feed.begin[i]


@inner
def enter(plan, orders, close, i, decision):  # type: ignore[no-untyped-def]
    """Completes the ticket of an entry: its size, its bracket, and the price and value that size it."""
    order, own = orders.ticket[0], plan.size[decision]
    order.reason = _SIGNAL
    order.size_kind, order.size = (orders.size_kind, orders.size) if np.isnan(own) else (EQUITY, own)
    order.quantity = order.size if order.size_kind == QUANTITY else 0.0
    order.stop, order.target, order.child_trail = plan.stop[decision], plan.target[decision], plan.trail[decision]
    order.stop_is_price, order.target_is_price, order.child_trail_is_distance = plan.is_price[i, 0], plan.is_price[i, 1], plan.is_price[i, 2]
    order.reference, order.worth = close, plan.worth[decision]
