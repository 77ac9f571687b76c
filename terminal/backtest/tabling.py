"""Round trips as the table of a result: what the loops book, row by row, with times and the words' codes beside them.

Called by `summary` for one instrument and by `many.result` for each of several.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terminal.backtest.result import NO_TIME, TRADE_TABLE
from terminal.domain.candles import Candles
from terminal.domain.signals import CheckedSignals


@dataclass(frozen=True, eq=False)
class Notes:
    """What the strategy said of its trades, one row per trade: confidence, and codes into `reasons` for entry and exit (−1 = none)."""

    confidence: NDArray[np.float64]
    entry: NDArray[np.int64]
    exit: NDArray[np.int64]
    reasons: tuple[str, ...]
    order: str = "each order's own"
    expires: str = "each order's own"
    """What entries wait for, and how long, as the result's settings state it."""

    @classmethod
    def of_signals(cls, signals: CheckedSignals, book: NDArray[Any]) -> "Notes":
        """The notes that stand in the rows of `signals` at which the trades of `book` were decided."""
        entered, left = book["entry_decision"], book["exit_decision"]
        reasons = signals.reason[entered], np.where(left < 0, -1, signals.reason[left])
        return cls(signals.confidence[entered], *reasons, signals.reasons, signals.waits_for, _expiry(signals))

    @classmethod
    def of_orders(cls, words: Mapping[int, str], book: NDArray[Any]) -> "Notes":
        """The notes given with orders, `words` by order id."""
        if not words:
            return cls(np.full(len(book), np.nan), np.full(len(book), -1), np.full(len(book), -1), ())
        reasons = tuple(dict.fromkeys(words.values()))
        codes = {order: reasons.index(text) for order, text in words.items()}
        entry, left = ([codes.get(order, -1) for order in book[name].tolist()] for name in ("entry_order", "exit_order"))
        return cls(np.full(len(book), np.nan), np.array(entry, np.int64), np.array(left, np.int64), reasons)


def _expiry(signals: CheckedSignals) -> str:
    """How long an entry that waits lives, in words."""
    if signals.waits_for == "market":
        return "at once"
    if signals.expires_span:
        return f"after {signals.expires_span / 3_600_000_000_000:g} h"
    return f"after {signals.expires_rows:,} {'candle' if signals.expires_rows == 1 else 'candles'}" if signals.expires_rows else "never"


def split(table: NDArray[Any], column: str, count: int) -> list[NDArray[Any]]:
    """The rows of `table` whose `column` is 0, those where it is 1, and so on up to before `count`, each in the table's order."""
    ordered = table[np.argsort(table[column], kind="stable")]
    borders = np.searchsorted(ordered[column], np.arange(count + 1)).tolist()
    return [ordered[begin:end] for begin, end in pairwise(borders)]


def trade_table(book: NDArray[Any], candles: Candles, notes: Notes, first: int) -> NDArray[Any]:
    """The loop's `book` of round trips as the table of a result, rows counted from candle `first`."""
    table = np.zeros(len(book), TRADE_TABLE)
    copy_trades(np.ascontiguousarray(book), candles.time, np.int64(first), float(candles.instrument.multiplier), table)
    table["confidence"], table["entry_note"], table["exit_note"] = notes.confidence, notes.entry, notes.exit
    return table


@njit(cache=True, nogil=True, error_model="numpy")
def copy_trades(book, times, first, multiplier, table):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Writes what follows from the loop's round trips into `table`, in one pass over both."""
    for n in range(len(book)):
        trade, row = book[n], table[n]
        is_open = trade.exit_row < 0
        row.entry_row, row.exit_row = trade.entry_row - first, np.int64(-1) if is_open else trade.exit_row - first
        row.entry_time, row.exit_time = times[trade.entry_row], NO_TIME if is_open else times[trade.exit_row]
        row.side, row.quantity, row.entry_price, row.exit_price = trade.side, trade.quantity, trade.entry_price, trade.exit_price
        row.gross, row.slippage, row.costs, row.carry, row.profit = trade.gross, trade.slippage, trade.commission, trade.carry, trade.profit
        row.funding, row.borrow, row.dividends, row.liquidation = trade.funding, trade.borrow, trade.dividends, trade.liquidation
        row["return"] = trade.profit / (trade.quantity * trade.entry_price * multiplier)
        row.reason, row.mae, row.mfe, row.stop, row.target = trade.reason, trade.mae, trade.mfe, trade.stop, trade.target
        row.bars = (len(times) - 1 if is_open else trade.exit_row) - trade.entry_row
