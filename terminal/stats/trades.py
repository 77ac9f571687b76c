"""Measures of closed trades: how many win, how much, and in what runs.

Each takes the net profits of trades in the order in which they were closed; a trade of exactly 0 is neither won nor lost.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Profits = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TradeFigures:
    """What a list of net profits says. Money is in quote currency; ratios are NaN where nothing was won or lost."""

    trades: int
    winning: int
    losing: int
    win_rate: float
    profit_factor: float
    expectancy: float
    expectancy_ratio: float
    average_win: float
    average_loss: float
    risk_reward: float
    system_quality: float
    kelly: float
    longest_winning_streak: int
    longest_losing_streak: int


def figures(profits: Profits) -> TradeFigures:
    """The figures of `profits`, all at once; counts are 0 and the rest NaN where there is none."""
    count = len(profits)
    won, lost = profits > 0, profits < 0
    winning, losing = int(np.count_nonzero(won)), int(np.count_nonzero(lost))
    gained, given = float(np.sum(profits, where=won)), -float(np.sum(profits, where=lost))
    win_rate = winning / count if count else math.nan
    average_win = gained / winning if winning else math.nan
    average_loss = -given / losing if losing else math.nan
    risk_reward = average_win / -average_loss
    return TradeFigures(
        trades=count,
        winning=winning,
        losing=losing,
        win_rate=win_rate,
        profit_factor=gained / given if given > 0 else math.nan,
        expectancy=float(np.mean(profits)) if count else math.nan,
        expectancy_ratio=(1 + risk_reward) * win_rate - 1,
        average_win=average_win,
        average_loss=average_loss,
        risk_reward=risk_reward,
        system_quality=system_quality(profits),
        kelly=kelly(win_rate, risk_reward),
        longest_winning_streak=longest_run(won),
        longest_losing_streak=longest_run(lost),
    )


def system_quality(profits: Profits) -> float:
    """The system quality number: √n × mean / sample deviation of the profits. Van Tharp; as backtesting.py."""
    if len(profits) < 2:
        return math.nan
    spread = float(np.std(profits, ddof=1))
    return math.sqrt(len(profits)) * float(np.mean(profits)) / spread if spread > 0 else math.nan


def kelly(win_rate: float, risk_reward: float) -> float:
    """The share of capital that the Kelly criterion would stake: w − (1 − w) / (average win / average loss). Kelly (1956)."""
    return win_rate - (1 - win_rate) / risk_reward if risk_reward > 0 else math.nan


def longest_run(flags: NDArray[np.bool_]) -> int:
    """The largest number of consecutive True values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).view(np.int8)))
    return int(np.max(edges[1::2] - edges[::2])) if len(edges) else 0


def rows_held(entry_row: NDArray[np.int64], exit_row: NDArray[np.int64]) -> int:
    """How many candles lie within at least one trade, entry and exit candle included; entries in rising order."""
    if not len(entry_row):
        return 0
    reached = np.maximum.accumulate(exit_row)
    first = np.maximum(entry_row, np.concatenate(([-1], reached[:-1])) + 1)
    return int(np.sum(np.maximum(exit_row - first + 1, 0)))
