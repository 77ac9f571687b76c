"""Colours Python line by line as it is typed, resuming in the state the line above ended in, in slices that never stall the window.

The lexer is pygments' own; it is imported when the first line is coloured.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from terminal.ui.theme import current, theme

_FIRST_LINES = 150
_SLICE_SECONDS = 0.010
_PAUSE_SECONDS = 0.004
"""A longer silence between two lines means that another keystroke began."""
_EVERYTHING = 1 << 30


class PythonColours(QSyntaxHighlighter):
    """Colours `document` in the colours in force; long files from the top, a slice at a time."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._lexer = _line_lexer()
        self._stacks: list[tuple[str, ...]] = [("root",)]
        self._numbers: dict[tuple[str, ...], int] = {("root",): 0}
        self._reach = _FIRST_LINES
        self._began = self._last = 0.0
        self._formats: dict[Any, QTextCharFormat | None] = {}
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._go_on)
        theme().changed.connect(self._take_look)

    def is_done(self) -> bool:
        """True once every line has its colours."""
        return not self._next.isActive()

    def highlightBlock(self, text: str) -> None:
        """Colours one line; past the slice it leaves the rest for later."""
        number = self.currentBlock().blockNumber()
        now = perf_counter()
        if now - self._last > _PAUSE_SECONDS:
            self._began = now
        self._last = now
        if number > self._reach or now - self._began > _SLICE_SECONDS:
            self._reach = min(self._reach, number - 1)
            if not self._next.isActive():
                self._next.start()
            return
        before = self.previousBlockState()
        tokens, stack = self._lexer.line(text, self._stacks[before] if before >= 0 else ("root",))
        for start, length, kind in tokens:
            found = self._format(kind)
            if found is not None:
                self.setFormat(start, length, found)
        self.setCurrentBlockState(self._number(stack))

    def _go_on(self) -> None:
        block = self.document().findBlockByNumber(self._reach + 1)
        self._reach, self._last = _EVERYTHING, 0.0
        if block.isValid():
            self.rehighlightBlock(block)

    def _number(self, stack: tuple[str, ...]) -> int:
        known = self._numbers.get(stack)
        if known is None:
            known = self._numbers[stack] = len(self._stacks)
            self._stacks.append(stack)
        return known

    def _format(self, kind: Any) -> QTextCharFormat | None:
        if kind not in self._formats:
            self._formats[kind] = _look_of(kind)
        return self._formats[kind]

    def _take_look(self) -> None:
        self._formats.clear()
        self._reach, self._last = _FIRST_LINES, 0.0
        self.rehighlight()


def _look_of(kind: Any) -> QTextCharFormat | None:
    from pygments.token import Comment, Keyword, Name, Number, Operator, String  # type: ignore[import-untyped]

    tokens = current()
    colours = (
        (Comment, tokens.faint),
        (String.Affix, tokens.keyword),
        (String.Interpol, tokens.number),
        (String, tokens.string),
        (Number, tokens.number),
        (Operator.Word, tokens.keyword),
        (Keyword.Constant, tokens.number),
        (Keyword, tokens.keyword),
        (Name.Class, tokens.definition),
        (Name.Function, tokens.accent),
        (Name.Decorator, tokens.definition),
        (Name.Builtin.Pseudo, tokens.second),
    )
    colour = next((colour for family, colour in colours if kind in family), None)
    if colour is None:
        return None
    look = QTextCharFormat()
    look.setForeground(QColor(colour))
    if kind in Comment:
        look.setFontItalic(False)
        look.setFontWeight(QFont.Weight.Normal)
    return look


def _line_lexer() -> Any:
    """A PythonLexer that takes up a line in a given state and tells in which state it left it."""
    from pygments.lexer import ExtendedRegexLexer, LexerContext  # type: ignore[import-untyped]
    from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]

    class LineLexer(ExtendedRegexLexer, PythonLexer):  # type: ignore[misc] # pygments carries no types
        def line(self, text: str, stack: tuple[str, ...]) -> tuple[list[tuple[int, int, Any]], tuple[str, ...]]:
            context = LexerContext(text + "\n", 0, list(stack))
            tokens = [(start, len(value), kind) for start, kind, value in self.get_tokens_unprocessed(context=context)]
            return tokens, tuple(context.stack)

    return LineLexer()
