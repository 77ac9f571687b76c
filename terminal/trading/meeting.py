"""Where the price on the path inside a candle meets an order: at which level, in which order, and what it becomes there.

Called by `walking` along a candle, by `quotes` on finer input.
"""

import math

import numpy as np

from terminal.ledger.inner import inner
from terminal.risk.sizing import QUANTITY
from terminal.trading.costs import TAKER
from terminal.trading.desk import (
    CANCELLED,
    FOK,
    IOC,
    LIMIT,
    MARKET,
    NO_CAUSE,
    NOT_ALL_AT_ONCE,
    REJECTED,
    STOP,
    STOP_LIMIT,
    TRAIL,
    TRIGGERED,
    WORKING,
    WOULD_CROSS,
)
from terminal.trading.filling import execute
from terminal.trading.liquidating import LIQUIDATION, pay_liquidation
from terminal.trading.matching import better, stop_is_hit, target_is_hit, trail_level
from terminal.trading.noting import NO_ROW, log, strike
from terminal.trading.placing import sized
from terminal.trading.valuing import see_lot, worth_of

TOUCHES = np.bool_(True)
"""A price that is reached by the open fills a limit though nothing trades through it."""


@inner
def is_active(book, order):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Whether an order is in the market on this candle."""
    return order.state == WORKING and order.from_row <= book.row and order.from_time <= book.time


@inner
def fill(desk, i, k, price, is_taker):  # type: ignore[no-untyped-def]
    """Fills order `k` at a price, sizing it first where sizes wait for the fill."""
    order = desk.orders[i, k]
    if desk.rules[0].sizes_at_fill and order.size_kind != QUANTITY and order.filled == 0.0:
        order.worth = worth_of(desk)
        cause = sized(desk, i, order, price)
        order.asked = order.quantity
        if cause != NO_CAUSE:
            desk.totals[0].too_small += 1
            strike(desk, i, order, REJECTED, cause)
            return
    execute(desk, i, k, price, is_taker)


@inner
def limit_price(desk, order, price):  # type: ignore[no-untyped-def]
    """What a limit order gets where the path meets it at `price`: a gap in its favour, unless the account's rule withholds it."""
    return order.price if desk.rules[0].withholds_improvement else price


@inner
def level_of(book, order):  # type: ignore[no-untyped-def]
    """The price at which an order acts now, NaN = none."""
    if order.kind == LIMIT:
        return order.price
    if order.kind == TRAIL:
        if not math.isnan(order.activation):
            return np.nan
        return trail_level(-order.side, order.best, order.trail, order.trail_is_distance, book.tick_over, book.tick_under)
    return order.trigger


@inner
def stop_or_limit_passed(order, level, open_):  # type: ignore[no-untyped-def]
    """Whether the open alone is beyond the order's level."""
    if order.kind == LIMIT:
        return target_is_hit(-order.side, level, open_, TOUCHES)
    return stop_is_hit(-order.side, level, open_)


@inner
def next_hit(desk, i, begin, point):  # type: ignore[no-untyped-def]
    """The order met first on the way from `begin` to `point` and the price it is met at; −1 = none.

    Of those met at once, a stop comes before a limit, and of two stops the one that stood nearer to the market.
    """
    book = desk.books[i]
    chosen, met, distance, passed_by = NO_ROW, 0.0, np.inf, -np.inf
    for k in range(book.working):
        order = desk.orders[i, k]
        if order.on_close or not is_active(book, order):
            continue
        price, passed = begin, -np.inf
        if order.kind in (LIMIT, MARKET):
            if book.room <= 0.0:
                continue
            if order.kind == LIMIT:
                if not target_is_hit(-order.side, order.price, point, desk.rules[0].fill_on_touch):
                    continue
                price = better(-order.side, begin, order.price)
        else:
            level = level_of(book, order)
            if not stop_is_hit(-order.side, level, point):
                continue
            price, passed = better(order.side, begin, level), order.side * (begin - level)
        away = abs(price - begin)
        if away < distance or (away == distance and passed > passed_by):
            chosen, met, distance, passed_by = np.int64(k), price, away, passed
    return chosen, met


@inner
def meet(desk, i, k, price):  # type: ignore[no-untyped-def]
    """The path reaches order `k` at `price`: it fills, as far as it can; a stop that can't fill whole has become what its name says."""
    order, book = desk.orders[i, k], desk.books[i]
    if order.kind == LIMIT and book.shows_prints:
        price = order.price  # whoever traded beyond a limit that rested here took it first
    for held in range(book.held):
        see_lot(desk.lots[i, held], price)
    if order.kind == LIMIT:
        is_gap = price != order.price
        if order.post_only and is_gap:
            strike(desk, i, order, REJECTED, WOULD_CROSS)
        else:
            fill(desk, i, k, limit_price(desk, order, price), is_gap)
        return
    is_limited = order.kind == STOP_LIMIT
    if is_limited:
        log(desk, i, order, TRIGGERED, NO_CAUSE, NO_ROW)
    if book.room > 0.0 and (not is_limited or order.side * (order.price - price) >= 0.0):
        if order.reason == LIQUIDATION:
            pay_liquidation(desk, i, order, price)
        fill(desk, i, k, price, TAKER)
    if order.kind != MARKET and not is_limited and order.state == WORKING:
        log(desk, i, order, TRIGGERED, NO_CAUSE, NO_ROW)
    order.kind = LIMIT if is_limited else MARKET
    if is_limited and order.state == WORKING and order.force in (IOC, FOK):
        strike(desk, i, order, CANCELLED, NOT_ALL_AT_ONCE)


@inner
def see(desk, i, point):  # type: ignore[no-untyped-def]
    """The path has reached `point`: lots note it, trails follow it, stops move to break-even. What they do acts later on the path."""
    book = desk.books[i]
    for k in range(book.held):
        see_lot(desk.lots[i, k], point)
    for k in range(book.working):
        if is_active(book, desk.orders[i, k]):
            follow(desk, i, desk.orders[i, k], point)


@inner
def follow(desk, i, order, point):  # type: ignore[no-untyped-def]
    """A trail follows the price to `point`, a stop that has earned it moves to its lot's entry."""
    if order.kind == TRAIL:
        if not math.isnan(order.activation):
            if -order.side * (point - order.activation) < 0.0:
                return
            order.activation = np.nan
            order.best = point
        order.best = better(-order.side, order.best, point)
    elif order.kind == STOP and not math.isnan(order.break_even) and -order.side * (point - order.break_even) >= 0.0:
        order.break_even = np.nan
        for n in range(desk.books[i].held):
            if desk.lots[i, n].id == order.lot:
                order.trigger = better(-order.side, order.trigger, desk.lots[i, n].entry_price)
