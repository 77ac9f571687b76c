"""Drawings of the chart panel: the tools' menu, undo, words typed in place, and one book of drawings per series.

The books are part of the panel's saved state, so drawings come back with the window.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu

from terminal.domain.series import SeriesKey
from terminal.ui.actions import Action
from terminal.ui.charts.canvas import ChartCanvas
from terminal.ui.charts.drawings import Drawing, DrawingBook, Point, Tool, book_of
from terminal.ui.charts.model import ChartModel
from terminal.ui.panels.chart.header import add_entries

_FIELD_WIDTH = 180
_ACTION_WORDS = {Tool.FIBONACCI: "Draw Fibonacci levels", Tool.TEXT: "Write on the chart"}


class _WordsField(QLineEdit):
    """Where words for the chart are typed; Escape gives them up."""

    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class DrawingDesk:
    """Keeps the books by venue and symbol; drawings are seen on every timeframe of their symbol."""

    def __init__(self, model: ChartModel, canvas: ChartCanvas) -> None:
        self._model, self._canvas = model, canvas
        self._books: dict[str, DrawingBook] = {}
        self._field = _WordsField(canvas)
        self._field.setAccessibleName("Words on the chart")
        self._field.setPlaceholderText("Words, then Enter")
        self._field.hide()
        self._field.editingFinished.connect(self._write)
        self._field.given_up.connect(self._give_up)
        self._place: Point | None = None
        canvas.words_wanted.connect(self._ask)

    def fill(self, menu: QMenu) -> None:
        """Adds the tools and what can be taken back."""
        add_entries(menu, [(tool.value.capitalize(), "", partial(self._canvas.draw, tool)) for tool in Tool])
        menu.addSeparator()
        add_entries(menu, (("Undo", "Ctrl+Z", self.undo), ("Redo", "Ctrl+Shift+Z", self.redo), ("Remove all drawings", "", self.clear)))

    def actions(self) -> list[Action]:
        """The tools for the palette."""
        return [
            Action(
                f"chart.draw.{tool.name.lower()}",
                _ACTION_WORDS.get(tool, f"Draw a {tool.value}"),
                partial(self._canvas.draw, tool),
                "Click on the chart to place it",
                group="Chart",
                is_in_menu=False,
            )
            for tool in Tool
        ]

    def enter(self, key: SeriesKey) -> None:
        """Shows the drawings of the symbol of `key`."""
        self._model.drawings = self._books.setdefault(_name(key), DrawingBook())
        self._model.touch()

    def leave(self) -> None:
        """Puts the tool down before another series is shown."""
        self._canvas.pointer.choose(None)
        self._model.chosen_drawing = None
        self._field.hide()

    def undo(self) -> None:
        """Takes the last change of a drawing back."""
        self._model.drawings.undo()
        self._model.chosen_drawing = None
        self._model.touch()

    def redo(self) -> None:
        """Does what was undone again."""
        self._model.drawings.redo()
        self._model.chosen_drawing = None
        self._model.touch()

    def clear(self) -> None:
        """Removes every drawing of the symbol in view; can be undone."""
        self._model.drawings.clear()
        self._model.chosen_drawing = None
        self._model.touch()

    def state(self) -> dict[str, Any]:
        """All books as JSON values."""
        return {name: book.state() for name, book in self._books.items() if book.all}

    def restore(self, state: object) -> None:
        """Takes up saved books."""
        if isinstance(state, Mapping):
            self._books |= {str(name): book_of(drawings) for name, drawings in state.items()}
        if self._model.key is not None:
            self.enter(self._model.key)

    def _ask(self, point: Point, place: QPoint) -> None:
        self._place = point
        self._field.clear()
        left = max(0, min(place.x(), self._canvas.width() - _FIELD_WIDTH))
        self._field.setGeometry(left, max(0, place.y() - 16), _FIELD_WIDTH, 32)
        self._field.show()
        self._field.setFocus()

    def _give_up(self) -> None:
        self._place = None
        self._field.hide()
        self._canvas.setFocus()

    def _write(self) -> None:
        words, place, self._place = self._field.text().strip(), self._place, None
        had_keyboard = self._field.hasFocus()
        self._field.hide()
        if had_keyboard:
            self._canvas.setFocus()
        if words and place is not None:
            self._model.drawings.add(Drawing(Tool.TEXT, (place,), words))
            self._model.touch()


def _name(key: SeriesKey) -> str:
    return f"{key.venue} {key.symbol}"
