"""A candle happens to an account: orders at the open, the path inside, orders at the close; fills in the order of the path.

The event path, the driver of many instruments and the paper broker call `live_candle` once a candle that an order can feel.
"""

import math

import numpy as np
from numba import njit

from terminal.ledger.inner import inner
from terminal.trading.carrying import carry
from terminal.trading.costs import TAKER, use_unit
from terminal.trading.desk import (
    CANCELLED,
    DONE,
    EXPIRED,
    FOK,
    IOC,
    LIMIT,
    MARKET,
    NEVER,
    NO_CAUSE,
    NOT_ALL_AT_ONCE,
    REJECTED,
    TRAIL,
    UNBOUND,
    WAITING,
    WORKING,
    WOULD_CROSS,
    is_crowded,
)
from terminal.trading.liquidating import watch_margin
from terminal.trading.matching import HIGH_FIRST, LOW_FIRST, NEARER_FIRST, PESSIMISTIC, target_is_hit
from terminal.trading.meeting import TOUCHES, fill, is_active, level_of, limit_price, meet, next_hit, see, stop_or_limit_passed
from terminal.trading.noting import NO_ROW, strike
from terminal.trading.valuing import worth_of

TIE = 1e-12
"""Two outcomes of a candle this close, relative to the account's value, are the same outcome rounded differently."""


