"""An order that is due becomes a fill: lots are closed and opened, money is booked, its bracket and its rivals follow.

Called by `walking` on candles and by `quotes` on finer input, with the price on the path that the order meets.
"""

import math

import numpy as np

from terminal.domain.orders import ExitReason
from terminal.ledger.fast import add_to_lot, close_lot, inner, marked, open_lot, reduce_lot
from terminal.risk.grid import SLACK, grid_down
from terminal.risk.sizing import QUANTITY, payable_quantity, unit_outlay, wanted_quantity
from terminal.trading.costs import fee_of, slipped_fill
from terminal.trading.desk import (
    CANCELLED,
    DONE,
    FILLED,
    FOK,
    IOC,
    LIMIT,
    MARKET,
    NEVER,
    NO_CAUSE,
    NOT_ALL_AT_ONCE,
    NOTHING_TO_REDUCE,
    OTHER_FILLED,
    PARENT_GONE,
    PARTIAL,
    REJECTED,
    STOP,
    TOO_SMALL,
    TRAIL,
    UNAFFORDABLE,
    UNBOUND,
    WAITING,
    WORKING,
)
from terminal.trading.matching import better, rounded_to_market

STOP_LOSS, TAKE_PROFIT, TRAILING_STOP, TIME_OUT, SIGNAL = (
    np.int64(reason) for reason in (ExitReason.STOP_LOSS, ExitReason.TAKE_PROFIT, ExitReason.TRAILING_STOP, ExitReason.TIME_OUT, ExitReason.SIGNAL)
)
NO_ROW = np.int64(-1)


@inner
def log(desk, i, order, kind, cause, fill):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Notes that something happened to an order of instrument `i`."""
    totals = desk.totals[0]
    event = desk.events[totals.events]
    event.order, event.instrument, event.kind, event.cause, event.time, event.fill = order.id, i, kind, cause, desk.books[i].time, fill
    totals.events += 1


@inner
def strike(desk, i, order, kind, cause):  # type: ignore[no-untyped-def]
    """Takes an order out of the market; what waited for its fill goes with it if nothing was filled."""
    order.state = DONE
    log(desk, i, order, kind, cause, NO_ROW)
    if order.filled > 0.0:
        return
    for k in range(desk.books[i].working):
        child = desk.orders[i, k]
        if child.parent == order.id and child.state == WAITING:
            child.state = DONE
            log(desk, i, child, CANCELLED, PARENT_GONE, NO_ROW)


@inner
def position_of(desk, i):  # type: ignore[no-untyped-def]
    """The signed quantity held of instrument `i`."""
    quantity = 0.0
    for k in range(desk.books[i].held):
        quantity += desk.lots[i, k].side * desk.lots[i, k].quantity
    return quantity


@inner
def worth_of(desk):  # type: ignore[no-untyped-def]
    """The account's value in its own currency, every lot marked at the last price of its instrument."""
    worth = 0.0
    for currency in range(len(desk.cash)):
        value = desk.cash[currency]
        for i in range(len(desk.books)):
            if desk.books[i].currency == currency:
                for k in range(desk.books[i].held):
                    value = marked(value, desk.lots[i, k], desk.books[i].mark)
        worth += desk.rates[currency] * value
    return worth


@inner
def worth_if_left(desk, i, side):  # type: ignore[no-untyped-def]
    """The account's value were its lots of `i` against `side` left at the mark: what a new position on `side` could use."""
    worth = worth_of(desk)
    book = desk.books[i]
    rate = desk.rates[book.currency]
    for k in range(book.held):
        lot = desk.lots[i, k]
        if lot.side != side:
            filled = slipped_fill(book, book.mark, -lot.side, lot.quantity)
            fee = fee_of(book, lot.quantity, filled, True, 0.0)
            worth = worth - rate * (lot.quantity * book.multiplier * abs(filled - book.mark)) - rate * fee
    return worth


