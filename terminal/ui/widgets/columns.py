"""A table's columns declared once: head, text, sort key, alignment, colour; and the model that reads the declaration.

Panels declare columns and hand over rows; nobody counts columns or sorts cells as text.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)  # no slots: `Column[Trade](…)` could not note its type on Python 3.11
class Column(Generic[Row]):
    """One column: `text` of a cell; `sort` its key (None = by text; a key of None sorts last); `colour` the name of a token or ""."""

    head: str
    text: Callable[[Row], str]
    sort: Callable[[Row], Any] | None = None
    is_number: bool = False
    colour: Callable[[Row], str] | None = None
    tooltip: Callable[[Row], str] | None = None
    is_strong: bool = False
    stretches: bool = False
    width: int = 0
    """Pixels at the usual text size; 0 = as its texts need."""
    paint: Callable[[QPainter, QRectF, Row], None] | None = None
    """Draws the cell instead of its text, for strips and spark lines; the text stays what is read aloud, sorted and copied."""
    help: str = ""


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows shown through their columns, filtered and sorted here; `key` names a row so that it keeps its selection."""

    def __init__(self, columns: Sequence[Column[Row]], key: Callable[[Row], Hashable]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self._key = key
        self.is_head: Callable[[Row], bool] = _never
        """Tells rows that only name a group: they can be neither chosen nor stepped on."""
        self._all: tuple[Row, ...] = ()
        self._shown: list[Row] = []
        self._words: tuple[str, ...] = ()
        self._order: tuple[int, bool] | None = None

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Shows `rows`; where the same rows stay in place only their cells are drawn again."""
        self._all = tuple(rows)
        self._rearrange()

    def set_filter(self, text: str) -> None:
        """Shows only rows in whose texts every word of `text` occurs."""
        self._words = tuple(text.lower().split())
        self._rearrange()

    def set_order(self, column: int, is_descending: bool) -> None:
        """Sorts by that column; a negative one means the order the rows came in."""
        self._order = (column, is_descending) if column >= 0 else None
        self._rearrange()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def order(self) -> tuple[int, bool] | None:
        """Column and whether it falls; None = the order the rows came in."""
        return self._order

    def row(self, number: int) -> Row:
        """The row shown at that place."""
        return self._shown[number]

    def shown(self) -> tuple[Row, ...]:
        """The rows as shown: filtered and sorted."""
        return tuple(self._shown)

    def key_of(self, number: int) -> Hashable:
        """The key of the row shown at that place."""
        return self._key(self._shown[number])

    def place_of(self, key: Hashable) -> int | None:
        """Where the row of that key is shown, None where it is not."""
        return next((number for number, row in enumerate(self._shown) if self._key(row) == key), None)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        column, row = self.columns[index.column()], self._shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.is_number else _LEFT
        if role == Qt.ItemDataRole.ToolTipRole and column.tooltip is not None:
            return column.tooltip(row)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and index.row() < len(self._shown) and self.is_head(self._shown[index.row()]):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            mark = "" if self._order is None or self._order[0] != section else " ↓" if self._order[1] else " ↑"
            return column.head + mark
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.is_number else _LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.help or None
        return None

    def _rearrange(self) -> None:
        wanted = [row for row in self._all if self._fits(row)]
        if self._order is not None:
            wanted = self._sorted(wanted, *self._order)
        stays = [self._key(row) for row in wanted] == [self._key(row) for row in self._shown]
        if stays:
            self._shown = wanted
            if wanted:
                self.dataChanged.emit(self.index(0, 0), self.index(len(wanted) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self._shown = wanted
        self.endResetModel()

    def _fits(self, row: Row) -> bool:
        if not self._words:
            return True
        text = " ".join(column.text(row) for column in self.columns).lower()
        return all(word in text for word in self._words)

    def _sorted(self, rows: list[Row], number: int, is_descending: bool) -> list[Row]:
        column = self.columns[number]
        key = column.sort or (lambda row: column.text(row).lower())
        known = [row for row in rows if _is_known(key(row))]
        unknown = [row for row in rows if not _is_known(key(row))]
        return sorted(known, key=key, reverse=is_descending) + unknown


def _never(_row: object) -> bool:
    """No row is a head unless a table says so."""
    return False


def _is_known(value: object) -> bool:
    """False for None and NaN, which have no place in an order (NaN alone differs from itself)."""
    return value is not None and value == value