@njit(cache=True, nogil=True, error_model="numpy")
def live_candle(desk, i, row, time, open_, high, low, close, volume):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Lets one candle of instrument `i` happen, orders at its close included."""
    open_candle(desk, i, row, time, open_, volume)
    finish_candle(desk, i, (open_, high, low, close))


@njit(cache=True, nogil=True, error_model="numpy")
def begin_live_candle(desk, i, row, time, open_, volume):  # type: ignore[no-untyped-def]
    """The first half of `live_candle`, for whoever tells of fills at the open before the rest happens."""
    open_candle(desk, i, row, time, open_, volume)


@njit(cache=True, nogil=True, error_model="numpy")
def finish_live_candle(desk, i, open_, high, low, close):  # type: ignore[no-untyped-def]
    """The second half of `live_candle`; an order that was placed since the first with this row acts in it."""
    finish_candle(desk, i, (open_, high, low, close))


@inner
def open_candle(desk, i, row, time, open_, volume):  # type: ignore[no-untyped-def]
    """Lets a candle open: what has expired leaves, what waits for the open fills there."""
    begin_candle(desk, i, row, time, volume)
    fill_market_orders(desk, i, open_)
    watch_margin(desk, i)


@inner
def finish_candle(desk, i, candle):  # type: ignore[no-untyped-def]
    """Lives through the candle that has opened: the path inside, what holding costs, the orders at its close."""
    live_inside(desk, i, desk.books[i].row, candle)
    desk.books[i].mark = candle[3]
    if desk.books[i].carries:
        carry(desk, i)
    fill_at_close(desk, i, candle[3])
    watch_margin(desk, i)


@njit(cache=True, nogil=True, error_model="numpy")
def close_candle(desk, i, close, volume):  # type: ignore[no-untyped-def]
    """Fills the orders that were placed at, and meant for, the close of the candle at hand; `volume` counts where it was passed quietly."""
    if desk.books[i].begun != desk.books[i].row:
        open_room(desk, i, volume)
    fill_at_close(desk, i, close)
    watch_margin(desk, i)


@inner
def fill_at_close(desk, i, close):  # type: ignore[no-untyped-def]
    """Fills the orders meant for this close, in the order they were placed; a limit that the close is beyond is cancelled."""
    for k in range(desk.books[i].working):
        order = desk.orders[i, k]
        if not order.on_close or not is_active(desk.books[i], order):
            continue
        if order.kind == LIMIT and -order.side * (close - order.price) < 0.0:
            strike(desk, i, order, CANCELLED, NO_CAUSE)
        else:
            fill(desk, i, k, close, TAKER)
    sweep(desk, i)


@inner
def open_room(desk, i, volume):  # type: ignore[no-untyped-def]
    """Lets as much of the candle's volume fill as the account's rule allows."""
    book, participation = desk.books[i], desk.rules[0].participation
    book.volume, book.begun = volume, book.row
    book.room = np.inf if math.isinf(participation) else volume * participation


@inner
def begin_candle(desk, i, row, time, volume):  # type: ignore[no-untyped-def]
    """Opens the candle: its volume may fill, what has expired leaves."""
    book = desk.books[i]
    book.row, book.time = row, time
    open_room(desk, i, volume)
    use_unit(desk, i, row)
    for k in range(book.working):
        order = desk.orders[i, k]
        if order.state != DONE and order.expires <= time:
            strike(desk, i, order, EXPIRED, NO_CAUSE)


@inner
def fill_market_orders(desk, i, open_):  # type: ignore[no-untyped-def]
    """Market orders fill at the open, in the order they were placed; limits that may not rest act or leave."""
    book = desk.books[i]
    for k in range(book.working):
        order = desk.orders[i, k]
        if order.on_close or not is_active(book, order):
            continue
        if order.kind == MARKET:
            fill(desk, i, k, open_, TAKER)
        elif order.kind == LIMIT:
            crosses = target_is_hit(-order.side, order.price, open_, TOUCHES)
            if order.post_only and crosses:
                strike(desk, i, order, REJECTED, WOULD_CROSS)
            elif order.force in (IOC, FOK):
                if crosses:
                    fill(desk, i, k, limit_price(desk, order, open_), TAKER)
                if order.state == WORKING:
                    strike(desk, i, order, CANCELLED, NOT_ALL_AT_ONCE)
            order.post_only = False


@inner
def walk_candle(desk, i, candle, extremes):  # type: ignore[no-untyped-def]
    """Goes one way through the candle: open, its extremes in the order asked for, close."""
    first, second = (candle[2], candle[1]) if extremes == LOW_FIRST else (candle[1], candle[2])
    begin = candle[0]
    for point in (candle[0], first, second, candle[3]):
        k, price = next_hit(desk, i, begin, point)
        while k != NO_ROW:
            meet(desk, i, k, price)
            watch_margin(desk, i)
            begin = price
            k, price = next_hit(desk, i, begin, point)
        see(desk, i, point)
        begin = point


@inner
def how_many_reached(desk, i, candle):  # type: ignore[no-untyped-def]
    """0 where nothing in the market can act inside the candle, 1 where the way through can't matter, 2 where it may."""
    book = desk.books[i]
    found = 0
    for k in range(book.working):
        order = desk.orders[i, k]
        if order.state == WAITING:
            return 2
        if order.kind == MARKET or order.on_close or not is_active(book, order):
            continue
        if order.kind == TRAIL or not math.isnan(order.break_even):
            return 2
        level = level_of(book, order)
        if candle[2] <= level <= candle[1] or stop_or_limit_passed(order, level, candle[0]):
            found += 1 if order.lot != UNBOUND else 2
    return min(found, 2)


@inner
def live_inside(desk, i, row, candle):  # type: ignore[no-untyped-def]
    """Walks the finer candles inside candle `row` one after the other, each by the account's rule; the candle itself where there are none."""
    first, last = np.int64(0), np.int64(0)
    if desk.books[i].detail_first >= 0:
        place = desk.books[i].detail_first + row
        first, last = desk.finer_rows[place], desk.finer_rows[place + 1]
    if first >= last:
        live_through(desk, i, candle)
        return
    desk.totals[0].detailed += 1
    for n in range(first, last):
        finer = desk.finer[n]
        live_through(desk, i, (finer.open, finer.high, finer.low, finer.close))
        desk.books[i].mark = finer.close


