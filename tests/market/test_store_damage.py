"""The candle store on a bad day: damaged files, a lost index, a full disk, a killed writer, several processes at once."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from terminal.domain.candles import Candles
from terminal.domain.errors import DiskFull, StoreDamaged  # noqa: F401 the scripts import it from here
from terminal.domain.instrument import Instrument
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import HOUR, Timeframe
from terminal.market.store import CandleStore

START = 1_609_459_200 * 10**9
YEAR = 365 * 24
KEY = SeriesKey("binance", "BTC/USDT", Timeframe.H1)
ROOT = Path(__file__).resolve().parents[2]


def candles(first: int, count: int, value: float = 1.5) -> Candles:
    prices = np.full(count, value) + np.arange(count) / 4
    return Candles(Instrument("binance", "BTC/USDT"), Timeframe.H1, START + (first + np.arange(count)) * HOUR, prices, prices, prices, prices, prices)


def write(store: CandleStore, rows: Candles) -> None:
    store.write(rows, source="test", covered=(int(rows.time[0]), int(rows.time[-1]) + HOUR))


@pytest.fixture
def store(tmp_path: Path) -> CandleStore:
    made = CandleStore(tmp_path / "candles", lambda: 7)
    write(made, candles(0, 2 * YEAR))
    return made


def files(store: CandleStore) -> list[Path]:
    folder = store._folder / "binance"
    return sorted(folder.rglob("*.parquet"))


def flip(path: Path, at: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(at * (len(content) - 1))] ^= 0x40
    path.write_bytes(content)


DAMAGES = [
    lambda path: flip(path, 0.0),
    lambda path: flip(path, 0.5),
    lambda path: flip(path, 1.0),
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(path.read_bytes()[:-100]),
    lambda path: path.write_bytes(os.urandom(5000)),
    Path.unlink,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_reported_once_set_aside_and_asked_for_again(store, tmp_path, damage):
    damage(files(store)[0])
    fresh = CandleStore(tmp_path / "candles", lambda: 9)
    with pytest.raises(StoreDamaged, match=r"BTC/USDT 1h.*2021-01-01 to 2021-12-31.*quarantine"):
        fresh.read(KEY)
    healthy = fresh.read(KEY)
    assert len(healthy) == YEAR
    (lost,) = fresh.quarantined()
    assert (lost.rows, lost.start, lost.end, lost.time) == (YEAR, START, START + YEAR * HOUR, 9)
    assert fresh.missing(KEY, START, START + 2 * YEAR * HOUR) == ((START, START + YEAR * HOUR),)
    if damage is not Path.unlink:
        assert len(list((tmp_path / "candles" / ".quarantine").rglob("*.parquet"))) == 1
    write(fresh, candles(0, YEAR))
    assert fresh.read(KEY).close[:YEAR].tolist() == candles(0, YEAR).close.tolist()
    assert len(fresh.read(KEY)) == 2 * YEAR
    assert fresh.quarantined() == ()


def test_damage_is_never_merged_into_a_new_file(store, tmp_path):
    flip(files(store)[1], 0.5)
    fresh = CandleStore(tmp_path / "candles", lambda: 9)
    write(fresh, candles(2 * YEAR - 10, 5))
    assert len(fresh.quarantined()) == 1
    assert len(fresh.read(KEY)) == YEAR + 5


def test_a_read_only_store_reports_damage_and_moves_nothing(store, tmp_path):
    flip(files(store)[0], 0.5)
    before = files(store)
    reader = CandleStore(tmp_path / "candles", lambda: 9, read_only=True)
    for _ in range(2):
        with pytest.raises(StoreDamaged):
            reader.read(KEY)
    assert files(store) == before
    assert len(reader.read(KEY, START + YEAR * HOUR)) == YEAR


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: flip(path, 0.5),
        lambda path: path.write_text("{}"),
        lambda path: path.write_bytes(b""),
        Path.unlink,
        lambda path: path.write_text('{"body": [], "checksum": 1}'),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_a_lost_index_is_rebuilt_from_the_data(store, tmp_path, damage, read_only):
    expected = store.read(KEY)
    damage(next((tmp_path / "candles").rglob("series.json")))
    fresh = CandleStore(tmp_path / "candles", lambda: 9, read_only=read_only)
    (info,) = fresh.series()
    assert (info.key, info.rows, info.covered) == (KEY, 2 * YEAR, ((START, START + 2 * YEAR * HOUR),))
    assert fresh.read(KEY).fingerprint == expected.fingerprint


def test_rebuilding_leaves_out_a_damaged_file_and_what_is_not_proved(store, tmp_path):
    write(store, candles(2 * YEAR + 100, 10))
    flip(files(store)[0], 0.3)
    next((tmp_path / "candles").rglob("series.json")).unlink()
    fresh = CandleStore(tmp_path / "candles", lambda: 9)
    assert len(fresh.read(KEY)) == YEAR + 10
    assert fresh.missing(KEY, START, START + (2 * YEAR + 110) * HOUR) == (
        (START, START + YEAR * HOUR),
        (START + 2 * YEAR * HOUR, START + (2 * YEAR + 100) * HOUR),
    )


def test_a_full_disk_leaves_everything_as_it_was(tmp_path):
    script = """
