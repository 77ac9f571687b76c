"""The tables of one simulated account: its money, its instruments, their working orders and open lots, and what happened to them.

Plain arrays, so that compiled rules can change them and a walk can be taken back; `placing`, `filling` and `walking` do.
"""

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from terminal.domain.instrument import Instrument
from terminal.ledger.fast import LOT, TRADE

MARKET, LIMIT, STOP, STOP_LIMIT, TRAIL = (np.int64(kind) for kind in range(5))
"""Kinds of order. A stop-limit that was triggered becomes a LIMIT."""
WAITING, WORKING, DONE = (np.int64(state) for state in range(3))
"""States in the table: WAITING for its parent's fill or its time, WORKING, DONE = struck out at the end of the candle."""
GTC, DAY, IOC, FOK = (np.int64(force) for force in range(4))
"""Times in force. DAY and GTD are GTC with an expiry time; the caller knows when the day ends."""
ACCEPTED, FILLED, PARTIAL, CANCELLED, REJECTED, EXPIRED, TRIGGERED = (np.int64(kind) for kind in range(7))
"""What the log of events says of an order."""
(
    NO_CAUSE,
    TOO_SMALL,
    UNAFFORDABLE,
    STOP_PASSED,
    WOULD_CROSS,
    NOTHING_TO_REDUCE,
    NOT_ALL_AT_ONCE,
    TABLE_FULL,
    RISK_NEEDS_STOP,
    OTHER_FILLED,
    PARENT_GONE,
    WRONG_SIDE,
) = (np.int64(cause) for cause in range(12))
"""Why an order was refused or struck out."""
NEVER = np.iinfo(np.int64).max
UNBOUND = np.int64(0)

RULES = np.dtype(
    [
        ("path", np.int64),
        ("sizes_at_fill", np.bool_),
        ("fill_on_touch", np.bool_),
        ("withholds_improvement", np.bool_),
        ("waits_for_cash", np.bool_),
        ("newest_first", np.bool_),
        ("participation", np.float64),
        ("leverage", np.float64),
    ]
)
"""Settings that hold for the whole account. `participation` is the share of a candle's volume that may fill, infinite = no cap."""

BOOK = np.dtype(
    [
        ("tick_over", np.float64),
        ("tick_under", np.float64),
        ("lot_over", np.float64),
        ("lot_under", np.float64),
        ("minimum_notional", np.float64),
        ("multiplier", np.float64),
        ("currency", np.int64),
        ("fee_kind", np.int64),
        ("maker", np.float64),
        ("taker", np.float64),
        ("fee_minimum", np.float64),
        ("fee_cap", np.float64),
        ("slippage_kind", np.int64),
        ("slippage", np.float64),
        ("slippage_unit", np.float64),
        ("maintenance", np.float64),
        ("liquidation_fee", np.float64),
        ("volume", np.float64),
        ("room", np.float64),
        ("mark", np.float64),
        ("row", np.int64),
        ("time", np.int64),
        ("working", np.int64),
        ("held", np.int64),
    ]
)
"""One instrument: its grid, its costs, the candle being lived through, and how many rows of `orders` and `lots` are in use.

`slippage_unit` is what a slippage model multiplies (spread, ATR or volatility of this candle); `room` the volume still free.
"""

ORDER = np.dtype(
    [
        ("id", np.int64),
        ("state", np.int64),
        ("kind", np.int64),
        ("side", np.int64),
        ("reason", np.int64),
        ("force", np.int64),
        ("quantity", np.float64),
        ("filled", np.float64),
        ("size_kind", np.int64),
        ("size", np.float64),
        ("price", np.float64),
        ("trigger", np.float64),
        ("trail", np.float64),
        ("trail_is_distance", np.bool_),
        ("activation", np.float64),
        ("best", np.float64),
        ("stop", np.float64),
        ("stop_is_price", np.bool_),
        ("target", np.float64),
        ("target_is_price", np.bool_),
        ("child_trail", np.float64),
        ("child_trail_is_distance", np.bool_),
        ("child_activation", np.float64),
        ("break_even", np.float64),
        ("timeout", np.int64),
        ("lot", np.int64),
        ("parent", np.int64),
        ("group", np.int64),
        ("expires", np.int64),
        ("from_time", np.int64),
        ("from_row", np.int64),
        ("reduce_only", np.bool_),
        ("post_only", np.bool_),
        ("on_close", np.bool_),
        ("decision", np.int64),
        ("reference", np.float64),
        ("worth", np.float64),
    ]
)
"""One order. Prices are absolute, NaN = none. `quantity` may be infinite for a protective order: all of its lot.

`stop`, `target` and `child_trail` are the bracket that an entry hangs on its lot when it fills: fractions of the fill price, or
prices where `…_is_price`; `break_even` is the gain, as a fraction of the fill price, after which the stop moves to the entry;
`timeout` ns after the fill the lot is left at the market. `lot` is the entry order whose lot this one protects, 0 = none.
`decision` is the row it was decided on, `reference` the price and `worth` the account's value that size it.
"""

