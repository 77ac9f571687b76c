"""What holding costs and idle money earns: funding at its own moments, borrow for shorts, interest; booked at each candle's close.

`walking` and `marking` call it once a candle and instrument; each line is booked on the lot it belongs to, interest on the account.
"""

import math

import numpy as np

from terminal.ledger.inner import inner
from terminal.trading.valuing import free_money

YEAR = 365.0 * 86_400_000_000_000.0
"""Nanoseconds of the year that yearly rates are counted by."""


@inner
def carry(desk, i):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Books what holding instrument `i` cost up to the close of its candle at hand, at that close.

    A funding moment inside the candle or at its close is paid by who holds then; borrow and interest run with the time passed.
    """
    book, totals = desk.books[i], desk.totals[0]
    until = book.time + book.length
    while book.funding_next < book.funding_last and desk.fundings[book.funding_next].time <= until:
        pay_funding(desk, i, desk.fundings[book.funding_next])
        book.funding_next += 1
    if book.borrow > 0.0:
        pay_borrow(desk, i, until)
    if desk.rules[0].interest != 0.0 and until > totals.interest_time:
        since = totals.interest_time if totals.interest_time > 0 else book.time
        earned = max(free_money(desk, np.int64(0)), 0.0) * desk.rules[0].interest * ((until - since) / YEAR)
        desk.cash[0] += earned
        totals.interest += earned
        totals.interest_time = until
    book.carried = until


@inner
def pay_funding(desk, i, funding):  # type: ignore[no-untyped-def]
    """A long pays the rate on its value, a short is paid it; the other way round below zero."""
    book = desk.books[i]
    price = book.mark if math.isnan(funding.mark) else funding.mark
    for k in range(book.held):
        lot = desk.lots[i, k]
        paid = lot.units * price * funding.rate
        lot.funding += paid
        lot.carry += paid
        desk.totals[0].funding += paid * desk.rates[book.currency]


@inner
def pay_borrow(desk, i, until):  # type: ignore[no-untyped-def]
    """Shorts pay for what they borrowed, by its value now, for the time since the last close or since they were opened."""
    book = desk.books[i]
    for k in range(book.held):
        lot = desk.lots[i, k]
        if lot.side > 0:
            continue
        since = book.time if lot.entry_row == book.row or book.carried == 0 else book.carried
        paid = -lot.units * book.mark * book.borrow * ((until - since) / YEAR)
        lot.borrow += paid
        lot.carry += paid
        desk.totals[0].borrow += paid * desk.rates[book.currency]
