"""The one hook for faults of the program itself: logged with secrets redacted, kept in a file, told to the person.

Installed by each face at its start; nothing else in the program catches what it does not understand.
"""

import logging
import os
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import terminal
from terminal.app.redaction import Secrets
from terminal.app.state import Notice, Publisher, Severity
from terminal.domain.clock import Clock

_log = logging.getLogger(__name__)
_FILES_KEPT = 20


class CrashHook:
    """Told of every error nobody expected, from any thread. `told` is called with the words and the file, for a face without a window."""

    def __init__(self, folder: Path, clock: Clock, secrets: Secrets, publisher: Publisher, told: Callable[[str, Path | None], None] | None = None) -> None:
        self._folder = folder
        self._clock = clock
        self._secrets = secrets
        self._publisher = publisher
        self._told = told
        self._former: tuple[Any, Any] | None = None
        self._latest: tuple[BaseException, Path | None] | None = None

    def install(self) -> None:
        """Takes over sys.excepthook and threading.excepthook until `remove`."""
        self._former = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_uncaught
        threading.excepthook = self._on_thread

    def remove(self) -> None:
        """Gives both hooks back."""
        if self._former is not None:
            sys.excepthook, threading.excepthook = self._former
            self._former = None

    def on_loop(self, loop: Any, context: dict[str, Any]) -> None:
        """For `loop.set_exception_handler`: asyncio's own faults and tasks whose error nobody fetched."""
        del loop
        error = context.get("exception")
        self.report(error if isinstance(error, BaseException) else RuntimeError(str(context.get("message", "a fault in the event loop"))))

    def report(self, error: BaseException) -> Path | None:
        """The crash file that was written, None where it could not be; never raises. An error told again is not filed twice."""
        if self._latest is not None and self._latest[0] is error:
            return self._latest[1]
        trace = self._secrets.redact("".join(traceback.format_exception(error)))
        words = self._secrets.redact(f"A fault in Outcry: {type(error).__name__}: {error}")
        _log.error("%s", words, extra={"traceback": trace})
        file = self._write(words, trace)
        self._latest = (error, file)
        cure = f"What is stored is untouched. Details for a report: {file}" if file is not None else "What is stored is untouched. The log has the details."
        self._publisher.publish(Notice(Severity.ERROR, words, cure))
        if self._told is not None:
            self._told(words, file)
        return file

    def _write(self, words: str, trace: str) -> Path | None:
        now = datetime.fromtimestamp(self._clock() / 1e9, UTC)
        file = self._folder / f"crash-{now:%Y%m%d-%H%M%S-%f}.txt"
        arguments = self._secrets.redact(" ".join(sys.argv))
        head = f"{words}\nOutcry {terminal.__version__}, Python {platform.python_version()}, {platform.platform()}\n{now.isoformat()}\n{arguments}\n\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as opened:  # a file name may hold what is no text
                opened.write(head + trace)
            for old in sorted(self._folder.glob("crash-*.txt"))[:-_FILES_KEPT]:
                old.unlink(missing_ok=True)
        except OSError as problem:
            _log.warning("The crash file %s could not be written: %s", file, problem)
            return None
        return file

    def _on_uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.report(error)

    def _on_thread(self, arguments: Any) -> None:
        if arguments.exc_value is not None and not issubclass(arguments.exc_type, SystemExit):
            self.report(arguments.exc_value)
