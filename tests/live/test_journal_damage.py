"""Whatever is flipped, cut or swapped in a journal's files is noticed or harmless, and a person can go on with what is proved to be sound."""

import random
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from terminal.domain.errors import BadInput
from terminal.live.journal import Journal
from terminal.live.journal_entries import Decision, linked
from terminal.live.journal_errors import JournalDamaged, JournalRefused, JournalTaken, JournalUnavailable
from terminal.live.journal_opening import Place, read_journal
from terminal.live.journal_restoring import RESTORED, examine, restore_journal
from tests.builders.journals import MADE, SAYS_SO, bodies, clock, copied, made, numbered, opened, place_in

STEP = 512


def believed(journal: Journal) -> list[bytes]:
    """What a damaged journal still gives: up to the damage, or all of it where what is missing stood behind."""
    sound = []
    with suppress(JournalUnavailable):
        for _, entry in journal.entries():
            sound.append(entry.body)
    return sound


def verdict(place: Place) -> str:
    """What became of a damaged journal: "harmless" where it is whole, else how it was noticed. Fails where it was neither."""
    try:
        journal = opened(place)
    except JournalRefused:
        return "refused"
    with journal:
        if isinstance(journal.trouble, JournalDamaged):
            sound = believed(journal)
            assert sound == [entry.body for entry in numbered(1, len(sound))], "an entry that was never written was believed"
            with pytest.raises(JournalDamaged):
                journal.append(numbered(1, 1))
            return "damaged"
        try:
            journal.verify()
        except JournalDamaged:
            assert journal.read_only
            return "found by reading all"
        assert bodies(journal.entries()) == [entry.body for entry in numbered(1, MADE)]
        return "harmless"


