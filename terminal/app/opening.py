"""Opens the terminal for a face: lock, logs, crash hook, jobs and health around what `app.build` wires, and closes it again.

The window and the command line both start here, so that neither can forget one of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from terminal.app.build import build
from terminal.app.crash import CrashHook
from terminal.app.health import HealthMonitor
from terminal.app.instance import InstanceLock
from terminal.app.jobs import JobRunner
from terminal.app.logs import Logs
from terminal.app.memory import keep_freed_memory, share_heaps
from terminal.app.paths import Paths
from terminal.app.redaction import Secrets
from terminal.app.state import Notice, Severity
from terminal.app.terminal import Terminal
from terminal.domain.clock import Clock, system_clock


@dataclass(frozen=True)
class OpenTerminal:
    """A terminal in use. As a context manager it closes itself."""

    terminal: Terminal
    jobs: JobRunner
    secrets: Secrets
    crash: CrashHook
    health: HealthMonitor
    _logs: Logs
    _lock: InstanceLock

    @property
    def is_forbidden(self) -> bool:
        """True where the folder itself forbids writing, to this program and any other."""
        return bool(self._lock.forbidden)

    def why_read_only(self) -> tuple[str, str]:
        """Why this one may only read and what to do about it; empty texts where it may write."""
        return self._lock.why_not() if self.terminal.read_only else ("", "")

    def announce(self) -> None:
        """Publishes what the person should hear at the start; called by a face once it listens."""
        for notice in self.terminal.settings.notices:
            self.terminal.publisher.publish(notice)
        if self.terminal.read_only:
            self.terminal.publisher.publish(Notice(Severity.WARNING, *self.why_read_only()))
        self.jobs.tell_interrupted()

    def close(self) -> None:
        """Ends jobs within 200 ms, writes the last log lines and lets the next program write."""
        self.health.close()
        self.terminal.engine.close()
        self.jobs.close()
        self.crash.remove()
        self.let_go()

    def let_go(self) -> None:
        """The least of `close`, for a program that ends at once: ledger, last log lines, lock."""
        self.terminal.runs.close()
        self._logs.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def open_terminal(face: str, home: Path | None = None, *, clock: Clock = system_clock, told: Callable[[str, Path | None], None] | None = None) -> OpenTerminal:
    """The terminal over `home` for the face "window" or "shell", hooks installed. The second program on a home gets it read-only."""
    share_heaps()
    if face == "shell":
        keep_freed_memory()
    paths = Paths.of(home).create()
    lock = InstanceLock(paths.data)
    may_write = lock.acquire()
    try:
        built = build(home, clock=clock, read_only=not may_write)
    except BaseException:
        lock.release()
        raise
    secrets = Secrets()
    secrets.add_environment()
    logs = Logs(paths.logs, face, secrets, built.publisher)
    logs.open()
    crash = CrashHook(paths.logs, clock, secrets, built.publisher, told)
    crash.install()
    jobs = JobRunner(built, unexpected=crash.report)
    return OpenTerminal(built, jobs, secrets, crash, HealthMonitor(built, jobs), logs, lock)
