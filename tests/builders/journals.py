"""Journals of a test: a place of its own, a clock that counts, entries of every kind, and copies of files as a backup would make them."""

import shutil
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from hypothesis import strategies as st

from terminal.live.journal import Journal
from terminal.live.journal_entries import LONGEST_KIND, Decision, Entry
from terminal.live.journal_opening import Place, open_journal

ASCII = "".join(chr(code) for code in range(32, 127))
ENTRIES = st.builds(
    Entry,
    time=st.integers(-(2**63), 2**63 - 1),
    kind=st.text(ASCII, min_size=1, max_size=LONGEST_KIND).filter(lambda kind: kind != "journal.run"),
    body=st.binary(max_size=300) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
MADE = 300
"""Entries of a journal that `made` makes."""
SAYS_SO = Decision("Ada", "I compared with the broker")
_ticks = count(1_700_000_000_000_000_000)


def clock() -> int:
    """A time that only moves when it is read."""
    return next(_ticks)


def place_in(folder: Path) -> Place:
    """Where a journal of this test stands."""
    return Place(folder / "live", folder / "config")


def opened(place: Place, **options: object) -> Journal:
    """The journal at `place`."""
    return open_journal(place, clock=clock, **options)  # type: ignore[arg-type]


def numbered(first: int, last: int) -> list[Entry]:
    """Entries that say which they are."""
    return [Entry(1000 + number, "test", f'{{"number":{number}}}'.encode()) for number in range(first, last + 1)]


def bodies(entries: Iterable[tuple[int, Entry]]) -> list[bytes]:
    """What the entries say."""
    return [entry.body for _, entry in entries]


def copied(source: Path, target: Path) -> Path:
    """`target`, now a copy of everything in the folder `source`, as a backup made while the program ran or after it was killed."""
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source, target)
    return target


def made(folder: Path, *, clean: bool = True) -> Place:
    """A journal of `MADE` entries, closed, or left as a kill leaves it: with all of its newest entries in the -wal file."""
    place = place_in(folder / "made")
    with opened(place) as journal:
        for first in range(1, MADE, 10):
            journal.append(numbered(first, first + 9))
        journal.snapshot(40, b"state of forty", b"hash")
        if not clean:
            copied(folder / "made", folder / "killed")
    return place if clean else place_in(folder / "killed")