import resource, sys
from tests.market.test_store_damage import CandleStore, DiskFull, KEY, Path, candles, write
store = CandleStore(Path(sys.argv[1]), lambda: 1)
write(store, candles(0, 5000))
before = store.read(KEY).fingerprint
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
try:
    write(store, candles(4000, 9000, value=3.14159))
except DiskFull as error:
    assert "No room" in str(error), error
else:
    sys.exit("no error")
assert CandleStore(Path(sys.argv[1]), lambda: 1).read(KEY).fingerprint == before
assert store.missing(KEY, 0, 10) == ((0, 10),)
"""
    run(script, tmp_path / "candles")
    again = CandleStore(tmp_path / "candles", lambda: 2)
    assert not list((tmp_path / "candles").rglob(".writing-*"))
    assert len(list((tmp_path / "candles").rglob("*.parquet"))) == 1
    write(again, candles(4000, 9000, value=3.14159))
    assert len(again.read(KEY)) == 13_000


def run(script: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


WRITER = """
import sys
from tests.market.test_store_damage import CandleStore, Path, candles, write
store = CandleStore(Path(sys.argv[1]), lambda: 1)
print("ready", flush=True)
for turn in range(1000):
    write(store, candles(turn * 50, 20_000))
    print(turn, flush=True)
"""


def start_writer(folder: Path) -> subprocess.Popen[str]:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    return writer


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_writer_killed_at_any_moment_leaves_a_whole_series(tmp_path):
    done = -1
    for delay in (0.0, 0.004, 0.011, 0.023, 0.041):
        writer = start_writer(tmp_path / "candles")
        assert writer.stdout is not None
        line = writer.stdout.readline()
        killer = threading.Timer(delay, lambda victim=writer: os.kill(victim.pid, signal.SIGKILL))
        killer.start()
        turns = [int(text) for text in [line, *writer.stdout] if text.strip().isdigit()]
        killer.join()
        writer.wait()
        writer.stdout.close()
        done = max(done, *turns)
        store = CandleStore(tmp_path / "candles", lambda: 2)
        rows = store.read(KEY)
        # what the writer had finished is there; at most the one write it was in is there as well
        assert len(rows) in (20_000 + done * 50, 20_000 + (done + 1) * 50)
        assert np.array_equal(np.diff(rows.time), np.full(len(rows) - 1, HOUR))
        assert store.missing(KEY, START, int(rows.time[-1]) + HOUR) == ()
        assert store.quarantined() == ()
        done = max(done, (len(rows) - 20_000) // 50)
    write(store, candles(0, 5))
    assert not list((tmp_path / "candles").rglob(".writing-*"))


def test_readers_see_whole_states_while_another_process_writes(tmp_path):
    writer = start_writer(tmp_path / "candles")
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        store = CandleStore(tmp_path / "candles", lambda: 2)
        seen = set()
        for _ in range(60):
            rows = store.read(KEY)
            assert (len(rows) - 20_000) % 50 == 0
            assert np.array_equal(np.diff(rows.time), np.full(len(rows) - 1, HOUR))
            seen.add(len(rows))
        assert len(seen) > 3, "the writer stood still"
    finally:
        writer.kill()
        writer.communicate()


def test_two_writers_take_turns_and_lose_nothing(tmp_path):
    folder = tmp_path / "candles"
    script = """
import sys
from tests.market.test_store_damage import CandleStore, Path, candles, write
store = CandleStore(Path(sys.argv[1]), lambda: 1)
for turn in range(15):
    write(store, candles(%d + turn * 2 * 10, 10))
"""
    threads = [threading.Thread(target=run, args=(script % offset, folder)) for offset in (0, 10)]
    for thread in threads:
        thread.start()
    store = CandleStore(folder, lambda: 3)
    for turn in range(10):
        write(store, candles(1000 + turn * 10, 10))
    for thread in threads:
        thread.join()
    rows = store.read(KEY)
    assert rows.time.tolist() == [START + hour * HOUR for hour in (*range(300), *range(1000, 1100))]
    assert len(store.receipts(KEY)) == 40


def test_threads_of_one_process_write_and_read_together(tmp_path):
    store = CandleStore(tmp_path / "candles", lambda: 1)
    errors: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for turn in range(8):
                write(store, candles(first + turn * 40, 10))
                store.read(KEY)
                store.series()
        except Exception as error:  # noqa: BLE001 whatever goes wrong in a thread must fail the test
            errors.append(error)

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 10, 20, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(store.read(KEY)) == 320


def test_a_lock_left_by_the_dead_does_not_hold_the_living(tmp_path):
    folder = tmp_path / "candles"
    writer = start_writer(folder)
    os.kill(writer.pid, signal.SIGSTOP)
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    store, mine = CandleStore(folder, lambda: 1), candles(0, 3)
    write(store, mine)
    assert set(mine.time) <= set(store.read(KEY).time)
