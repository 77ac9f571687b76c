"""What a stress run costs beside the runs it is made of: python -m benchmarks.bench_stress.

The figure: six shocks × three strategies on 100,000 candles take at most 1.3 times the sum of the eighteen plain runs.
"""

import statistics
import sys
import time
from collections.abc import Callable

from terminal.backtest.doubts.rerun import rerun
from terminal.backtest.doubts.shocks import SHOCKS
from terminal.backtest.doubts.stress import stress
from terminal.backtest.options import Options
from terminal.domain.candles import Candles
from terminal.domain.resources import resource_path
from terminal.strategies.library import StrategyLibrary
from tests.builders.walk import walk

CANDLES = 100_000
NAMES = ("ema_trend", "ma_crossover", "mean_reversion")
ROUNDS = 15
MOST = 1.3


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> int:
    """1 where the figure is missed."""
    library = StrategyLibrary(resource_path("strategies"))
    strategies = {name: library.find(name).demand_class()() for name in NAMES}
    candles: Candles = walk(CANDLES)
    options = Options()

    def plainly() -> None:
        for _ in SHOCKS:
            for strategy in strategies.values():
                rerun(strategy, candles, options)

    def stressed() -> None:
        stress(strategies, candles, options, crises=())

    plainly()
    stressed()
    ratios, plain, shocked = [], [], []
    for _ in range(ROUNDS):
        plain.append(seconds(plainly))
        shocked.append(seconds(stressed))
        ratios.append(shocked[-1] / plain[-1])
    ratio = min(shocked) / min(plain)
    print(f"eighteen plain runs {min(plain) * 1e3:7.1f} ms")
    print(f"stress run          {min(shocked) * 1e3:7.1f} ms, the three plain runs it reports included")
    print(f"ratio of the bests  {ratio:7.2f}   (median of the rounds {statistics.median(ratios):.2f}; at most {MOST})")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
