"""An order that is due becomes a fill: lots are closed and opened, money is booked, its rivals and followers hear of it.

Called by `meeting` on candles and by `quotes` on finer input, with the price on the path that the order meets.
"""

import math

import numpy as np

from terminal.ledger.fast import add_to_lot, close_lot, open_lot, reduce_lot
from terminal.ledger.inner import inner
from terminal.risk.grid import SLACK, grid_down
from terminal.risk.sizing import QUANTITY, payable_quantity, unit_outlay, wanted_quantity
from terminal.trading.costs import TAKER, fee_of, fee_rate, slipped_fill
from terminal.trading.desk import (
    AVERAGE,
    CANCELLED,
    DONE,
    FILLED,
    FOK,
    IOC,
    LIFO,
    LIMIT,
    LOT_CLOSED,
    NO_CAUSE,
    NO_SHORTING,
    NOT_ALL_AT_ONCE,
    NOTHING_TO_REDUCE,
    OTHER_FILLED,
    PARTIAL,
    REJECTED,
    STOP_LIMIT,
    TOO_SMALL,
    TRAIL,
    UNAFFORDABLE,
    UNBOUND,
    WAITING,
    WORKING,
)
from terminal.trading.matching import better
from terminal.trading.noting import NO_ROW, log, strike
from terminal.trading.protecting import STOP_LOSS, protect_anew, protect_lot
from terminal.trading.valuing import closable_by, free_money


@inner
def drop_lot(desk, i, k):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Takes the closed lot `k` out of the table, keeping the order of the rest; strikes out what protected it and what its entry had left."""
    book, gone = desk.books[i], desk.lots[i, k].id
    for later in range(k + 1, book.held):
        desk.lots[i, later - 1] = desk.lots[i, later]
    book.held -= 1
    for o in range(book.working):
        order = desk.orders[i, o]
        if order.state != DONE and gone in (order.lot, order.id):
            strike(desk, i, order, CANCELLED, OTHER_FILLED if order.lot == gone else LOT_CLOSED)


@inner
def close_part(desk, i, order, quantity, raw, price, fee):  # type: ignore[no-untyped-def]
    """Takes `quantity` out of the lots against the order by the account's rule for lots, sharing the `fee`."""
    book, closable = desk.books[i], closable_by(desk, i, order)
    if desk.rules[0].lots == AVERAGE and order.lot == UNBOUND and quantity < closable * (1.0 - SLACK):
        reduce_all(desk, i, order, quantity / closable, raw, price, fee)
        return
    left = quantity
    while left > quantity * SLACK:
        chosen = lot_to_close(desk, i, order)
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
def lot_to_close(desk, i, order):  # type: ignore[no-untyped-def]
    """The row of the lot that an exit closes first, −1 = none."""
    held = desk.books[i].held
    for n in range(held):
        k = held - 1 - n if desk.rules[0].lots == LIFO else n
        lot = desk.lots[i, k]
        if lot.side == -order.side and (order.lot in (UNBOUND, lot.id)):
            return np.int64(k)
    return NO_ROW


@inner
def reduce_all(desk, i, order, share, raw, price, fee):  # type: ignore[no-untyped-def]
    """Takes the same `share`, less than all, of every lot against the order: profit is booked at their average price."""
    book = desk.books[i]
    closable = closable_by(desk, i, order)
    for k in range(book.held):
        lot = desk.lots[i, k]
        if lot.side == -order.side:
            part = fee * (lot.quantity / closable)
            desk.cash[book.currency] += reduce_lot(lot, lot.quantity * share, book.multiplier, raw, price, part)


@inner
def note_fill(desk, i, order, quantity, raw, price, fee, is_taker):  # type: ignore[no-untyped-def]
    """Writes the fill and the order's event; the order is done when nothing of it is left."""
    book, totals = desk.books[i], desk.totals[0]
    fill = desk.fills[totals.fills]
    fill.order, fill.instrument, fill.row, fill.time, fill.side = order.id, i, book.row, book.time, order.side
    fill.quantity, fill.raw, fill.price, fill.commission, fill.is_taker, fill.reason = quantity, raw, price, fee, is_taker, order.reason
    fill.lot = order.lot
    totals.fills += 1
    totals.traded += quantity * price * book.multiplier * desk.rates[book.currency]
    order.filled += quantity
    book.room -= quantity
    closes_all = (order.lot != UNBOUND or order.reduce_only) and closable_by(desk, i, order) <= quantity * (1.0 + SLACK)
    is_whole = closes_all or order.quantity - order.filled <= order.filled * SLACK
    log(desk, i, order, FILLED if is_whole else PARTIAL, NO_CAUSE, totals.fills - 1)
    if is_whole:
        order.state = DONE
    wake_relatives(desk, i, order, quantity, raw, is_whole)


