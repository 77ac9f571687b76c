"""A thousand pairs of SMA windows over 100,000 candles, beside a minimal two-thread sweep: python -m benchmarks.bench_sweep.

The figure: at most 1.5 times a loop that takes cached averages and does nothing but trade. The two make the same trades.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
from numba import njit

from benchmarks.bench_backtest import FEE, Cross, made_candles, medians
from terminal.app.memory import keep_freed_memory
from terminal.backtest.run import backtest
from terminal.backtest.sweep import sweep
from terminal.domain.candles import Candles
from terminal.indicators.averages import sma

FAST, SLOW = range(5, 30), range(40, 120, 2)
MOST = 1.5


@njit(cache=True, nogil=True)
def trade(opens, closes, fast, slow, capital, fee):  # type: ignore[no-untyped-def]
    """Final equity and closed trades of holding while the fast line is above the slow one, filled at the next open, marked at the end."""
    cash, quantity, price, paid, count, wish = capital, 0.0, 0.0, 0.0, 0, 0
    was_above, was_below = False, False
    for row in range(len(closes)):
        if wish == 1:
            price = opens[row]
            quantity = min(cash / (closes[row - 1] * (1 + fee)), cash / (price * (1 + fee)))
            paid = quantity * price * fee
        elif wish == 2:
            cash += quantity * (opens[row] - price) - paid - quantity * opens[row] * fee
            quantity = 0.0
            count += 1
        above, below = fast[row] > slow[row], fast[row] < slow[row]
        wish = 1 if above and was_below and quantity == 0.0 else 2 if below and was_above and quantity > 0.0 else 0
        if above or below:
            was_above, was_below = above, below
    return cash + (quantity * (closes[-1] - price) - paid if quantity > 0.0 else 0.0), count


def reference(candles: Candles, pairs: list[tuple[int, int]]) -> tuple[list[float], list[int]]:
    """Final equity and trades of every pair, on two threads, each average computed once."""
    lines = {window: sma(candles.close, window) for window in {window for pair in pairs for window in pair}}

    def some(part: list[tuple[int, int]]) -> list[tuple[float, int]]:
        return [trade(candles.open, candles.close, lines[fast], lines[slow], 10_000.0, FEE) for fast, slow in part]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(some, (pairs[::2], pairs[1::2]))
    equity, count = np.empty(len(pairs)), np.empty(len(pairs), np.int64)
    equity[::2], count[::2] = np.array(first).T
    equity[1::2], count[1::2] = np.array(second).T
    return equity.tolist(), count.tolist()


def main() -> int:
    """0 where the figure is met."""
    keep_freed_memory()  # as shells and scripts do
    candles = made_candles(100_000)
    pairs = list(product(FAST, SLOW))
    values = [{"fast": fast, "slow": slow} for fast, slow in pairs]
    _ = candles.fingerprint, candles.price_fault

    def ours(*figures: str) -> object:
        return sweep(Cross, candles, values, figures=figures, commission=FEE, slippage=0.0)

    found = sweep(Cross, candles, values, figures=("total_return", "trades"), commission=FEE, slippage=0.0)
    equity, trades = reference(candles, pairs)
    same = int(np.sum(found.figures["trades"] == np.array(trades)))
    close = np.isclose(found.figures["total_return"], np.array(equity) / 10_000.0 - 1.0, rtol=1e-9)
    one = backtest(Cross(**values[0]), candles, commission=FEE, slippage=0.0).metrics["total_return"]
    assert one == found.figures["total_return"][0], "a sweep must say what a backtest says"
    plain, with_sharpe, loop = medians(5, lambda: ours("total_return"), lambda: ours("sharpe_ratio", "max_drawdown"), lambda: reference(candles, pairs))
    good = plain / loop <= MOST
    missed = "" if good else "  MISSED"
    print(f"{len(pairs):,} pairs × {len(candles):,} candles: {plain:.3f} s, two-thread loop {loop:.3f} s, ratio {plain / loop:.2f} (at most {MOST}){missed}")
    print(f"with Sharpe ratio and drawdown: {with_sharpe:.3f} s, ratio {with_sharpe / loop:.2f}")
    print(f"same trades {same:,}, same result {int(close.sum()):,} of {len(pairs):,}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