FILL = np.dtype(
    [
        ("order", np.int64),
        ("instrument", np.int64),
        ("row", np.int64),
        ("time", np.int64),
        ("side", np.int64),
        ("quantity", np.float64),
        ("raw", np.float64),
        ("price", np.float64),
        ("commission", np.float64),
        ("is_taker", np.bool_),
        ("reason", np.int64),
    ]
)
EVENT = np.dtype([("order", np.int64), ("instrument", np.int64), ("kind", np.int64), ("cause", np.int64), ("time", np.int64), ("fill", np.int64)])
"""One thing that happened to an order, in order; `fill` is the row of `fills`, −1 = none."""

TOTALS = np.dtype(
    [
        ("fills", np.int64),
        ("trades", np.int64),
        ("events", np.int64),
        ("next_id", np.int64),
        ("cut", np.int64),
        ("unaffordable", np.int64),
        ("too_small", np.int64),
        ("stops_passed", np.int64),
        ("stop_and_target", np.int64),
        ("liquidations", np.int64),
        ("traded", np.float64),
        ("funding", np.float64),
        ("borrow", np.float64),
        ("interest", np.float64),
        ("dividends", np.float64),
        ("liquidation_fees", np.float64),
    ]
)
"""How many rows of the logs are in use, what was counted, and the money lines that belong to no fill."""


class Desk(NamedTuple):
    """All tables of one account. Rows of `books`, `orders` and `lots` are instruments; `cash` and `rates` are by currency.

    `rates` are units of the account's currency for one of that currency, the first is 1. The `saved_…` tables hold one
    instrument's state while both ways through a candle are tried.
    """

    rules: NDArray[Any]
    cash: NDArray[np.float64]
    rates: NDArray[np.float64]
    books: NDArray[Any]
    orders: NDArray[Any]
    lots: NDArray[Any]
    fills: NDArray[Any]
    trades: NDArray[Any]
    events: NDArray[Any]
    totals: NDArray[Any]
    saved_cash: NDArray[np.float64]
    saved_book: NDArray[Any]
    saved_orders: NDArray[Any]
    saved_lots: NDArray[Any]
    saved_totals: NDArray[Any]


def new_desk(rules: NDArray[Any], books: NDArray[Any], capital: float, *, currencies: int = 1, orders: int = 16, lots: int = 8, log: int = 256) -> Desk:
    """A desk with `capital` in the first currency, nothing open, and room for so many orders and lots per instrument."""
    cash, rates = np.zeros(currencies), np.ones(currencies)
    cash[0] = capital
    totals = np.zeros(1, TOTALS)
    totals["next_id"] = 1
    return Desk(
        rules=rules,
        cash=cash,
        rates=rates,
        books=books,
        orders=np.zeros((len(books), orders), ORDER),
        lots=np.zeros((len(books), lots), LOT),
        fills=np.zeros(log, FILL),
        trades=np.zeros(log, TRADE),
        events=np.zeros(2 * log, EVENT),
        totals=totals,
        saved_cash=np.zeros(currencies),
        saved_book=np.zeros(1, BOOK),
        saved_orders=np.zeros(orders, ORDER),
        saved_lots=np.zeros(lots, LOT),
        saved_totals=np.zeros(1, TOTALS),
    )


def grown(desk: Desk) -> Desk:
    """The same desk with tables twice as long wherever less than half is free; called between candles."""
    totals, busiest = desk.totals[0], int(desk.books["working"].max())
    held = int(desk.books["held"].max())
    changes: dict[str, NDArray[Any]] = {}
    for name, used in (("fills", totals["fills"]), ("trades", totals["trades"]), ("events", totals["events"])):
        table = getattr(desk, name)
        if 2 * int(used) >= len(table):
            changes[name] = np.concatenate((table, np.zeros(len(table), table.dtype)))
    for name, used in (("orders", busiest), ("lots", held)):
        table = getattr(desk, name)
        if 2 * used >= table.shape[1]:
            changes[name] = np.concatenate((table, np.zeros(table.shape, table.dtype)), axis=1)
            changes[f"saved_{name}"] = np.zeros(changes[name].shape[1], table.dtype)
    return desk._replace(**changes) if changes else desk


def grid_of(instrument: Instrument) -> dict[str, float]:
    """The grid fields of a BOOK row: steps as ratios of whole numbers, 0 over 1 where the venue's step is not known."""
    tick, lot = Fraction(instrument.tick or 0), Fraction(instrument.lot or 0)
    return {
        "tick_over": float(tick.numerator),
        "tick_under": float(tick.denominator),
        "lot_over": float(lot.numerator),
        "lot_under": float(lot.denominator),
        "minimum_notional": float(instrument.minimum_notional or 0),
        "multiplier": float(instrument.multiplier),
    }
