"""Colours Python line by line as it is typed, resuming in the state the line above ended in, in slices that never stall the window.

The lexer is pygments' own; a thread imports it and compiles its two hundred patterns for the first file, which stands
uncoloured meanwhile.
"""

import threading
from functools import lru_cache
from time import perf_counter
from typing import Any, cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from terminal.ui.theme import current, theme

_SLICE_SECONDS = 0.008


class PythonColours(QObject):
    """Colours `document` in the colours in force: what was edited at once, a long rest a slice at a time.

    A block's user state is the number of the lexer's state at its end, −1 before its first turn.
    """

    _fetched = Signal()

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._lexer: Any = None
        self._stacks: list[tuple[str, ...]] = [("root",)]
        self._numbers: dict[tuple[str, ...], int] = {("root",): 0}
        self._formats: dict[Any, QTextCharFormat | None] = {}
        self._first, self._last, self._lines = 0, 0, document.blockCount()
        self._is_marking = False
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._work)
        document.contentsChange.connect(self._edited)
        theme().changed.connect(self._take_look)
        self._fetched.connect(self._take_lexer, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._fetch, name="colours", daemon=True).start()

    @property
    def _document(self) -> QTextDocument:
        """What is coloured, asked for anew each time: the wrapper of an object that Qt owns may be gone before the object is."""
        return cast("QTextDocument", self.parent())

    def is_done(self) -> bool:
        """True once every line has its colours."""
        return self._lexer is not None and not self._next.isActive()

    def _fetch(self) -> None:
        line_lexer()
        try:
            self._fetched.emit()
        except RuntimeError:  # the file was closed meanwhile, and this object with it
            return

    def _take_lexer(self) -> None:
        self._lexer = line_lexer()
        self._take_look()

    def _edited(self, position: int, _removed: int, added: int) -> None:
        if self._is_marking or self._lexer is None:
            return
        first, last = (self._document.findBlock(place).blockNumber() for place in (position, position + added))
        last = last if last >= 0 else self._document.blockCount() - 1
        if self._next.isActive():
            moved = self._document.blockCount() - self._lines
            first, last = min(first, self._first), max(last, self._last + moved)
        self._first, self._last, self._lines = first, last, self._document.blockCount()
        self._work()

    def _work(self) -> None:
        """Colours from the first line waiting until a line ends in the state it ended in before, or the slice is over."""
        self._next.stop()
        until = perf_counter() + _SLICE_SECONDS
        first = block = self._document.findBlockByNumber(self._first)
        number = self._first
        while block.isValid():
            is_as_before = self._colour(block)
            number += 1
            if is_as_before and number > self._last:
                break
            if perf_counter() > until and block.next().isValid():
                self._first, self._last = number, max(self._last, number)
                self._next.start()
                break
            block = block.next()
        if first.isValid():
            end = block.position() + block.length() if block.isValid() else self._document.characterCount()
            self._is_marking = True
            self._document.markContentsDirty(first.position(), end - first.position())
            self._is_marking = False

    def _colour(self, block: QTextBlock) -> bool:
        """Colours one line; True where it ends in the same state as before."""
        before, state = block.userState(), block.previous().userState() if block.blockNumber() else 0
        tokens, stack = self._lexer.line(block.text(), self._stacks[max(state, 0)])
        ranges = []
        for start, length, kind in tokens:
            look = self._format(kind)
            if look is not None:
                part = QTextLayout.FormatRange()
                part.start, part.length, part.format = start, length, look
                ranges.append(part)
        block.layout().setFormats(ranges)
        block.setUserState(self._number(stack))
        return block.userState() == before

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
        if self._lexer is None:
            return
        self._formats.clear()
        self._first, self._last, self._lines = 0, self._document.blockCount() - 1, self._document.blockCount()
        self._work()


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
    return look


_fetching = threading.Lock()


def line_lexer() -> Any:
    """A PythonLexer that takes up a line in a given state and tells in which state it left it; the same for every file."""
    with _fetching:
        return _made()


@lru_cache(maxsize=1)
def _made() -> Any:
    from pygments.lexer import ExtendedRegexLexer, LexerContext  # type: ignore[import-untyped]
    from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]

    class LineLexer(ExtendedRegexLexer, PythonLexer):  # type: ignore[misc] # pygments carries no types
        def line(self, text: str, stack: tuple[str, ...]) -> tuple[list[tuple[int, int, Any]], tuple[str, ...]]:
            context = LexerContext(text + "\n", 0, list(stack))
            tokens = [(start, len(value), kind) for start, kind, value in self.get_tokens_unprocessed(context=context)]
            return tokens, tuple(context.stack)

    return LineLexer()
