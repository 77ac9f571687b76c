"""The one writer of a journal: whoever holds its lock. The operating system owns it, so that a killed process leaves none behind.

Taken before the journal's file is opened for writing; a second process reads.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from terminal.live.journal_disk import PLAIN


class WriterLock:
    """The lock at `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> bool:
        """True where this process is now the writer, False where another is. Raises OSError where the folder fails."""
        if self._handle is None:
            handle = os.open(self._path, os.O_CREAT | os.O_RDWR | PLAIN, 0o600)
            if not _lock(handle):
                os.close(handle)
                return False
            self._handle = handle
            with suppress(OSError):  # on a full disk the lock holds all the same; the number only helps people
                os.ftruncate(handle, 0)
                os.pwrite(handle, str(os.getpid()).encode(), 0) if sys.platform != "win32" else os.write(handle, str(os.getpid()).encode())
        return True

    def holder(self) -> str:
        """Who holds it, such as "process 4711"."""
        try:
            number = self._path.read_text(encoding="ascii", errors="replace").strip()
        except OSError:  # Windows keeps others from reading a locked file
            number = ""
        return f"process {number}" if number.isdigit() else "another process"

    def release(self) -> None:
        """Lets the next process write."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
