"""One writer per folder: the first program on an OUTCRY_HOME holds its lock, a second one opens read-only and says so.

Taken when the terminal is opened, given back by the system even when the program is killed.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from terminal.domain.errors import OutcryError, forbids_writing

_ALLOW = "Allow writing there and free some space, or set OUTCRY_HOME to a folder of yours."


class InstanceLock:
    """The lock of one folder. The operating system owns it, so that a killed program leaves none behind."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "instance.lock"
        self._file: IO[str] | None = None
        self.forbidden: str = ""
        """Why nobody may write here, in the system's words; empty where somebody may."""

    def acquire(self) -> bool:
        """True where this program now is (or already was) the one that may write; raises OutcryError where the folder fails."""
        if self._file is None:
            try:
                self._file = self._locked()
            except OSError as error:
                words = error.strerror or str(error)
                if not forbids_writing(error):
                    raise OutcryError(f"The folder {self._path.parent} cannot be written: {words}.", cure=_ALLOW) from error
                self.forbidden = words
        return self._file is not None

    def why_not(self) -> tuple[str, str]:
        """Why this program may only read, and what to do about it, in words."""
        if self.forbidden:
            return f"The folder {self._path.parent} cannot be written ({self.forbidden}), so Outcry is read-only here.", _ALLOW
        words = f"Outcry is already open on this folder ({self.holder()}), so this one is read-only."
        return words, "Close the other one and start again to store data or change settings, or set OUTCRY_HOME to another folder."

    def _locked(self) -> IO[str] | None:
        file = self._path.open("a+", encoding="utf-8")
        try:
            if not _lock(file):
                file.close()
                return None
        except OSError:
            file.close()
            raise
        with suppress(OSError):  # on a full disk the lock holds all the same, and what is stored can still be read
            file.truncate(0)
            os.write(file.fileno(), str(os.getpid()).encode())
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