@inner
def free_money(desk, currency):  # type: ignore[no-untyped-def]
    """What new positions may bind, in `currency`: the account's value less the margin of every lot. A short binds as much as a long."""
    free = worth_of(desk)
    for i in range(len(desk.books)):
        book = desk.books[i]
        for k in range(book.held):
            free -= desk.rates[book.currency] * abs(desk.lots[i, k].units) * book.mark / desk.rules[0].leverage
    return free / desk.rates[currency]


@inner
def closable_by(desk, i, order):  # type: ignore[no-untyped-def]
    """How much of the lots of `i` the order may close: of the lot it protects, else all against its side."""
    quantity = 0.0
    for k in range(desk.books[i].held):
        lot = desk.lots[i, k]
        if lot.side == -order.side and (order.lot in (UNBOUND, lot.id)):
            quantity += lot.quantity
    return quantity


@inner
def see_lot(lot, price):  # type: ignore[no-untyped-def]
    """Notes the best and the worst price that an open lot has seen."""
    lot.best, lot.worst = better(lot.side, lot.best, price), better(-lot.side, lot.worst, price)


@inner
def drop_lot(desk, i, k):  # type: ignore[no-untyped-def]
    """Takes the closed lot `k` out of the table, keeping the order of the rest, and strikes out what protected it."""
    book, gone = desk.books[i], desk.lots[i, k].id
    for later in range(k + 1, book.held):
        desk.lots[i, later - 1] = desk.lots[i, later]
    book.held -= 1
    for o in range(book.working):
        order = desk.orders[i, o]
        if order.lot == gone and order.state != DONE:
            order.state = DONE
            log(desk, i, order, CANCELLED, OTHER_FILLED, NO_ROW)


@inner
def close_part(desk, i, order, quantity, raw, price, fee):  # type: ignore[no-untyped-def]
    """Takes `quantity` out of the lots against the order, first in first out (or newest first), sharing the `fee`."""
    book = desk.books[i]
    left = quantity
    while left > 0.0 and book.held > 0:
        chosen = NO_ROW
        for n in range(book.held):
            k = book.held - 1 - n if desk.rules[0].newest_first else n
            if desk.lots[i, k].side == -order.side and (order.lot in (UNBOUND, desk.lots[i, k].id)):
                chosen = np.int64(k)
                break
        if chosen == NO_ROW:
            return
        lot = desk.lots[i, chosen]
        part = min(lot.quantity, left)
        share = fee * (part / quantity)
        if part >= lot.quantity * (1.0 - SLACK):
            trade = desk.trades[desk.totals[0].trades]
            trade.instrument, trade.exit_order = i, order.id
            desk.cash[book.currency] += close_lot(lot, trade, book.row, order.decision, raw, price, share, order.reason)
            desk.totals[0].trades += 1
            drop_lot(desk, i, chosen)
        else:
            desk.cash[book.currency] += reduce_lot(lot, part, book.multiplier, raw, price, share)
        left -= part


@inner
def note_fill(desk, i, order, quantity, raw, price, fee, is_taker):  # type: ignore[no-untyped-def]
    """Writes the fill and the order's event; the order is done when nothing of it is left."""
    book, totals = desk.books[i], desk.totals[0]
    fill = desk.fills[totals.fills]
    fill.order, fill.instrument, fill.row, fill.time, fill.side = order.id, i, book.row, book.time, order.side
    fill.quantity, fill.raw, fill.price, fill.commission, fill.is_taker, fill.reason = quantity, raw, price, fee, is_taker, order.reason
    totals.fills += 1
    totals.traded += quantity * price * book.multiplier * desk.rates[book.currency]
    order.filled += quantity
    book.room -= quantity
    is_whole = order.quantity - order.filled <= order.quantity * SLACK or (order.lot != UNBOUND and closable_by(desk, i, order) <= quantity * (1.0 + SLACK))
    log(desk, i, order, FILLED if is_whole else PARTIAL, NO_CAUSE, totals.fills - 1)
    if is_whole:
        order.state = DONE
    wake_relatives(desk, i, order, quantity, is_whole)


