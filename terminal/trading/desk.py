"""The tables of one simulated account: its money, its instruments, their working orders and open lots, and what happened to them.

Plain arrays, so that compiled rules can change them and a walk can be taken back; `placing`, `filling` and `walking` do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.instrument import Instrument
from terminal.ledger.fast import LOT, TRADE
from terminal.ledger.inner import inner
from terminal.trading.tables import Tables, table

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
    RISK_NEEDS_STOP,
    OTHER_FILLED,
    PARENT_GONE,
    WRONG_SIDE,
    NO_MARKET,
    NO_SHORTING,
    LOT_CLOSED,
    BELOW_FILLED,
    CONTRADICTORY,
) = (np.int64(cause) for cause in range(16))
"""Why an order was refused or struck out, or a change to it refused."""
FIFO, LIFO, AVERAGE = (np.int64(method) for method in range(3))
"""Which lots an exit closes: the oldest first, the newest first, or the same share of each, which books profit at the average price."""
LAST, BID_ASK, MARK = (np.int64(price) for price in range(3))
"""What triggers a stop on quotes: the last trade, the quote that its exit would meet, or the venue's mark price."""
NEVER = np.iinfo(np.int64).max
UNBOUND = np.int64(0)
NO_LEVELS = np.int64(0)

RULES = np.dtype(
    [
        ("path", np.int64),
        ("sizes_at_fill", np.bool_),
        ("fill_on_touch", np.bool_),
        ("withholds_improvement", np.bool_),
        ("waits_for_cash", np.bool_),
        ("forbids_short", np.bool_),
        ("needs_market", np.bool_),
        ("lots", np.int64),
        ("trigger_by", np.int64),
        ("participation", np.float64),
        ("leverage", np.float64),
        ("interest", np.float64),
    ]
)
"""Settings that hold for the whole account. `participation` is the share of a candle's volume that may fill, infinite = no cap;
`interest` is what idle money earns in a year.

`waits_for_cash` lets an explicit quantity that can't be paid wait for money instead of being refused; `needs_market` refuses market
orders before anything was quoted.
"""

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
        ("begun", np.int64),
        ("mark", np.float64),
        ("bid", np.float64),
        ("ask", np.float64),
        ("last", np.float64),
        ("row", np.int64),
        ("time", np.int64),
        ("working", np.int64),
        ("held", np.int64),
        ("length", np.int64),
        ("carries", np.bool_),
        ("borrow", np.float64),
        ("carried", np.int64),
        ("funding_next", np.int64),
        ("funding_last", np.int64),
        ("unit_first", np.int64),
        ("detail_first", np.int64),
        ("shows_prints", np.bool_),
    ]
)
"""One instrument: its grid, its costs, the candle being lived through, and how many rows of `orders` and `lots` are in use.

`slippage_unit` is what a slippage model multiplies (spread, ATR or volatility of this candle); `room` the volume still
free on the candle in row `begun`. `bid`, `ask` (NaN = none) and `last` (0 = none) are the newest of finer input.
`length` is that of its candles (ns); `borrow` what a short costs in a year; `carries` says that holding costs or earns anything, and
`carried` up to when (UTC ns) that is booked. `funding_next` to before `funding_last` are its rows of `fundings` still to come. Its rows
of `units` and `finer_rows` begin at `unit_first` and `detail_first`, −1 = it has none; `shows_prints` says that its finer rows are trades
of one price each, between which nothing was traded.
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
        ("asked", np.float64),
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
        ("rests", np.bool_),
        ("on_close", np.bool_),
        ("decision", np.int64),
        ("reference", np.float64),
        ("worth", np.float64),
    ]
)
"""One order. Prices are absolute, NaN = none. `quantity` may be infinite for a protective order: all of its lot. `asked` is the
quantity before a partly filled parent made it smaller. `rests` says that quotes have met a limit order and left it in the market.

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
        ("lot", np.int64),
    ]
)
"""One fill: `raw` before slippage; `lot` is the entry whose lot alone it may close, 0 = any."""
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
        ("interest_time", np.int64),
        ("tier_first", np.int64),
        ("tier_next", np.int64),
        ("tier_volume", np.float64),
        ("detailed", np.int64),
    ]
)
"""How many rows of the logs are in use, what was counted, and the money lines that belong to no fill, in the account's currency.

`interest_time` is up to when interest is booked; `tier_volume` what the fills `tier_first` to before `tier_next` traded; `detailed`
how many candles were walked by finer ones."""

FUNDING = np.dtype([("time", np.int64), ("rate", np.float64), ("mark", np.float64)])
"""One funding moment: what a long pays a short, as a fraction of its value at `mark`, NaN = at the last close."""
FINER = np.dtype([("open", np.float64), ("high", np.float64), ("low", np.float64), ("close", np.float64)])
"""One finer candle inside a candle."""


