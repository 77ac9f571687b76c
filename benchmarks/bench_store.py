"""The candle store at 10 million candles, beside plain Parquet, a memory map and duckdb, measured in one run.

Run it with `python -m benchmarks.bench_store`; the ratios are what the issue promises.
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from terminal.domain.candles import COLUMNS, Candles, Provenance
from terminal.domain.instrument import Instrument
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import DAY, MINUTE, Timeframe
from terminal.market.store import CandleStore

ROWS = 10_000_000
ROUNDS = 5
KEY = SeriesKey("bench", "BTC/USDT", Timeframe.M1)


def candles_of(rows: int, seed: int = 7) -> Candles:
    """One-minute candles as an exchange gives them: two decimals in prices, three in volume."""
    rng = np.random.default_rng(seed)
    close = np.round(20_000 * np.exp(np.cumsum(rng.normal(0, 4e-4, rows))).clip(0.05, 50), 2)
    opens = np.concatenate((close[:1], close[:-1]))
    high = np.round(np.maximum(opens, close) * (1 + rng.exponential(2e-4, rows)), 2)
    low = np.round(np.minimum(opens, close) * (1 - rng.exponential(2e-4, rows)), 2)
    start = 1_104_537_600 * 10**9
    at = start + np.arange(rows, dtype=np.int64) * MINUTE
    volume = np.round(rng.lognormal(2, 1, rows), 3)
    return Candles(Instrument(KEY.venue, KEY.symbol), KEY.timeframe, at, opens, high, low, close, volume, Provenance("bench", simulated=True))


def raced(ours: Callable[[], object], other: Callable[[], object], before: Callable[[], object] = lambda: None, rounds: int = ROUNDS) -> tuple[float, float]:
    """Median seconds of both, run in turns so that a busy machine treats them alike; `before` runs unmeasured ahead of ours."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        before()
        for times, work in zip(taken, (ours, other), strict=True):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])


def line(name: str, ours: float, other: float, most: float, unit: str = "s") -> None:
    """Prints one row of the table."""
    print(f"{name:<34}{ours:>12.4g}{unit:<3}{other:>12.4g}{unit:<3}{ours / other:>8.2f}×   (at most {most:g}×)")


def main() -> None:
    """Prints write, read, size and one day out of all, each with its ratio."""
    folder = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    candles = candles_of(ROWS)
    columns = {name: getattr(candles, name) for name in COLUMNS}
    try:
        compare(folder, candles, columns)
    finally:
        shutil.rmtree(folder)


def compare(folder: Path, candles: Candles, columns: dict[str, np.ndarray]) -> None:
    """The measurements, in `folder`."""
    covered = (int(candles.time[0]), int(candles.time[-1]) + MINUTE)
    store_folder = folder / "store"

    def write() -> None:
        CandleStore(store_folder, time.time_ns).write(candles, source="bench", covered=covered)

    plain = folder / "plain.parquet"
    start = time.perf_counter()
    assert candles.fingerprint
    fingerprint = time.perf_counter() - start
    print(f"{'':<34}{'store':>15}{'reference':>15}   ratio; fingerprint of {ROWS:,} candles: {fingerprint:.2f} s, once per Candles")
    race = raced(write, lambda: pq.write_table(pa.table(columns), plain), lambda: shutil.rmtree(store_folder, ignore_errors=True))
    line("write, plain pyarrow Parquet", *race, 1.5)

    for name, column in columns.items():
        column.tofile(folder / name)

    def memmap() -> list[np.ndarray]:
        return [np.array(np.memmap(folder / name, column.dtype, "r")) for name, column in columns.items()]

    store = CandleStore(store_folder, time.time_ns)
    store.read(KEY)
    line("read, numpy memmap", *raced(lambda: store.read(KEY), memmap), 4)
    line("first read, checksums included", *raced(lambda: CandleStore(store_folder, time.time_ns).read(KEY), memmap), 4)

    database = duckdb.connect(str(folder / "candles.duckdb"))
    database.register("given", pa.table(columns))
    database.execute("create table candles as select * from given")
    database.execute("checkpoint")
    size = sum(file.stat().st_size for file in store_folder.rglob("*") if file.is_file())
    line("size, duckdb's file", size / 2**20, (folder / "candles.duckdb").stat().st_size / 2**20, 1.2, "MB")

    days = [int(candles.time[0]) + int(day) * DAY for day in np.random.default_rng(1).integers(0, ROWS // 1440, 40)]
    query = "select * from candles where time >= ? and time < ?"
    races = [
        raced(lambda day=day: store.read(KEY, day, day + DAY), lambda day=day: database.execute(query, (day, day + DAY)).fetchnumpy(), rounds=1) for day in days
    ]
    ours, theirs = (statistics.median(times) for times in zip(*races, strict=True))
    line("one day of all, duckdb's query", ours * 1e3, theirs * 1e3, 2, "ms")


if __name__ == "__main__":
    main()
