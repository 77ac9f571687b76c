"""Fields and the rows they stand in: a label at the left, the field at the right, what is wrong below.

Used by forms, the Data panel and the settings.
"""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from terminal.ui.icons import icon
from terminal.ui.widgets.labels import label, set_state

_TYPING_PAUSE_MS = 120


class TextField(QLineEdit):
    """A line of text; `edited` is called when a person finished it."""

    def __init__(self, text: str = "", *, hint: str = "", name: str = "", edited: Callable[[str], None] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(name or hint)
        if edited is not None:
            self.editingFinished.connect(lambda: edited(self.text()))


class SearchBox(QLineEdit):
    """A field that filters while a person types; `changed` is called after a short pause. Escape empties it."""

    def __init__(self, hint: str, changed: Callable[[str], None], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setClearButtonEnabled(True)
        self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(lambda: changed(self.text()))
        self.textChanged.connect(lambda _text: self._pause.start())
        clear = QAction(self)
        clear.setShortcut(Qt.Key.Key_Escape)
        clear.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        clear.triggered.connect(self.clear)
        self.addAction(clear)


class ChoiceField(QComboBox):
    """One of a few; the wheel scrolls the panel around it unless the field has the focus."""

    def __init__(self, options: tuple[str, ...] = (), *, name: str = "", chosen: Callable[[str], None] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addItems(list(options))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        if chosen is not None:
            self.textActivated.connect(chosen)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class FieldRow(QWidget):
    """A label, a field, a unit or help behind it, and below it what is wrong with what was given."""

    def __init__(self, name: str, field: QWidget, *, unit: str = "", help_text: str = "", label_width: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.name = label(name, "second")
        self.name.setBuddy(field)
        if label_width:
            self.name.setFixedWidth(label_width)
        row.addWidget(self.name)
        row.addWidget(field, 1)
        if unit:
            row.addWidget(label(unit, "faint"))
        column.addLayout(row)
        self.problem = label("", "error", wraps=True)
        self.problem.hide()
        self.problem.setContentsMargins(label_width + 8 if label_width else 0, 0, 0, 0)
        column.addWidget(self.problem)
        for widget in (self.name, field):
            widget.setToolTip(help_text)
        if not field.accessibleName():
            field.setAccessibleName(name)
        field.setAccessibleDescription(help_text)

    def show_problem(self, text: str) -> None:
        """Says below the field what is wrong; "" takes it away."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        set_state(self.field, "bad" if text else "")


def below(widget: QWidget) -> QPoint:
    """The point on screen where a menu or list of `widget` opens."""
    return widget.mapToGlobal(QPoint(0, widget.height() + 2))
