"""How the store touches the disk: whole files or nothing, one writer at a time, names safe on every system.

Used by the candle store below every candle it files; knows nothing of candles.
"""

import contextlib
import errno
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from terminal.domain.errors import DiskFull, StoreError, lacks_room

_UNSAFE = re.compile(r"[^A-Za-z0-9_.\-]")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_LONGEST_NAME = 100


def write_atomically(path: Path, content: bytes | memoryview, *, sync: bool = True) -> None:
    """Puts `content` at `path` so that a reader sees the old file or the new one, even after a power cut.

    `sync=False` leaves it to the caller to make the rename last (sync_folder). Raises DiskFull or StoreError; then nothing of
    the new content is left and the old file stands untouched.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        raise as_store_error(error, path) from error
    if sync:
        sync_folder(path.parent)


def append_line(path: Path, line: bytes) -> None:
    """Adds `line` to the end of `path`; a line cut short by a crash is left for the reader to skip. Raises as write_atomically."""
    try:
        with path.open("ab") as file:
            at = file.tell()
            try:
                file.write(line + b"\n")
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                os.truncate(path, at)
                raise
    except OSError as error:
        raise as_store_error(error, path) from error


def sync_folder(folder: Path) -> None:
    """Makes renames in `folder` last through a power cut, where the system can."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def as_store_error(error: OSError, path: Path) -> StoreError:
    """`error` in words: DiskFull where there is no room, else StoreError."""
    if lacks_room(error):
        return DiskFull(f"No room on the disk to write {path}.", cure="Free some space and try again; what was stored before is untouched.")
    return StoreError(f"{path} could not be written: {error.strerror or error}.", cure="Check the folder's permissions; what was stored before is untouched.")


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the writers' lock at `path` against other threads and processes; waits for it. The system frees it if we die."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        _take(file.fileno())
        try:
            yield
        finally:
            _release(file.fileno())


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        while True:
            try:
                os.lseek(handle, 0, os.SEEK_SET)
                msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
                return
            except OSError as error:
                if error.errno != errno.EDEADLK:
                    raise

    def _release(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)

    def _release(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


def safe_name(name: str, *, usual: str) -> str:
    """`name` as a folder name that is legal, unique and case-safe on Windows, macOS and Linux, such as BTC%2FUSDT.

    `usual` is "upper" or "lower": the case such names mostly have. Another case gets a short hash, since two names that
    differ only in case would meet in one folder on Windows.
    """
    safe = _UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), name)
    if safe.startswith("."):
        safe = "%2E" + safe[1:]
    if safe.endswith("."):
        safe = safe[:-1] + "%2E"
    if _RESERVED.fullmatch(safe):
        safe = f"%{ord(safe[0]):02X}{safe[1:]}"
    is_usual = name == (name.upper() if usual == "upper" else name.lower())
    if is_usual and safe and len(safe) <= _LONGEST_NAME:
        return safe
    return f"{safe[:_LONGEST_NAME]}~{hashlib.blake2b(name.encode(), digest_size=4).hexdigest()}"
