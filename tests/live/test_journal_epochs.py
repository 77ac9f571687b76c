"""A journal of another time or place, such as a restored backup, is refused in words until a named person says that it counts: F38."""

import shutil
from pathlib import Path

import pytest

from terminal.live.journal_errors import JournalDamaged, JournalRefused
from terminal.live.journal_opening import ACCEPTED, Place
from terminal.live.journal_restoring import Way, examine, restore_journal
from tests.builders.journals import MADE, SAYS_SO, bodies, clock, copied, made, numbered, opened, place_in


def test_a_restored_backup_of_an_earlier_opening_is_refused_until_somebody_says_so(tmp_path: Path) -> None:
    place = made(tmp_path)
    backup = copied(place.folder, tmp_path / "backup")
    with opened(place) as journal:
        journal.append(numbered(301, 305))
    copied(backup, place.folder)
    before = place.file(1).read_bytes()
    for _ in range(2):
        with pytest.raises(JournalRefused, match="not the one last written here"):
            opened(place)
    assert place.file(1).read_bytes() == before
    with opened(place, decision=SAYS_SO) as journal:
        *_, (seq, entry) = journal.entries()
        assert (seq, entry.kind) == (MADE + 1, ACCEPTED)
        assert b"Ada" in entry.body
    with opened(place) as journal:
        assert not journal.read_only, "the decision holds from then on"
        assert journal.verify().seq == MADE + 1


def test_a_backup_of_this_very_opening_lacks_what_was_acknowledged(tmp_path: Path) -> None:
    place = place_in(tmp_path / "made")
    with opened(place) as journal:
        journal.append(numbered(1, 10))
        backup = copied(place.folder, tmp_path / "backup")
        journal.append(numbered(11, 12))
        settings = copied(place.settings, tmp_path / "config")
    copied(backup, place.folder)
    copied(settings, place.settings)
    with opened(place) as journal:
        assert isinstance(journal.trouble, JournalDamaged)
        assert journal.trouble.first_bad == 11
    restore_journal(place, SAYS_SO, clock=clock)
    with opened(place) as journal:
        assert journal.head.seq == 11


def test_a_stale_log_beside_a_newer_file_is_not_mixed_into_it(tmp_path: Path) -> None:
    """L-47: SQLite itself would write the old pages of the log over the newer ones."""
    place = place_in(tmp_path / "made")
    name = "journal-0001.db-wal"
    with opened(place) as journal:
        journal.append(numbered(1, 200))
        shutil.copy(place.folder / name, tmp_path / "stale")
    with opened(place) as journal:
        for first in range(201, 400, 20):
            journal.append(numbered(first, first + 19))
    shutil.copy(tmp_path / "stale", place.folder / name)
    before = place.file(1).read_bytes()
    try:
        with opened(place) as journal:
            assert journal.read_only
    except JournalRefused:
        pass
    assert place.file(1).read_bytes() == before
    finding = examine(place)
    assert finding.way is Way.PAST_LOG
    assert finding.head.seq == 400


def test_a_newer_log_beside_a_restored_file_is_noticed(tmp_path: Path) -> None:
    place = place_in(tmp_path / "made")
    with opened(place) as journal:
        journal.append(numbered(1, 200))
    old = place.file(1).read_bytes()
    with opened(place) as journal:
        for first in range(201, 400, 20):
            journal.append(numbered(first, first + 19))
        killed = place_in(tmp_path / "killed")
        copied(tmp_path / "made", tmp_path / "killed")
    killed.file(1).write_bytes(old[: len(old) // 8192 * 4096])
    assert verdict_of_any(killed) != "harmless"


def verdict_of_any(place: Place) -> str:
    """As `verdict`, of a journal with any number of entries."""
    try:
        with opened(place) as journal:
            return "noticed" if journal.read_only else "harmless"
    except JournalRefused:
        return "refused"


def test_the_journal_of_another_computer_is_refused(tmp_path: Path) -> None:
    """F34, F38: the folder of data is synced between two machines, or was copied by hand."""
    here, there = made(tmp_path / "here"), made(tmp_path / "there")
    copied(there.folder, here.folder)
    with pytest.raises(JournalRefused, match="another journal"):
        opened(here)
    unmarked = place_in(tmp_path / "new")
    copied(there.folder, unmarked.folder)
    with pytest.raises(JournalRefused, match="nothing in the folder of settings knows it"):
        opened(unmarked)


def test_what_was_written_on_another_computer_meanwhile_is_refused(tmp_path: Path) -> None:
    here = made(tmp_path / "here")
    there = place_in(tmp_path / "there")
    copied(here.folder.parent, there.folder.parent)
    with opened(there) as journal:
        journal.append(numbered(301, 310))
    copied(there.folder, here.folder)
    with pytest.raises(JournalRefused, match="another time"):
        opened(here)


def test_a_journal_that_is_gone_is_not_begun_anew_unasked(tmp_path: Path) -> None:
    """L-46: to delete the file was the only cure."""
    place = made(tmp_path)
    place.file(1).unlink()
    with pytest.raises(JournalRefused, match="is gone"):
        opened(place)
    assert place.newest() == 0
    with opened(place, decision=SAYS_SO) as journal:
        assert [entry.kind for _, entry in journal.entries()] == [ACCEPTED]


def test_a_mark_that_is_lost_or_damaged_is_asked_about(tmp_path: Path) -> None:
    place = made(tmp_path)
    content = place.mark.read_bytes()
    place.mark.write_bytes(content[:256].replace(b"300", b"299") + content[256:])
    with opened(place) as journal:
        assert not journal.read_only, "the other of its two lines is whole"
    place.mark.write_bytes(bytes(len(content)))
    with pytest.raises(JournalRefused, match="mark"):
        opened(place)
    place.mark.unlink()
    with pytest.raises(JournalRefused):
        opened(place)
    with opened(place, decision=SAYS_SO) as journal:
        assert journal.head.seq == MADE + 1


def test_a_kill_between_the_two_places_of_an_epoch_is_harmless(tmp_path: Path) -> None:
    place = made(tmp_path)
    file = place.file(1).read_bytes()
    opened(place).close()
    place.file(1).write_bytes(file)  # the mark has the new epoch, the file still the former one, and nothing was written
    with opened(place) as journal:
        assert not journal.read_only
        assert journal.append(numbered(1, 1)) == MADE + 1


@pytest.mark.parametrize("at", [0, 250])
def test_a_kill_between_a_restored_copy_and_its_mark_can_be_answered(tmp_path: Path, at: int) -> None:
    """Whether the copy lost entries or not: it is refused in words, and either restoring again or saying so goes on from it."""
    place = made(tmp_path)
    content = place.file(1).read_bytes()
    broken = content.index(numbered(at, at)[0].body) if at else 0
    place.file(1).write_bytes(content[:broken] + bytes(8) + content[broken + 8 :])
    mark = place.mark.read_bytes()
    restore_journal(place, SAYS_SO, clock=clock)
    place.mark.write_bytes(mark)
    with pytest.raises(JournalRefused, match="another time"):
        opened(place)
    sound = at - 1 if at else MADE
    if at:
        restore_journal(place, SAYS_SO, clock=clock)
    with opened(place, decision=None if at else SAYS_SO) as journal:
        assert not journal.read_only
        assert bodies(journal.entries())[:sound] == [entry.body for entry in numbered(1, sound)]
        assert journal.verify().seq == sound + 2, "both decisions stand in it"


def test_each_opening_is_an_epoch_of_its_own(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    epochs = set()
    for _ in range(5):
        with opened(place) as journal:
            epochs.add(journal.epoch)
    assert len(epochs) == 5
