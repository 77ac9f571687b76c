"""The journal gives back what it took, in order and proved, and takes nothing that it could not give back."""

import sqlite3
import threading
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.live.ids import RunRepeated, begin_run, draw_run
from terminal.live.journal_entries import LARGEST_BODY, AnyJournal, Entry, genesis, linked
from terminal.live.journal_errors import JournalDamaged, JournalUnavailable
from terminal.live.journal_memory import MemoryJournal
from terminal.live.journal_opening import read_journal
from tests.builders.journals import ENTRIES, bodies, numbered, opened, place_in

FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=["file", "memory"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyJournal]:
    """Each kind of journal."""
    made: AnyJournal = MemoryJournal() if request.param == "memory" else opened(place_in(tmp_path))
    yield made
    made.close()


def fold(state: bytes, entry: Entry) -> bytes:
    """A state that depends on every byte of every entry and on their order."""
    return blake2b(state + repr(entry).encode()).digest()


def test_what_was_appended_is_read_in_order(journal: AnyJournal) -> None:
    assert journal.append(numbered(1, 3)) == 3
    assert journal.append(numbered(4, 4)) == 4
    assert list(journal.entries()) == list(enumerate(numbered(1, 4), 1))
    assert list(journal.entries(after=2)) == [(3, numbered(3, 3)[0]), (4, numbered(4, 4)[0])]
    for after in (4, 5, 99):
        assert list(journal.entries(after=after)) == []
    assert list(journal.entries(after=-3)) == list(journal.entries())


def test_nothing_appended_changes_nothing(journal: AnyJournal) -> None:
    before = journal.head
    assert journal.append([]) == 0
    assert journal.head == before
    assert list(journal.entries()) == []


def test_an_append_is_durable_once_synced(journal: AnyJournal) -> None:
    last = journal.append(numbered(1, 2))
    assert journal.sync() == journal.durable == journal.head.seq == last == 2


@FEW
@given(batches=st.lists(st.lists(ENTRIES, min_size=1, max_size=5), max_size=6))
def test_every_entry_is_read_back_equal(tmp_path_factory: pytest.TempPathFactory, batches: list[list[Entry]]) -> None:
    place = place_in(tmp_path_factory.mktemp("journal"))
    memory = MemoryJournal()
    with opened(place) as file:
        memory = MemoryJournal(file.journal_id)
        for batch in batches:
            assert file.append(batch) == memory.append(batch)
        assert file.head == memory.head
    everything = [entry for batch in batches for entry in batch]
    with opened(place) as file:
        assert [entry for _, entry in file.entries()] == [entry for _, entry in memory.entries()] == everything
        assert file.verify() == file.head == memory.head


@FEW
@given(entries=st.lists(ENTRIES, min_size=1, max_size=12), data=st.data())
def test_a_snapshot_and_the_tail_are_the_whole(tmp_path_factory: pytest.TempPathFactory, entries: list[Entry], data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(entries)))
    with opened(place_in(tmp_path_factory.mktemp("journal"))) as file:
        for journal in (file, MemoryJournal()):
            journal.append(entries)
            state = b""
            for entry in entries[:at]:
                state = fold(state, entry)
            journal.snapshot(at, state, blake2b(state).digest())
            kept = journal.latest_snapshot()
            assert kept is not None
            assert (kept.seq, kept.state_hash) == (at, blake2b(state).digest())
            tail, whole = kept.body, b""
            for _, entry in journal.entries(kept.seq):
                tail = fold(tail, entry)
            for _, entry in journal.entries():
                whole = fold(whole, entry)
            assert tail == whole


def test_a_large_body_is_read_back(journal: AnyJournal) -> None:
    body = bytes(range(256)) * 40_000
    journal.append([Entry(0, "large", body)])
    assert bodies(journal.entries()) == [body]


@pytest.mark.parametrize(
    "entry",
    [
        Entry(2**63, "a", b""),
        Entry(-(2**63) - 1, "a", b""),
        Entry(True, "a", b""),
        Entry(1.5, "a", b""),  # type: ignore[arg-type]
        Entry(0, "", b""),
        Entry(0, "ä", b""),
        Entry(0, "a\n", b""),
        Entry(0, "a" * 65, b""),
        Entry(0, b"a", b""),  # type: ignore[arg-type]
        Entry(0, "a", "text"),  # type: ignore[arg-type]
        Entry(0, "a", bytearray(b"x")),  # type: ignore[arg-type]
        Entry(0, "a", bytes(LARGEST_BODY + 1)),
    ],
    ids=lambda entry: f"{entry.time!r} {entry.kind!r} {len(entry.body)} of {type(entry.body).__name__}",
)
def test_what_could_not_be_read_back_is_refused_with_all_of_its_batch(journal: AnyJournal, entry: Entry) -> None:
    with pytest.raises(BadInput, match="journal entry"):
        journal.append([*numbered(1, 1), entry])
    assert journal.head.seq == 0
    assert journal.append(numbered(1, 1)) == 1


