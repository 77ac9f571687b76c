"""The compiled loop of a portfolio: target weights on given rows, traded at the next open, the account marked at each close.

Called by `weights_run` where all instruments share one calendar and costs are plain; the general way is the desk, and both agree.
"""

import math

import numpy as np
from numba import njit

from terminal.domain.orders import ExitReason
from terminal.ledger.inner import inner
from terminal.risk.grid import SLACK, grid_down
from terminal.risk.sizing import payable_quantity, unit_outlay
from terminal.trading.costs import fee_of, slipped_fill

TRADED = np.dtype(
    [
        ("instrument", np.int64),
        ("row", np.int64),
        ("decision", np.int64),
        ("side", np.int64),
        ("quantity", np.float64),
        ("closing", np.float64),
        ("raw", np.float64),
        ("price", np.float64),
        ("fee", np.float64),
        ("closing_fee", np.float64),
        ("reason", np.int64),
    ]
)
"""One rebalancing order as it filled: `closing` of its `quantity` left what was held, for `closing_fee` of its `fee`."""
FILLS, CUT, TOO_SMALL = range(3)
"""Places in `counts`: orders filled, cut to what could be paid, and too small to trade."""
_SIGNAL, _REVERSAL, _REBALANCE = (np.int64(reason) for reason in (ExitReason.SIGNAL, ExitReason.REVERSAL, ExitReason.REBALANCE))


@njit(cache=True, nogil=True, error_model="numpy")
def simulate_weights(closes, opens, rows, target, drift, books, cash, equity, held, fills, counts):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Trades `target` (r, k), decided at the closes of `rows` (r,), at `opens` (r, k) of the rows after; returns the cash at the end.

    `closes` is (k, n), one row per instrument; `equity` (n,) gets the account's value at each close, `held` (k,) the quantities at
    the end, `fills` one row per order. A row trades only where a share is further than `drift` from its weight.
    """
    wanted, marked = np.zeros(len(held)), 0
    for n in range(len(rows)):
        row = rows[n]
        mark(closes, held, books, cash, equity, marked, row + 1)
        marked = row + 1
        if marked >= closes.shape[1]:
            break
        worth = equity[row]
        if drift > 0.0 and not has_drifted(closes, held, books, target, n, row, worth, drift):
            continue
        bound = 0.0
        for i in range(len(held)):
            wanted[i] = wanted_change(books[i], target[n, i], worth, closes[i, row], held[i])
            bound += bound_by(books[i], held[i], closes[i, row])
        for is_reducing in (True, False):
            for i in range(len(held)):
                if wanted[i] != 0.0 and (wanted[i] * held[i] < 0.0) == is_reducing:
                    money = (cash, bound - bound_by(books[i], held[i], closes[i, row]), closes[i, row])
                    cash = fill(books, opens[n, i], i, row, target[n, i], wanted[i], held, money, fills, counts)
                    bound = money[1] + bound_by(books[i], held[i], closes[i, row])
                    wanted[i] = 0.0
    mark(closes, held, books, cash, equity, marked, closes.shape[1])
    return cash


@inner
def mark(closes, held, books, cash, equity, first, last):  # type: ignore[no-untyped-def]
    """Writes the account's value at the closes of rows `first` to before `last`; one instrument after the other, as memory lies."""
    for row in range(first, last):
        equity[row] = cash
    for i in range(len(held)):
        if held[i] != 0.0:
            units = held[i] * books[i].multiplier
            for row in range(first, last):
                equity[row] += units * closes[i, row]


@inner
def has_drifted(closes, held, books, target, n, row, worth, drift):  # type: ignore[no-untyped-def]
    """Whether any instrument's share of the account is further than `drift` from its weight."""
    for i in range(len(held)):
        share = held[i] * books[i].multiplier * closes[i, row] / worth
        if abs(share - target[n, i]) > drift:
            return True
    return False


@inner
def wanted_change(book, weight, worth, close, held):  # type: ignore[no-untyped-def]
    """The signed quantity on the lot grid that makes the position `weight` of the account, 0 where the weight is unknown."""
    if math.isnan(weight):
        return 0.0
    expected = slipped_fill(book, close, np.int64(1) if weight >= 0.0 else np.int64(-1), 0.0)
    change = weight * worth / unit_outlay(expected, book.taker, book.multiplier) - held
    quantity = grid_down(abs(change), book.lot_over, book.lot_under)
    return quantity if change > 0.0 else -quantity


@inner
def fill(books, raw, i, row, weight, wanted, held, money, fills, counts):  # type: ignore[no-untyped-def]
    """Fills one order at the open `raw`, what opens something cut to the money there is; returns the cash after it.

    `money` is the cash before it, what the other instruments' shorts bind of it, and the instrument's last close.
    """
    book, quantity, before = books[i], abs(wanted), held[i]
    side = np.int64(1) if wanted > 0.0 else np.int64(-1)
    price = slipped_fill(book, raw, side, quantity)
    closing = min(quantity, abs(before)) if before * side < 0.0 else 0.0
    if quantity - closing <= quantity * SLACK:
        closing = quantity
    closing_fee = fee_of(book, closing, price, True, 0.0) if closing > 0.0 else 0.0
    cash = money[0] - side * closing * price * book.multiplier - closing_fee
    held[i] = before + side * closing if closing < abs(before) else 0.0 if closing > 0.0 else before
    opening, opening_fee = quantity - closing, 0.0
    if opening > 0.0:
        free = cash - money[1] - bound_by(book, held[i], money[2])
        payable = payable_quantity(free, unit_outlay(price, book.taker, book.multiplier), book.lot_over, book.lot_under)
        counts[CUT] += opening > payable * (1.0 + SLACK)
        opening = min(opening, payable)
        if opening <= 0.0 or opening * price * book.multiplier < book.minimum_notional:
            counts[TOO_SMALL] += 1
            opening = 0.0
        else:
            opening_fee = fee_of(book, opening, price, True, closing)
            cash -= side * opening * price * book.multiplier + opening_fee
            held[i] += side * opening
    if closing + opening > 0.0:
        done = fills[counts[FILLS]]
        done.instrument, done.row, done.decision, done.side = i, row + 1, row, side
        done.quantity, done.closing, done.raw, done.price = closing + opening, closing, raw, price
        done.fee, done.closing_fee = closing_fee + opening_fee, closing_fee
        done.reason = _SIGNAL if weight == 0.0 else _REVERSAL if before * weight < 0.0 else _REBALANCE
        counts[FILLS] += 1
    return cash


@inner
def bound_by(book, held, close):  # type: ignore[no-untyped-def]
    """What a short binds of the cash: what its sale brought in, and as much again, at the last close."""
    return -2.0 * held * book.multiplier * close if held < 0.0 else 0.0