@pytest.mark.parametrize("part", ["journal-0001.db", "journal-0001.db-wal"])
def test_a_flipped_byte_every_512_is_noticed_or_harmless(tmp_path: Path, part: str) -> None:
    """F37, E23: at a random place in every sector, in the file and in its log."""
    place = made(tmp_path, clean=part.endswith(".db"))
    rng = random.Random(part)
    size = (place.folder / part).stat().st_size
    found: dict[str, int] = {}
    for sector in range(0, size, STEP):
        broken = place_in(tmp_path / "broken")
        copied(place.folder.parent, tmp_path / "broken")
        at = min(sector + rng.randrange(STEP), size - 1)
        with (broken.folder / part).open("rb+") as file:
            file.seek(at)
            was = file.read(1)[0]
            file.seek(at)
            file.write(bytes([was ^ 1 << rng.randrange(8)]))
        said = verdict(broken)
        found[said] = found.get(said, 0) + 1
    assert found.get("damaged", 0) > 20, found
    assert sum(found.values()) == -(-size // STEP)


def test_every_byte_of_an_entry_counts(tmp_path: Path) -> None:
    """E23: each byte of what one entry says, in place, changed by somebody who can write the file."""
    place = made(tmp_path)
    content = place.file(1).read_bytes()
    body = numbered(217, 217)[0].body
    at = content.index(body)
    for offset in range(at - 4, at + len(body) + 32):  # its kind, its body and its hash
        changed = bytearray(content)
        changed[offset] ^= 0x20
        place.file(1).write_bytes(changed)
        with closing(read_journal(place)) as journal, pytest.raises(JournalDamaged) as caught:
            list(journal.entries())
        assert caught.value.first_bad == 217
    place.file(1).write_bytes(content)
    with closing(read_journal(place)) as journal:
        assert len(list(journal.entries())) == MADE


@pytest.mark.parametrize("kept", [0, 1, 100, 4096, 20_000])
def test_a_file_cut_short_is_noticed(tmp_path: Path, kept: int) -> None:
    place = made(tmp_path)
    with place.file(1).open("rb+") as file:
        file.truncate(kept)
    assert verdict(place) in {"damaged", "refused"}


def test_a_torn_tail_of_the_log_that_was_never_acknowledged_is_cut_by_itself(tmp_path: Path) -> None:
    """I23: half of an append, as a power cut within it leaves it, is nobody's entry."""
    place = place_in(tmp_path / "made")
    with opened(place) as journal:
        journal.append(numbered(1, 20))
        wal = place.file(1).with_name("journal-0001.db-wal")
        before = wal.stat().st_size
        shutil.copytree(place.settings, tmp_path / "mark")
        journal.append(numbered(21, 200))
        for cut in (before + 24, before + 24 + 100, before + 24 + 4096 + 7):
            torn = place_in(tmp_path / f"torn {cut}")
            copied(place.folder, torn.folder)
            copied(tmp_path / "mark", torn.settings)
            with torn.file(1).with_name(wal.name).open("rb+") as file:
                file.truncate(cut)
            with opened(torn) as cut_short:
                assert not cut_short.read_only
                assert bodies(cut_short.entries()) == [entry.body for entry in numbered(1, 20)]
                assert cut_short.append(numbered(21, 21)) == 21


def test_a_log_that_lost_what_was_acknowledged_is_damage(tmp_path: Path) -> None:
    place = made(tmp_path, clean=False)
    wal = place.file(1).with_name("journal-0001.db-wal")
    with wal.open("rb+") as file:
        file.truncate(wal.stat().st_size - 10 * 4120)
    with opened(place) as journal:
        assert isinstance(journal.trouble, JournalDamaged)
        assert f"up to {MADE} were acknowledged" in str(journal.trouble)


def test_a_list_of_free_pages_that_names_a_page_in_use_is_damage_before_a_byte_is_written(tmp_path: Path) -> None:
    """Every entry could still be read, and the next append would write over some of them."""
    place = made(tmp_path)
    content = place.file(1).read_bytes()
    last = len(content) // 4096
    place.file(1).write_bytes(content[:32] + last.to_bytes(4, "big") + (1).to_bytes(4, "big") + content[40:])
    before = place.file(1).read_bytes()
    with opened(place) as journal:
        assert isinstance(journal.trouble, JournalDamaged)
        assert "pages are broken" in str(journal.trouble)
        assert believed(journal) == [entry.body for entry in numbered(1, MADE)]
    assert place.file(1).read_bytes() == before
    restore_journal(place, SAYS_SO, clock=clock)
    with opened(place) as journal:
        assert journal.verify().seq == MADE + 1


def test_a_removed_entry_is_named(tmp_path: Path) -> None:
    place = made(tmp_path)
    with closing(sqlite3.connect(place.file(1))) as connection, connection:
        connection.execute("DROP TRIGGER entries_are_kept")
        connection.execute("DELETE FROM entries WHERE seq = 123")
    with opened(place) as journal:
        assert isinstance(journal.trouble, JournalDamaged)
        assert journal.trouble.first_bad == 123


def test_a_damaged_snapshot_is_passed_over(tmp_path: Path) -> None:
    place = made(tmp_path)
    with opened(place) as journal:
        journal.snapshot(200, b"state of two hundred", b"hash")
    content = place.file(1).read_bytes().replace(b"state of two hundred", b"state of 2oo hundred")
    place.file(1).write_bytes(content)
    with opened(place) as journal:
        kept = journal.latest_snapshot()
        assert kept is not None
        assert kept.seq == 40


# restoring


def test_the_sound_part_is_copied_on_a_named_decision_that_stands_in_the_journal(tmp_path: Path) -> None:
    place = made(tmp_path)
    content = place.file(1).read_bytes()
    at = content.index(numbered(250, 250)[0].body)
    place.file(1).write_bytes(content[:at] + b"!" + content[at + 1 :])
    before = place.file(1).read_bytes()
    finding = examine(place)
    assert finding.damage is not None
    assert (finding.head.seq, finding.damage.first_bad, finding.time) == (249, 250, numbered(249, 249)[0].time)
    restored = restore_journal(place, SAYS_SO, clock=clock)
    assert place.file(1).read_bytes() == before, "the damaged file is evidence"
    with opened(place) as journal:
        assert journal.path == restored == place.file(2)
        assert not journal.read_only
        assert bodies(journal.entries())[:249] == [entry.body for entry in numbered(1, 249)]
        *_, (seq, decision) = journal.entries()
        assert (seq, decision.kind) == (250, RESTORED)
        assert b"Ada" in decision.body
        assert b"I compared with the broker" in decision.body
        assert journal.append(numbered(1, 1)) == 251
        assert journal.verify().seq == 251
    assert examine(place).damage is None


@pytest.mark.parametrize("part", ["journal-0001.db", "journal-0001.db-wal"])
def test_after_any_flip_a_restored_journal_is_a_sound_prefix(tmp_path: Path, part: str) -> None:
    place = made(tmp_path, clean=part.endswith(".db"))
    size = (place.folder / part).stat().st_size
    rng = random.Random(7)
    restored = 0
    for _ in range(25):
        broken = place_in(tmp_path / "broken")
        copied(place.folder.parent, tmp_path / "broken")
        with (broken.folder / part).open("rb+") as file:
            file.seek(rng.randrange(size - 8))
            file.write(rng.randbytes(8))
        if verdict(broken) in {"harmless", "refused"}:
            continue
        restore_journal(broken, SAYS_SO, clock=clock)
        restored += 1
        with opened(broken) as journal:
            assert not journal.read_only
            kept = bodies(journal.entries())
            assert kept[:-1] == [entry.body for entry in numbered(1, len(kept) - 1)]
            journal.append(numbered(1, 1))
            journal.verify()
    assert restored > 5


def test_a_sound_journal_is_not_restored(tmp_path: Path) -> None:
    place = made(tmp_path)
    with pytest.raises(JournalRefused, match="nothing to restore"):
        restore_journal(place, SAYS_SO, clock=clock)
    with opened(place), pytest.raises(JournalTaken):
        restore_journal(place, SAYS_SO, clock=clock)
    assert place.newest() == 1


def broken_by(folder: Path, *statements: str) -> Place:
    """A journal that somebody changed with SQL."""
    place = made(folder)
    with closing(sqlite3.connect(place.file(1))) as connection, connection:
        connection.execute("DROP TRIGGER entries_are_kept")
        connection.execute("DROP TRIGGER entries_stay")
        for statement in statements:
            connection.execute(statement)
    return place


@pytest.mark.parametrize(
    ("statement", "sound"),
    [
        ("DELETE FROM about", MADE),
        ("INSERT INTO about VALUES ('another', 'one')", MADE),
        ("UPDATE about SET journal_id = 7", MADE),
        ("UPDATE about SET journal_id = x'ff'", MADE),
        ("UPDATE about SET journal_id = 'another'", MADE),
        ("DROP TABLE about", MADE),
        ("UPDATE entries SET time = time + 1 WHERE seq = 1", 0),
        ("UPDATE entries SET time = 'noon' WHERE seq = 7", 6),
        ("UPDATE entries SET kind = x'00' WHERE seq = 8", 7),
        ("UPDATE entries SET kind = x'ff' WHERE seq = 8", 7),
        ("UPDATE entries SET body = 'text' WHERE seq = 9", 8),
        ("UPDATE entries SET digest = 12 WHERE seq = 10", 9),
        ("DELETE FROM entries WHERE seq = 11", 10),
        ("UPDATE entries SET seq = seq + 1 WHERE seq = 300", 299),
        ("INSERT INTO entries VALUES (-5, 0, 'forged', x'00', x'00')", MADE),
        ("INSERT INTO entries VALUES (301, 0, 'forged', x'00', x'00')", MADE),
        ("DELETE FROM entries WHERE seq > 290", 290),
        ("DROP TABLE entries", 0),
    ],
)
def test_whatever_is_changed_with_sql_is_noticed_and_the_rest_restored(tmp_path: Path, statement: str, sound: int) -> None:
    place = broken_by(tmp_path, statement)
    with opened(place) as journal:
        if "-5" in statement:
            assert not journal.read_only, "nothing reads before the first entry"
            return
        if not journal.read_only:  # it stands before the newest snapshot, which is where opening begins to read
            with pytest.raises(JournalDamaged):
                journal.verify()
        assert isinstance(journal.trouble, JournalDamaged)
        assert believed(journal) == [entry.body for entry in numbered(1, len(believed(journal)))]
    restore_journal(place, SAYS_SO, clock=clock)
    with opened(place) as journal:
        kept = bodies(journal.entries())
        assert kept[:-1] == [entry.body for entry in numbered(1, len(kept) - 1)]
        assert len(kept) - 1 >= sound
        assert journal.verify() == journal.head


def test_a_new_end_with_hashes_that_fit_is_noticed_by_the_mark(tmp_path: Path) -> None:
    """E23: somebody who computes the chain anew."""
    place = made(tmp_path)
    with closing(sqlite3.connect(place.file(1))) as connection, connection:
        connection.execute("DROP TRIGGER entries_stay")
        ((previous,),) = connection.execute("SELECT digest FROM entries WHERE seq = 299").fetchall()
        digest = linked(previous, 300, 1, b"test", b"forged")
        connection.execute("UPDATE entries SET time = 1, kind = 'test', body = ?, digest = ? WHERE seq = 300", (b"forged", digest))
    with pytest.raises(JournalRefused, match="its entry 300 is another one"):
        opened(place)


def test_what_is_removed_while_it_is_open_is_found_by_reading_all(tmp_path: Path) -> None:
    place = made(tmp_path)
    with opened(place) as journal:
        with closing(sqlite3.connect(place.file(1))) as other, other:
            other.execute("DROP TRIGGER entries_are_kept")
            other.execute("DELETE FROM entries WHERE seq = 150")
        with pytest.raises(JournalDamaged, match="entry 150"):
            journal.snapshot(150, b"state", b"hash")
        assert journal.read_only
    place = made(tmp_path / "again")
    with opened(place) as journal:
        with closing(sqlite3.connect(place.file(1))) as other, other:
            other.execute("DROP TRIGGER entries_are_kept")
            other.execute("DELETE FROM entries WHERE seq > 150")
        assert list(journal.entries(after=150)) == []
        with pytest.raises(JournalDamaged, match="up to 300 were acknowledged"):
            journal.verify()
        with pytest.raises(JournalDamaged):
            journal.append(numbered(1, 1))


def test_without_a_mark_and_an_id_nothing_can_be_proved(tmp_path: Path) -> None:
    place = broken_by(tmp_path, "DELETE FROM about")
    place.mark.write_bytes(b"nonsense")
    with pytest.raises(JournalDamaged, match="which journal it is"):
        restore_journal(place, SAYS_SO, clock=clock)
    assert place.newest() == 1


def test_a_decision_needs_a_name_and_a_reason() -> None:
    for by, reason in (("", "why"), ("Ada", ""), (" ", "why"), ("Ada\n", "why"), ("Ada", "x" * 501)):
        with pytest.raises(BadInput, match="decision about the journal"):
            Decision(by, reason)
