"""What a person is offered when a journal is damaged: a clean copy of its sound part, as a new file beside the old one.

Nothing is repaired in place and nothing is deleted; the decision is the copy's newest entry, under a name.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path

from terminal.domain.clock import Clock
from terminal.live.ids import Entropy, system_entropy
from terminal.live.journal_disk import demand_own_file, demand_own_folder, in_words
from terminal.live.journal_entries import OWN, Decision, Entry, Head, genesis, linked
from terminal.live.journal_errors import JournalDamaged, JournalRefused, JournalTaken, JournalUnavailable
from terminal.live.journal_lock import WriterLock
from terminal.live.journal_mark import Mark, MarkFile
from terminal.live.journal_opening import WAIT_SECONDS, Place, create, make_settings_folder
from terminal.live.journal_pages import found_in_pages
from terminal.live.journal_reading import check_pages, has_log, missing, open_to_read, read_about, verified

RESTORED = OWN + "restored"


class Way(StrEnum):
    """How most of a damaged journal can be read."""

    WHOLE = "the file with its log"
    PAST_LOG = "the file without the log beside it"
    PAGES = "the single pages"


@dataclass(frozen=True, slots=True)
class Finding:
    """How much of a journal is sound: up to `head`, written at `time` (UTC ns; 0 without an entry). `damage` is None where all of it is."""

    path: Path
    journal_id: str
    head: Head
    time: int
    damage: JournalDamaged | None
    way: Way


def examine(place: Place, *, by_page: bool = False, wait_seconds: float = WAIT_SECONDS) -> Finding:
    """What is sound of the journal at `place`: every entry is read, nothing is written. Raises JournalUnavailable where there is none.

    `by_page` looks for entries in single pages too, where the rest of a damaged file hides them; nobody may have it open then.
    """
    demand_own_folder(place.folder)
    number = place.newest()
    if not number:
        raise JournalUnavailable(f"There is no journal in {place.folder}.")
    path = place.file(number)
    demand_own_file(path)
    mark = _mark(place)
    ways = (Way.WHOLE, Way.PAST_LOG) if has_log(path) else (Way.WHOLE,)
    findings = [_examined(path, mark, wait_seconds, way) for way in ways]
    if by_page and findings[0].damage is not None:
        ids = dict.fromkeys([finding.journal_id for finding in findings] + ([] if mark is None else [mark.journal_id]))
        findings.extend(_paged(path, journal_id, findings[0].damage) for journal_id in ids if journal_id)
    return max(findings, key=lambda finding: finding.head.seq)  # of equals the first: the file with its log


def restore_journal(place: Place, decision: Decision, *, clock: Clock, entropy: Entropy = system_entropy, wait_seconds: float = WAIT_SECONDS) -> Path:
    """The file that counts from now on: the sound part of the damaged one, and the decision. Open it with `open_journal`.

    Raises JournalTaken while somebody writes it, JournalRefused where nothing is damaged, JournalDamaged where nothing can be proved.
    """
    demand_own_folder(place.folder)
    lock = WriterLock(place.lock)
    with in_words(place.lock):
        is_writer = lock.acquire()
    try:
        if not is_writer:
            raise JournalTaken(f"The journal in {place.folder} is written by {lock.holder()}.", cure="Stop it first.")
        finding = examine(place, by_page=True, wait_seconds=wait_seconds)
        if finding.damage is None:
            raise JournalRefused(f"The journal {finding.path} is sound; there is nothing to restore.")
        if not finding.journal_id:
            raise finding.damage
        return _copied(place, finding, decision, clock(), entropy, wait_seconds)
    finally:
        lock.release()


def _copied(place: Place, finding: Finding, decision: Decision, now: int, entropy: Entropy, wait_seconds: float) -> Path:
    """The copy's path. Snapshots stay behind: its first replay is of everything that was proved."""
    target = place.file(place.newest() + 1)
    epoch = entropy(16).hex()
    said = {
        "by": decision.by,
        "reason": decision.reason,
        "from": finding.path.name,
        "sound": finding.head.seq,
        "way": finding.way,
        "found": str(finding.damage),
    }
    body = json.dumps(said, sort_keys=True).encode()
    seq = finding.head.seq + 1
    head = Head(seq, linked(finding.head.digest, seq, now, RESTORED.encode(), body))
    decided = (seq, now, RESTORED, body, head.digest)
    with _sound(finding, wait_seconds) as sound:
        rows = ((number, entry.time, entry.kind, entry.body, digest) for number, entry, digest in sound)
        create(target, finding.journal_id, epoch, rows=chain(rows, [decided]))
    make_settings_folder(place.settings)
    mark_file = MarkFile(place.mark)
    mark_file.begin(Mark(finding.journal_id, epoch, "", head))
    mark_file.close()
    return target


@contextmanager
def _sound(finding: Finding, wait_seconds: float) -> Iterator[Iterable[tuple[int, Entry, bytes]]]:
    """The sound entries of a finding, read the way it was made."""
    if not finding.head.seq:
        yield ()
    elif finding.way is Way.PAGES:
        yield found_in_pages(finding.path, finding.journal_id)
    else:
        with open_to_read(finding.path, wait_seconds, past_log=finding.way is Way.PAST_LOG) as source:
            yield islice(verified(source, finding.path, finding.journal_id), finding.head.seq)


def _paged(path: Path, journal_id: str, damage: JournalDamaged) -> Finding:
    head, time = Head(0, genesis(journal_id)), 0
    for seq, entry, digest in found_in_pages(path, journal_id):
        head, time = Head(seq, digest), entry.time
    return Finding(path, journal_id, head, time, damage, Way.PAGES)


def _examined(path: Path, mark: Mark | None, wait_seconds: float, way: Way) -> Finding:
    """The longest chain that the file proves, from the id it gives itself or the one its mark remembers."""
    ids: list[str] = [] if mark is None else [mark.journal_id]
    said = ""
    nothing = JournalDamaged(path, 1, "it does not say which journal it is")
    try:
        with open_to_read(path, wait_seconds, past_log=way is Way.PAST_LOG) as connection:
            try:
                said, _ = read_about(connection, path)
                ids.insert(0, said)
            except JournalDamaged as damage:
                nothing = damage
            findings = [_chained(connection, path, journal_id, mark, way) for journal_id in dict.fromkeys(ids)]
    except JournalDamaged as damage:
        findings, nothing = [], damage
    known = "" if mark is None else mark.journal_id
    best = max(findings, key=lambda finding: finding.head.seq, default=Finding(path, known, Head(0, genesis(known)), 0, nothing, way))
    if best.damage is None and best.journal_id != said:
        best = replace(best, damage=JournalDamaged(path, best.head.seq + 1, "the file says that it is another journal"))
    return best


def _chained(connection: sqlite3.Connection, path: Path, journal_id: str, mark: Mark | None, way: Way) -> Finding:
    head, time, damage = Head(0, genesis(journal_id)), 0, None
    try:
        for seq, entry, digest in verified(connection, path, journal_id):
            head, time = Head(seq, digest), entry.time
        check_pages(connection, path, head.seq)
        if mark is not None and mark.journal_id == journal_id and head.seq < mark.head.seq:
            damage = missing(path, head.seq, mark.head.seq)
    except JournalDamaged as found:
        damage = found
    return Finding(path, journal_id, head, time, damage, way)


def _mark(place: Place) -> Mark | None:
    try:
        return MarkFile(place.mark).read()
    except JournalRefused:
        return None
