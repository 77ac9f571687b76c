"""What keys do to a chart: pan, zoom, go to both ends, put a tool down, delete, undo and do again.

The canvas hands its key events here.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from terminal.ui.charts.model import ChartModel
from terminal.ui.charts.pointer import Pointer

_PAN_SHARE = 0.1
_CLOSER, _WIDER = 0.8, 1.25


def press_key(event: QKeyEvent, model: ChartModel, pointer: Pointer, drawn: Callable[[], None]) -> bool:
    """True where the key meant something; `drawn` is called where drawings changed."""
    rows = model.rows
    if pointer.holds_drawing and event.key() != Qt.Key.Key_Escape:
        return True  # what is in hand is put down first: its place in the book must not change under it
    if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
        is_again = event.matches(QKeySequence.StandardKey.Redo)
        if model.drawings.redo() if is_again else model.drawings.undo():
            model.chosen_drawing = None
            drawn()
        model.touch()
        return True
    match event.key():
        case Qt.Key.Key_Left | Qt.Key.Key_Right:
            rows.pan(rows.span * (_PAN_SHARE if event.key() == Qt.Key.Key_Right else -_PAN_SHARE))
        case Qt.Key.Key_Plus | Qt.Key.Key_Equal | Qt.Key.Key_Minus:
            rows.zoom(_WIDER if event.key() == Qt.Key.Key_Minus else _CLOSER, min(rows.right, rows.count))
        case Qt.Key.Key_Home:
            rows.show_first()
        case Qt.Key.Key_End:
            rows.move_to_end()
        case Qt.Key.Key_Escape:
            pointer.choose(None)
            model.chosen_mark = None
        case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if model.chosen_drawing is not None:
            model.drawings.remove(model.chosen_drawing)
            model.chosen_drawing = None
            drawn()
        case _:
            return False
    model.touch()
    return True
