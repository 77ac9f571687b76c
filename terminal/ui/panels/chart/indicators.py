"""The sheet in which indicators are found, added, changed and removed.

Opened from the chart's header; every change goes to the panel at once, so the chart is the preview.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from terminal.indicators.catalogue import CATALOGUE
from terminal.ui.charts.legend import series_colour
from terminal.ui.charts.overlays import Overlay
from terminal.ui.theme import current
from terminal.ui.widgets.buttons import FlatButton, IconButton
from terminal.ui.widgets.fields import SearchBox
from terminal.ui.widgets.form import DeclarationForm
from terminal.ui.widgets.labels import label

_WIDTH = 340
_LIST_HEIGHT = 208
_ROW_HEIGHT = 26
_PANE_WORDS = {"price": "on the prices", "own": "own pane"}


class IndicatorSheet(QFrame):
    """`add(id)`, `remove(overlay)` and `change(overlay, name, value)` are called as the person asks for them."""

    def __init__(
        self, add: Callable[[str], None], remove: Callable[[Overlay], None], change: Callable[[Overlay, str, Any], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._add, self._remove, self._change = add, remove, change
        self._opened: Overlay | None = None
        self._overlays: list[Overlay] = []
        self.setProperty("kind", "sheet")
        self.setObjectName("indicator-sheet")
        self.setAccessibleName("Indicators")
        self.setFixedWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        self.search = SearchBox("Find an indicator", self._filter)
        self.search.returnPressed.connect(self._add_first)
        self.found = QListWidget()
        self.found.setAccessibleName("Indicators that can be added")
        self.found.setFixedHeight(_LIST_HEIGHT)
        for info in CATALOGUE:
            item = QListWidgetItem(f"{info.title}   ·   {_PANE_WORDS[info.pane]}")
            item.setSizeHint(QSize(0, _ROW_HEIGHT))
            item.setData(Qt.ItemDataRole.UserRole, info.id)
            self.found.addItem(item)
        self.found.itemActivated.connect(self._add_item)
        self.found.itemClicked.connect(self._add_item)
        column.addWidget(self.search)
        column.addWidget(self.found)
        column.addWidget(label("On this chart", "small"))
        self._present = QVBoxLayout()
        self._present.setSpacing(4)
        column.addLayout(self._present)

    def open_at(self, place: QPoint) -> None:
        """Shows the sheet below `place`, the search ready for typing."""
        self.adjustSize()
        self.move(place)
        self.show()
        self.search.setFocus()

    def show_overlays(self, overlays: list[Overlay]) -> None:
        """Lists the indicators of the chart; the one that was opened shows its parameters."""
        self._overlays = list(overlays)
        while (item := self._present.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if not overlays:
            self._present.addWidget(label("None yet. Choose one above.", "faint"))
        for overlay in overlays:
            button = self._add_row(overlay)
            if overlay is self._opened and overlay.info.parameters:
                self._present.addWidget(self._form(overlay, button))
        self.adjustSize()

    def _add_row(self, overlay: Overlay) -> FlatButton:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        dot = QPixmap(10, 10)
        dot.fill(QColor(series_colour(current(), overlay.colour)))
        mark = QLabel()
        mark.setPixmap(dot)
        change = FlatButton(overlay.label, lambda: self._open(overlay), tooltip=f"Change the parameters of {overlay.label}", checkable=True)
        change.setChecked(overlay is self._opened)
        line.addWidget(mark)
        line.addWidget(change)
        line.addStretch()
        line.addWidget(IconButton("close", f"Remove {overlay.label}", lambda: self._remove(overlay)))
        self._present.addWidget(row)
        return change

    def _form(self, overlay: Overlay, button: FlatButton) -> DeclarationForm:
        form = DeclarationForm(overlay.info.parameters, overlay.parameters)

        def changed(name: str, value: object) -> None:
            self._change(overlay, name, value)
            button.setText(overlay.label)

        form.value_changed.connect(changed)
        return form

    def _open(self, overlay: Overlay) -> None:
        self._opened = None if overlay is self._opened else overlay
        self.show_overlays(self._overlays)
        fields = [field for form in self._forms() for field in form.findChildren(QLineEdit)]
        (fields[0] if fields else self.search).setFocus()

    def _forms(self) -> list[DeclarationForm]:
        items = (self._present.itemAt(index) for index in range(self._present.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, DeclarationForm)]

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for index in range(self.found.count()):
            item = self.found.item(index)
            known = f"{item.text()} {item.data(Qt.ItemDataRole.UserRole)}".lower()
            item.setHidden(not all(word in known for word in words))

    def _add_first(self) -> None:
        shown = (self.found.item(index) for index in range(self.found.count()) if not self.found.item(index).isHidden())
        first = next(shown, None)
        if first is not None:
            self._add_item(first)

    def _add_item(self, item: QListWidgetItem) -> None:
        self._add(str(item.data(Qt.ItemDataRole.UserRole)))
