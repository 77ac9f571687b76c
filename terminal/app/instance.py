"""One writer per folder: the first program on an OUTCRY_HOME holds its lock, a second one opens read-only and says so.

Taken when the terminal is opened, given back by the system even when the program is killed.
"""

import os
import sys
from pathlib import Path
from typing import IO

from terminal.domain.errors import OutcryError


class InstanceLock:
    """The lock of one folder. The operating system owns it, so that a killed program leaves none behind."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "instance.lock"
        self._file: IO[str] | None = None

    def acquire(self) -> bool:
        """True where this program now is (or already was) the one that may write; raises OutcryError where nobody may."""
        if self._file is None:
            try:
                self._file = self._locked()
            except OSError as error:
                cure = "Allow writing there and free some space, or set OUTCRY_HOME to a folder of yours."
                raise OutcryError(f"The folder {self._path.parent} cannot be written: {error.strerror or error}.", cure=cure) from error
        return self._file is not None

    def _locked(self) -> IO[str] | None:
        file = self._path.open("a+", encoding="utf-8")
        try:
            if not _lock(file):
                file.close()
                return None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        except OSError:
            file.close()
            raise
        return file

    def release(self) -> None:
        """Lets the next program write."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def holder(self) -> str:
        """Who holds it, in words, such as "process 4711"."""
        try:
            number = self._path.read_text(encoding="utf-8").strip()
        except OSError:  # Windows keeps others from reading a locked file
            number = ""
        return f"process {number}" if number else "another process"


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
