"""Reading says in words what went wrong, and calls damage only what is damage."""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from terminal.live.journal_disk import in_words
from terminal.live.journal_entries import genesis
from terminal.live.journal_errors import JournalDamaged, JournalFull, JournalRefused, JournalUnavailable
from terminal.live.journal_lock import WriterLock
from terminal.live.journal_memory import MemoryJournal
from terminal.live.journal_opening import read_journal
from terminal.live.journal_pages import found_in_pages
from terminal.live.journal_reading import check_pages, connect_to_read, newest_snapshot
from terminal.live.journal_restoring import examine
from tests.builders.journals import bodies, made, numbered, opened, place_in


class Failing:
    """A connection that answers everything with one of SQLite's failures."""

    def __init__(self, code: int) -> None:
        self.code = code

    def execute(self, *_: object) -> None:
        """The failure."""
        error = sqlite3.DatabaseError("it failed")
        error.sqlite_errorcode = self.code
        raise error


def test_a_snapshot_behind_a_locked_file_is_not_taken_for_none(tmp_path: Path) -> None:
    with pytest.raises(JournalUnavailable, match="locked"):
        newest_snapshot(Failing(sqlite3.SQLITE_BUSY), tmp_path, "")  # type: ignore[arg-type]
    assert newest_snapshot(Failing(sqlite3.SQLITE_CORRUPT), tmp_path, "") is None  # type: ignore[arg-type]


def test_pages_that_can_not_be_checked_are_damage_only_where_the_file_is(tmp_path: Path) -> None:
    with pytest.raises(JournalDamaged, match="entry 8"):
        check_pages(Failing(sqlite3.SQLITE_CORRUPT), tmp_path, 7)  # type: ignore[arg-type]
    with pytest.raises(JournalUnavailable, match="could not be used") as caught:
        check_pages(Failing(sqlite3.SQLITE_IOERR_READ), tmp_path, 7)  # type: ignore[arg-type]
    assert not isinstance(caught.value, JournalDamaged)


def test_an_entry_missing_where_reading_begins_is_damage(tmp_path: Path) -> None:
    place = made(tmp_path)
    with closing(sqlite3.connect(place.file(1))) as connection, connection:
        connection.execute("DROP TRIGGER entries_are_kept")
        connection.execute("DELETE FROM entries WHERE seq = 150")
    with closing(read_journal(place)) as journal, pytest.raises(JournalDamaged, match="entry 150"):
        list(journal.entries(after=150))


def test_a_run_is_not_called_new_where_the_journal_can_not_say(tmp_path: Path) -> None:
    place = made(tmp_path)
    with opened(place) as journal:
        with closing(sqlite3.connect(place.file(1))) as other, other:
            other.execute("DROP TRIGGER entries_are_kept")
            other.execute("DROP TABLE entries")
        with pytest.raises(JournalDamaged):
            journal.knows_run("a" * 10)
        assert journal.read_only


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)])
def test_a_full_disk_is_known_by_every_name_it_has(tmp_path: Path, number: int) -> None:
    with pytest.raises(JournalFull, match="No room"), in_words(tmp_path):
        raise OSError(number, os.strerror(number))


def test_a_folder_without_a_journal_has_nothing_to_examine(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    place.folder.mkdir()
    with pytest.raises(JournalUnavailable, match="no journal"):
        examine(place)
    place.folder.rmdir()
    place.folder.write_text("a file")
    with pytest.raises(JournalRefused, match="no folder"):
        examine(place)


def test_a_lock_is_taken_once_and_its_holder_named(tmp_path: Path) -> None:
    lock, other = WriterLock(tmp_path / "lock"), WriterLock(tmp_path / "lock")
    assert lock.holder() == "another process"
    assert lock.acquire()
    assert lock.acquire(), "it is held already"
    assert not other.acquire()
    assert other.holder() == f"process {os.getpid()}"
    lock.release()
    lock.release()
    assert other.acquire()
    other.release()


def test_a_row_whose_overflow_leads_nowhere_is_no_entry(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    with opened(place) as journal:
        journal.append(numbered(1, 2))
        journal.append([type(numbered(1, 1)[0])(0, "large", bytes(range(256)) * 40)])
    content = place.file(1).read_bytes()
    for size in range(len(content) - 3 * 4096, len(content), 1000):
        (tmp_path / "cut").write_bytes(content[:size])
        assert len(list(found_in_pages(tmp_path / "cut", journal.journal_id))) <= 2
    assert len(list(found_in_pages(place.file(1), journal.journal_id))) == 3


def test_a_reader_can_not_write(tmp_path: Path) -> None:
    place = made(tmp_path)
    with closing(connect_to_read(place.file(1), 0.0)) as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM snapshots")


def test_a_journal_in_memory_is_let_go_of_like_any_other() -> None:
    journal = MemoryJournal("one")
    assert journal.head.digest == genesis("one")
    journal.append(numbered(1, 1))
    journal.close()
    assert bodies(journal.entries()) == [numbered(1, 1)[0].body]
