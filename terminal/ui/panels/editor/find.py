"""Find and replace in one file: a bar below the code that lights every place while a person types.

Opened by the panel; works on whatever code view is in front.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from terminal.ui.panels.editor.code import CodeView
from terminal.ui.widgets.buttons import FlatButton, IconButton
from terminal.ui.widgets.labels import label

_MOST_LIT = 2000


class FindBar(QWidget):
    """Field, count, previous, next; a second row replaces. Escape closes it."""

    def __init__(self, view: Callable[[], CodeView | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.words = QLineEdit()
        self.words.setPlaceholderText("Find")
        self.words.setAccessibleName("Find in this file")
        self.words.textChanged.connect(self.refresh)
        self.words.returnPressed.connect(self.next)
        self.other = QLineEdit()
        self.other.setPlaceholderText("Replace with")
        self.other.setAccessibleName("Replace with")
        self.other.returnPressed.connect(self.replace)
        self.count = label("", "faint")
        self.count.setMinimumWidth(self.count.fontMetrics().horizontalAdvance("99 of 999"))
        self.one = FlatButton("Replace", self.replace)
        self.all = FlatButton("All", self.replace_all, tooltip="Replace every place in this file")
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 6, 6, 6)
        grid.setSpacing(6)
        grid.addWidget(self.words, 0, 0)
        grid.addLayout(_row(self.count, IconButton("up", "Previous place", self.previous), IconButton("down", "Next place", self.next)), 0, 1)
        grid.addWidget(IconButton("close", "Close the search", self.close_bar), 0, 2)
        grid.addWidget(self.other, 1, 0)
        grid.addLayout(_row(self.one, self.all), 1, 1)
        grid.setColumnStretch(0, 1)
        self.hide()

    def open(self) -> None:
        """Shows the bar with the selected word in its field."""
        view = self._view()
        if view is None:
            return
        chosen = view.textCursor().selectedText()
        if chosen and "\u2029" not in chosen:
            self.words.setText(chosen)
        for widget in (self.other, self.one, self.all):
            widget.setVisible(not view.isReadOnly())
        self.show()
        self.words.setFocus()
        self.words.selectAll()
        self.refresh()

    def close_bar(self) -> None:
        """Hides the bar and puts the keyboard back into the code."""
        self.hide()
        view = self._view()
        if view is not None:
            view.show_found([])
            view.setFocus()

    def refresh(self) -> None:
        """Lights what fits and counts it."""
        view = self._view()
        if view is None or self.isHidden():
            return
        places = self._places(view)
        view.show_found(places)
        now = next((number for number, place in enumerate(places, 1) if place.selectionStart() >= view.textCursor().selectionStart()), 0)
        self.count.setText("" if not self.words.text() else f"{now} of {len(places):,}" if places else "nothing")

    def next(self) -> None:
        """Goes to the next place, from the end to the first."""
        self._step(QTextDocument.FindFlag(0))

    def previous(self) -> None:
        """Goes to the place before, from the first to the last."""
        self._step(QTextDocument.FindFlag.FindBackward)

    def replace(self) -> None:
        """Replaces the chosen place and goes to the next."""
        view = self._view()
        if view is None or view.isReadOnly():
            return
        if view.textCursor().selectedText().lower() == self.words.text().lower() and self.words.text():
            view.textCursor().insertText(self.other.text())
        self.next()

    def replace_all(self) -> None:
        """Replaces every place as one step that can be undone."""
        view = self._view()
        if view is None or view.isReadOnly() or not self.words.text():
            return
        writer = QTextCursor(view.document())
        writer.beginEditBlock()
        for place in self._places(view):
            place.insertText(self.other.text())
        writer.endEditBlock()
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        else:
            super().keyPressEvent(event)

    def _step(self, flag: QTextDocument.FindFlag) -> None:
        view, words = self._view(), self.words.text()
        if view is None or not words:
            return
        if not view.find(words, flag):
            wrapped = QTextCursor(view.document())
            if flag == QTextDocument.FindFlag.FindBackward:
                wrapped.movePosition(QTextCursor.MoveOperation.End)
            found = view.document().find(words, wrapped, flag)
            if not found.isNull():
                view.setTextCursor(found)
        self.refresh()

    def _places(self, view: CodeView) -> list[QTextCursor]:
        words, places = self.words.text(), list[QTextCursor]()
        found = view.document().find(words, 0) if words else QTextCursor()
        while not found.isNull() and len(places) < _MOST_LIT:
            places.append(found)
            found = view.document().find(words, found)
        return places


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return row
