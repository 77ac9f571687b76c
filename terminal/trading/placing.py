"""An order enters the table: rounded to the grid, sized, refused with its cause where it makes no sense; or it leaves by a word.

Called between candles by whoever decides: the event path, a driver of signals, the paper broker.
"""

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terminal.ledger.inner import inner
from terminal.risk.grid import grid_down
from terminal.risk.sizing import QUANTITY, RISK, TARGET, unit_loss, unit_outlay
from terminal.trading.costs import fee_rate, slipped_fill
from terminal.trading.desk import (
    ACCEPTED,
    BELOW_FILLED,
    CANCELLED,
    CONTRADICTORY,
    DONE,
    FOK,
    IOC,
    LIMIT,
    MARKET,
    NEVER,
    NO_CAUSE,
    NO_MARKET,
    NO_SHORTING,
    NOTHING_TO_REDUCE,
    ORDER,
    PARENT_GONE,
    REJECTED,
    RISK_NEEDS_STOP,
    STOP,
    STOP_LIMIT,
    STOP_PASSED,
    TOO_SMALL,
    TRAIL,
    UNBOUND,
    WAITING,
    WORKING,
    WRONG_SIDE,
    is_crowded,
)
from terminal.trading.filling import filled_share, size_order
from terminal.trading.matching import rounded_to_market, stop_is_hit, tighter, trail_level
from terminal.trading.noting import NO_ROW, log, strike
from terminal.trading.valuing import closable_by, position_of, worth_if_left

NO_ORDER = np.int64(0)
_BLANK = tuple(math.nan if ORDER[name] == np.float64 else 0 for name in ORDER.names or ())


def new_ticket(**values: Any) -> NDArray[Any]:
    """A table of one order for `place`: at the market, good till cancelled, with these fields set."""
    ticket = np.zeros(1, ORDER)
    ticket[0] = _BLANK
    ticket["state"], ticket["expires"], ticket["filled"], ticket["size_kind"] = WORKING, NEVER, 0.0, QUANTITY
    for name, value in values.items():
        ticket[name] = value
    return ticket


@njit(cache=True, nogil=True, error_model="numpy")
def place(desk, i, ticket):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Puts a copy of `ticket[0]` (an ORDER row) on instrument `i`'s table; returns its id, 0 where the tables must grow first.

    A refusal is an event with its cause.
    """
    return place_order(desk, i, ticket[0])


@inner
def place_order(desk, i, wanted):  # type: ignore[no-untyped-def]
    """Puts a copy of the order `wanted` on instrument `i`'s table, as `place` does."""
    book = desk.books[i]
    if is_crowded(desk, i):
        return NO_ORDER
    k = book.working
    desk.orders[i, k] = wanted
    book.working += 1
    order = desk.orders[i, k]
    order.id = desk.totals[0].next_id
    desk.totals[0].next_id += 1
    round_prices(book, order)
    cause = prepared(desk, i, order)
    if cause != NO_CAUSE:
        desk.totals[0].too_small += cause == TOO_SMALL
        strike(desk, i, order, REJECTED, cause)
    else:
        log(desk, i, order, ACCEPTED, NO_CAUSE, NO_ROW)
    return order.id


@inner
def round_prices(book, order):  # type: ignore[no-untyped-def]
    """Puts the order's prices on the tick grid: a limit never worse, a stop toward the market."""
    over, under = book.tick_over, book.tick_under
    order.price = rounded_to_market(order.price, order.side < 0, over, under)
    order.trigger = rounded_to_market(order.trigger, order.side < 0, over, under)
    if order.kind == TRAIL and math.isnan(order.best) and book.mark > 0.0:
        order.best = book.mark


