"""The journal of live trading in one SQLite file: what it took is on the disk when `append` returns, in order, and proved when read back.

The engine writes what it is about to do before it does it; state is nothing but what stands here, folded.
"""

import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from terminal.live.journal_disk import FAILURES, identity, in_words, told
from terminal.live.journal_entries import Entry, Head, Snapshot, checked, genesis, linked, seal
from terminal.live.journal_errors import JournalDamaged, JournalUnavailable
from terminal.live.journal_lock import WriterLock
from terminal.live.journal_mark import Mark, MarkFile
from terminal.live.journal_memory import demand_entry
from terminal.live.journal_reading import check_pages, connect_to_read, digest_at, missing, newest_snapshot, read_head, verified

_log = logging.getLogger(__name__)
_ADD = "INSERT INTO entries VALUES (?, ?, ?, ?, ?)"
_KEEP = "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)"
_FORGET = "DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT 3)"
_KNOWS = "SELECT 1 FROM entries WHERE kind = 'journal.run' AND body = ?"
_LASTING_FAULTS = frozenset((sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC))
"""After a failed sync the system may call pages clean that never reached the disk: no later sync can be believed."""


@dataclass(slots=True)
class Writer:
    """What only the process that writes a journal has: a connection that can, and the mark beside the file."""

    connection: sqlite3.Connection
    mark_file: MarkFile
    mark: Mark
    is_told: bool = False
    """True once it was said that the mark can't be written."""


