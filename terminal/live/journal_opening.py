"""Opens a journal: finds its file, takes the writer's lock, proves that it is the one that was written last, and begins a new epoch.

The one way to a `Journal`; whatever does not fit is refused in words or opened for reading only.
"""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from terminal.domain.clock import Clock
from terminal.domain.errors import forbids_writing
from terminal.live.ids import Entropy, system_entropy
from terminal.live.journal import Journal, Writer
from terminal.live.journal_disk import demand_own_file, demand_own_folder, in_words, make_file, make_private
from terminal.live.journal_entries import OWN, Decision, Entry, Head, genesis
from terminal.live.journal_errors import JournalDamaged, JournalRefused, JournalTaken, JournalUnavailable
from terminal.live.journal_lock import WriterLock
from terminal.live.journal_mark import Mark, MarkFile
from terminal.live.journal_pages import PAGE_BYTES
from terminal.live.journal_reading import check_pages, digest_at, missing, newest_snapshot, open_to_read, read_about, read_head, verified
from terminal.live.journal_schema import STEPS, Steps, demand_known, migrate, version_of
from terminal.market.store_disk import sync_folder

WAIT_SECONDS = 2.0
"""How long an append waits for a locked file before the gate shuts."""
ACCEPTED = OWN + "accepted"
_SAY_SO = "Put the newest one back; or compare with every broker, then say by name that this one counts."
_Rows = Iterable[tuple[int, int, str, bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a journal stands, and the folder of settings where its mark does."""

    folder: Path
    settings: Path

    @property
    def lock(self) -> Path:
        """Held by the one who writes."""
        return self.folder / "journal.lock"

    @property
    def mark(self) -> Path:
        """What remembers the newest entry."""
        return self.settings / "journal.mark"

    def file(self, number: int) -> Path:
        """The journal's file, `number` 1 until it was restored."""
        return self.folder / f"journal-{number:04d}.db"

    def newest(self) -> int:
        """Number of the file that counts, 0 without one."""
        numbers = [path.stem.removeprefix("journal-") for path in self.folder.glob("journal-*.db")]
        return max((int(number) for number in numbers if number.isdigit()), default=0)


def open_journal(
    place: Place,
    *,
    clock: Clock,
    entropy: Entropy = system_entropy,
    wait_seconds: float = WAIT_SECONDS,
    decision: Decision | None = None,
    steps: Steps = STEPS,
) -> Journal:
    """The journal at `place`, made where there is none. Where another process writes it, or it is damaged, it is open for reading only and
    its `trouble` says why. Raises JournalRefused where it is not the one last written here, unless a `decision` says that it counts.
    """
    make_private(place.folder)
    lock = WriterLock(place.lock)
    try:
        trouble = _kept_out(place, lock)
        if trouble is not None:
            return _to_read(place, lock, wait_seconds, trouble)
        return _to_write(place, lock, clock, entropy, wait_seconds, decision, steps)
    except BaseException:
        lock.release()
        raise


def read_journal(place: Place, *, wait_seconds: float = WAIT_SECONDS) -> Journal:
    """The journal at `place` for reading only, whatever its state. Raises JournalUnavailable where there is none."""
    demand_own_folder(place.folder)
    return _to_read(place, WriterLock(place.lock), wait_seconds, JournalUnavailable(f"The journal in {place.folder} was opened for reading."))


def create(target: Path, journal_id: str, epoch: str, *, rows: _Rows = (), snapshots: Iterable[tuple[object, ...]] = (), steps: Steps = STEPS) -> None:
    """Makes the file `target` with these entries, whole or not at all."""
    scratch = target.with_name(f".{target.name}.part")
    with in_words(scratch):
        for part in (scratch, scratch.with_name(f"{scratch.name}-journal"), scratch.with_name(f"{scratch.name}-wal")):
            part.unlink(missing_ok=True)
    make_file(scratch)
    with in_words(scratch):
        with closing(sqlite3.connect(scratch, isolation_level=None)) as connection:
            _set_up(connection)
            migrate(connection, scratch, steps)
            connection.execute("BEGIN")
            connection.execute("INSERT INTO about VALUES (?, ?)", (journal_id, epoch))
            connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", rows)
            connection.executemany("INSERT INTO snapshots VALUES (?, ?, ?, ?)", snapshots)
            connection.execute("COMMIT")
        scratch.replace(target)
        sync_folder(target.parent)


def _kept_out(place: Place, lock: WriterLock) -> JournalUnavailable | None:
    """Why this process may not write, None where it now holds the lock."""
    with in_words(place.lock):
        try:
            if lock.acquire():
                return None
        except OSError as error:
            if not forbids_writing(error):
                raise
            words = f"The folder {place.folder} can't be written ({error.strerror}), so the journal is only read."
            return JournalUnavailable(words, cure="Allow writing there.")
    words = f"The journal in {place.folder} is written by {lock.holder()}, so this one only reads."
    return JournalTaken(words, cure="Attach to that one, or stop it and start again.")


def _to_write(place: Place, lock: WriterLock, clock: Clock, entropy: Entropy, wait_seconds: float, decision: Decision | None, steps: Steps) -> Journal:
    mark_file = MarkFile(place.mark)
    if not place.newest():
        if _read_mark(mark_file, decision) is not None and decision is None:
            raise JournalRefused(f"The journal in {place.folder} is gone, but {place.mark} says that there was one.", cure=_SAY_SO)
        create(place.file(1), _drawn(entropy), _drawn(entropy), steps=steps)
    path = place.file(place.newest())
    demand_own_file(path)
    try:
        found = _proved(path, _read_mark(mark_file, decision), wait_seconds, decision, steps)
    except JournalDamaged as damage:
        return _to_read(place, lock, wait_seconds, damage)
    connection = _connected(path, wait_seconds, steps)
    try:
        mark = Mark(found.journal_id, _drawn(entropy), found.epoch, found.head)
        make_settings_folder(place.settings)
        mark_file.begin(mark)
        with in_words(path, wait_seconds):
            connection.execute("UPDATE about SET epoch = ?", (mark.epoch,))
        writer = Writer(connection, mark_file, mark)
        journal = Journal(path, lock=lock, wait_seconds=wait_seconds, journal_id=found.journal_id, head=found.head, writer=writer)
        if decision is not None and found.objection:
            body = {"by": decision.by, "reason": decision.reason, "found": found.objection}
            journal.append([Entry(clock(), ACCEPTED, json.dumps(body, sort_keys=True).encode())])
    except BaseException:
        mark_file.close()
        connection.close()
        raise
    return journal


@dataclass(frozen=True, slots=True)
class _Found:
    """What was proved of a file, and why it is not the one last written here ("" where it is)."""

    journal_id: str
    epoch: str
    head: Head
    objection: str


def _proved(path: Path, mark: Mark | None, wait_seconds: float, decision: Decision | None, steps: Steps) -> _Found:
    """Reads without writing a byte: recovery after a crash must not mix a stale log into the file before it is known to belong to it."""
    with open_to_read(path, wait_seconds) as connection, in_words(path, wait_seconds):
        demand_known(version_of(connection), path, steps)
        journal_id, epoch = read_about(connection, path)
        snapshot = newest_snapshot(connection, path, journal_id)
        after = 0 if snapshot is None else snapshot.seq
        next(verified(connection, path, journal_id), None)  # the first entry shows whether the id is the one it was made with
        head = Head(after, digest_at(connection, journal_id, after) or b"")  # a snapshot's seal was proved with it
        for seq, _, digest in verified(connection, path, journal_id, head.seq):
            head = Head(seq, digest)
        check_pages(connection, path, head.seq)
        objection = _objection(connection, path, mark, _Found(journal_id, epoch, head, ""))
    if objection and decision is None:
        raise JournalRefused(f"The journal {path} is not the one last written here: {objection}.", cure=_SAY_SO)
    return _Found(journal_id, epoch, head, objection)


def _objection(connection: sqlite3.Connection, path: Path, mark: Mark | None, found: _Found) -> str:
    """Why the mark says that this file is an older or another journal, "" where it fits. Raises JournalDamaged where entries were lost."""
    if mark is None:
        return "" if found.head.seq == 0 else "nothing in the folder of settings knows it"
    if mark.journal_id != found.journal_id:
        return "it is another journal"
    if found.epoch not in (mark.epoch, mark.former_epoch) or (found.epoch != mark.epoch and found.head != mark.head):
        return f"it is of another time (epoch {found.epoch}, expected {mark.epoch})"
    digest = digest_at(connection, found.journal_id, mark.head.seq)
    if digest is None:
        raise missing(path, found.head.seq, mark.head.seq)
    if digest != mark.head.digest:
        return f"its entry {mark.head.seq} is another one"
    return ""


def _to_read(place: Place, lock: WriterLock, wait_seconds: float, trouble: JournalUnavailable) -> Journal:
    number = place.newest()
    if not number:
        raise trouble
    path = place.file(number)
    demand_own_file(path)
    try:
        with open_to_read(path, wait_seconds) as connection, in_words(path, wait_seconds):
            journal_id, _ = read_about(connection, path)
            head = read_head(connection, journal_id)
    except JournalDamaged as damage:
        journal_id, head, trouble = "", Head(0, genesis("")), damage
    return Journal(path, lock=lock, wait_seconds=wait_seconds, journal_id=journal_id, head=head, trouble=trouble)


def _connected(path: Path, wait_seconds: float, steps: Steps) -> sqlite3.Connection:
    with in_words(path, wait_seconds):
        connection = sqlite3.connect(path, timeout=wait_seconds, check_same_thread=False, isolation_level=None)
        try:
            _set_up(connection)
            migrate(connection, path, steps)
        except BaseException:
            connection.close()
            raise
        return connection


def _set_up(connection: sqlite3.Connection) -> None:
    for setting in (
        f"page_size={PAGE_BYTES}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "fullfsync=ON",
        "checkpoint_fullfsync=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
    ):
        connection.execute(f"PRAGMA {setting}").fetchall()


def _read_mark(mark_file: MarkFile, decision: Decision | None) -> Mark | None:
    try:
        return mark_file.read()
    except JournalRefused:
        if decision is None:
            raise
        return None


def make_settings_folder(folder: Path) -> None:
    """Makes the folder of settings where it is missing."""
    with in_words(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _drawn(entropy: Entropy) -> str:
    return entropy(16).hex()