@inner
def live_through(desk, i, candle):  # type: ignore[no-untyped-def]
    """Walks the candle by the account's rule for the path inside it, both ways where the worse or better must be found."""
    reached = how_many_reached(desk, i, candle)
    if reached == 0:
        see(desk, i, candle[1])
        see(desk, i, candle[2])
        return
    path = desk.rules[0].path
    if path == NEARER_FIRST:
        walk_candle(desk, i, candle, HIGH_FIRST if candle[1] - candle[0] < candle[0] - candle[2] else LOW_FIRST)
        return
    if reached == 1:
        walk_candle(desk, i, candle, LOW_FIRST)
        return
    save(desk, i)
    walk_candle(desk, i, candle, HIGH_FIRST)
    high = outcome(desk, i, candle[3])
    restore(desk, i)
    walk_candle(desk, i, candle, LOW_FIRST)
    gain = high - outcome(desk, i, candle[3])
    if abs(gain) > TIE * abs(high) and (gain < 0.0) == (path == PESSIMISTIC):
        restore(desk, i)
        walk_candle(desk, i, candle, HIGH_FIRST)


@inner
def outcome(desk, i, close):  # type: ignore[no-untyped-def]
    """The account's value at this close."""
    desk.books[i].mark = close
    return worth_of(desk)


@inner
def save(desk, i):  # type: ignore[no-untyped-def]
    """Keeps the state of instrument `i` and the money, so that a walk can be taken back."""
    book = desk.books[i]
    desk.saved_book[0], desk.saved_totals[0] = book, desk.totals[0]
    for currency in range(len(desk.cash)):
        desk.saved_cash[currency] = desk.cash[currency]
    for k in range(book.working):
        desk.saved_orders[k] = desk.orders[i, k]
    for k in range(book.held):
        desk.saved_lots[k] = desk.lots[i, k]


@inner
def restore(desk, i):  # type: ignore[no-untyped-def]
    """Takes a walk back; rows that it logged are written over."""
    desk.books[i], desk.totals[0] = desk.saved_book[0], desk.saved_totals[0]
    for currency in range(len(desk.cash)):
        desk.cash[currency] = desk.saved_cash[currency]
    for k in range(desk.saved_book[0].working):
        desk.orders[i, k] = desk.saved_orders[k]
    for k in range(desk.saved_book[0].held):
        desk.lots[i, k] = desk.saved_lots[k]


@inner
def sweep(desk, i):  # type: ignore[no-untyped-def]
    """Takes finished orders out of the table, keeping the order of the rest."""
    book, kept = desk.books[i], 0
    for k in range(book.working):
        if desk.orders[i, k].state != DONE:
            if kept != k:
                desk.orders[i, kept] = desk.orders[i, k]
            kept += 1
    book.working = kept


@njit(cache=True, nogil=True, error_model="numpy")
def reach(desk, i):  # type: ignore[no-untyped-def]
    """The prices (lower, upper) between which a candle changes nothing but the lots' best and worst; the time (UTC ns) from which
    one changes something anyway, by an expiry or an order that waits for its time; and whether the tables must grow.

    A market order leaves no room.
    """
    book, crowded = desk.books[i], is_crowded(desk, i)
    lower, upper, due = 0.0, np.inf, NEVER
    if book.carries and book.maintenance > 0.0 and book.held > 0:  # what is carried moves the liquidation at every close
        return np.inf, 0.0, due, crowded
    for k in range(book.working):
        order = desk.orders[i, k]
        due = min(due, order.expires)
        if order.state == WAITING:
            continue
        if order.from_time > book.time:
            due = min(due, order.from_time)
            continue
        if order.kind == MARKET or order.on_close or order.post_only or order.force in (IOC, FOK):
            return np.inf, 0.0, due, crowded
        level = level_of(book, order)
        if (order.kind == LIMIT) == (order.side > 0):
            lower = lower if math.isnan(level) else max(lower, level)
        else:
            upper = upper if math.isnan(level) else min(upper, level)
        if order.kind == TRAIL:
            moves_at = order.best if math.isnan(order.activation) else order.activation
            lower, upper = (lower, min(upper, moves_at)) if order.side < 0 else (max(lower, moves_at), upper)
        if not math.isnan(order.break_even):
            lower, upper = (lower, min(upper, order.break_even)) if order.side < 0 else (max(lower, order.break_even), upper)
    return lower, upper, due, crowded
