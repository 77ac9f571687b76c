"""Entries are found in bare pages where SQLite finds none, and nothing is found that was never written."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.live.journal_entries import Entry
from terminal.live.journal_errors import JournalDamaged
from terminal.live.journal_pages import found_in_pages
from terminal.live.journal_restoring import Way, restore_journal
from tests.builders.journals import ENTRIES, MADE, SAYS_SO, bodies, clock, copied, made, numbered, opened, place_in

LARGE = st.builds(lambda time, size: Entry(time, "large", bytes(at % 251 for at in range(size))), st.integers(-2, 300), st.integers(3900, 30_000))


def test_a_flip_in_the_file_s_own_pages_costs_no_entry(tmp_path: Path) -> None:
    """The first page says where everything is, and the root of the entries where each is: without them SQLite finds nothing at all."""
    place = made(tmp_path)
    content = place.file(1).read_bytes()
    roots = [at for at in range(0, len(content), 4096) if content[at] == 5 or at == 0]
    assert len(roots) == 2
    for at in roots:
        broken = place_in(tmp_path / "broken")
        copied(place.folder.parent, tmp_path / "broken")
        broken.file(1).write_bytes(content[:at] + bytes(4096) + content[at + 4096 :])
        with opened(broken) as journal:
            assert isinstance(journal.trouble, JournalDamaged)
        restore_journal(broken, SAYS_SO, clock=clock)
        with opened(broken) as journal:
            kept = bodies(journal.entries())
            assert kept[:-1] == [entry.body for entry in numbered(1, MADE)]
            assert Way.PAGES.value.encode() in kept[-1]
            assert journal.verify().seq == MADE + 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(ENTRIES | LARGE, max_size=12))
@pytest.mark.parametrize("is_killed", [False, True])
def test_single_pages_give_back_every_kind_of_entry(tmp_path_factory: pytest.TempPathFactory, is_killed: bool, entries: list[Entry]) -> None:
    """Rows that overflow their page, small and large numbers, empty bodies; from the file and from the log beside it."""
    folder = tmp_path_factory.mktemp("pages")
    with opened(place_in(folder / "made")) as journal:
        for entry in entries:
            journal.append([entry])
        if is_killed:
            copied(folder / "made", folder / "killed")
    path = place_in(folder / ("killed" if is_killed else "made")).file(1)
    assert [entry for _, entry, _ in found_in_pages(path, journal.journal_id)] == entries
    assert list(found_in_pages(path, "another journal")) == []


def test_noise_in_pages_is_passed_over(tmp_path: Path) -> None:
    place = made(tmp_path)
    content = bytearray(place.file(1).read_bytes())
    with closing(sqlite3.connect(place.file(1))) as connection:
        ((journal_id,),) = connection.execute("SELECT journal_id FROM about").fetchall()
    rng = random.Random(11)
    for _ in range(60):
        noise = bytearray(content)
        for at in range(0, len(noise), 4096):
            noise[at + 8 : at + 8 + 64] = rng.randbytes(64)
            noise[at + rng.randrange(4096)] ^= 1 << rng.randrange(8)
        (tmp_path / "noise").write_bytes(noise)
        found = [entry.body for _, entry, _ in found_in_pages(tmp_path / "noise", journal_id)]
        assert found == [entry.body for entry in numbered(1, len(found))]