@dataclass(frozen=True)
class Desk(Tables):
    """All tables of one account. Rows of `books`, `orders` and `lots` are instruments; `cash` and `rates` are by currency.

    `rates` are units of the account's currency for one of that currency, the first is 1. The `saved_…` tables hold one
    instrument's state while both ways through a candle are tried. `units` holds a slippage unit per candle, `tiers` a row of least
    traded value, maker and taker each, `finer` the candles inside candles: those of row r of an instrument begin at
    `finer_rows[detail_first + r]` and end before those of the next row.
    """

    rules: NDArray[Any] = table(RULES)
    cash: NDArray[np.float64] = table(np.float64)
    rates: NDArray[np.float64] = table(np.float64)
    books: NDArray[Any] = table(BOOK)
    orders: NDArray[Any] = table(ORDER, 2)
    lots: NDArray[Any] = table(LOT, 2)
    fills: NDArray[Any] = table(FILL)
    trades: NDArray[Any] = table(TRADE)
    events: NDArray[Any] = table(EVENT)
    totals: NDArray[Any] = table(TOTALS)
    saved_cash: NDArray[np.float64] = table(np.float64)
    saved_book: NDArray[Any] = table(BOOK)
    saved_orders: NDArray[Any] = table(ORDER)
    saved_lots: NDArray[Any] = table(LOT)
    saved_totals: NDArray[Any] = table(TOTALS)
    units: NDArray[np.float64] = table(np.float64)
    tiers: NDArray[np.float64] = table(np.float64, 2)
    fundings: NDArray[Any] = table(FUNDING)
    finer: NDArray[Any] = table(FINER)
    finer_rows: NDArray[np.int64] = table(np.int64)


def new_desk(rules: NDArray[Any], books: NDArray[Any], capital: float, *, currencies: int = 1, orders: int = 32, lots: int = 16, log: int = 256) -> Desk:
    """A desk with `capital` in the first currency, nothing open, and room for so many orders and lots per instrument."""
    cash, rates = np.zeros(currencies), np.ones(currencies)
    cash[0] = capital
    books["unit_first"], books["detail_first"], books["begun"] = -1, -1, -1
    books["bid"], books["ask"] = np.nan, np.nan
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
        units=np.empty(0),
        tiers=np.empty((0, 3)),
        fundings=np.empty(0, FUNDING),
        finer=np.empty(0, FINER),
        finer_rows=np.empty(0, np.int64),
    )


@inner
def rows_needed(working, held, fills, trades, events, levels):  # type: ignore[no-untyped-def] # called compiled, and from Python by its py_func
    """How long the tables of orders, lots, fills, trades and events must be for the worst that one candle can do, one more order placed,
    or one message with a book of so many `levels`.

    Each order may hang four others on its lot, fill twice (leave, then enter), and be accepted, triggered, filled and struck out; each
    level that is used up is a fill more, or two.
    """
    orders, lots = 5 * (working + 1), held + working + 1
    parts = 2 * levels
    return orders, lots, fills + 2 * orders + parts, trades + lots + orders, events + 5 * orders + parts


@inner
def is_crowded(desk, i):  # type: ignore[no-untyped-def]
    """Whether the tables must grow before anything else may happen to instrument `i` on candles."""
    return is_crowded_by(desk, i, NO_LEVELS)


@inner
def is_crowded_by(desk, i, levels):  # type: ignore[no-untyped-def]
    """Whether the tables must grow before a book of so many levels, of both sides, may happen to instrument `i`."""
    book, totals = desk.books[i], desk.totals[0]
    orders, lots, fills, trades, events = rows_needed(book.working, book.held, totals.fills, totals.trades, totals.events, levels)
    is_full = orders > desk.orders.shape[1] or lots > desk.lots.shape[1]
    return is_full or fills > len(desk.fills) or trades > len(desk.trades) or events > len(desk.events)


def grown(desk: Desk, levels: int = 0) -> Desk:
    """The same desk with tables at least as long as `rows_needed` says, doubled where they are not; called between candles or messages."""
    totals = desk.totals[0]
    logs = (int(totals[name]) for name in ("fills", "trades", "events"))
    needed = rows_needed.py_func(int(desk.books["working"].max()), int(desk.books["held"].max()), *logs, levels)
    changes: dict[str, NDArray[Any]] = {}
    for name, rows in zip(("orders", "lots", "fills", "trades", "events"), needed, strict=True):
        table = getattr(desk, name)
        length = table.shape[-1]
        while length < rows:
            length *= 2
        if length > table.shape[-1]:
            longer = np.zeros((*table.shape[:-1], length), table.dtype)
            longer[..., : table.shape[-1]] = table
            changes[name] = longer
            if name in ("orders", "lots"):
                changes[f"saved_{name}"] = np.zeros(length, table.dtype)
    return replace(desk, **changes) if changes else desk


@lru_cache(maxsize=1024)
def grid_of(instrument: Instrument) -> Mapping[str, float]:
    """The grid fields of a BOOK row: steps as ratios of whole numbers, 0 over 1 where the venue's step is not known."""
    tick, lot = Fraction(instrument.tick or 0), Fraction(instrument.lot or 0)
    fields = {
        "tick_over": float(tick.numerator),
        "tick_under": float(tick.denominator),
        "lot_over": float(lot.numerator),
        "lot_under": float(lot.denominator),
        "minimum_notional": float(instrument.minimum_notional or 0),
        "multiplier": float(instrument.multiplier),
    }
    return MappingProxyType(fields)
