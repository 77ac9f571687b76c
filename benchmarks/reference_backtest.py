"""The reference of bench_backtest: one compiled loop, written straight from the definition of this one strategy, that does no more.

Two moving averages, entries and exits at the next open with slippage and commission, equity, trades with their best and worst
price, the equity of holding, and the same statistics, each in the shortest way there is.
"""

import math

import numpy as np
from numba import njit

DAY = 86_400_000_000_000


@njit(cache=True, nogil=True)
def averages_and_trades(opens, highs, lows, closes, fast, slow, capital, fee, slippage):
    """Equity at each close, and of the trades: entry row, exit row, entry and exit price, quantity, profit, best, worst, costs."""
    rows = len(closes)
    equity = np.empty(rows)
    trades = np.empty((rows // 20 + 2, 9))
    best, worst = 0.0, 0.0
    count, fast_sum, slow_sum = 0, 0.0, 0.0
    cash, quantity, paid, price, row_in = capital, 0.0, 0.0, 0.0, 0
    was_above, was_below, known, wish = False, False, False, 0
    for row in range(rows):
        if wish == 1:
            price = opens[row] * (1 + slippage)
            expected = closes[row - 1] * (1 + slippage)
            quantity = min(cash / (expected * (1 + fee)), cash / (price * (1 + fee)))
            paid, row_in = quantity * price * fee, row
            best, worst = price, price
        elif wish == 2:
            out = opens[row] * (1 - slippage)
            profit = quantity * (out - price) - paid - quantity * out * fee
            trades[count, 0], trades[count, 1], trades[count, 2] = row_in, row, price
            trades[count, 3], trades[count, 4], trades[count, 5] = out, quantity, profit
            trades[count, 6], trades[count, 7], trades[count, 8] = best, worst, paid + quantity * out * fee
            count += 1
            cash += profit
            quantity = 0.0
        if quantity > 0.0:
            best, worst = max(best, highs[row]), min(worst, lows[row])
            equity[row] = cash + quantity * (closes[row] - price) - paid
        else:
            equity[row] = cash
        fast_sum += closes[row]
        slow_sum += closes[row]
        wish = 0
        if row >= slow - 1:
            above = fast_sum / fast > slow_sum / slow
            below = fast_sum / fast < slow_sum / slow
            if known:
                if above and not was_above and quantity == 0.0:
                    wish = 1
                elif below and not was_below and quantity > 0.0:
                    wish = 2
            was_above, was_below, known = above, below, True
            slow_sum -= closes[row - slow + 1]
        if row >= fast - 1:
            fast_sum -= closes[row - fast + 1]
    return equity, trades[:count]


@njit(cache=True, nogil=True)
def holding(opens, closes, capital, fee, slippage):
    """Equity at each close of buying at the second open."""
    price = opens[1] * (1 + slippage)
    quantity = capital / (price * (1 + fee))
    equity = np.empty(len(closes))
    rest = capital - quantity * price * (1 + fee)
    for row in range(1, len(closes)):
        equity[row] = rest + quantity * closes[row]
    equity[0] = capital
    return equity


@njit(cache=True, nogil=True)
def daily(time, equity, capital):
    """Returns of UTC days, and the deepest fall at any candle."""
    values = np.empty(int((time[-1] - time[0]) // DAY) + 2)
    count, day = -1, np.int64(-1)
    peak, deepest = capital, 0.0
    next_day = np.int64(-1)
    for row in range(len(time)):
        if time[row] >= next_day:
            count += 1
            day = time[row] // DAY
            next_day = (day + 1) * DAY
        values[count] = equity[row]
        if equity[row] > peak:
            peak = equity[row]
        elif equity[row] < peak * (1 + deepest):
            deepest = equity[row] / peak - 1
    values = values[: count + 1]
    returns = np.empty(count + 1)
    before = capital
    for index in range(count + 1):
        returns[index] = values[index] / before - 1
        before = values[index]
    return returns, deepest


@njit(cache=True, nogil=True)
def measures(returns, deepest, profits, year):
    """Mean, deviation, Sharpe, Sortino, skew, kurtosis, quantile, shortfall, win rate, profit factor, streaks and the like."""
    count = len(returns)
    mean = returns.mean()
    spread = math.sqrt(((returns - mean) ** 2).sum() / (count - 1))
    downside = math.sqrt((np.minimum(returns, 0.0) ** 2).mean())
    ordered = np.sort(returns)
    worst = int((count - 1) * 0.05) + 1
    growth = np.cumprod(1 + returns)
    falls = np.empty(count)
    peak, below, longest_fall, depth, depths, fall_count = 1.0, 0, 0, 0.0, 0.0, 0
    for index in range(count):
        peak = max(peak, growth[index])
        falls[index] = growth[index] / peak - 1
        if falls[index] < 0:
            below, depth = below + 1, min(depth, falls[index])
        elif below:
            longest_fall, depths, fall_count, below, depth = max(longest_fall, below), depths + depth, fall_count + 1, 0, 0.0
    line, time = np.log(growth), np.arange(count) - (count - 1) / 2
    line -= line.mean()
    straight = (time @ line) ** 2 / ((time @ time) * (line @ line))
    won, lost, gained, given, streak, longest = 0, 0, 0.0, 0.0, 0, 0
    for profit in profits:
        if profit > 0:
            won, gained, streak = won + 1, gained + profit, streak + 1
            longest = max(longest, streak)
        else:
            lost, given, streak = lost + 1, given - profit, 0
    skew = (((returns - mean) / spread) ** 3).mean()
    kurtosis = (((returns - mean) / spread) ** 4).mean()
    return (
        mean / spread * math.sqrt(year),
        mean / downside * math.sqrt(year),
        growth[-1] ** (year / count) - 1,
        ordered[worst],
        ordered[:worst].mean(),
        falls.min(),
        deepest,
        skew,
        kurtosis,
        won / max(1, won + lost),
        gained / given,
        longest,
        profits.mean(),
        longest_fall,
        depths / max(1, fall_count),
        math.sqrt((falls**2).mean()),
        straight,
        np.maximum(returns, 0.0).sum() / -np.minimum(returns, 0.0).sum(),
        returns.max(),
        returns.min(),
        profits.max(),
        profits.min(),
        math.sqrt(len(profits)) * profits.mean() / profits.std(),
    )


def run(candles, fast=20, slow=50, capital=10_000.0, fee=0.0001, slippage=0.0):
    """Equity, trades, equity of holding and measures, everything from the candles on."""
    equity, trades = averages_and_trades(candles.open, candles.high, candles.low, candles.close, fast, slow, capital, fee, slippage)
    held = holding(candles.open, candles.close, capital, fee, slippage)
    returns, deepest = daily(candles.time, equity, capital)
    figures = measures(returns, deepest, np.ascontiguousarray(trades[:, 5]), 365.0)
    exposure = float(np.sum(trades[:, 1] - trades[:, 0])) / len(equity)
    turnover = float(np.sum(trades[:, 4] * (trades[:, 2] + trades[:, 3]))) / capital
    return equity, trades, (*figures, exposure, turnover, float(np.sum(trades[:, 8])), held[-1] / capital - 1)
