"""One command asked from a shell: progress on stderr, Ctrl-C, errors in two lines, exit code.

Every subcommand talks to the terminal through `conversation`; the answer climbs from the job runner on a worker thread.
"""

import errno
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any

import typer

from terminal.app.cli.interrupts import stop_in_order
from terminal.app.cli.output import OutputLost
from terminal.app.cli.words import with_flags
from terminal.domain.errors import Cancelled, OutcryError

if TYPE_CHECKING:
    from terminal.app.commands import Command
    from terminal.app.opening import OpenTerminal
    from terminal.app.state import Notice, Publisher
    from terminal.app.terminal import Terminal

_CANCEL_SECONDS = 0.1  # with writing the last log lines and ending, a person waits 200 ms at most
_LISTEN_SECONDS = 0.05


class Conversation:
    """A terminal opened for one subcommand."""

    def __init__(self, opened: "OpenTerminal") -> None:
        self._opened = opened

    @property
    def terminal(self) -> "Terminal":
        """The terminal, for what needs no job."""
        return self._opened.terminal

    def ask(self, command: "Command", title: str = "") -> Any:
        """The answer to `command`, run as a job while its progress shows; raises its OutcryError, Cancelled after Ctrl-C."""
        from terminal.app.cli.progress import shown_progress

        ended = threading.Event()
        outcome: list[tuple[Any, BaseException | None]] = []

        def done(answer: Any, error: BaseException | None) -> None:
            outcome.append((answer, error))
            ended.set()

        # what a strategy prints goes to stderr: stdout holds the answer and nothing else
        with redirect_stdout(sys.stderr), _notices(self.terminal.publisher) as notices, shown_progress(self.terminal.publisher) as refresh:
            number = self._opened.jobs.start(command, title=title, done=done)
            try:
                while not ended.wait(_LISTEN_SECONDS):
                    refresh()
            except KeyboardInterrupt:
                self._opened.jobs.cancel(number)
                ended.wait(_CANCEL_SECONDS)
                raise Cancelled from None
            refresh()
        answer, error = outcome[0]
        if error is not None:
            raise error
        for notice in notices:
            self.complain(notice.text, notice.cure)
        return answer

    def run(self, command: "Command") -> Any:
        """The answer to a `command` that goes on until Ctrl-C, which ends it in order; a second Ctrl-C gives it up. Raises its OutcryError."""
        asked, ended = threading.Event(), threading.Event()
        outcome: list[tuple[Any, BaseException | None]] = []

        def work() -> None:
            try:
                outcome.append((self.terminal.execute(command, _told_on_terminal, asked.is_set), None))
            except BaseException as error:  # noqa: BLE001 - raised again below, where the person is
                outcome.append((None, error))
            ended.set()

        threading.Thread(target=work, name="session", daemon=True).start()
        with redirect_stdout(sys.stderr):
            try:
                while not ended.wait(_LISTEN_SECONDS):
                    pass
            except KeyboardInterrupt:
                asked.set()
                ended.wait()
        answer, error = outcome[0]
        if error is not None:
            raise error
        return answer

    def complain(self, message: str, cure: str = "") -> None:
        """Writes a message and its cure to stderr, a line each, as a shell calls things and without secrets."""
        hide = self._opened.secrets.redact
        complain(hide(with_flags(message)), hide(with_flags(cure)))


def _told_on_terminal(done: float, total: float, note: str = "", *, lane: str = "") -> None:
    """Writes where a session stands over the line before, where somebody sees it."""
    if sys.stderr.isatty():
        left = f" · {total - done:.0f} s left" if total else ""
        sys.stderr.write(f"\r\x1b[K{lane}{note}{left}")
        sys.stderr.flush()


@contextmanager
def conversation(*, writes: bool = False, imports_first: bool = False) -> Iterator[Conversation]:
    """A terminal to ask; whatever goes wrong inside ends in words on stderr and in an exit code. `writes` needs the folder's lock;
    a command that `imports_first` reads files without correcting them."""
    opened: OpenTerminal | None = None
    try:
        from terminal.app.opening import open_terminal

        opened = open_terminal("shell")
        stop_in_order()
        for notice in opened.terminal.settings.notices:
            complain(notice.text)
        reason, cure = opened.why_read_only()
        if writes and reason:
            raise OutcryError(reason, cure=cure)
        if opened.is_forbidden:
            complain(reason)
        yield Conversation(opened)
    except (typer.Exit, SystemExit, OutputLost):
        raise
    except (Cancelled, KeyboardInterrupt):
        _stop_now(opened)
    except OutcryError as error:
        hide = opened.secrets.redact if opened is not None else str
        complain(*(hide(with_flags(text, imports_first=imports_first)) for text in (error.message, error.cure)))
        raise typer.Exit(error.exit_code) from None
    except Exception as error:  # noqa: BLE001 - a fault of ours ends in words, a crash file and an exit code, not in a traceback
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            complain("No room on the disk.", "Free some space and try again; what was stored before is untouched.")
        else:
            _confess(opened, error)
        raise typer.Exit(1) from None
    finally:
        if opened is not None:
            opened.close()


@contextmanager
def _notices(publisher: "Publisher") -> Iterator[list["Notice"]]:
    """The notices published inside, in order, for the shell to tell once the job has succeeded."""
    from terminal.app.state import Notice

    heard: list[Notice] = []

    def hear(_number: int, event: object) -> None:
        if isinstance(event, Notice):
            heard.append(event)

    end = publisher.subscribe(hear)
    try:
        yield heard
    finally:
        end()


def complain(message: str, cure: str = "") -> None:
    """Writes a message and its cure to stderr, a line each."""
    typer.echo(message.replace("\n", " "), err=True)
    if cure:
        typer.echo(cure.replace("\n", " "), err=True)


def _stop_now(opened: "OpenTerminal | None") -> None:
    """Ends the process at once: a person who asked to stop does not wait for threads that are slow to notice."""
    complain(Cancelled().message)
    if opened is not None:
        opened.let_go()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(Cancelled.exit_code)


def _confess(opened: "OpenTerminal | None", error: Exception) -> None:
    if opened is None:
        complain(f"A fault in Outcry at its start: {type(error).__name__}: {error}")
        return
    file = opened.crash.report(error)
    complain(opened.secrets.redact(f"A fault in Outcry: {type(error).__name__}: {error}"), f"Details: {file}" if file is not None else "")
