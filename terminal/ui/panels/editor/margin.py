"""The margin of the code: line numbers, the current one brighter, a mark where something is wrong.

Owned by the code view, which tells it when to paint.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from terminal.ui.theme import current

if TYPE_CHECKING:
    from terminal.ui.panels.editor.code import CodeView

_BEFORE, _AFTER = 12, 14


class Margin(QWidget):
    """Line numbers of `view`; a click selects the line."""

    def __init__(self, view: "CodeView") -> None:
        super().__init__(view)
        self._view = view
        self.setAccessibleName("Line numbers")

    def needed_width(self) -> int:
        """Pixels for the numbers of the whole file."""
        digits = max(2, len(str(self._view.blockCount())))
        return _BEFORE + digits * self._view.fontMetrics().horizontalAdvance("9") + _AFTER

    def sizeHint(self) -> QSize:
        return QSize(self.needed_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, view = current(), self._view
        painter = QPainter(self)
        painter.setFont(view.font())
        now, wrong = view.textCursor().blockNumber(), view.problem_line()
        for number, top, height in view.visible_lines():
            if top > event.rect().bottom():
                break
            is_wrong = number + 1 == wrong
            painter.setPen(QColor(tokens.down if is_wrong else tokens.text if number == now else tokens.faint))
            painter.drawText(QRect(0, round(top), self.width() - _AFTER, round(height)), Qt.AlignmentFlag.AlignRight, str(number + 1))
            if is_wrong:
                painter.fillRect(QRect(0, round(top), 3, round(height)), QColor(tokens.down))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cursor = self._view.cursorForPosition(event.position().toPoint())
        cursor.select(QTextCursor.SelectionType.LineUnderCursor)
        self._view.setTextCursor(cursor)
        self._view.setFocus()