class Journal:
    """A journal that `journal_opening` opened: for writing with a `writer`, or for reading only because of `trouble`.

    Thread-safe. Every method raises JournalUnavailable, or one of its kinds, where the file did not do what was asked.
    """

    def __init__(
        self,
        path: Path,
        *,
        lock: WriterLock,
        wait_seconds: float,
        journal_id: str,
        head: Head,
        writer: Writer | None = None,
        trouble: JournalUnavailable | None = None,
    ) -> None:
        self.path = path
        self.journal_id = journal_id
        self.trouble = trouble
        """Why nothing can be written from now on; None where it can."""
        self._lock = lock
        self._wait_seconds = wait_seconds
        self._head = head
        self._writer = writer
        self._mutex = threading.Lock()
        self._files = self._identities()

    @property
    def head(self) -> Head:
        """The newest entry: of a reader, as of when it was opened."""
        return self._head

    @property
    def durable(self) -> int:
        """Number of the newest entry on the disk: an append that returned is."""
        return self._head.seq

    @property
    def read_only(self) -> bool:
        """True where nothing can be written."""
        return self.trouble is not None

    @property
    def epoch(self) -> str:
        """The id of this opening for writing; "" of a reader."""
        return "" if self._writer is None else self._writer.mark.epoch

    def append(self, entries: Sequence[Entry]) -> int:
        """Number of the last of `entries`, which are on the disk now, all of them.

        Raises JournalUnavailable (none of them may be acted upon), and BadInput for what is no entry.
        """
        checked(entries)
        with self._mutex, self._transaction() as writer:
            rows, digest = [], self._head.digest
            for seq, entry in enumerate(entries, self._head.seq + 1):
                kind = entry.kind.encode()
                digest = linked(digest, seq, entry.time, kind, entry.body)
                rows.append((seq, entry.time, entry.kind, entry.body, digest))
            writer.connection.executemany(_ADD, rows)
            writer.connection.execute("COMMIT")
            self._head = Head(self._head.seq + len(rows), digest)
            _remember(writer, self._head)
            return self._head.seq

    def sync(self) -> int:
        """`durable`: nothing is left to be synced after an append."""
        return self.durable

    def entries(self, after: int = 0) -> Iterator[tuple[int, Entry]]:
        """Every entry after number `after` in order, as the file is when the first is asked for; each is proved by the hash before it.

        Raises JournalDamaged at the first that is not what was written.
        """
        with closing(self._reader()) as connection:
            for seq, entry, _ in verified(connection, self.path, self.journal_id, after):
                yield seq, entry

    def verify(self) -> Head:
        """The newest entry, after reading the whole file. Raises JournalDamaged, and then nothing is written any more."""
        head = self._head
        try:
            with closing(self._reader()) as connection:
                last = Head(0, genesis(self.journal_id))
                for seq, _, digest in verified(connection, self.path, self.journal_id):
                    last = Head(seq, digest)
                check_pages(connection, self.path, last.seq)
            if last.seq < head.seq:
                raise missing(self.path, last.seq, head.seq)
        except JournalDamaged as damage:
            self.trouble = damage
            raise
        return last

    def snapshot(self, seq: int, body: bytes, state_hash: bytes) -> None:
        """Keeps the state after entry `seq`; the newest three are kept. Raises BadInput for an entry that is not there."""
        with self._mutex, self._transaction() as writer:
            demand_entry(seq, self._head.seq)
            digest = digest_at(writer.connection, self.journal_id, seq)
            if digest is None:
                raise JournalDamaged(self.path, seq, "it is missing")
            writer.connection.execute(_KEEP, (seq, state_hash, body, seal(digest, seq, state_hash, body)))
            writer.connection.execute(_FORGET)
            writer.connection.execute("COMMIT")

    def latest_snapshot(self) -> Snapshot | None:
        """The newest snapshot that its seal ties to its entry, None without one: then everything is folded."""
        with closing(self._reader()) as connection:
            return newest_snapshot(connection, self.path, self.journal_id)

    def knows_run(self, run: str) -> bool:
        """True where a run of this name was journalled."""
        with closing(self._reader()) as connection:
            try:
                return connection.execute(_KNOWS, (run.encode(),)).fetchone() is not None
            except FAILURES as error:
                raise self._told(error) from error

    def close(self) -> None:
        """Lets go of the file and of the lock; what follows raises JournalUnavailable."""
        with self._mutex:
            writer, self._writer = self._writer, None
            self.trouble = self.trouble or JournalUnavailable(f"The journal {self.path} is closed.")
            try:
                if writer is not None:
                    writer.mark_file.close()
                    with in_words(self.path):
                        writer.connection.close()
            finally:
                self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[Writer]:
        """A begun transaction on the file that was opened, rolled back unless it was committed."""
        if self._writer is None or self.trouble is not None:
            raise self.trouble or JournalUnavailable(f"The journal {self.path} is not open for writing.")
        connection = self._writer.connection
        try:
            if self._identities() != self._files:
                raise JournalDamaged(self.path, self._head.seq + 1, "its file was moved or replaced while it was open")
            connection.execute("BEGIN IMMEDIATE")
            if read_head(connection, self.journal_id) != self._head:
                raise JournalDamaged(self.path, self._head.seq + 1, "something else wrote to its file while it was open")
            yield self._writer
        except JournalDamaged as damage:
            self.trouble = damage
            raise
        except FAILURES as error:
            raise self._told(error) from error
        finally:
            if connection.in_transaction:
                with suppress(*FAILURES):  # SQLite has rolled back by itself where it could not go on
                    connection.execute("ROLLBACK")

    def _told(self, error: sqlite3.Error | UnicodeDecodeError) -> JournalUnavailable:
        said = told(error, self.path, seq=self._head.seq, wait_seconds=self._wait_seconds)
        if isinstance(said, JournalDamaged) or getattr(error, "sqlite_errorcode", 0) in _LASTING_FAULTS:
            self.trouble = said
        return said

    def _reader(self) -> sqlite3.Connection:
        try:
            return connect_to_read(self.path, self._wait_seconds)
        except FAILURES as error:
            raise self._told(error) from error

    def _identities(self) -> tuple[tuple[int, int], tuple[int, int]]:
        return identity(self.path), identity(self.path.with_name(f"{self.path.name}-wal"))


def _remember(writer: Writer, head: Head) -> None:
    """Notes beside the journal that `head` is on the disk. The entry is safe without: a mark that stays behind only sees less."""
    writer.mark = replace(writer.mark, head=head)
    try:
        writer.mark_file.move(writer.mark)
    except OSError as error:
        if not writer.is_told:
            _log.warning("The journal's mark can't be written, so that a restored backup may go unnoticed: %s", error)
        writer.is_told = True
