"""What stands beside a journal and remembers its newest entry: by it a restored backup, a stale log or a journal of elsewhere is known.

Kept in the folder of settings, so that whoever copies the journal back does not copy the mark with it. Written after every entry, not synced:
it outlives the process, and after a power cut it may be behind the journal, never before it.
"""

import hmac
import os
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from terminal.domain.errors import DiskFull, StoreError
from terminal.live.journal_disk import PLAIN, in_words, sync_fully
from terminal.live.journal_entries import Head
from terminal.live.journal_errors import JournalFull, JournalRefused, JournalUnavailable
from terminal.market.store_disk import write_atomically

_LINE_BYTES = 256  # two lines take turns: a torn write leaves the other one
_CHECK_BYTES = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """The journal, its epoch, the epoch before, and the newest entry that was acknowledged."""

    journal_id: str
    epoch: str
    former_epoch: str
    head: Head


class MarkFile:
    """The mark at `path`, open for as long as the journal is written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None
        self._line = 0

    def read(self) -> Mark | None:
        """The newest mark, None where there is no file. Raises JournalRefused where it can't be read."""
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise JournalRefused(f"The journal's mark {self._path} can't be read: {error.strerror or error}.", cure="Allow reading it.") from error
        marks = [mark for at in (0, _LINE_BYTES) if (mark := _parsed(text[at : at + _LINE_BYTES])) is not None]
        if not marks:
            raise JournalRefused(
                f"The journal's mark {self._path} is damaged, so whether the journal is the newest can't be seen.",
                cure="Compare with the broker, then say by name that this journal counts.",
            )
        return max(marks, key=lambda mark: mark.head.seq)

    def begin(self, mark: Mark) -> None:
        """Replaces the file by `mark`, synced, and keeps it open for `move`. Raises JournalUnavailable where it can't be written."""
        self.close()
        try:
            write_atomically(self._path, _written(mark) * 2)
        except DiskFull as error:
            raise JournalFull(error.message, cure=error.cure) from error
        except StoreError as error:
            raise JournalUnavailable(error.message, cure=error.cure) from error
        with in_words(self._path):
            self._handle = os.open(self._path, os.O_RDWR | PLAIN)
            sync_fully(self._handle)

    def move(self, mark: Mark) -> None:
        """Writes `mark` over the older of the two lines, without a sync. Raises OSError."""
        if self._handle is None:
            raise OSError("the mark is not open")
        os.lseek(self._handle, self._line * _LINE_BYTES, os.SEEK_SET)
        os.write(self._handle, _written(mark))
        self._line = 1 - self._line

    def close(self) -> None:
        """Closes it; what the system can't sync any more only stays behind."""
        if self._handle is not None:
            with suppress(OSError):
                os.fsync(self._handle)
            os.close(self._handle)
            self._handle = None


def _written(mark: Mark) -> bytes:
    words = f"{mark.journal_id} {mark.epoch} {mark.former_epoch or '-'} {mark.head.seq} {mark.head.digest.hex()}"
    return f"{words} {_check(words)}".encode().ljust(_LINE_BYTES - 1) + b"\n"


def _check(words: str) -> str:
    return blake2b(words.encode(), digest_size=_CHECK_BYTES).hexdigest()


def _parsed(line: bytes) -> Mark | None:
    """The mark on `line`, None where it is torn or was changed."""
    words, _, check = line.decode("ascii", "replace").strip().rpartition(" ")
    parts = words.split(" ")
    if len(parts) != 5 or not hmac.compare_digest(check.encode(), _check(words).encode()):
        return None
    journal_id, epoch, former, seq, digest = parts
    return Mark(journal_id, epoch, "" if former == "-" else former, Head(int(seq), bytes.fromhex(digest)))
