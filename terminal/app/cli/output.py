"""Standard output that may go away while it is written: a reader such as `head` that has enough, a disk without room.

Every word of the command line goes through `sys.stdout`, which `guarded` wraps for as long as one subcommand runs.
"""

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class OutputLost(Exception):
    """Standard output takes nothing more; `reason` is None where its reader simply left."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.reason = None if isinstance(error, BrokenPipeError) else error.strerror or str(error)


class _Guarded(io.TextIOWrapper):
    """The text of standard output; raises OutputLost instead of an OSError that could be anyone's."""

    def write(self, text: str) -> int:
        with _told():
            return super().write(text)

    def flush(self) -> None:
        with _told():
            super().flush()


@contextmanager
def guarded() -> Iterator[None]:
    """Inside, a write to a lost standard output raises OutputLost; leaving writes what is still held back. ASCII becomes UTF-8."""
    outer = sys.stdout
    if not isinstance(outer, io.TextIOWrapper):
        yield
        return
    encoding = "utf-8" if codecs.lookup(outer.encoding).name == "ascii" else outer.encoding
    errors = "replace" if outer.errors == "strict" else outer.errors  # a minus sign that a terminal lacks must not end the work
    inner = _Guarded(outer.buffer, encoding=encoding, errors=errors, line_buffering=outer.isatty())
    sys.stdout = inner
    try:
        try:
            yield
        finally:
            inner.flush()
    except OutputLost:
        _forget()
        raise
    finally:
        sys.stdout = outer
        inner.detach()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputLost(error) from error


def _forget() -> None:
    """Sends what is still held back nowhere, so that the interpreter's last flush does not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.__stdout__.fileno() if sys.__stdout__ is not None else 1)
    os.close(nowhere)
