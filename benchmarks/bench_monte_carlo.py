"""Ten thousand bootstrap paths of a thousand trades with the drawdown of each, against a loop that does nothing else:
python -m benchmarks.bench_monte_carlo.

The figure: at most 1.5 times the loop, on all threads. The loop draws by a generator of its own, so the two are compared in
their distributions, not path by path.
"""

import sys
import time

import numpy as np
from numba import njit, prange

from terminal.stats.monte_carlo import bootstrap, resample_trades, reshuffle

PATHS = 10_000
TRADES = 1_000
CAPITAL = 10_000.0
MOST = 1.5


@njit(parallel=True, error_model="numpy")
def reference(profits, capital, paths, length, seed):
    """Final value and deepest fall of each path of `length` profits drawn with replacement."""
    finals, falls = np.empty(paths), np.empty(paths)
    count = np.uint64(len(profits))
    for path in prange(paths):
        random = np.uint64(seed) + np.uint64(path + 1) * np.uint64(0x9E3779B97F4A7C15)
        value, peak, deepest = capital, capital, 0.0
        for _ in range(length):
            random ^= random << np.uint64(13)
            random ^= random >> np.uint64(7)
            random ^= random << np.uint64(17)
            value += profits[((random >> np.uint64(32)) * count) >> np.uint64(32)]
            peak = max(peak, value)
            deepest = max(deepest, (peak - value) / peak)
        finals[path], falls[path] = value, deepest
    return finals, falls


def best(times, *functions):
    """Best seconds of each, taken in turns so that a slow moment of the machine hits all."""
    taken = [[] for _ in functions]
    for _ in range(times):
        for place, function in enumerate(functions):
            begin = time.perf_counter()
            function()
            taken[place].append(time.perf_counter() - begin)
    return [min(values) for values in taken]


def main() -> int:
    """0 where the figure is met."""
    profits = np.random.default_rng(1).normal(5.0, 60.0, TRADES)
    finals, falls = reference(profits, CAPITAL, PATHS, TRADES, 1)
    ours = resample_trades(profits, CAPITAL, paths=PATHS, seed=1)
    for mine, theirs in ((ours.finals, finals / CAPITAL - 1), (-ours.drawdowns, np.minimum(falls, 1.0))):
        error = float(np.std(theirs)) * np.sqrt(2 / PATHS)
        assert abs(float(np.mean(mine) - np.mean(theirs))) < 5 * error, "the reference draws from another distribution"
    own, loop = best(
        21,
        lambda: resample_trades(profits, CAPITAL, paths=PATHS, seed=1),
        lambda: reference(profits, CAPITAL, PATHS, TRADES, 1),
    )
    ratio = own / loop
    missed = "" if ratio <= MOST else "  MISSED"
    print(f"{PATHS:,} paths of {TRADES:,} trades: {own * 1e3:6.2f} ms, loop {loop * 1e3:6.2f} ms, ratio {ratio:4.2f} (at most {MOST}){missed}")
    others = {
        "reshuffled": lambda: reshuffle(profits, CAPITAL, paths=PATHS, seed=1),
        "in blocks, compounded": lambda: bootstrap(profits / CAPITAL, paths=PATHS, length=TRADES, seed=1),
        "with the fan chart": lambda: resample_trades(profits, CAPITAL, paths=PATHS, seed=1).fan,
    }
    for words, seconds in zip(others, best(5, *others.values()), strict=True):
        print(f"  the same {words}: {seconds * 1e3:.1f} ms")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