@inner
def wake_relatives(desk, i, order, quantity, is_whole):  # type: ignore[no-untyped-def]
    """After a fill: orders that waited for it go to work, its rivals of one group are struck out, or shrunk by a part."""
    for k in range(desk.books[i].working):
        other = desk.orders[i, k]
        if other.id == order.id or other.state == DONE:
            continue
        if other.parent == order.id and other.state == WAITING:
            other.state = WORKING
        if order.group != 0 and other.group == order.group:
            other.quantity -= quantity
            if is_whole or other.quantity - other.filled <= 0.0:
                strike(desk, i, other, CANCELLED, OTHER_FILLED)


@inner
def add_child(desk, i, lot, kind, reason):  # type: ignore[no-untyped-def]
    """A new protective order for all of `lot`; the caller sets its levels."""
    book = desk.books[i]
    child = desk.orders[i, book.working]
    book.working += 1
    child.id = desk.totals[0].next_id
    desk.totals[0].next_id += 1
    child.state, child.kind, child.side, child.reason, child.force = WORKING, kind, -lot.side, reason, 0
    child.quantity, child.filled, child.size_kind, child.size = np.inf, 0.0, QUANTITY, 0.0
    child.price, child.trigger, child.trail, child.activation, child.best = np.nan, np.nan, np.nan, np.nan, lot.entry_price
    child.trail_is_distance, child.break_even, child.timeout = False, np.nan, 0
    child.stop, child.target, child.child_trail, child.child_activation = np.nan, np.nan, np.nan, np.nan
    child.lot, child.parent, child.group, child.expires, child.from_time, child.from_row = lot.id, 0, 0, NEVER, 0, 0
    child.reduce_only, child.post_only, child.on_close = True, False, False
    child.decision, child.reference, child.worth = NO_ROW, np.nan, np.nan
    log(desk, i, child, 0, NO_CAUSE, NO_ROW)
    return child


@inner
def protect_lot(desk, i, entry, lot):  # type: ignore[no-untyped-def]
    """Hangs the entry's bracket on the lot it opened, levels rounded toward the market; returns the stop's level, NaN = none."""
    book, side, price = desk.books[i], lot.side, lot.entry_price
    stop = entry.stop if entry.stop_is_price else price * (1.0 - side * entry.stop)
    target = entry.target if entry.target_is_price else price * (1.0 + side * entry.target)
    stop = rounded_to_market(stop, side > 0, book.tick_over, book.tick_under)
    if not math.isnan(stop):
        child = add_child(desk, i, lot, STOP, STOP_LOSS)
        child.trigger = stop
        child.break_even = price * (1.0 + side * entry.break_even)
    if not math.isnan(entry.child_trail):
        child = add_child(desk, i, lot, TRAIL, TRAILING_STOP)
        child.trail, child.trail_is_distance, child.activation = entry.child_trail, entry.child_trail_is_distance, entry.child_activation
    if not math.isnan(target):
        child = add_child(desk, i, lot, LIMIT, TAKE_PROFIT)
        child.price = rounded_to_market(target, side < 0, book.tick_over, book.tick_under)
    if entry.timeout > 0:
        child = add_child(desk, i, lot, MARKET, TIME_OUT)
        child.from_time = book.time + entry.timeout
    return stop


@inner
def lot_of(desk, i, order):  # type: ignore[no-untyped-def]
    """The row of the lot that the entry `order` opened, −1 = none yet."""
    for k in range(desk.books[i].held):
        if desk.lots[i, k].id == order.id:
            return np.int64(k)
    return NO_ROW


@inner
def open_part(desk, i, order, quantity, raw, price, fee):  # type: ignore[no-untyped-def]
    """Opens or enlarges the order's lot; a first fill hangs its bracket on it, and leaves at once where a gap passed the stop."""
    book = desk.books[i]
    k = lot_of(desk, i, order)
    if k != NO_ROW:
        add_to_lot(desk.lots[i, k], quantity, book.multiplier, raw, price, fee)
        return
    lot = desk.lots[i, book.held]
    open_lot(lot, book.row, order.decision, order.side, quantity, book.multiplier, raw, price, fee)
    lot.id = order.id
    book.held += 1
    stop = protect_lot(desk, i, order, lot)
    if order.side * (stop - price) >= 0.0:
        desk.totals[0].stops_passed += 1
        for o in range(book.working):
            child = desk.orders[i, o]
            if child.lot == lot.id and child.reason == STOP_LOSS:
                exit_fee = fee_of(book, quantity, price, True, 0.0)
                note_fill(desk, i, child, quantity, price, price, exit_fee, True)
                close_part(desk, i, child, quantity, price, price, exit_fee)
                return


