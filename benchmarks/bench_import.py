"""Importing a CSV of one million candles, store included, beside pandas' C reader alone, measured in one run.

Run it with `python -m benchmarks.bench_import`; the ratio is what the issue promises. Three shapes, so that none is tuned for.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from benchmarks.bench_store import candles_of, line, raced
from terminal.domain.candles import VALUE_COLUMNS, Candles
from terminal.domain.timeframe import MINUTE
from terminal.market.store import CandleStore
from terminal.venues.files import read
from terminal.venues.files.export import export

ROWS = 1_000_000


def epochs(candles: Candles, path: Path) -> None:
    """As exchanges' own dumps: milliseconds, and eight decimals everywhere."""
    columns = {"open_time": candles.time // 1_000_000, **{name: getattr(candles, name) / 7 for name in VALUE_COLUMNS}}
    pd.DataFrame(columns).to_csv(path, index=False, float_format="%.8f")


def metatrader(candles: Candles, path: Path) -> None:
    """As MetaTrader exports bars: tabs, day and clock apart, two volumes and a spread."""
    at = pd.to_datetime(candles.time)
    prices = {f"<{name.upper()}>": getattr(candles, name) for name in VALUE_COLUMNS[:-1]}
    rest = {"<TICKVOL>": candles.volume.astype(int) + 1, "<VOL>": 0, "<SPREAD>": 3}
    pd.DataFrame({"<DATE>": at.strftime("%Y.%m.%d"), "<TIME>": at.strftime("%H:%M:%S"), **prices, **rest}).to_csv(path, sep="\t", index=False)


SHAPES: Mapping[str, tuple[Callable[[Candles, Path], None], str]] = {
    "our own export": (export, ","),
    "epochs, 8 decimals": (epochs, ","),
    "MetaTrader": (metatrader, "\t"),
}


def main() -> None:
    """Prints import (detect, read, judge, store) and reading alone, each against pandas.read_csv, for every shape."""
    folder = Path(tempfile.mkdtemp(prefix="outcry-bench-"))
    try:
        for shape, (write, separator) in SHAPES.items():
            path = folder / "candles.csv"
            write(candles_of(ROWS), path)
            print(f"{shape}: {ROWS:,} rows, {path.stat().st_size / 2**20:.0f} MB")
            compare(path, folder / "store", separator)
    finally:
        shutil.rmtree(folder)


def compare(path: Path, store: Path, separator: str) -> None:
    """The measurements of one file."""

    def imported() -> None:
        candles = read(path, symbol="BTC/USDT")
        covered = (int(candles.time[0]), int(candles.time[-1]) + MINUTE)
        CandleStore(store, time.time_ns).write(candles, source="bench", covered=covered)

    def pandas() -> object:
        return pd.read_csv(path, engine="c", sep=separator)

    line("import into the store", *raced(imported, pandas, lambda: shutil.rmtree(store, ignore_errors=True)), 2)
    line("read alone", *raced(lambda: read(path, symbol="BTC/USDT"), pandas), 2)


if __name__ == "__main__":
    main()