@inner
def prepared(desk, i, order):  # type: ignore[no-untyped-def]
    """Sizes the order and answers why it can't work, NO_CAUSE where it can."""
    book = desk.books[i]
    if contradicts_itself(order):
        return CONTRADICTORY
    cause = attached(desk, i, order)
    if cause != NO_CAUSE:
        return cause
    is_known = book.mark > 0.0
    if not is_known and order.kind == MARKET and desk.rules[0].needs_market:
        return NO_MARKET
    if is_known and order.kind in (STOP, STOP_LIMIT) and order.state != WAITING and stop_is_hit(-order.side, order.trigger, book.mark):
        return STOP_PASSED
    reference = reference_of(book, order)
    if order.lot == UNBOUND and is_known:
        if order.stop_is_price and order.side * (order.stop - reference) >= 0.0:
            return WRONG_SIDE
        if order.target_is_price and order.side * (order.target - reference) <= 0.0:
            return WRONG_SIDE
    if order.size_kind == QUANTITY:
        order.quantity = grid_down(order.quantity, book.lot_over, book.lot_under)
    elif desk.rules[0].sizes_at_fill and order.kind == MARKET:  # what waits for its own price knows it now
        order.quantity = order.asked = 0.0
        return NO_CAUSE
    else:
        cause = sized(desk, i, order, reference)
    order.asked = order.quantity
    share_parent(desk, i, order)
    return cause if cause != NO_CAUSE or order.asked > 0.0 else TOO_SMALL


@inner
def contradicts_itself(order):  # type: ignore[no-untyped-def]
    """Whether the order asks for what excludes each other: a trigger at the close, or resting and filling at once."""
    triggers = order.kind not in (MARKET, LIMIT)
    return (order.on_close and triggers) or (order.post_only and (order.kind != LIMIT or order.on_close or order.force in (IOC, FOK)))


@inner
def attached(desk, i, order):  # type: ignore[no-untyped-def]
    """Makes an order wait for the entry or parent it belongs to; answers why it can't work where that is gone or nothing can be reduced."""
    if order.lot != UNBOUND:
        if closable_by(desk, i, order) > 0.0:
            return NO_CAUSE
        order.parent = order.lot
    if order.parent != NO_ORDER:
        for k in range(desk.books[i].working):
            parent = desk.orders[i, k]
            if parent.id == order.parent and parent.state != DONE:
                order.state = WAITING if parent.filled == 0.0 else WORKING
                return NO_CAUSE
        if order.lot != UNBOUND:
            return NOTHING_TO_REDUCE
        if not has_filled(desk, i, order.parent):
            return PARENT_GONE
        order.state = WORKING
    elif order.reduce_only and not may_meet(desk, i, order):
        return NOTHING_TO_REDUCE
    elif order.side < 0 and desk.rules[0].forbids_short and not may_meet(desk, i, order):
        return NO_SHORTING
    return NO_CAUSE


@inner
def share_parent(desk, i, order):  # type: ignore[no-untyped-def]
    """Makes an order as small as the share that its parent, still filling, has filled."""
    book = desk.books[i]
    for k in range(book.working):
        parent = desk.orders[i, k]
        if parent.id == order.parent and parent.filled > 0.0 and parent.state != DONE and filled_share(parent) < 1.0:
            order.quantity = grid_down(order.asked * filled_share(parent), book.lot_over, book.lot_under)
            if order.quantity <= 0.0:
                order.state = WAITING


@inner
def may_meet(desk, i, order):  # type: ignore[no-untyped-def]
    """Whether something is held against the order, or may be by the time it fills."""
    for k in range(desk.books[i].working):
        other = desk.orders[i, k]
        if other.side == -order.side and other.state != DONE and other.lot == UNBOUND:
            return True
    return closable_by(desk, i, order) > 0.0


@inner
def has_filled(desk, i, order_id):  # type: ignore[no-untyped-def]
    """Whether anything of an order that has left the table was ever filled."""
    for n in range(desk.totals[0].fills):
        fill = desk.fills[desk.totals[0].fills - 1 - n]
        if fill.order == order_id and fill.instrument == i:
            return True
    return False


