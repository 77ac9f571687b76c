"""Reads a journal's file entry by entry and believes nothing that its chain of hashes does not prove.

Used by `journal` and by what restores and exports one; never writes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

from terminal.live.journal_disk import FAILURES, told
from terminal.live.journal_entries import DIGEST_BYTES, Entry, Head, Snapshot, framed, genesis, seal
from terminal.live.journal_errors import JournalDamaged

_ALL = "SELECT seq, time, kind, body, digest FROM entries WHERE seq > ? ORDER BY seq"
_ONE = "SELECT seq, digest FROM entries WHERE seq = ?"
_NEWEST = "SELECT seq, digest FROM entries ORDER BY seq DESC LIMIT 1"
_SNAPSHOTS = "SELECT seq, state_hash, body, seal FROM snapshots ORDER BY seq DESC"

_NO_ROOM_BESIDE = frozenset((sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL))
"""What SQLite gives where it can't make the small file through which readers and writers meet; without a log there is no need of it."""


def connect_to_read(path: Path, wait_seconds: float, *, past_log: bool = False) -> sqlite3.Connection:
    """A connection that can't write: beside a writer, after a crash, and on a disk that forbids writing. `past_log` leaves out the -wal file."""
    uri = path.absolute().as_uri()
    connection = _connection(f"{uri}?mode=ro&immutable=1" if past_log else f"{uri}?mode=ro", wait_seconds)
    try:
        connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in _NO_ROOM_BESIDE or has_log(path):
            raise
        return _connection(f"{uri}?mode=ro&immutable=1", wait_seconds)
    except FAILURES:
        connection.close()
        raise
    return connection


def has_log(path: Path) -> bool:
    """True where a -wal file holds what the journal's file itself does not have yet."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _connection(uri: str, wait_seconds: float) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=wait_seconds, check_same_thread=False, isolation_level=None)
    connection.text_factory = bytes  # kinds are hashed as they lie there
    return connection


def read_about(connection: sqlite3.Connection, path: Path) -> tuple[str, str]:
    """The journal's id and its epoch. Raises JournalDamaged where the file does not say."""
    try:
        rows = connection.execute("SELECT journal_id, epoch FROM about").fetchall()
        ((journal_id, epoch),) = rows
        return bytes(journal_id).decode("ascii"), bytes(epoch).decode("ascii")
    except FAILURES as error:
        raise told(error, path) from error
    except (ValueError, TypeError) as error:
        raise JournalDamaged(path, 1, "it does not say which journal it is") from error


def read_head(connection: sqlite3.Connection, journal_id: str) -> Head:
    """The newest entry as the file has it, not verified."""
    row = connection.execute(_NEWEST).fetchone()
    return Head(0, genesis(journal_id)) if row is None else Head(row[0], row[1])


def digest_at(connection: sqlite3.Connection, journal_id: str, seq: int) -> bytes | None:
    """The hash stored with entry `seq`, the chain's beginning for 0, None where there is no such entry."""
    if seq == 0:
        return genesis(journal_id)
    row = connection.execute(_ONE, (seq,)).fetchone()
    return row[1] if row is not None and type(row[1]) is bytes else None


def verified(connection: sqlite3.Connection, path: Path, journal_id: str, after: int = 0) -> Iterator[tuple[int, Entry, bytes]]:
    """Every entry after `after` with its hash, each proved by the one before. Raises JournalDamaged at the first that is not.

    The hash at `after` itself is taken as it is stored: what stands before was proved when it was read.
    """
    seq = after = max(after, 0)
    kinds: dict[bytes, str] = {}
    try:
        previous = digest_at(connection, journal_id, after)
        if previous is None:
            if read_head(connection, journal_id).seq <= after:
                return
            raise JournalDamaged(path, after, "it is missing")
        for number, time, kind, body, digest in connection.execute(_ALL, (after,)):
            seq += 1
            if number != seq:
                raise JournalDamaged(path, seq, f"it is missing, the next one is {number}")
            if type(time) is not int or type(kind) is not bytes or type(body) is not bytes:
                raise JournalDamaged(path, seq, "a part of it is of another type")
            previous = blake2b(framed(previous, seq, time, kind, body), digest_size=DIGEST_BYTES).digest()
            if previous != digest:
                raise JournalDamaged(path, seq, "it does not follow from the one before")
            name = kinds.get(kind)
            if name is None:
                name = kinds[kind] = kind.decode("ascii")
            yield seq, Entry(time, name, body), digest
    except FAILURES as error:
        raise told(error, path, seq=seq + 1) from error


def newest_snapshot(connection: sqlite3.Connection, path: Path, journal_id: str) -> Snapshot | None:
    """The newest snapshot that its seal ties to the chain; damaged ones are passed over, since entries say the same."""
    try:
        for seq, state_hash, body, stamp in connection.execute(_SNAPSHOTS):
            digest = digest_at(connection, journal_id, seq) if type(seq) is int else None
            if digest is not None and type(state_hash) is bytes and type(body) is bytes and seal(digest, seq, state_hash, body) == stamp:
                return Snapshot(seq, state_hash, body)
    except FAILURES as error:
        trouble = told(error, path)
        if not isinstance(trouble, JournalDamaged):
            raise trouble from error
    return None


def open_to_read(path: Path, wait_seconds: float, *, past_log: bool = False) -> closing[sqlite3.Connection]:
    """`connect_to_read` for a with statement, its failures in words."""
    try:
        return closing(connect_to_read(path, wait_seconds, past_log=past_log))
    except FAILURES as error:
        raise told(error, path, wait_seconds=wait_seconds) from error


def check_pages(connection: sqlite3.Connection, path: Path, newest: int) -> None:
    """Raises JournalDamaged where SQLite's own pages are broken though every entry could be read."""
    try:
        findings = [bytes(row[0]).decode("utf-8", "replace") for row in connection.execute("PRAGMA quick_check(3)")]
    except FAILURES as error:
        raise told(error, path, seq=newest + 1) from error
    if findings != ["ok"]:
        raise JournalDamaged(path, newest + 1, f"the file's pages are broken ({'; '.join(findings)})")


def missing(path: Path, newest: int, acknowledged: int) -> JournalDamaged:
    """That entries are gone which had been taken."""
    return JournalDamaged(path, newest + 1, f"it is missing, though entries up to {acknowledged} were acknowledged")
