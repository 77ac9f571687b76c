"""What keys do to Python code: indenting, commenting, and a new line that starts where it should. Each is one undo step.

Pure edits on a text cursor, called by the code view.
"""

import re
from collections.abc import Callable

from PySide6.QtGui import QTextBlock, QTextCursor

INDENT = "    "


def indent(cursor: QTextCursor) -> None:
    """Moves the selected lines one step to the right; without a selection adds spaces up to the next step."""
    if not cursor.hasSelection():
        cursor.insertText(" " * (len(INDENT) - cursor.positionInBlock() % len(INDENT)))
        return
    _each_line(cursor, lambda line: INDENT + line if line.strip() else line)


def dedent(cursor: QTextCursor) -> None:
    """Moves the lines of the selection, or the current one, one step to the left."""
    _each_line(cursor, lambda line: line[min(len(INDENT), len(line) - len(line.lstrip(" "))) :])


def toggle_comment(cursor: QTextCursor) -> None:
    """Puts "# " before the selected lines, or takes it away where all of them have it; empty lines stay."""
    lines = [block.text() for block in _blocks(cursor) if block.text().strip()]
    if not lines:
        return
    if all(line.lstrip().startswith("#") for line in lines):
        _each_line(cursor, lambda line: re.sub(r"^(\s*)# ?", r"\1", line))
        return
    depth = min(len(line) - len(line.lstrip()) for line in lines)
    _each_line(cursor, lambda line: f"{line[:depth]}# {line[depth:]}" if line.strip() else line)


def new_line(cursor: QTextCursor) -> None:
    """Breaks the line and indents the next one as far, one step further after a colon or an open bracket, one less after `return`."""
    before = cursor.block().text()[: cursor.positionInBlock()]
    code = before.split("#")[0].rstrip()
    lead = before[: len(before) - len(before.lstrip())]
    if code.endswith((":", "(", "[", "{")):
        lead += INDENT
    elif re.match(r"\s*(return|pass|break|continue|raise)\b", code):
        lead = lead[: -len(INDENT)]
    cursor.insertText("\n" + lead)


def erase_step(cursor: QTextCursor) -> bool:
    """Takes one step of indentation away where only spaces stand before the cursor; False where it did nothing."""
    before = cursor.block().text()[: cursor.positionInBlock()]
    if cursor.hasSelection() or not before or before.strip() or len(before) % len(INDENT):
        return False
    cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(INDENT))
    cursor.removeSelectedText()
    return True


def _blocks(cursor: QTextCursor) -> list[QTextBlock]:
    document = cursor.document()
    first, last = document.findBlock(cursor.selectionStart()), document.findBlock(cursor.selectionEnd())
    if last != first and cursor.selectionEnd() == last.position():
        last = last.previous()
    found = [first]
    while found[-1] != last:
        found.append(found[-1].next())
    return found


def _each_line(cursor: QTextCursor, change: Callable[[str], str]) -> None:
    writer = QTextCursor(cursor)
    writer.beginEditBlock()
    for block in _blocks(cursor):
        old, new = block.text(), change(block.text())
        if new == old:
            continue
        shared = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        tail = min(len(old), len(new)) - shared
        kept = next((count for count in range(tail) if old[-1 - count] != new[-1 - count]), tail)
        writer.setPosition(block.position() + shared)
        writer.setPosition(block.position() + len(old) - kept, QTextCursor.MoveMode.KeepAnchor)
        writer.insertText(new[shared : len(new) - kept])
    writer.endEditBlock()
