"""The watchlist's table: every figure whole at any width of the panel, group names over the whole line.

Made by the panel from the chosen columns; where room is short, columns nobody asked for step back before anything is scrolled.
"""

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent

from terminal.ui.panels.watchlist.rows import WatchRow
from terminal.ui.theme import measures
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.table import Table

_LEAST_WIDTH = 322
"""What symbol, price, change and age need at the usual text size."""
_PADDING, _LEAST_SYMBOL, _SAMPLED_ROWS = 22, 72, 60
_ENOUGH_SYMBOL = 112
"""A longer symbol is shortened before another column steps back for it."""


class WatchTable(Table[WatchRow]):
    """`spare` are heads of columns that are shown only where they fit, the first to go last."""

    def __init__(self, columns: list[Column[WatchRow]], *, spare: tuple[str, ...], order: tuple[int, bool] | None) -> None:
        super().__init__(columns, name="Watchlist", key=lambda row: (row.venue, row.symbol), order=order)
        self.rows.is_head = lambda row: row.is_head
        self._spare = spare
        self._needed = [0] * len(columns)

    def set_rows(self, rows: Iterable[WatchRow]) -> None:
        super().set_rows(rows)
        self._share()
        self._span_heads()

    def fit_columns(self) -> None:
        self._needed = [0] * len(self._needed)
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def minimumSizeHint(self) -> QSize:
        return QSize(round(_LEAST_WIDTH * measures().text / 13), super().minimumSizeHint().height())

    def shown_heads(self) -> tuple[str, ...]:
        """The heads of the columns that found room, without the symbol's."""
        return tuple(column.head for place, column in enumerate(self.rows.columns) if place and not self.isColumnHidden(place))

    def menu_place(self) -> QPoint:
        """Where a menu about the columns opens by key: below the heads."""
        header = self.horizontalHeader()
        return header.mapToGlobal(QPoint(0, header.height()))

    def _share(self) -> None:
        """Gives every column what its widest text so far needed, so that nothing jumps while prices move, and all of them the rest alike."""
        self._measure()
        room = self.viewport().width()
        shown, enough = list(range(len(self._needed))), round(_ENOUGH_SYMBOL * measures().text / 13)
        for head in self._spare:
            if sum(self._needed[place] if place else min(enough, self._needed[0]) for place in shown) > room:
                shown = [place for place in shown if self.rows.columns[place].head != head]
        rest = room - sum(self._needed[place] for place in shown)
        more = max(0, rest) // len(shown)
        for place in range(len(self._needed)):
            self.setColumnHidden(place, place not in shown)
            self.setColumnWidth(place, self._needed[place] + more if place or rest >= 0 else max(_LEAST_SYMBOL, self._needed[0] + rest))

    def _measure(self) -> None:
        heads, texts, scale = self.horizontalHeader().fontMetrics(), self.fontMetrics(), measures().text / 13
        rows = [row for row in self.rows.shown()[:_SAMPLED_ROWS] if not row.is_head]
        for place, column in enumerate(self.rows.columns):
            head = heads.horizontalAdvance(str(self.rows.headerData(place, Qt.Orientation.Horizontal)))
            widest = round(column.width * scale) - _PADDING if column.paint else max((texts.horizontalAdvance(column.text(row)) for row in rows), default=0)
            self._needed[place] = max(self._needed[place], _PADDING + max(head, widest))

    def _span_heads(self) -> None:
        """Lets a group's name run over the whole line."""
        count = len(self.rows.columns)
        for place, row in enumerate(self.rows.shown()):
            wanted = count if row.is_head else 1
            if count > 1 and self.columnSpan(place, 0) != wanted:
                self.setSpan(place, 0, 1, wanted)
