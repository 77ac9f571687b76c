"""Liquidation: the price at which an account no longer bears its margin, kept as a stop order on the instrument's own table.

So it acts inside the candle by the rules of every other stop, and candles that can't reach it stay quiet. `walking` keeps it up to date.
"""

import numpy as np

from terminal.domain.orders import ExitReason
from terminal.ledger.inner import inner
from terminal.trading.costs import slipped_fill
from terminal.trading.desk import DONE, STOP, UNBOUND
from terminal.trading.matching import rounded_to_market
from terminal.trading.noting import NO_ROW
from terminal.trading.protecting import add_child
from terminal.trading.valuing import closable_by, worth_of

LIQUIDATION = np.int64(ExitReason.LIQUIDATION)


@inner
def watch_margin(desk, i):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Moves the liquidation order of instrument `i` to where the account's value falls to its maintenance margin, others unmoved."""
    book = desk.books[i]
    if book.maintenance <= 0.0:
        return
    units, gross = 0.0, 0.0
    for k in range(book.held):
        units += desk.lots[i, k].units
        gross += abs(desk.lots[i, k].units)
    order_row = NO_ROW
    for k in range(book.working):
        if desk.orders[i, k].reason == LIQUIDATION and desk.orders[i, k].state != DONE:
            order_row = np.int64(k)
    if units == 0.0 or (order_row != NO_ROW and desk.orders[i, order_row].side * units > 0.0):
        if order_row != NO_ROW:
            desk.orders[i, order_row].state = DONE
        order_row = NO_ROW
    if units == 0.0:
        return
    rate = desk.rates[book.currency]
    level = (margin_elsewhere(desk, i) - worth_of(desk) + rate * units * book.mark) / (rate * (units - gross * book.maintenance))
    if order_row == NO_ROW:
        if level <= 0.0:
            return
        child = add_child(desk, i, desk.lots[i, 0], STOP, LIQUIDATION)
        child.lot, child.side = UNBOUND, np.int64(-1) if units > 0.0 else np.int64(1)
    else:
        child = desk.orders[i, order_row]
    child.trigger = rounded_to_market(max(level, 0.0), units > 0.0, book.tick_over, book.tick_under)


@inner
def margin_elsewhere(desk, i):  # type: ignore[no-untyped-def]
    """The maintenance margin of every other instrument's lots at their marks, in the account's currency."""
    margin = 0.0
    for j in range(len(desk.books)):
        book = desk.books[j]
        if j != i:
            for k in range(book.held):
                margin += desk.rates[book.currency] * abs(desk.lots[j, k].units) * book.mark * book.maintenance
    return margin


@inner
def pay_liquidation(desk, i, order, raw):  # type: ignore[no-untyped-def]
    """Books the venue's fee on every lot that the liquidation `order` is about to close at the path price `raw`, as far as volume allows."""
    book = desk.books[i]
    closable = closable_by(desk, i, order)
    part = min(closable, book.room)
    price = slipped_fill(book, raw, order.side, part)
    desk.totals[0].liquidations += order.filled == 0.0
    for k in range(book.held):
        lot = desk.lots[i, k]
        if lot.side == -order.side and closable > 0.0:
            paid = abs(lot.units) * (part / closable) * price * book.liquidation_fee
            lot.liquidation += paid
            lot.carry += paid
            desk.totals[0].liquidation_fees += paid * desk.rates[book.currency]
