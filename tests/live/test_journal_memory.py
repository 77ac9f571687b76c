"""The journal in memory loses by a crash what a disk would: whatever was not synced, append by append, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.live.journal_errors import JournalFull, JournalUnavailable
from terminal.live.journal_memory import MemoryJournal
from tests.builders.journals import bodies, numbered


def test_a_crash_takes_what_was_not_synced() -> None:
    journal = MemoryJournal()
    journal.append(numbered(1, 2))
    journal.sync()
    journal.append(numbered(3, 3))
    assert (journal.head.seq, journal.durable) == (3, 2)
    journal.crash()
    assert (journal.head.seq, journal.durable) == (2, 2)
    assert journal.append(numbered(3, 3)) == 3


def test_the_chain_goes_on_as_if_what_was_lost_had_never_been() -> None:
    crashed, whole = MemoryJournal(), MemoryJournal()
    crashed.append(numbered(1, 1))
    crashed.sync()
    crashed.append(numbered(7, 9))
    crashed.crash()
    crashed.append(numbered(2, 3))
    whole.append(numbered(1, 3))
    assert crashed.head == whole.head


@given(sizes=st.lists(st.integers(1, 4), max_size=6), data=st.data())
def test_of_unsynced_appends_the_oldest_may_survive_each_whole(sizes: list[int], data: st.DataObject) -> None:
    journal, first = MemoryJournal(), 1
    journal.append(numbered(1, 1))
    journal.sync()
    for size in sizes:
        journal.append(numbered(first + 1, first + size))
        first += size
    survivors = data.draw(st.integers(0, len(sizes)))
    journal.crash(survivors)
    left = 1 + sum(sizes[:survivors])
    assert journal.head.seq == journal.durable == left
    assert bodies(journal.entries()) == [entry.body for entry in numbered(1, left)]


def test_more_survivors_than_appends_is_a_mistake_of_the_simulation() -> None:
    journal = MemoryJournal()
    journal.append(numbered(1, 1))
    for survivors in (-1, 2):
        with pytest.raises(BadInput, match="1 were not synced"):
            journal.crash(survivors)


def test_a_snapshot_of_what_a_crash_took_is_gone_too() -> None:
    journal = MemoryJournal()
    journal.append(numbered(1, 2))
    journal.snapshot(2, b"two", b"hash")
    journal.sync()
    journal.append(numbered(3, 3))
    journal.snapshot(3, b"three", b"hash")
    journal.crash()
    kept = journal.latest_snapshot()
    assert kept is not None
    assert kept.body == b"two"


@pytest.mark.parametrize("fault", [JournalFull("full"), JournalUnavailable("locked")])
def test_a_fault_refuses_every_write_until_it_ends(fault: JournalUnavailable) -> None:
    journal = MemoryJournal()
    journal.append(numbered(1, 1))
    journal.fault = fault
    for act in (lambda: journal.append(numbered(2, 2)), journal.sync, lambda: journal.snapshot(1, b"", b"")):
        with pytest.raises(type(fault)):
            act()
    assert (journal.head.seq, journal.durable) == (1, 0)
    assert bodies(journal.entries()) == [numbered(1, 1)[0].body]
    journal.fault = None
    assert journal.append(numbered(2, 2)) == 2
    assert journal.sync() == 2


def test_reading_goes_on_undisturbed_while_more_is_written() -> None:
    journal = MemoryJournal()
    journal.append(numbered(1, 3))
    reading = journal.entries()
    journal.append(numbered(4, 4))
    journal.crash()
    assert [seq for seq, _ in reading] == [1, 2, 3]
