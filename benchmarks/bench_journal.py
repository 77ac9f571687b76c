"""The journal of live trading: an append with its sync beside a bare SQLite commit in the same minute, and reading a million entries back.

Run it with `python -m benchmarks.bench_journal`; the ratio holds on any disk, the milliseconds on this one.
"""

import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from terminal.domain.clock import system_clock
from terminal.live.journal import Journal
from terminal.live.journal_entries import Entry
from terminal.live.journal_memory import MemoryJournal
from terminal.live.journal_opening import Place, open_journal

COMMITS = 4000
ENTRIES = 1_000_000
BATCH = 20_000
MOST_SECONDS = 5.0
MOST_SYNCED_MS = 20.0
BODY = (
    b'{"order_id":"x0123456789000001","execution":{"id":"8812345","account":"main","side":"long","quantity":"0.01250000","price":"64123.50",'
    b'"fee":"0.00001250","fee_currency":"BTC","time":1700000000000000000},"evidence":"ws 1234567"}'
)


def entry_of(number: int) -> Entry:
    """An entry as a fill makes it."""
    return Entry(1_700_000_000_000_000_000 + number, "filled", BODY)


def bare_commit(folder: Path) -> Callable[[int], None]:
    """What a synced commit of one row costs without anything of ours."""
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE entries (seq INTEGER PRIMARY KEY, time INTEGER, kind TEXT, body BLOB)")

    def commit(number: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", (number, number, "filled", BODY))
        connection.execute("COMMIT")

    return commit


def seconds(act: Callable[[], object]) -> float:
    """How long `act` takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def synced(folder: Path, journal: Journal) -> float:
    """The 99th percentile of an append in milliseconds; both ways take turns, so that a busy disk is busy for both."""
    commit = bare_commit(folder)
    ours, bare = [], []
    for number in range(1, COMMITS + 1):
        ours.append(seconds(lambda number=number: journal.append([entry_of(number)])))  # type: ignore[misc]
        bare.append(seconds(lambda number=number: commit(number)))  # type: ignore[misc]
    for name, figures in (("append with sync", sorted(ours)), ("bare commit", sorted(bare))):
        print(f"{name:20} p50 {figures[COMMITS // 2] * 1e3:.2f} ms, p99 {figures[COMMITS * 99 // 100] * 1e3:.2f} ms, most {figures[-1] * 1e3:.1f} ms")
    print(f"{'ratio of medians':20} {sorted(ours)[COMMITS // 2] / sorted(bare)[COMMITS // 2]:.2f}")
    return sorted(ours)[COMMITS * 99 // 100] * 1e3


def replayed(journal: Journal) -> float:
    """Seconds that reading and proving a million entries takes."""
    first = journal.head.seq
    writing = seconds(lambda: [journal.append([entry_of(number) for number in range(at, at + BATCH)]) for at in range(first, ENTRIES, BATCH)])
    print(f"{'write a million':20} {writing:.1f} s in batches of {BATCH:,}")
    reading = seconds(lambda: sum(1 for _ in journal.entries()))
    print(f"{'read and prove':20} {reading:.1f} s for {journal.head.seq:,} entries, {journal.path.stat().st_size / 1e6:.0f} MB")
    return reading


def in_memory() -> None:
    """What the simulation pays."""
    journal = MemoryJournal()
    taken = seconds(lambda: [(journal.append([entry_of(number)]), journal.sync()) for number in range(100_000)])
    print(f"{'in memory':20} {taken * 10:.1f} µs an append with its sync")


def main() -> int:
    """1 where a figure is missed, else 0."""
    folder = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    place = Place(folder / "live", folder / "config")
    try:
        with open_journal(place, clock=system_clock) as journal:
            slowest = synced(folder, journal)
            reading = replayed(journal)
        opening = seconds(lambda: open_journal(place, clock=system_clock).close())
        print(f"{'open, proving all':20} {opening:.1f} s without a snapshot")
        in_memory()
    finally:
        shutil.rmtree(folder)
    return 0 if slowest <= MOST_SYNCED_MS and reading <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
