"""What the window's tests share: an opened terminal of their own, a bridge to it, and the window with its own panels."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.app.jobs import JobRunner
from terminal.app.opening import OpenTerminal, open_terminal
from terminal.domain.errors import OutcryError
from terminal.domain.work import CancelQuestion, Report
from terminal.ui.bridge import Bridge
from terminal.ui.layouts import LayoutFiles
from terminal.ui.theme import apply
from terminal.ui.window import Window


@dataclass(frozen=True, slots=True)
class Ask:
    """A command of the tests: does `work(report, cancelled)` on a worker thread and answers with what it returns."""

    work: Callable[[Report, CancelQuestion], Any]


def answer(_terminal: object, command: Ask, report: Report, cancelled: CancelQuestion) -> Any:
    return command.work(report, cancelled)


@pytest.fixture
def opened(home: object) -> Iterator[OpenTerminal]:
    """A whole terminal over this test's home; it answers `Ask` as well."""
    with open_terminal("window") as whole:
        terminal = replace(whole.terminal, handlers={**whole.terminal.handlers, Ask: answer})
        jobs = JobRunner(terminal, unexpected=whole.crash.report)
        yield replace(whole, terminal=terminal, jobs=jobs)
        jobs.close()


@pytest.fixture
def bridge(opened: OpenTerminal, qapp: QApplication) -> Iterator[Bridge]:
    """A bridge on this thread."""
    apply(qapp)
    made = Bridge(opened.terminal, opened.jobs)
    yield made
    made.close()


@pytest.fixture
def layouts(opened: OpenTerminal) -> LayoutFiles:
    """The layout files of this test's home."""
    return LayoutFiles(opened.terminal.paths.config / "layouts")


@pytest.fixture
def window(bridge: Bridge, layouts: LayoutFiles, qtbot: QtBot) -> Window:
    """The whole window, shown."""
    made = Window(bridge, layouts)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    return made


class Answers(list[Any]):
    """Collects what a bridge calls back with, and from which errors."""

    def take(self, answer: object) -> None:
        self.append(answer)

    def fail(self, error: BaseException) -> None:
        self.append(error.message if isinstance(error, OutcryError) else repr(error))


@pytest.fixture
def answers() -> Answers:
    return Answers()
