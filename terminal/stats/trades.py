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
    best: float
    worst: float
    risk_reward: float
    system_quality: float
    """√n × mean / sample deviation of the profits. Van Tharp; as backtesting.py's SQN."""
    kelly: float
    longest_winning_streak: int
    longest_losing_streak: int


def figures(profits: Profits, reasons: NDArray[np.int64] | None = None) -> TradeFigures:
    """The figures of `profits`, all at once; counts are 0 and the rest NaN where there is none.

    `reasons` leaves out the trades that are still open: those whose reason is 0.
    """
    from terminal.stats.compiled import profit_sums

    closed = np.ones(len(profits), np.int64) if reasons is None else reasons
    count, winning, losing, gained, given, mean, deviation, best, worst, longest_won, longest_lost = profit_sums(profits, closed)
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
        expectancy=mean,
        expectancy_ratio=(1 + risk_reward) * win_rate - 1,
        average_win=average_win,
        average_loss=average_loss,
        best=best,
        worst=worst,
        risk_reward=risk_reward,
        system_quality=math.sqrt(count) * mean / deviation if deviation > 0 else math.nan,
        kelly=kelly(win_rate, risk_reward),
        longest_winning_streak=longest_won,
        longest_losing_streak=longest_lost,
    )


def kelly(win_rate: float, risk_reward: float) -> float:
    """The share of capital that the Kelly criterion would stake: w − (1 − w) / (average win / average loss). Kelly (1956)."""
    return win_rate - (1 - win_rate) / risk_reward if risk_reward > 0 else math.nan