@inner
def size_order(desk, i, order, reference, worth, loss):  # type: ignore[no-untyped-def]
    """Turns the order's size into a quantity on the lot grid, with the price it expects to fill at and the value it may use."""
    book = desk.books[i]
    expected = reference if order.kind == LIMIT else slipped_fill(book, reference, order.side, 0.0)
    outlay = unit_outlay(expected, book.taker, book.multiplier) * desk.rates[book.currency]
    order.quantity = grid_down(wanted_quantity(order.size_kind, order.size, worth, outlay, loss), book.lot_over, book.lot_under)


@inner
def affordable(desk, i, order, opening, price):  # type: ignore[no-untyped-def]
    """How much of `opening` can be paid for at `price`; 0 where an explicit quantity can't be, or what is left is too small."""
    book, totals = desk.books[i], desk.totals[0]
    outlay = unit_outlay(price, book.taker + (1.0 / desk.rules[0].leverage - 1.0), book.multiplier)
    payable = payable_quantity(free_money(desk, book.currency), outlay, book.lot_over, book.lot_under)
    if opening > payable * (1.0 + SLACK):  # what rounding alone puts above is neither refused nor called a cut
        if order.size_kind == QUANTITY:
            totals.unaffordable += 1
            return 0.0, UNAFFORDABLE
        totals.cut += 1
    quantity = min(opening, payable)
    if quantity <= 0.0 or quantity * price * book.multiplier < book.minimum_notional:
        totals.too_small += 1
        return 0.0, TOO_SMALL
    return quantity, NO_CAUSE


@inner
def execute(desk, i, k, raw, is_taker):  # type: ignore[no-untyped-def]
    """Fills order `k` of instrument `i` at the path price `raw`, as far as volume, position and money allow."""
    order, book = desk.orders[i, k], desk.books[i]
    closable = closable_by(desk, i, order)
    wanted = order.quantity - order.filled
    if order.lot != UNBOUND or order.reduce_only:
        wanted = min(wanted, closable)
        if wanted <= 0.0:
            strike(desk, i, order, CANCELLED, NOTHING_TO_REDUCE)
            return
    fillable = wanted
    if wanted > book.room:
        fillable = grid_down(max(book.room, 0.0), book.lot_over, book.lot_under)
        if order.force == FOK:
            strike(desk, i, order, CANCELLED, NOT_ALL_AT_ONCE)
            return
        if fillable <= 0.0:
            book.room = 0.0
            return
    price = raw if order.kind == LIMIT else slipped_fill(book, raw, order.side, fillable)
    closing = min(fillable, closable)
    opening = fillable - closing
    if opening <= fillable * SLACK:
        closing, opening = fillable, 0.0
    if closing > 0.0:
        fee = fee_of(book, closing, price, is_taker, order.filled)
        note_fill(desk, i, order, closing, raw, price, fee, is_taker)
        close_part(desk, i, order, closing, raw, price, fee)
    if opening > 0.0:
        quantity, cause = affordable(desk, i, order, opening, price)
        if quantity <= 0.0:
            if cause == UNAFFORDABLE and desk.rules[0].waits_for_cash:
                return
            strike(desk, i, order, REJECTED, cause)
            return
        if quantity < opening:
            order.quantity -= opening - quantity
        fee = fee_of(book, quantity, price, is_taker, order.filled)
        note_fill(desk, i, order, quantity, raw, price, fee, is_taker)
        open_part(desk, i, order, quantity, raw, price, fee)
    if order.force == IOC and order.state == WORKING:
        strike(desk, i, order, CANCELLED, NOT_ALL_AT_ONCE)
