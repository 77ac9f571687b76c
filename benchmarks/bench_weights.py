"""A portfolio of 500 instruments over 2,520 days, rebalanced each month, against plain numba: python -m benchmarks.bench_weights.

The figure: the loop, from weights to equity and orders, at most 4 times the same arithmetic. The whole backtest, with its trades,
table of instruments and measures, is shown beside it. The equity of both is the same to nine digits, which is checked first.
"""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from benchmarks.reference_weights import rebalanced
from terminal.backtest.many.clock import clock_of
from terminal.backtest.many.weights_loop import TRADED, simulate_weights
from terminal.backtest.many.weights_run import run_loop, trade_plainly
from terminal.backtest.options import Options
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles
from terminal.domain.instrument import Instrument
from terminal.domain.timeframe import DAY, Timeframe
from terminal.domain.weights import Weights
from terminal.strategies.contract import Strategy

COUNT, DAYS, MOST = 500, 2_520, 4.0
START = 1_262_304_000_000_000_000
FEE, SLIPPAGE = 0.001, 0.0005


class Equal(Strategy):
    """The same share of the account in each."""

    def weights(self, candles: dict[str, Candles]) -> Weights:
        return Weights(dict.fromkeys(candles, 1 / len(candles)))


def made_candles() -> list[Candles]:
    """Random walks of daily candles, the same each time."""
    random, time_ns = np.random.default_rng(1), START + np.arange(DAYS) * DAY
    found = []
    for number in range(COUNT):
        close = 50 * np.exp(np.cumsum(random.normal(0.0003, 0.02, DAYS)))
        opens = np.concatenate(([50.0], close[:-1])) * np.exp(random.normal(0, 0.003, DAYS))
        high, low = np.maximum(opens, close) * 1.003, np.minimum(opens, close) / 1.003
        found.append(Candles(Instrument("bench", f"S{number}"), Timeframe.D1, time_ns, opens, high, low, close, np.ones(DAYS)))
    return found


def best(times: int, *functions: Callable[[], object]) -> list[float]:
    """The median seconds of each, taken in turns so that a slow moment of the machine hits all."""
    taken: list[list[float]] = [[] for _ in functions]
    for _ in range(times):
        for place, function in enumerate(functions):
            begin = time.perf_counter()
            function()
            taken[place].append(time.perf_counter() - begin)
    return [statistics.median(values) for values in taken]


def main() -> int:
    """1 where the loop misses its figure."""
    candles, options = made_candles(), Options(commission=FEE, slippage=SLIPPAGE, capital=1e6)
    clock = clock_of(candles, None)
    weights = Weights(dict.fromkeys((each.instrument.symbol for each in candles), 1 / COUNT)).checked([each.instrument.symbol for each in candles], clock.time)
    due = np.zeros(DAYS, bool)
    due[weights.rows] = True
    opens, closes = (np.stack([getattr(each, name) for each in candles], 1) for name in ("open", "close"))

    def reference() -> np.ndarray:
        return rebalanced(opens, closes, np.full(COUNT, 1 / COUNT), due, 1e6, FEE, SLIPPAGE)

    fills, equity, _, books = run_loop(candles, clock, weights, options)
    np.testing.assert_allclose(equity, reference(), rtol=1e-9)
    by_instrument, opened = np.ascontiguousarray(closes.T), np.ascontiguousarray(opens[np.minimum(weights.rows + 1, DAYS - 1)])
    room, counts, held = np.zeros(weights.target.size, TRADED), np.zeros(3, np.int64), np.zeros(COUNT)

    def loop() -> None:
        counts[:], held[:] = 0, 0.0
        simulate_weights(by_instrument, opened, weights.rows, weights.target, 0.0, books, 1e6, equity, held, room, counts)

    plain, ours, gathered, booked = best(
        31, reference, loop, lambda: run_loop(candles, clock, weights, options), lambda: trade_plainly(candles, clock, weights, options)
    )
    backtest(Equal, candles, commission=FEE, slippage=SLIPPAGE, capital=1e6)
    (whole,) = best(3, lambda: backtest(Equal, candles, commission=FEE, slippage=SLIPPAGE, capital=1e6))
    print(f"{COUNT} instruments × {DAYS:,} days, {len(weights.rows)} rebalancings, {len(fills):,} orders; equity equal to nine digits")
    print(f"plain numba {plain * 1e3:.2f} ms · loop {ours * 1e3:.2f} ms, {ours / plain:.2f} times (at most {MOST:g})")
    print(f"with prices gathered from the candles {gathered * 1e3:.1f} ms · with round trips {booked * 1e3:.1f} ms · whole backtest {whole * 1e3:.0f} ms")
    return 1 if ours > MOST * plain else 0


if __name__ == "__main__":
    sys.exit(main())
