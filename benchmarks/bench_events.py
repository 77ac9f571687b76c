"""A stop and a target at every entry, asked candle by candle in Python: python -m benchmarks.bench_events.

The figures: 1 M candles at most 2.5 times the shortest loop that calls Python with a new candle object each time; one candle in
fifty awake far below all of them awake; at most 40 MB beside the candles. Loop, arrays and events make
the same trades, which is checked first.
"""

import sys
import tracemalloc

import numpy as np

from benchmarks import reference_events
from benchmarks.bench_backtest import FEE, made_candles, medians
from benchmarks.bench_bracket import SETTINGS, BracketByEvents, check_trades
from terminal.backtest.events.passing import run_events
from terminal.backtest.options import Options
from terminal.domain.candles import Candles
from terminal.domain.work import never
from terminal.indicators.averages import sma

MOST, MOST_ASLEEP, MOST_BYTES = 2.5, 0.25, 40_000_000


class Asleep(BracketByEvents):
    """The same, woken at one candle in fifty."""

    def prepare(self) -> None:
        super().prepare()
        self.wake(every="50m")


def check_reference(candles: Candles) -> None:
    """Fails where the reference makes other trades."""
    trades, equity = reference_events.run(candles, sma(candles.close, 20), sma(candles.close, 50), FEE)
    account = run_events(BracketByEvents(), candles, Options.of(**SETTINGS), 0, never)
    np.testing.assert_allclose(account.feed.equity, equity, rtol=1e-9)
    book = account.book()
    closed = book[book["reason"] != 0]
    assert list(zip(closed["entry_row"].tolist(), closed["exit_row"].tolist(), strict=True)) == trades, "the reference makes other trades"


def memory(candles: Candles) -> int:
    """Most bytes that a run holds beside its candles."""
    tracemalloc.start()
    run_events(BracketByEvents(), candles, Options.of(**SETTINGS), 0, never)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def main(rows: int = 1_000_000, times: int = 5) -> int:
    """0 where the figures are met."""
    candles = made_candles(rows)
    count = check_trades(candles)
    check_reference(candles)
    options = Options.of(**SETTINGS)
    awake, asleep, loop = medians(
        times,
        lambda: run_events(BracketByEvents(), candles, options, 0, never),
        lambda: run_events(Asleep(), candles, options, 0, never),
        lambda: reference_events.run(candles, sma(candles.close, 20), sma(candles.close, 50), FEE),
    )
    most = memory(candles)
    good = awake / loop <= MOST and asleep / awake <= MOST_ASLEEP and most <= MOST_BYTES
    print(f"{rows:>9,} candles, {count:,} trades: {awake * 1e3:6.0f} ms, loop {loop * 1e3:6.0f} ms, ratio {awake / loop:4.2f} (at most {MOST})")
    print(f"  one candle in fifty awake: {asleep * 1e3:6.0f} ms, {asleep / awake:4.2f} of all awake (at most {MOST_ASLEEP})")
    print(f"  memory beside the candles: {most / 1e6:5.1f} MB (at most {MOST_BYTES / 1e6:.0f}){'' if good else '  MISSED'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
