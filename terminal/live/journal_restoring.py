"""What a person is offered when a journal is damaged: a clean copy of its sound part, as a new file beside the old one.

Nothing is repaired in place and nothing is deleted; the decision is the copy's newest entry, under a name.
"""

import json
import sqlite3
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from terminal.domain.clock import Clock
from terminal.live.ids import Entropy, system_entropy
from terminal.live.journal_disk import demand_own_file, demand_own_folder, in_words
from terminal.live.journal_entries import OWN, Decision, Head, genesis, linked
from terminal.live.journal_errors import JournalDamaged, JournalRefused, JournalTaken, JournalUnavailable
from terminal.live.journal_lock import WriterLock
from terminal.live.journal_mark import Mark, MarkFile
from terminal.live.journal_opening import WAIT_SECONDS, Place, create, make_settings_folder
from terminal.live.journal_reading import check_pages, has_log, missing, open_to_read, read_about, verified

RESTORED = OWN + "restored"


@dataclass(frozen=True, slots=True)
class Finding:
    """How much of a journal is sound: up to `head`, written at `time` (UTC ns; 0 without an entry). `damage` is None where all of it is."""

    path: Path
    journal_id: str
    head: Head
    time: int
    damage: JournalDamaged | None
    past_log: bool
    """True where more is sound without the -wal file that lies beside it."""


def examine(place: Place, *, wait_seconds: float = WAIT_SECONDS) -> Finding:
    """What is sound of the journal at `place`: every entry is read, nothing is written. Raises JournalUnavailable where there is none."""
    demand_own_folder(place.folder)
    number = place.newest()
    if not number:
        raise JournalUnavailable(f"There is no journal in {place.folder}.")
    path = place.file(number)
    demand_own_file(path)
    mark = _mark(place)
    ways = (False, True) if has_log(path) else (False,)
    findings = [_examined(path, mark, wait_seconds, past_log) for past_log in ways]
    return max(findings, key=lambda finding: finding.head.seq)  # of equals the first: with its log


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
        finding = examine(place, wait_seconds=wait_seconds)
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
    said = {"by": decision.by, "reason": decision.reason, "from": finding.path.name, "sound": finding.head.seq, "found": str(finding.damage)}
    body = json.dumps(said, sort_keys=True).encode()
    seq = finding.head.seq + 1
    head = Head(seq, linked(finding.head.digest, seq, now, RESTORED.encode(), body))
    decided = (seq, now, RESTORED, body, head.digest)
    if finding.head.seq:
        with open_to_read(finding.path, wait_seconds, past_log=finding.past_log) as source:
            sound = islice(verified(source, finding.path, finding.journal_id), finding.head.seq)
            rows = ((number, entry.time, entry.kind, entry.body, digest) for number, entry, digest in sound)
            create(target, finding.journal_id, epoch, rows=chain(rows, [decided]))
    else:
        create(target, finding.journal_id, epoch, rows=[decided])
    make_settings_folder(place.settings)
    mark_file = MarkFile(place.mark)
    mark_file.begin(Mark(finding.journal_id, epoch, "", head))
    mark_file.close()
    return target


def _examined(path: Path, mark: Mark | None, wait_seconds: float, past_log: bool) -> Finding:
    """The longest chain that the file proves, from the id it gives itself or the one its mark remembers."""
    ids: list[str] = [] if mark is None else [mark.journal_id]
    said = ""
    nothing = JournalDamaged(path, 1, "it does not say which journal it is")
    try:
        with open_to_read(path, wait_seconds, past_log=past_log) as connection:
            try:
                said, _ = read_about(connection, path)
                ids.insert(0, said)
            except JournalDamaged as damage:
                nothing = damage
            findings = [_chained(connection, path, journal_id, mark, past_log) for journal_id in dict.fromkeys(ids)]
    except JournalDamaged as damage:
        findings, nothing = [], damage
    known = "" if mark is None else mark.journal_id
    best = max(findings, key=lambda finding: finding.head.seq, default=Finding(path, known, Head(0, genesis(known)), 0, nothing, past_log))
    if best.damage is None and best.journal_id != said:
        best = replace(best, damage=JournalDamaged(path, best.head.seq + 1, "the file says that it is another journal"))
    return best


def _chained(connection: sqlite3.Connection, path: Path, journal_id: str, mark: Mark | None, past_log: bool) -> Finding:
    head, time, damage = Head(0, genesis(journal_id)), 0, None
    try:
        for seq, entry, digest in verified(connection, path, journal_id):
            head, time = Head(seq, digest), entry.time
        check_pages(connection, path, head.seq)
        if mark is not None and mark.journal_id == journal_id and head.seq < mark.head.seq:
            damage = missing(path, head.seq, mark.head.seq)
    except JournalDamaged as found:
        damage = found
    return Finding(path, journal_id, head, time, damage, past_log)


def _mark(place: Place) -> Mark | None:
    try:
        return MarkFile(place.mark).read()
    except JournalRefused:
        return None