@inner
def reference_of(book, order):  # type: ignore[no-untyped-def]
    """The price that sizes the order: its own limit or trigger, else the close it was decided at."""
    if order.kind in (LIMIT, STOP_LIMIT):
        return order.price
    if order.kind == STOP:
        return order.trigger
    return book.mark if math.isnan(order.reference) else order.reference


@inner
def sized(desk, i, order, reference):  # type: ignore[no-untyped-def]
    """Turns the order's size into its quantity; a target also chooses the side. Answers why it can't, NO_CAUSE where it can."""
    book = desk.books[i]
    worth = worth_if_left(desk, i, order.side) if math.isnan(order.worth) else order.worth
    loss = 0.0
    if order.size_kind == RISK:
        loss = loss_at_stop(book, order, reference) * desk.rates[book.currency]
        if math.isnan(loss):
            return RISK_NEEDS_STOP
    if order.size_kind == TARGET:
        expected = reference if order.kind == LIMIT else slipped_fill(book, reference, order.side, 0.0)
        outlay = unit_outlay(expected, fee_rate(book, expected), book.multiplier) * desk.rates[book.currency]
        change = order.size * worth / outlay - position_of(desk, i)
        order.side = np.int64(1) if change > 0.0 else np.int64(-1)
        order.quantity = grid_down(abs(change), book.lot_over, book.lot_under)
    else:
        size_order(desk, i, order, reference, worth, loss)
    return TOO_SMALL if order.quantity <= 0.0 else NO_CAUSE


@inner
def loss_at_stop(book, order, reference):  # type: ignore[no-untyped-def]
    """What one unit of the entry loses at its stop or trail, costs included; NaN without either."""
    side = order.side
    expected = reference if order.kind == LIMIT else slipped_fill(book, reference, side, 0.0)
    stop = order.stop if order.stop_is_price else expected * (1.0 - side * order.stop)
    stop = rounded_to_market(stop, side > 0, book.tick_over, book.tick_under)
    trailing = trail_level(side, expected, order.child_trail, order.child_trail_is_distance, book.tick_over, book.tick_under)
    level = tighter(side, stop, trailing)
    if math.isnan(level):
        return np.nan
    return unit_loss(side, expected, slipped_fill(book, level, -side, 0.0), fee_rate(book, expected), book.multiplier)


@njit(cache=True, nogil=True, error_model="numpy")
def cancel(desk, i, order_id):  # type: ignore[no-untyped-def]
    """Takes an order of instrument `i` back; True where it was still in the market."""
    for k in range(desk.books[i].working):
        order = desk.orders[i, k]
        if order.id == order_id and order.state != DONE:
            strike(desk, i, order, CANCELLED, NO_CAUSE)
            return True
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def amend(desk, i, order_id, quantity, price, trigger):  # type: ignore[no-untyped-def]
    """Changes an order in the market, NaN leaves a value as it is; returns why it can't be changed, NO_CAUSE where it was.

    An order that is gone answers PARENT_GONE, a quantity at or below what has filled BELOW_FILLED, a stop beyond the market STOP_PASSED.
    """
    book = desk.books[i]
    for k in range(book.working):
        order = desk.orders[i, k]
        if order.id != order_id or order.state == DONE:
            continue
        wanted = order.quantity if math.isnan(quantity) else grid_down(quantity, book.lot_over, book.lot_under)
        if wanted <= order.filled:
            return BELOW_FILLED
        level = order.trigger if math.isnan(trigger) else rounded_to_market(trigger, order.side < 0, book.tick_over, book.tick_under)
        if order.state == WORKING and book.mark > 0.0 and level != order.trigger and stop_is_hit(-order.side, level, book.mark):
            return STOP_PASSED
        order.quantity = order.asked = wanted
        if not math.isnan(price):
            order.price = rounded_to_market(price, order.side < 0, book.tick_over, book.tick_under)
        if not (math.isnan(price) and math.isnan(trigger)):
            order.trigger, order.reference = level, book.mark
        return NO_CAUSE
    return PARENT_GONE