def test_a_snapshot_of_an_entry_that_is_not_there_is_refused(journal: AnyJournal) -> None:
    journal.append(numbered(1, 2))
    for seq in (0, 3, -1):
        with pytest.raises(BadInput, match="the journal has 2"):
            journal.snapshot(seq, b"", b"")
    assert journal.latest_snapshot() is None


def test_the_newest_snapshot_counts(journal: AnyJournal) -> None:
    journal.append(numbered(1, 9))
    for seq in (2, 9, 4, 6, 8):
        journal.snapshot(seq, str(seq).encode(), b"hash")
    kept = journal.latest_snapshot()
    assert kept is not None
    assert (kept.seq, kept.body) == (9, b"9")


def test_a_run_is_known_for_ever(journal: AnyJournal) -> None:
    run = draw_run()
    assert not journal.knows_run(run)
    begin_run(journal, run, 1)
    assert journal.knows_run(run)
    with pytest.raises(RunRepeated):
        begin_run(journal, run, 2)


def test_a_run_is_known_after_a_restart(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    with opened(place) as journal:
        begin_run(journal, "a" * 10, 1)
    with opened(place) as journal, pytest.raises(RunRepeated):
        begin_run(journal, "a" * 10, 2)


def test_entries_hang_together_by_their_hashes(tmp_path: Path) -> None:
    with opened(place_in(tmp_path)) as journal:
        journal.append(numbered(1, 3))
        digest = genesis(journal.journal_id)
        for seq, entry in journal.entries():
            digest = linked(digest, seq, entry.time, entry.kind.encode(), entry.body)
        assert journal.head.digest == digest


@given(first=ENTRIES, second=ENTRIES)
def test_different_entries_have_different_hashes(first: Entry, second: Entry) -> None:
    def hashed(entry: Entry) -> bytes:
        return linked(bytes(32), 1, entry.time, entry.kind.encode(), entry.body)

    assert (hashed(first) == hashed(second)) is (first == second)
    moved = Entry(first.time, first.kind + "x", first.body)
    assert hashed(moved) != linked(bytes(32), 1, first.time, first.kind.encode(), b"x" + first.body)


def test_rows_can_be_neither_changed_nor_removed_by_sql(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    with opened(place) as journal:
        journal.append(numbered(1, 3))
    connection = sqlite3.connect(place.file(1))
    for statement in ("UPDATE entries SET body = x'00' WHERE seq = 2", "DELETE FROM entries WHERE seq = 2", "UPDATE entries SET seq = 9 WHERE seq = 3"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            connection.execute(statement)
    connection.close()


def test_a_closed_journal_takes_nothing(tmp_path: Path) -> None:
    journal = opened(place_in(tmp_path))
    journal.append(numbered(1, 1))
    journal.close()
    journal.close()
    for act in (lambda: journal.append(numbered(2, 2)), lambda: journal.snapshot(1, b"", b"")):
        with pytest.raises(JournalUnavailable, match="closed"):
            act()


def test_many_threads_append_without_a_hole(tmp_path: Path) -> None:
    with opened(place_in(tmp_path)) as journal:
        taken: list[int] = []

        def work(worker: int) -> None:
            taken.extend(journal.append([Entry(number, "thread", f"{worker} {number}".encode())]) for number in range(25))

        workers = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sorted(taken) == list(range(1, 101))
        assert [seq for seq, _ in journal.entries()] == list(range(1, 101))
        assert journal.verify().seq == 100


def test_a_reader_sees_what_stood_when_it_began(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    with opened(place) as journal:
        journal.append(numbered(1, 5))
        reading = journal.entries()
        assert next(reading)[0] == 1
        journal.append(numbered(6, 6))
        assert [seq for seq, _ in reading] == [2, 3, 4, 5]
        assert [seq for seq, _ in read_journal(place).entries()] == [1, 2, 3, 4, 5, 6]


def test_somebody_else_writing_into_the_file_ends_the_writing(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    with opened(place) as journal:
        journal.append(numbered(1, 2))
        other = sqlite3.connect(place.file(1))
        with other:
            other.execute("INSERT INTO entries VALUES (3, 0, 'forged', x'00', x'00')")
        other.close()
        with pytest.raises(JournalDamaged, match="something else wrote") as caught:
            journal.append(numbered(3, 3))
        assert caught.value.first_bad == 3
        assert journal.read_only
        with pytest.raises(JournalDamaged):
            journal.append(numbered(3, 3))


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_a_file_that_was_moved_away_while_open_ends_the_writing(tmp_path: Path, suffix: str) -> None:
    """What is written to a file without a name is gone at the next start, however well it was synced."""
    place = place_in(tmp_path)
    with opened(place) as journal:
        journal.append(numbered(1, 2))
        part = place.file(1).with_name(place.file(1).name + suffix)
        part.rename(tmp_path / "away")
        with pytest.raises(JournalDamaged, match="moved or replaced"):
            journal.append(numbered(3, 3))
        (tmp_path / "away").rename(part)


def test_without_a_file_there_is_nothing_to_read(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    opened(place).close()
    place.file(1).unlink()
    with pytest.raises(JournalUnavailable):
        read_journal(place)
