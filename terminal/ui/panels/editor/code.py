"""One file's text: numbered, coloured, the current line lit, an error underlined with its words beside it.

Shown by the editor panel; what keys do to the text stands in `editing`, the colours in `highlight`.
"""

from collections.abc import Iterator

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from terminal.ui.panels.editor import editing
from terminal.ui.panels.editor.highlight import PythonColours
from terminal.ui.panels.editor.margin import Margin
from terminal.ui.theme import current, mono_font, theme

_ROOM_FOR_WORDS = 90


class CodeView(QPlainTextEdit):
    """A Python file. `show_problem` marks a line until the text changes there."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "code")
        self.setAccessibleName(name)
        self.setAccessibleDescription("Tab indents; Escape leaves the code for the next field")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._problem: tuple[QTextCursor, str] | None = None
        self._found: list[QTextCursor] = []
        self.margin = Margin(self)
        self.colours = PythonColours(self.document())
        self._take_look()
        theme().changed.connect(self._take_look)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._scrolled)
        self.cursorPositionChanged.connect(self._light)
        self.document().contentsChange.connect(self._edited)
        self._make_room()
        self._light()

    def problem_line(self) -> int:
        """The line with an error, counted from 1; 0 for none."""
        return self._problem[0].blockNumber() + 1 if self._problem is not None else 0

    def problem_words(self) -> str:
        """What is wrong there, empty for nothing."""
        return self._problem[1] if self._problem is not None else ""

    def show_problem(self, line: int | None, words: str, column: int | None = None) -> None:
        """Underlines `line` (from 1), from `column` (from 1) where it is known, and says beside it what is wrong."""
        block = self.document().findBlockByNumber(max(0, min((line or 1), self.blockCount()) - 1))
        cursor = QTextCursor(block)
        text = block.text()
        start = len(text) - len(text.lstrip())
        if column is not None and start < column - 1 < len(text):
            start = column - 1
        cursor.setPosition(block.position() + start)
        cursor.setPosition(block.position() + max(len(text.rstrip()), min(start, len(text))), QTextCursor.MoveMode.KeepAnchor)
        self._problem = (cursor, words)
        self._light()
        self.margin.update()

    def clear_problem(self) -> None:
        """Takes the mark away."""
        if self._problem is not None:
            self._problem = None
            self._light()
            self.margin.update()

    def show_found(self, places: list[QTextCursor]) -> None:
        """Lights the places a search found."""
        self._found = places
        self._light()

    def go_to(self, line: int) -> None:
        """Puts the cursor on `line` (from 1) and brings it into view."""
        self.setTextCursor(QTextCursor(self.document().findBlockByNumber(line - 1)))
        self.centerCursor()

    def toggle_comment(self) -> None:
        """Comments the chosen lines, or takes the comment away."""
        if not self.isReadOnly():
            editing.toggle_comment(self.textCursor())

    def replace_all(self, text: str) -> None:
        """Makes `text` the whole file as one step that can be undone, keeping the cursor's line."""
        line = self.textCursor().blockNumber()
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.setTextCursor(QTextCursor(self.document().findBlockByNumber(min(line, self.blockCount() - 1))))

    def visible_lines(self) -> Iterator[tuple[int, float, float]]:
        """Number (from 0), top and height in pixels of each line on screen."""
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= self.viewport().height():
            height = self.blockBoundingRect(block).height()
            yield block.blockNumber(), top, height
            top += height
            block = block.next()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        elif self.isReadOnly() or not self._typed(event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._problem is None:
            return
        cursor, words = self._problem
        end = QTextCursor(cursor.block())
        end.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        place = self.cursorRect(end)
        room = self.viewport().width() - place.right() - 24
        if room < _ROOM_FOR_WORDS:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(current().down))
        painter.setFont(self.font())
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(place.right() + 16, place.top(), room, place.height()), Qt.AlignmentFlag.AlignVCenter, shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        area = self.contentsRect()
        self.margin.setGeometry(QRect(area.left(), area.top(), self.margin.needed_width(), area.height()))

    def _leave(self) -> None:
        """Hands the keyboard to the next field; Qt keeps it in an editor whose Tab indents."""
        kept = self.tabChangesFocus()
        self.setTabChangesFocus(True)
        self.focusNextChild()
        self.setTabChangesFocus(kept)

    def _typed(self, event: QKeyEvent) -> bool:
        """Does what a key means in code; False where it means only itself."""
        key, cursor = event.key(), self.textCursor()
        is_plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if key == Qt.Key.Key_Tab and is_plain:
            editing.indent(cursor)
        elif key == Qt.Key.Key_Backtab:
            editing.dedent(cursor)
        elif key == Qt.Key.Key_Slash and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            editing.toggle_comment(cursor)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and is_plain:
            editing.new_line(cursor)
        elif not (key == Qt.Key.Key_Backspace and is_plain and editing.erase_step(cursor)):
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace) or not self.textCursor().hasSelection():
            self.setTextCursor(cursor)
        self.ensureCursorVisible()
        return True

    def _edited(self, position: int, removed: int, added: int) -> None:
        if self._problem is not None and (removed or added):
            block = self.document().findBlock(position)
            if block.blockNumber() == self._problem[0].blockNumber():
                self.clear_problem()

    def _light(self) -> None:
        tokens = current()
        line = QTextEdit.ExtraSelection()
        line.cursor = self.textCursor()
        line.cursor.clearSelection()
        line.format.setBackground(QColor(tokens.grid))
        line.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        shown = [line]
        for place in self._found:
            found = QTextEdit.ExtraSelection()
            found.cursor = place
            found.format.setBackground(QColor(tokens.hover))
            shown.append(found)
        if self._problem is not None:
            wrong = QTextEdit.ExtraSelection()
            wrong.cursor = self._problem[0]
            wrong.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            wrong.format.setUnderlineColor(QColor(tokens.down))
            wrong.format.setToolTip(self._problem[1])
            shown.append(wrong)
        self.setExtraSelections(shown)
        self.margin.update()
        self.viewport().update()

    def _make_room(self, _lines: int = 0) -> None:
        self.setViewportMargins(self.margin.needed_width(), 0, 0, 0)

    def _scrolled(self, rect: QRect, moved: int) -> None:
        if moved:
            self.margin.scroll(0, moved)
        else:
            self.margin.update(0, rect.y(), self.margin.width(), rect.height())

    def _take_look(self) -> None:
        self.setFont(mono_font())
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self._make_room()
        self._light()
