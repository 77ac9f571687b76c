"""Where a journal stands on disk and who may touch it: a private folder, private files, one writer, and SQLite's failures in our words.

Used by the parts of the journal that open its file; knows nothing of what stands in it.
"""

import os
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from terminal.domain.errors import lacks_room
from terminal.live.journal_errors import JournalDamaged, JournalFull, JournalRefused, JournalUnavailable
from terminal.market.store_disk import sync_folder

_SECRET_FOLDER = 0o700
_SECRET_FILE = 0o600
PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""How files of ours are opened: no link is followed, no child inherits them, and bytes stay bytes."""
_PAGE = 4096
_MARGIN = 64 * _PAGE
_DAMAGED = frozenset(
    (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_ERROR)
)
"""SQLITE_ERROR is what a broken schema gives: our own statements are right."""
FAILURES = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises; of a broken schema its own message may be no text, and then Python raises that."""
_OF_OURS = "Move the link away, or choose another folder of yours."


def make_private(folder: Path) -> None:
    """Makes `folder` where it is missing and closes it to others. Raises JournalRefused for a link or somebody else's folder."""
    try:
        folder.mkdir(mode=_SECRET_FOLDER, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise JournalRefused(f"{folder} is no folder.", cure=_OF_OURS) from error
    except OSError as error:
        raise JournalUnavailable(f"The folder {folder} can't be made: {error.strerror or error}.", cure="Allow writing there.") from error
    demand_own_folder(folder)
    if sys.platform != "win32" and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        with in_words(folder):
            folder.chmod(_SECRET_FOLDER)


def demand_own_folder(folder: Path) -> None:
    """Raises JournalRefused where `folder` is a link, no folder, or belongs to somebody else, JournalUnavailable where there is none."""
    with in_words(folder):
        found = folder.lstat()
    if stat.S_ISLNK(found.st_mode) or (hasattr(folder, "is_junction") and folder.is_junction()):
        raise JournalRefused(f"The folder {folder} is a link; a journal is kept in a real folder only.", cure=_OF_OURS)
    if not stat.S_ISDIR(found.st_mode) or (sys.platform != "win32" and found.st_uid != os.getuid()):
        raise JournalRefused(f"{folder} is no folder of yours.", cure=_OF_OURS)


def make_file(path: Path) -> None:
    """Makes `path` as an empty private file that is there after a power cut. Raises JournalUnavailable."""
    with in_words(path):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | PLAIN, _SECRET_FILE))
        sync_folder(path.parent)


def demand_own_file(path: Path) -> None:
    """Raises JournalRefused where `path`, or what SQLite keeps beside it, is a link or no plain file; closes it to others."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        part = path.with_name(name)
        with suppress(FileNotFoundError):
            found = part.lstat()
            if not stat.S_ISREG(found.st_mode):
                raise JournalRefused(f"{part} is a link or no plain file.", cure=_OF_OURS)
            if sys.platform != "win32" and stat.S_IMODE(found.st_mode) & 0o077:
                with suppress(PermissionError):  # somebody else's, or on a disk that forbids it: the folder is closed all the same
                    part.chmod(_SECRET_FILE)


def sync_fully(handle: int) -> None:
    """Makes what was written to `handle` last, on macOS also past the drive's own memory. Raises OSError."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
    else:
        os.fsync(handle)


def identity(path: Path) -> tuple[int, int]:
    """Which file stands at `path` now; (0, 0) where there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


@contextmanager
def in_words(path: Path, wait_seconds: float = 0.0) -> Iterator[None]:
    """Turns what SQLite or the system raises over `path` into JournalFull or JournalUnavailable."""
    try:
        yield
    except FAILURES as error:
        raise told(error, path, wait_seconds=wait_seconds) from error
    except OSError as error:
        if lacks_room(error):
            raise _full(path) from error
        raise JournalUnavailable(f"The journal {path} can't be used: {error.strerror or error}.", cure="Allow writing there and try again.") from error


def told(error: sqlite3.Error | UnicodeDecodeError, path: Path, *, seq: int = 1, wait_seconds: float = 0.0) -> JournalUnavailable:
    """`error` in our words: locked, no room, failing, or JournalDamaged at entry `seq` where the file itself is broken."""
    code = getattr(error, "sqlite_errorcode", 0)  # absent where Python itself raised
    if code & 0xFF in _DAMAGED or isinstance(error, UnicodeDecodeError):
        return JournalDamaged(path, seq, str(error))
    if code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
        return JournalUnavailable(
            f"The journal {path} was locked by another program for {wait_seconds:g}\u202fs.",
            cure="Keep scanners and backup programs away from its folder, or give the setting a longer wait.",
        )
    if code & 0xFF == sqlite3.SQLITE_FULL or (code & 0xFF == sqlite3.SQLITE_IOERR and not _has_room(path)):
        return _full(path)
    return JournalUnavailable(f"The journal {path} could not be used: {error}.", cure="Check the disk and the rights on its folder.")


def _full(path: Path) -> JournalFull:
    return JournalFull(f"No room to write the journal {path}.", cure="Free some space; what was journalled before is intact, and it goes on by itself.")


def _has_room(path: Path) -> bool:
    """False where a file as large as the journal's can't grow there: SQLite calls a quota or a size limit an I/O error like any other."""
    try:
        size = max((part.stat().st_size for part in (path, path.with_name(f"{path.name}-wal")) if part.exists()), default=0)
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            probe.seek(size + _MARGIN)
            probe.write(bytes(_PAGE))
            probe.flush()
    except OSError as error:
        return not lacks_room(error)
    return True
