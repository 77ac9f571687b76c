"""Importing a CSV of one million candles, store included, beside pandas' C reader alone, measured in one run.

Run it with `python -m benchmarks.bench_import`; the ratio is what the issue promises.
"""

import shutil
import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks.bench_store import candles_of, line, raced
from terminal.domain.timeframe import MINUTE
from terminal.market.store import CandleStore
from terminal.venues.files import read
from terminal.venues.files.export import export

ROWS = 1_000_000


def main() -> None:
    """Prints import (detect, read, judge, store) and reading alone, each against pandas.read_csv."""
    folder = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    path = folder / "candles.csv"
    export(candles_of(ROWS), path)

    def imported() -> None:
        candles = read(path, symbol="BTC/USDT")
        covered = (int(candles.time[0]), int(candles.time[-1]) + MINUTE)
        CandleStore(folder / "store", time.time_ns).write(candles, source="bench", covered=covered)

    try:
        print(f"{ROWS:,} rows, {path.stat().st_size / 2**20:.0f} MB")
        line("import into the store", *raced(imported, lambda: pd.read_csv(path, engine="c"), lambda: shutil.rmtree(folder / "store", ignore_errors=True)), 2)
        line("read alone", *raced(lambda: read(path, symbol="BTC/USDT"), lambda: pd.read_csv(path, engine="c")), 2)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
