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


def median(profits: Profits) -> float:
    """The profit that half of the trades exceed, NaN of none."""
    return float(np.median(profits)) if len(profits) else math.nan


def deviation(profits: Profits) -> float:
    """The sample standard deviation (ddof 1), NaN below two."""
    return float(np.std(profits, ddof=1)) if len(profits) > 1 else math.nan


def largest_share(profits: Profits) -> float:
    """The largest profit over the sum of all profits above 0: near 1, one trade carries the result."""
    gained = float(np.sum(np.maximum(profits, 0.0)))
    return float(np.max(profits)) / gained if gained > 0 else math.nan


def concentration(profits: Profits) -> float:
    """Σ (share of the gains)² over the trades that won: 1 where one made all, 1/n where n made the same. Herfindahl (1950)."""
    gains = profits[profits > 0]
    return float(np.sum((gains / np.sum(gains)) ** 2)) if len(gains) else math.nan


def without_best(profits: Profits, count: int = 1) -> float:
    """The profit of all but the `count` best trades; 0 where no more there are."""
    return float(np.sum(np.sort(profits)[: max(0, len(profits) - count)]))


def runs_score(profits: Profits) -> float:
    """How many deviations the number of runs of won and lost trades is above chance; below −2, wins and losses come in streaks.

    Wald and Wolfowitz (1940); trades of exactly 0 left out, NaN where all won or all lost.
    """
    signs = profits[profits != 0] > 0
    won, lost = int(np.count_nonzero(signs)), int(np.count_nonzero(~signs))
    both = 2 * won * lost
    count = won + lost
    if count < 2 or not both or both == count:
        return math.nan
    runs = 1 + int(np.count_nonzero(signs[1:] != signs[:-1]))
    return (runs - both / count - 1) / math.sqrt(both * (both - count) / (count**2 * (count - 1)))


def break_even_win_rate(risk_reward: float) -> float:
    """The win rate at which this mean win and mean loss give nothing: 1 / (1 + win / loss)."""
    return 1.0 / (1.0 + risk_reward)


def most_open(entry_time: NDArray[np.int64], exit_time: NDArray[np.int64]) -> int:
    """The largest number of trades open at once; one that ends as another begins does not overlap it. As freqtrade `max_open_trades`."""
    if not len(entry_time):
        return 0
    times = np.concatenate((exit_time, entry_time))
    change = np.concatenate((np.full(len(exit_time), -1), np.ones(len(entry_time), np.int64)))
    order = np.lexsort((change, times))
    return int(np.max(np.cumsum(change[order])))


def mean_of(values: NDArray[np.float64] | NDArray[np.int64], chosen: NDArray[np.bool_]) -> float:
    """The mean of the chosen values, NaN of none."""
    return float(np.mean(values[chosen])) if bool(np.any(chosen)) else math.nan
