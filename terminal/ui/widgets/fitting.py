"""A table that never scrolls sideways: where room is short columns step back, and a right click on the heads ticks them by hand.

Used where a row has more to say than a small screen is wide.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.table import Table

Row = TypeVar("Row")


class FittingTable(Table[Row]):
    """`spare` are heads of columns that are shown only where they fit, the first to go first; what a person ticked stays ticked."""

    def __init__(
        self, columns: Sequence[Column[Row]], *, spare: tuple[str, ...], name: str, key: Callable[[Row], Hashable], parent: QWidget | None = None
    ) -> None:
        self._spare = spare
        self._needed: list[int] = []
        self._chosen_by_hand: dict[str, bool] = {}
        super().__init__(columns, name=name, key=key, parent=parent)
        header = self.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._offer)
        header.setToolTip("Right click chooses columns")

    def set_rows(self, rows: Iterable[Row]) -> None:
        super().set_rows(rows)
        self._share()

    def fit_columns(self) -> None:
        for place in range(len(self.rows.columns)):
            self.setColumnHidden(place, False)
        super().fit_columns()
        filler = self.horizontalHeader().minimumSectionSize()
        self._needed = [self.columnWidth(place) if column.head else filler for place, column in enumerate(self.rows.columns)]
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def shown_heads(self) -> tuple[str, ...]:
        """The heads of the columns that are shown."""
        return tuple(column.head for place, column in enumerate(self.rows.columns) if column.head and not self.isColumnHidden(place))

    def toggle(self, head: str) -> None:
        """Shows the column of that head where it is hidden, and hides it where it is shown; the last one stays."""
        is_shown = head in self.shown_heads()
        if is_shown and len(self.shown_heads()) == 1:
            return
        self._chosen_by_hand[head] = not is_shown
        self._share()

    def chosen_columns(self) -> dict[str, bool]:
        """What a person ticked (True) or unticked, by head."""
        return dict(self._chosen_by_hand)

    def restore_columns(self, chosen: object) -> None:
        """Takes what `chosen_columns` gave; heads it does not know are left out."""
        known = {column.head for column in self.rows.columns if column.head}
        if isinstance(chosen, Mapping):
            entries: Mapping[Any, Any] = chosen
            self._chosen_by_hand = {str(head): is_shown for head, is_shown in entries.items() if head in known and isinstance(is_shown, bool)}
        self._share()

    def menu(self) -> QMenu:
        """The menu in which columns are ticked; it goes when it is closed."""
        menu = QMenu("Columns", self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in self.rows.columns:
            if column.head:
                entry = menu.addAction(column.head)
                entry.setCheckable(True)
                entry.setChecked(column.head in self.shown_heads())
                entry.triggered.connect(lambda _checked=False, head=column.head: self.toggle(head))
        return menu

    def _offer(self, place: QPoint) -> None:
        self.menu().popup(self.horizontalHeader().mapToGlobal(place))

    def _share(self) -> None:
        """Hides what nobody ticked and what finds no room."""
        if not self._needed:
            return
        heads = [column.head for column in self.rows.columns]
        shown = {place for place, head in enumerate(heads) if self._chosen_by_hand.get(head, True)}
        for head in self._spare:
            if head not in self._chosen_by_hand and sum(self._needed[place] for place in shown) > self.viewport().width():
                shown.discard(heads.index(head))
        for place in range(len(heads)):
            self.setColumnHidden(place, place not in shown)
            if place in shown and heads[place]:
                self.setColumnWidth(place, self._needed[place])
