"""The bracket of an entry: its stop, trail, target and time-out become orders on the lot that it opened, and follow its price.

Called by `filling` when an entry fills; `liquidating` hangs its own order the same way.
"""

import math

import numpy as np

from terminal.domain.orders import ExitReason
from terminal.ledger.inner import inner
from terminal.risk.sizing import QUANTITY
from terminal.trading.desk import ACCEPTED, DONE, GTC, LIMIT, MARKET, NEVER, NO_CAUSE, STOP, TRAIL, WORKING
from terminal.trading.matching import better, rounded_to_market
from terminal.trading.noting import NO_ROW, log

STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, TIME_OUT = (
    np.int64(reason) for reason in (ExitReason.STOP_LOSS, ExitReason.TAKE_PROFIT, ExitReason.TRAILING_STOP, ExitReason.TIME_OUT)
)


@inner
def add_child(desk, i, lot, kind, reason):  # type: ignore[no-untyped-def] # numba records have no Python type
    """A new protective order for all of `lot`; the caller sets its levels."""
    book = desk.books[i]
    child = desk.orders[i, book.working]
    book.working += 1
    child.id = desk.totals[0].next_id
    desk.totals[0].next_id += 1
    child.state, child.kind, child.side, child.reason, child.force = WORKING, kind, -lot.side, reason, GTC
    child.quantity, child.asked, child.filled, child.size_kind, child.size = np.inf, np.inf, 0.0, QUANTITY, 0.0
    child.price, child.trigger, child.trail, child.activation, child.best = np.nan, np.nan, np.nan, np.nan, lot.entry_price
    child.trail_is_distance, child.break_even, child.timeout = False, np.nan, 0
    child.stop, child.target, child.child_trail, child.child_activation = np.nan, np.nan, np.nan, np.nan
    child.lot, child.parent, child.group, child.expires, child.from_time, child.from_row = lot.id, 0, 0, NEVER, 0, 0
    child.reduce_only, child.post_only, child.on_close, child.rests = True, False, False, False
    child.decision, child.reference, child.worth = NO_ROW, np.nan, np.nan
    log(desk, i, child, ACCEPTED, NO_CAUSE, NO_ROW)
    return child


@inner
def stop_for(book, entry, lot):  # type: ignore[no-untyped-def]
    """Where the entry's stop stands for this lot, rounded toward the market; NaN = none."""
    level = entry.stop if entry.stop_is_price else lot.entry_price * (1.0 - lot.side * entry.stop)
    return rounded_to_market(level, lot.side > 0, book.tick_over, book.tick_under)


@inner
def target_for(book, entry, lot):  # type: ignore[no-untyped-def]
    """Where the entry's target stands for this lot, rounded toward the market; NaN = none."""
    level = entry.target if entry.target_is_price else lot.entry_price * (1.0 + lot.side * entry.target)
    return rounded_to_market(level, lot.side < 0, book.tick_over, book.tick_under)


@inner
def protect_lot(desk, i, entry, lot):  # type: ignore[no-untyped-def]
    """Hangs the entry's bracket on the lot it opened; returns the stop's level, NaN = none."""
    book = desk.books[i]
    stop, target = stop_for(book, entry, lot), target_for(book, entry, lot)
    lot.first_stop, lot.first_target = stop, target
    if not math.isnan(stop):
        child = add_child(desk, i, lot, STOP, STOP_LOSS)
        child.trigger = stop
        child.break_even = lot.entry_price * (1.0 + lot.side * entry.break_even)
    if not math.isnan(entry.child_trail):
        child = add_child(desk, i, lot, TRAIL, TRAILING_STOP)
        child.trail, child.trail_is_distance, child.activation = entry.child_trail, entry.child_trail_is_distance, entry.child_activation
    if not math.isnan(target):
        child = add_child(desk, i, lot, LIMIT, TAKE_PROFIT)
        child.price = target
    if entry.timeout > 0:
        child = add_child(desk, i, lot, MARKET, TIME_OUT)
        child.from_time = book.time + entry.timeout
    return stop


@inner
def protect_anew(desk, i, entry, lot):  # type: ignore[no-untyped-def]
    """After a further fill of the entry: levels that are fractions of its price move to the average price, unless someone moved them."""
    book = desk.books[i]
    lot.first_stop, lot.first_target = stop_for(book, entry, lot), target_for(book, entry, lot)
    for k in range(book.working):
        child = desk.orders[i, k]
        if child.lot != lot.id or child.state == DONE or not math.isnan(child.reference):
            continue
        if child.kind == STOP and child.reason == STOP_LOSS and not entry.stop_is_price:
            has_moved = math.isnan(child.break_even) and not math.isnan(entry.break_even)
            child.trigger = better(lot.side, stop_for(book, entry, lot), lot.entry_price) if has_moved else stop_for(book, entry, lot)
            if not has_moved:
                child.break_even = lot.entry_price * (1.0 + lot.side * entry.break_even)
        elif child.kind == LIMIT and child.reason == TAKE_PROFIT and not entry.target_is_price:
            child.price = target_for(book, entry, lot)
