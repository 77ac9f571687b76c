"""A simulated broker that can be left and taken up again: what must be kept of its desk is money, instruments, working orders and lots.

As plain numbers under the names of their fields, so that a desk of another version finds what it knows. Its logs begin anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from numpy.typing import NDArray

from terminal.domain.instrument import Instrument
from terminal.domain.orders import Fill
from terminal.ledger.exact import Line
from terminal.trading.desk import Desk, grown
from terminal.trading.simulated import SimulatedBroker

_LOGS = ("fills", "trades", "events", "tier_first", "tier_next")
"""Rows of the logs, which begin anew."""


class KeptBroker(SimulatedBroker):
    """One account whose state can be written down between two calls."""

    def keep(self) -> dict[str, Any]:
        """What `restore` needs beside the fills and charges: numbers, text and lists. What quotes showed is not among it."""
        return {
            "tables": kept_tables(self.desk),
            "rows": list(self._rows),
            "marks": _texts(self.instruments, self.marks),
            "opens": _texts(self.instruments, self.opens),
            "carried": dict(self._carried),
        }

    def restore(self, kept: Mapping[str, Any], numbers: Mapping[str, int], fills: Iterable[Fill], charges: Iterable[Line]) -> None:
        """Becomes the account that was kept, whose instruments are the first of these. `numbers` are `number` of every order that was
        sent, `fills` all it ever made, `charges` the ledger's other lines."""
        self.desk = with_tables(self.desk, kept["tables"])
        self._rows[: len(kept["rows"])] = kept["rows"]
        for prices, texts in ((self.marks, kept["marks"]), (self.opens, kept["opens"])):
            prices |= {item: Decimal(text) for item, text in zip(self.instruments, texts, strict=False) if text is not None}
        self._carried |= kept["carried"]
        self._ids = dict(numbers)
        self._names = {number: name for name, number in numbers.items()}
        for fill in fills:
            self.ledger.book(fill)
        for line in charges:
            self.ledger.charge(line.time, line.kind, line.amount)

    def number(self, order_id: str) -> int:
        """The table's number of an order that was sent."""
        return self._ids[order_id]


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


def _texts(instruments: Sequence[Instrument], prices: Mapping[Instrument, Decimal]) -> list[str | None]:
    return [None if item not in prices else str(prices[item]) for item in instruments]
