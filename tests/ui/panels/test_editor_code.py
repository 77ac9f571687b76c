"""The code view by itself: what keys do, each as one undo step, its colours against pygments' own, and finding."""

import threading

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.ui.panels.editor import highlight
from terminal.ui.panels.editor.code import CodeView
from terminal.ui.panels.editor.find import FindBar
from terminal.ui.panels.editor.highlight import line_lexer
from terminal.ui.theme import apply

SOURCE = "class A:\n    x = 1\n    y = 2\n"


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> CodeView:
    apply(qapp)
    made = CodeView("a.py")
    made.setPlainText(SOURCE)
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def _choose_lines(view: CodeView, first: int, last: int) -> None:
    cursor = QTextCursor(view.document().findBlockByNumber(first))
    cursor.setPosition(
        view.document().findBlockByNumber(last).position() + len(view.document().findBlockByNumber(last).text()), QTextCursor.MoveMode.KeepAnchor
    )
    view.setTextCursor(cursor)


def test_tab_and_shift_tab_move_the_chosen_lines(view: CodeView, qtbot: QtBot) -> None:
    _choose_lines(view, 1, 2)
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert view.toPlainText() == "class A:\n        x = 1\n        y = 2\n"
    qtbot.keyClick(view, Qt.Key.Key_Backtab)
    qtbot.keyClick(view, Qt.Key.Key_Backtab)
    assert view.toPlainText() == "class A:\nx = 1\ny = 2\n"
    view.undo()
    assert view.toPlainText() == SOURCE


def test_tab_without_a_selection_goes_to_the_next_step(view: CodeView, qtbot: QtBot) -> None:
    view.setPlainText("ab")
    view.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert view.toPlainText() == "ab  "


def test_ctrl_slash_comments_and_takes_the_comment_away(view: CodeView, qtbot: QtBot) -> None:
    _choose_lines(view, 0, 2)
    qtbot.keyClick(view, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert view.toPlainText() == "# class A:\n#     x = 1\n#     y = 2\n"
    qtbot.keyClick(view, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert view.toPlainText() == SOURCE
    view.undo()
    assert view.toPlainText().startswith("# class A:")


def test_return_indents_as_the_line_asks(view: CodeView, qtbot: QtBot) -> None:
    view.setPlainText("")
    for words in ("def f(x):", "return x", "y = [", "1]"):
        qtbot.keyClicks(view, words)
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.toPlainText() == "def f(x):\n    return x\ny = [\n    1]\n    "


def test_backspace_takes_a_whole_step_of_spaces(view: CodeView, qtbot: QtBot) -> None:
    view.setPlainText("        x")
    cursor = view.textCursor()
    cursor.setPosition(8)
    view.setTextCursor(cursor)
    qtbot.keyClick(view, Qt.Key.Key_Backspace)
    assert view.toPlainText() == "    x"


def test_a_read_only_view_keeps_its_text(view: CodeView, qtbot: QtBot) -> None:
    view.setReadOnly(True)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Backspace):
        qtbot.keyClick(view, key)
    qtbot.keyClick(view, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    view.toggle_comment()
    assert view.toPlainText() == SOURCE


def test_colours_line_by_line_are_those_of_the_whole_text() -> None:
    from pygments.lexers.python import PythonLexer

    source = 'import a\nclass B(C):\n    """One\n    two."""\n    def f(self, x=1.5):\n        return f"{x!r} and" + \'no\'  # end\n'
    lexer = line_lexer()
    stack: tuple[str, ...] = ("root",)
    found = []
    for line in source.splitlines():
        tokens, stack = lexer.line(line, stack)
        found += [(line[start : start + length], kind) for start, length, kind in tokens if line[start : start + length].strip()]
    whole = [(text.strip("\n"), kind) for kind, text in PythonLexer().get_tokens(source)]
    names = {text for text, _ in found}
    for text, kind in whole:
        if text in names and text.isidentifier():
            assert (text, kind) in found
    assert stack == ("root",)


def test_the_first_file_is_there_at_once_and_takes_its_colours_when_the_lexer_stands(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on = threading.Event()
    lexer = line_lexer()

    def slow() -> object:
        may_go_on.wait(10)
        return lexer

    monkeypatch.setattr(highlight, "line_lexer", slow)
    first, closed = CodeView("a.py"), CodeView("b.py")
    qtbot.addWidget(first)
    first.setPlainText(SOURCE)
    qtbot.keyClicks(first, "#")
    assert not first.colours.is_done()
    shiboken6.delete(closed)  # its thread goes on, and must find nobody to tell
    may_go_on.set()
    qtbot.waitUntil(first.colours.is_done)
    assert all(first.document().findBlockByNumber(line).layout().formats() for line in range(3))


def test_a_triple_quote_changes_every_line_below_and_back(view: CodeView, qtbot: QtBot) -> None:
    def colour(line: int) -> str:
        formats = view.document().findBlockByNumber(line).layout().formats()
        return formats[0].format.foreground().color().name() if formats else ""

    qtbot.waitUntil(view.colours.is_done)
    before = colour(1)
    view.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.keyClicks(view, '"""')
    qtbot.waitUntil(lambda: colour(1) != before and view.colours.is_done())
    view.undo()
    qtbot.waitUntil(lambda: colour(1) == before)


def test_the_bar_finds_wraps_and_replaces(view: CodeView, qtbot: QtBot) -> None:
    bar = FindBar(lambda: view)
    qtbot.addWidget(bar)
    view.setPlainText("alpha beta\nALPHA\nbeta alpha\n")
    bar.open()
    qtbot.keyClicks(bar.words, "alpha")
    assert bar.count.text() == "1 of 3"
    for expected in ("1 of 3", "2 of 3", "3 of 3", "1 of 3"):
        qtbot.keyClick(bar.words, Qt.Key.Key_Return)
        assert bar.count.text() == expected
    bar.previous()
    assert bar.count.text() == "3 of 3"
    qtbot.keyClicks(bar.other, "gamma")
    bar.replace()
    assert view.toPlainText() == "alpha beta\nALPHA\nbeta gamma\n"
    bar.replace_all()
    assert view.toPlainText() == "gamma beta\ngamma\nbeta gamma\n"
    view.undo()
    assert view.toPlainText() == "alpha beta\nALPHA\nbeta gamma\n"
    qtbot.keyClicks(bar.words, "zzz")
    assert bar.count.text() == "nothing"
    qtbot.keyClick(bar.words, Qt.Key.Key_Escape)
    assert bar.isHidden()


def test_a_problem_beyond_the_text_is_shown_on_the_last_line(view: CodeView) -> None:
    view.show_problem(99, "unexpected end", 7)
    assert view.problem_line() == 4
    view.show_problem(None, "no line known")
    assert view.problem_line() == 1
