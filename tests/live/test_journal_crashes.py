"""Killed, full and locked for real: what the journal acknowledged stands there afterwards, without a hole, and it says when it can't."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from terminal.live.journal_errors import JournalFull, JournalTaken, JournalUnavailable
from terminal.live.journal_opening import read_journal
from tests.builders.journals import bodies, numbered, opened, place_in

ROOT = Path(__file__).resolve().parents[2]
APPENDS = """
    import sys
    from pathlib import Path
    from tests.builders.journals import numbered, opened, place_in
    journal = opened(place_in(Path(sys.argv[1])))
    first = journal.head.seq + 1
    sys.stdout.write(f"{first - 1}\\n")
    sys.stdout.flush()
    while True:
        last = first + first % 3
        journal.append(numbered(first, last))
        if last % 40 < 3:
            journal.snapshot(last, str(last).encode(), b"hash")
        sys.stdout.write(f"{last}\\n")  # the acknowledgement, seen outside
        sys.stdout.flush()
        first = last + 1
"""


def started(source: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(source), *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
@pytest.mark.parametrize("seed", range(6))
def test_killed_at_random_instants_nothing_acknowledged_is_lost(tmp_path: Path, seed: int) -> None:
    """F02, F37: after each kill every acknowledged entry is there, in order, as it was written; the next start goes on from it."""
    rng = random.Random(seed)
    place = place_in(tmp_path)
    acknowledged = 0
    for _ in range(3):
        process = started(APPENDS, tmp_path)
        assert process.stdout is not None
        assert process.stderr is not None
        heard = [process.stdout.readline() for _ in range(1 + rng.randrange(120))]
        for _ in range(rng.randrange(4000)):  # some instants later, within an append or between two
            pass
        process.send_signal(signal.SIGKILL)
        rest, errors = process.communicate()
        numbers = [int(line) for line in [*heard, *rest.splitlines()] if line.strip()]
        assert errors == ""
        assert numbers[0] >= acknowledged
        acknowledged = numbers[-1]
        with opened(place) as journal:
            assert not journal.read_only
            assert journal.head.seq >= acknowledged
            assert journal.verify() == journal.head
            assert bodies(journal.entries()) == [entry.body for entry in numbered(1, journal.head.seq)]
            kept = journal.latest_snapshot()
            assert kept is None or kept.body == str(kept.seq).encode()
            acknowledged = journal.head.seq
    assert acknowledged > 3


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file sizes are POSIX's")
def test_a_full_disk_takes_nothing_keeps_everything_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    """F35, with the size limit of the system, which SQLite meets like a disk that is full."""
    import resource  # there is none on Windows

    place = place_in(tmp_path)
    journal = opened(place)
    wal = place.file(1).with_name("journal-0001.db-wal")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size + 300_000, before[1]))
        taken = 0
        with suppress(JournalFull):
            while taken < 100_000:
                taken = journal.append(numbered(taken + 1, taken + 50))
        for _ in range(3):
            with pytest.raises(JournalFull, match="No room"):
                journal.append(numbered(taken + 1, taken + 500))
        assert journal.head.seq == journal.durable == taken > 0
        assert not journal.read_only
        assert bodies(journal.entries()) == [entry.body for entry in numbered(1, taken)]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert journal.append(numbered(taken + 1, taken + 500)) == taken + 500
    journal.close()
    with opened(place) as again:
        assert again.verify().seq == taken + 500
        assert bodies(again.entries()) == [entry.body for entry in numbered(1, taken + 500)]


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    folder = tmp_path / "volume"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a small disk can't be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_volume_of_one_megabyte_filled_at_each_write(volume: Path) -> None:
    """F35 on a real file system: filled to the last byte by somebody else at different moments, before every kind of write."""
    place = place_in(volume)
    ballast = volume / "ballast"
    with opened(place) as journal:
        taken, refused = 0, 0
        for spared in (0, 1, 4096, 5000, 8192, 12_000, 20_000, 40_000):
            _fill(ballast, spared)
            try:
                for _ in range(12):
                    taken = journal.append(numbered(taken + 1, taken + 30))
                    journal.snapshot(taken, str(taken).encode(), b"hash")
            except JournalFull:
                refused += 1
            assert bodies(journal.entries()) == [entry.body for entry in numbered(1, taken)]
            assert not journal.read_only
            ballast.unlink()
            taken = journal.append(numbered(taken + 1, taken + 1))
        assert refused >= 4
    _fill(ballast, 0)
    with pytest.raises(JournalUnavailable):
        opened(place)
    read = read_journal(place)
    assert bodies(read.entries()) == [entry.body for entry in numbered(1, taken)]
    ballast.unlink()
    with opened(place) as journal:
        assert journal.verify().seq == taken


@pytest.fixture
def forbidding(volume: Path) -> Iterator[Path]:
    """A disk that was written and then forbids it."""
    with opened(place_in(volume)) as journal:
        journal.append(numbered(1, 30))
    subprocess.run(["mount", "-o", "remount,ro", volume], check=True)
    yield volume
    subprocess.run(["mount", "-o", "remount,rw", volume], check=True)


def test_a_disk_that_forbids_writing_is_read_and_says_so(forbidding: Path) -> None:
    with opened(place_in(forbidding)) as journal:
        assert journal.read_only
        assert "can't be written" in str(journal.trouble)
        assert not isinstance(journal.trouble, JournalTaken)
        assert bodies(journal.entries()) == [entry.body for entry in numbered(1, 30)]
        assert journal.verify().seq == 30


def _fill(ballast: Path, spared: int) -> None:
    """Leaves `spared` bytes on the disk, to whole pages."""
    handle = os.open(ballast, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    with suppress(OSError):
        while os.write(handle, bytes(4096)):
            pass
    os.ftruncate(handle, max(0, os.fstat(handle).st_size - spared))
    os.close(handle)


def test_a_locked_file_is_waited_for_so_long_and_no_longer(tmp_path: Path) -> None:
    """F36: a scanner or a backup program holds the file."""
    place = place_in(tmp_path)
    with opened(place, wait_seconds=0.05) as journal:
        journal.append(numbered(1, 2))
        other = sqlite3.connect(place.file(1), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for _ in range(3):
            with pytest.raises(JournalUnavailable, match=r"locked by another program for 0\.05") as caught:
                journal.append(numbered(3, 3))
            assert caught.value.is_temporary
        assert not journal.read_only
        assert bodies(journal.entries()) == [entry.body for entry in numbered(1, 2)]
        other.execute("ROLLBACK")
        other.close()
        assert journal.append(numbered(3, 3)) == 3


def test_a_file_held_whole_by_somebody_else_is_said_to_be_locked(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    opened(place).close()
    other = sqlite3.connect(place.file(1), isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    for _ in range(2):
        with pytest.raises(JournalUnavailable, match="locked by another program"):
            opened(place, wait_seconds=0.02)
    other.close()
    with opened(place) as journal:
        assert journal.append(numbered(1, 1)) == 1


def test_a_lock_that_ends_in_time_is_not_noticed(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    with opened(place, wait_seconds=60.0) as journal:
        journal.append(numbered(1, 1))
        holds = """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute("BEGIN IMMEDIATE")
            print("held", flush=True)
            sys.stdin.readline()
            connection.execute("ROLLBACK")
        """
        command = [sys.executable, "-c", textwrap.dedent(holds), str(place.file(1))]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            process.stdin.write("go\n")
            process.stdin.flush()
            assert journal.append(numbered(2, 2)) == 2
            process.wait()


def test_a_second_process_reads_and_says_who_writes(tmp_path: Path) -> None:
    """F34."""
    process = started(APPENDS, tmp_path)
    assert process.stdout is not None
    try:
        for _ in range(5):
            process.stdout.readline()
        with opened(place_in(tmp_path)) as journal:
            assert isinstance(journal.trouble, JournalTaken)
            assert f"process {process.pid}" in str(journal.trouble)
            seen = bodies(journal.entries())
            assert seen == [entry.body for entry in numbered(1, len(seen))] != []
            with pytest.raises(JournalTaken):
                journal.append(numbered(1, 1))
            with pytest.raises(JournalTaken):
                journal.snapshot(1, b"", b"")
    finally:
        process.kill()
        process.communicate()
    with opened(place_in(tmp_path)) as journal:
        assert not journal.read_only, "the lock of a killed process frees itself"


class Failing:
    """A connection on a disk whose syncs or writes fail, at the statement `at`."""

    def __init__(self, connection: sqlite3.Connection, at: str, code: int) -> None:
        self.connection = connection
        self.at = at
        self.code = code

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        """What the connection answers, or the failure."""
        if statement.startswith(self.at):
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = self.code
            raise error
        return self.connection.execute(statement, *values)

    def __getattr__(self, name: str) -> object:
        return getattr(self.connection, name)


def test_after_a_failed_sync_nothing_more_is_believed(tmp_path: Path) -> None:
    """The system may forget that pages were never written once it has said so: a later sync that succeeds proves nothing."""
    place = place_in(tmp_path)
    with opened(place) as journal:
        journal.append(numbered(1, 2))
        assert journal._writer is not None
        healthy = journal._writer.connection
        journal._writer.connection = Failing(healthy, "COMMIT", sqlite3.SQLITE_IOERR_FSYNC)  # type: ignore[assignment]
        with pytest.raises(JournalUnavailable, match="could not be used"):
            journal.append(numbered(3, 3))
        journal._writer.connection = healthy
        with pytest.raises(JournalUnavailable):
            journal.append(numbered(3, 3))
        assert journal.read_only
        assert journal.durable == 2
    with opened(place) as journal:
        assert bodies(journal.entries()) == [entry.body for entry in numbered(1, 2)]
        assert journal.append(numbered(3, 3)) == 3


@pytest.mark.parametrize("at", ["BEGIN", "SELECT", "COMMIT"])
def test_a_write_that_fails_leaves_nothing_half_done(tmp_path: Path, at: str) -> None:
    with opened(place_in(tmp_path)) as journal:
        journal.append(numbered(1, 2))
        assert journal._writer is not None
        healthy = journal._writer.connection
        journal._writer.connection = Failing(healthy, at, sqlite3.SQLITE_IOERR_WRITE)  # type: ignore[assignment]
        with pytest.raises(JournalUnavailable):
            journal.append(numbered(3, 4))
        journal._writer.connection = healthy
        assert journal.append(numbered(3, 3)) == 3
        assert bodies(journal.entries()) == [entry.body for entry in numbered(1, 3)]


def test_a_mark_that_can_not_be_written_is_told_once_and_stops_nothing(tmp_path: Path, expected_logs: list[str]) -> None:
    expected_logs.append("The journal's mark can't be written")
    with opened(place_in(tmp_path)) as journal:
        assert journal._writer is not None
        journal._writer.mark_file.close()
        for number in (1, 2, 3):
            assert journal.append(numbered(number, number)) == number
    with opened(place_in(tmp_path)) as journal:
        assert not journal.read_only, "a journal may be ahead of its mark"
        assert journal.head.seq == 3
