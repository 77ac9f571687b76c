"""What must be kept of a desk so that it goes on elsewhere: money, instruments, working orders and open lots, not its logs.

As plain numbers under the names of their fields, so that a desk of another version finds what it knows.
"""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from terminal.trading.desk import Desk, grown

_LOGS = ("fills", "trades", "events", "tier_first", "tier_next")
"""Rows of the logs, which begin anew."""


def kept_tables(desk: Desk) -> dict[str, Any]:
    """The desk's state as lists of rows by table, each row a mapping of its fields; orders and lots by instrument."""
    books = desk.books
    return {
        "cash": desk.cash.tolist(),
        "totals": _rows(desk.totals),
        "books": _rows(books),
        "orders": [_rows(desk.orders[i, : int(book["working"])]) for i, book in enumerate(books)],
        "lots": [_rows(desk.lots[i, : int(book["held"])]) for i, book in enumerate(books)],
    }


def with_tables(desk: Desk, kept: Mapping[str, Any]) -> Desk:
    """`desk`, new and empty, in the kept state; instruments that were not kept stay as they are."""
    desk.cash[: len(kept["cash"])] = kept["cash"]
    _fill(desk.totals, kept["totals"])
    for name in _LOGS:
        desk.totals[name] = 0
    _fill(desk.books, kept["books"])
    desk = grown(desk)
    for i, (orders, lots) in enumerate(zip(kept["orders"], kept["lots"], strict=True)):
        _fill(desk.orders[i], orders)
        _fill(desk.lots[i], lots)
    return desk


def _rows(table: NDArray[Any]) -> list[dict[str, Any]]:
    names = table.dtype.names or ()
    return [dict(zip(names, row.tolist(), strict=True)) for row in table]


def _fill(table: NDArray[Any], rows: list[dict[str, Any]]) -> None:
    for place, row in enumerate(rows):
        for name, value in row.items():
            if name in (table.dtype.names or ()):
                table[name][place] = value
