"""Words on screen: labels with a role, text that shortens with an ellipsis, tags, key figures, empty states.

Used by every panel; colours come from the stylesheet by role and state.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from terminal.ui.theme import current, measures, text_font, theme
from terminal.ui.widgets.buttons import PrimaryButton


def label(text: str = "", role: str = "", *, state: str = "", wraps: bool = False, parent: QWidget | None = None) -> QLabel:
    """A label in a role of the look: "", "second", "faint", "small", "key", "verdict", "heading", "error", "warning"."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if state:
        made.setProperty("state", state)
    made.setWordWrap(wraps)
    return made


def set_state(widget: QWidget, state: str) -> None:
    """Gives `widget` a state the stylesheet colours ("up", "down", "warn", "bad" or "")."""
    if widget.property("state") != state:
        widget.setProperty("state", state)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def separator(*, upright: bool = False) -> QFrame:
    """A 1 px line."""
    line = QFrame()
    line.setProperty("role", "upright" if upright else "line")
    return line


class ElidedLabel(QLabel):
    """One line of text that shortens with an ellipsis where room is short, and then tells the whole in its tooltip."""

    def __init__(self, text: str = "", role: str = "", *, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = text
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Shows `text`."""
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def whole_text(self) -> str:
        """The text before it was shortened."""
        return self._whole

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, self._mode, self.width())
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


class Tag(QWidget):
    """A small word such as SIMULATED or BINANCE. `form`: "outline", "tint" for a mode, "filled" for a state that must be loud."""

    def __init__(self, text: str, colour: str = "second", *, form: str = "outline", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self._colour = colour
        self._form = form
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.updateGeometry)

    def set_text(self, text: str, colour: str | None = None) -> None:
        """Shows another word, in the token `colour` where given."""
        self._text = text
        self._colour = colour or self._colour
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The word shown."""
        return self._text

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._letters())
        sides, above = (20, 8) if self._form == "tint" else (12, 4)
        return QSize(metrics.horizontalAdvance(self._text) + sides, metrics.height() + above)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(getattr(current(), self._colour))
        faded = QColor(colour)
        faded.setAlphaF({"outline": 0.55, "tint": 0.22, "filled": 1.0}[self._form])
        painter.setPen(faded if self._form == "outline" else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if self._form == "outline" else faded)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        letters = QColor(current().text) if self._form == "tint" else QColor(current().panel) if self._form == "filled" else colour
        painter.setPen(letters)
        painter.setFont(self._letters())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)

    def _letters(self) -> QFont:
        if self._form == "outline":
            return text_font(measures().small - 1)
        font = text_font(measures().small, weight=QFont.Weight.DemiBold)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.5)
        return font


class KeyFigure(QWidget):
    """A figure with its label above and what qualifies it beside it, such as "Sharpe (95 %)", "1.73", "−0.1…3.5"."""

    def __init__(self, name: str, value: str = "–", note: str = "", *, state: str = "", tooltip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(3)
        self._name = label(name, "small")
        self._value = label(value, "key")
        self._note = label(note, "small")
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self._value)
        line.addWidget(self._note, alignment=Qt.AlignmentFlag.AlignBottom)
        line.addStretch()
        column.addWidget(self._name)
        column.addLayout(line)
        self.setToolTip(tooltip)
        self.show_value(value, note, state=state)

    def show_value(self, value: str, note: str = "", *, state: str = "") -> None:
        """Shows another figure; `state` "up" or "down" colours it beside its sign."""
        self._value.setText(value)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        set_state(self._value, state)
        self.setAccessibleName(f"{self._name.text()}: {value} {note}".rstrip())


class EmptyState(QWidget):
    """What belongs here, and the one act that fills it."""

    def __init__(self, text: str, action: str = "", clicked: Callable[[], None] | None = None, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addStretch()
        self.text = label(text, "second", wraps=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.text)
        self.button: PrimaryButton | None = None
        if action:
            self.button = PrimaryButton(action, clicked)
            column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignCenter)
        self.hint = label(hint, "faint", wraps=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setVisible(bool(hint))
        column.addWidget(self.hint)
        column.addStretch()

    def set_text(self, text: str, hint: str = "") -> None:
        """Shows other words."""
        self.text.setText(text)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