@inner
def wake_relatives(desk, i, order, quantity, raw, is_whole):  # type: ignore[no-untyped-def]
    """After a fill: orders that waited for it go to work for its share, its rivals of one group are struck out, or shrunk by a part."""
    book = desk.books[i]
    share = filled_share(order)
    for k in range(book.working):
        other = desk.orders[i, k]
        if other.id == order.id or other.state == DONE:
            continue
        if other.parent == order.id and other.asked > 0.0:
            other.quantity = other.asked if share == 1.0 else grid_down(other.asked * share, book.lot_over, book.lot_under)
        if other.parent == order.id and other.state == WAITING and (other.quantity > 0.0 or other.asked == 0.0):
            other.state = WORKING
            if other.kind == TRAIL:
                other.best = raw
        if order.group != 0 and other.group == order.group:
            other.asked -= quantity
            other.quantity -= quantity
            if is_whole or other.quantity - other.filled <= 0.0:
                strike(desk, i, other, CANCELLED, OTHER_FILLED)


@inner
def filled_share(order):  # type: ignore[no-untyped-def]
    """How much of what the order asked for has filled, as a fraction; 1 where it asked for all of a lot."""
    if math.isinf(order.asked) or order.filled >= order.asked * (1.0 - SLACK):
        return 1.0
    return order.filled / order.asked


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
        protect_anew(desk, i, order, desk.lots[i, k])
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
                exit_fee = fee_of(book, quantity, price, TAKER, 0.0)
                note_fill(desk, i, child, quantity, price, price, exit_fee, TAKER)
                close_part(desk, i, child, quantity, price, price, exit_fee)
                return


@inner
def size_order(desk, i, order, reference, worth, loss):  # type: ignore[no-untyped-def]
    """Turns the order's size into a quantity on the lot grid, with the price it expects to fill at and the value it may use."""
    book = desk.books[i]
    expected = reference if order.kind == LIMIT else slipped_fill(book, reference, order.side, 0.0)
    outlay = unit_outlay(expected, fee_rate(book, expected), book.multiplier) * desk.rates[book.currency]
    order.quantity = grid_down(wanted_quantity(order.size_kind, order.size, worth, outlay, loss), book.lot_over, book.lot_under)


@inner
def affordable(desk, i, order, opening, price):  # type: ignore[no-untyped-def]
    """How much of `opening` can be paid for at `price`, and why nothing: an explicit quantity that can't be, too little, or no shorting."""
    book, totals = desk.books[i], desk.totals[0]
    if order.side < 0 and desk.rules[0].forbids_short:
        return 0.0, NO_SHORTING
    outlay = unit_outlay(price, fee_rate(book, price) + (1.0 / desk.rules[0].leverage - 1.0), book.multiplier)
    payable = payable_quantity(free_money(desk, book.currency) - book.fee_minimum, outlay, book.lot_over, book.lot_under)
    if opening > payable * (1.0 + SLACK):  # what rounding alone puts above is neither refused nor called a cut
        if order.size_kind == QUANTITY:
            totals.unaffordable += 1
            return 0.0, UNAFFORDABLE
        totals.cut += 1
    quantity = min(opening, payable)
    is_part = lot_of(desk, i, order) != NO_ROW  # the least value is asked of an order, not of its parts
    whole = quantity if quantity < opening else order.quantity - order.filled
    if quantity <= 0.0 or (not is_part and whole * price * book.multiplier < book.minimum_notional):
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
        if order.force == FOK or (order.force == IOC and fillable <= 0.0):
            strike(desk, i, order, CANCELLED, NOT_ALL_AT_ONCE)
            return
        if fillable <= 0.0:
            book.room = 0.0
            return
    price = raw if order.kind == LIMIT else slipped_fill(book, raw, order.side, fillable)
    if order.kind == STOP_LIMIT:
        price = better(-order.side, price, order.price)
    closing = min(fillable, closable)
    opening = fillable - closing
    if opening <= fillable * SLACK:
        closing, opening = fillable, 0.0
    if closing > 0.0:
        fee = fee_of(book, closing, price, is_taker, order.filled)
        note_fill(desk, i, order, closing, raw, price, fee, is_taker)
        close_part(desk, i, order, closing, raw, price, fee)
    if opening > 0.0:
        enter(desk, i, order, opening, raw, price, is_taker)
    if order.force == IOC and order.state == WORKING:
        strike(desk, i, order, CANCELLED, NOT_ALL_AT_ONCE)


@inner
def enter(desk, i, order, opening, raw, price, is_taker):  # type: ignore[no-untyped-def]
    """Fills `opening` of an order as a new or larger position, cut to what can be paid, or ends the order with its cause."""
    quantity, cause = affordable(desk, i, order, opening, price)
    if quantity <= 0.0:
        if cause == UNAFFORDABLE and desk.rules[0].waits_for_cash:
            order.from_row = desk.books[i].row + 1
            return
        strike(desk, i, order, CANCELLED if order.filled > 0.0 else REJECTED, cause)
        return
    if quantity < opening:
        order.quantity = order.filled + quantity
    fee = fee_of(desk.books[i], quantity, price, is_taker, order.filled)
    note_fill(desk, i, order, quantity, raw, price, fee, is_taker)
    open_part(desk, i, order, quantity, raw, price, fee)
