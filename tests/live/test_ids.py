"""Ids of orders never repeat: within a run, across starts, restores and clock steps, whatever the journal remembers."""

import re
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.live.ids import MOST, IdsExhausted, IdSource, RunRepeated, begin_run, draw_run, run_of, system_entropy
from terminal.live.journal_entries import RUN
from terminal.live.journal_errors import JournalFull
from terminal.live.journal_memory import MemoryJournal

RUN_NAME = "0123456789"


def test_an_id_fits_every_venue() -> None:
    source = IdSource(draw_run())
    for order_id in (source.next() for _ in range(2000)):
        assert re.fullmatch(r"x[a-z0-9]{16}", order_id)


def test_ids_of_one_run_differ_and_sort_as_they_were_counted() -> None:
    source = IdSource(RUN_NAME)
    ids = [source.next() for _ in range(40_000)]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)


def test_runs_never_share_an_id() -> None:
    runs = {draw_run() for _ in range(20_000)}
    assert len(runs) == 20_000
    assert {IdSource("a" * 10).next(), IdSource("a" * 9 + "b").next()} == {"xaaaaaaaaaa000001", "xaaaaaaaaab000001"}


@given(st.binary(min_size=7, max_size=7))
def test_a_run_holds_the_first_fifty_bits_it_was_given(drawn: bytes) -> None:
    run = draw_run(lambda size: drawn[:size])
    assert int(run, 32) == int.from_bytes(drawn, "big") >> 6
    assert len(run) == 10


def test_a_counter_at_its_end_is_an_error_and_stays_one() -> None:
    source = IdSource(RUN_NAME)
    source.issued = MOST - 1
    assert source.next() == f"x{RUN_NAME}vvvvvv"
    for _ in range(3):
        with pytest.raises(IdsExhausted, match=RUN_NAME):
            source.next()


def test_a_run_is_journalled_and_durable_before_its_first_id() -> None:
    journal = MemoryJournal()
    begin_run(journal, RUN_NAME, 7)
    journal.crash()
    assert [(entry.time, entry.kind, entry.body) for _, entry in journal.entries()] == [(7, RUN, RUN_NAME.encode())]


def test_a_run_that_the_journal_knows_is_refused() -> None:
    journal = MemoryJournal()
    begin_run(journal, RUN_NAME, 7)
    with pytest.raises(RunRepeated, match=RUN_NAME):
        begin_run(journal, RUN_NAME, 8)
    assert journal.head.seq == 1


def test_without_a_journal_there_are_no_ids() -> None:
    journal = MemoryJournal()
    journal.fault = JournalFull("full")
    with pytest.raises(JournalFull):
        begin_run(journal, RUN_NAME, 7)


@pytest.mark.parametrize("name", ["", "short", "x" * 10, "A" * 10, "0" * 11, "000000000é", "000000000\n"])
def test_a_name_that_no_draw_gives_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="10 characters"):
        IdSource(name)


def test_our_ids_are_told_from_others() -> None:
    assert run_of(IdSource(RUN_NAME).next()) == RUN_NAME
    for other in ("", "x", "web_1234567890ab", "x0123456789000001 ", "x0123456789xxxxxx", "y0123456789000001", "x0123456789000001a", "X0123456789000001"):
        assert run_of(other) is None


def test_ids_are_unpredictable_from_the_clock(tmp_path: Path) -> None:
    """Two starts at the same instant, of the same folder, with the same history: as after a restore or a step of the clock."""
    journals = [MemoryJournal("one"), MemoryJournal("one")]
    sources = [begin_run(journal, draw_run(system_entropy), 0) for journal in journals]
    ids = [{source.next() for _ in range(500)} for source in sources]
    assert not ids[0] & ids[1]


def test_the_seam_gives_as_many_bytes_as_asked() -> None:
    for size in (1, 7, 32):
        assert len(system_entropy(size)) == size
    counted = count()
    assert draw_run(lambda size: bytes([next(counted)] * size)) != draw_run(lambda size: bytes([next(counted)] * size))
