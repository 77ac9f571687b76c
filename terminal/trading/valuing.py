"""What an account holds and is worth: positions, its value, the money that is free, and what an order could close.

Compiled parts of loops; every other module of the desk asks here.
"""

from terminal.ledger.fast import marked
from terminal.ledger.inner import inner
from terminal.trading.costs import TAKER, fee_of, slipped_fill
from terminal.trading.desk import UNBOUND
from terminal.trading.matching import better


@inner
def position_of(desk, i):  # type: ignore[no-untyped-def] # numba records have no Python type
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
            fee = fee_of(book, lot.quantity, filled, TAKER, 0.0)
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
