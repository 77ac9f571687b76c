"""A headless terminal on this test's own home, with handlers a test can steer."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from terminal.app.build import build
from terminal.app.jobs import JobRunner
from terminal.app.terminal import Terminal
from terminal.domain.work import CancelQuestion, Report, stop_if


@dataclass(frozen=True, slots=True)
class Wait:
    """A command that waits for `go`, looking whether it was cancelled only if it `listens`."""

    go: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)
    listens: bool = True


@dataclass(frozen=True, slots=True)
class Count:
    """A command that reports `steps` times and answers `steps`."""

    steps: int
    lane: str = ""


@dataclass(frozen=True, slots=True)
class Fail:
    """A command that raises `error`."""

    error: BaseException


def _wait(terminal: Terminal, command: Wait, report: Report, cancelled: CancelQuestion) -> str:
    command.begun.set()
    while not command.go.wait(0.005):
        if command.listens:
            stop_if(cancelled)
    return "waited"


def _count(terminal: Terminal, command: Count, report: Report, cancelled: CancelQuestion) -> int:
    for step in range(command.steps):
        report(step + 1, command.steps, f"step {step + 1}", lane=command.lane)
    return command.steps


def _fail(terminal: Terminal, command: Fail, report: Report, cancelled: CancelQuestion) -> Any:
    raise command.error


@pytest.fixture
def terminal(home: Path) -> Terminal:
    """A terminal that also knows the commands of this file."""
    built = build(home)
    return replace(built, handlers={**built.handlers, Wait: _wait, Count: _count, Fail: _fail})


@pytest.fixture
def jobs(terminal: Terminal) -> Iterator[JobRunner]:
    """A runner of two workers, closed at the end."""
    runner = JobRunner(terminal, workers=2)
    yield runner
    runner.close()


class Outcome:
    """What a job's `done` was called with; `wait` gives it once there."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.calls: list[tuple[Any, BaseException | None]] = []

    def __call__(self, answer: Any, error: BaseException | None) -> None:
        self.calls.append((answer, error))
        self._event.set()

    def wait(self, seconds: float = 10) -> tuple[Any, BaseException | None]:
        assert self._event.wait(seconds), "the job did not end"
        return self.calls[0]
