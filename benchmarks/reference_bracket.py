"""The reference of bench_bracket: one compiled loop, written straight from the definition of this one strategy, that does no more.

Two moving averages; where the fast one crosses above, a flat account buys at the next open with a stop and a target; the worse of
the two is met where a candle reaches both.
"""

import numpy as np
from numba import njit

from benchmarks import reference_backtest


@njit(cache=True, nogil=True)
def averages_and_brackets(opens, highs, lows, closes, fast, slow, capital, fee, slippage, stop_share, target_share):
    """Equity at each close, and of the trades: entry row, exit row, entry and exit price, quantity, profit, best, worst, costs."""
    rows = len(closes)
    equity = np.empty(rows)
    trades = np.empty((rows // 20 + 2, 9))
    best, worst, stop, target = 0.0, 0.0, 0.0, 0.0
    count, fast_sum, slow_sum = 0, 0.0, 0.0
    cash, quantity, paid, price, row_in = capital, 0.0, 0.0, 0.0, 0
    was_above, known, wish = False, False, False
    for row in range(rows):
        if wish:
            price = opens[row] * (1 + slippage)
            expected = closes[row - 1] * (1 + slippage)
            quantity = min(cash / (expected * (1 + fee)), cash / (price * (1 + fee)))
            paid, row_in = quantity * price * fee, row
            best, worst = price, price
            stop, target = price * (1 - stop_share), price * (1 + target_share)
            wish = False
        if quantity > 0.0:
            out = 0.0
            if lows[row] <= stop:
                raw = min(opens[row], stop)
                out, worst = raw * (1 - slippage), min(worst, raw)
            elif highs[row] > target:
                out = max(opens[row], target)
                best, worst = max(best, out), min(worst, opens[row])
            else:
                best, worst = max(best, highs[row]), min(worst, lows[row])
            if out > 0.0:
                profit = quantity * (out - price) - paid - quantity * out * fee
                trades[count, 0], trades[count, 1], trades[count, 2] = row_in, row, price
                trades[count, 3], trades[count, 4], trades[count, 5] = out, quantity, profit
                trades[count, 6], trades[count, 7], trades[count, 8] = best, worst, paid + quantity * out * fee
                count += 1
                cash += profit
                quantity = 0.0
        equity[row] = cash + quantity * (closes[row] - price) - paid if quantity > 0.0 else cash
        fast_sum += closes[row]
        slow_sum += closes[row]
        if row >= slow - 1:
            above = fast_sum / fast > slow_sum / slow
            wish = known and above and not was_above and quantity == 0.0
            was_above, known = above, True
            slow_sum -= closes[row - slow + 1]
        if row >= fast - 1:
            fast_sum -= closes[row - fast + 1]
    return equity, trades[:count]


def run(candles, fast=20, slow=50, capital=10_000.0, fee=0.0001, slippage=0.0, stop=0.01, target=0.02):
    """Equity and trades, everything from the candles on."""
    return averages_and_brackets(candles.open, candles.high, candles.low, candles.close, fast, slow, capital, fee, slippage, stop, target)


def run_measured(candles, capital=10_000.0, fee=0.0001, slippage=0.0):
    """The same with the equity of holding and the measures of `reference_backtest`."""
    equity, trades = run(candles, capital=capital, fee=fee, slippage=slippage)
    held = reference_backtest.holding(candles.open, candles.close, capital, fee, slippage)
    returns, deepest = reference_backtest.daily(candles.time, equity, capital)
    return equity, trades, held, reference_backtest.measures(returns, deepest, np.ascontiguousarray(trades[:, 5]), 365.0)
