"""Trades by side, reason, symbol, hour, weekday, month or year, and how much of the profit each part brought.

Every table takes the structured trades of a result and the profit they add up to; times are UTC nanoseconds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.orders import ExitReason, Side
from terminal.stats.periods import MONDAY_FIRST
from terminal.stats.trades import TradeFigures, figures

_HOUR = 3_600_000_000_000
_DAY = 24 * _HOUR
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


@dataclass(frozen=True, slots=True)
class Part:
    """The closed trades of one group: what they made, and their share of the profit of all (their parts add up to 1)."""

    label: str
    figures: TradeFigures
    profit: float
    """Net, in quote currency."""
    share: float
    """Of the net profit of all closed trades, NaN where that is 0; above 1 or negative where others took it back."""
    costs: float
    mean_return: float


def by_side(table: NDArray[Any]) -> list[Part]:
    """Long and short."""
    return _parts(table, table["side"], lambda side: Side(side).word)


def by_reason(table: NDArray[Any]) -> list[Part]:
    """What ended the trades: signal, stop, target and so on."""
    return _parts(table, table["reason"], lambda reason: ExitReason(reason).words)


def by_symbol(table: NDArray[Any], codes: NDArray[np.int64], symbols: Sequence[str]) -> list[Part]:
    """`codes` has the place of each trade's symbol in `symbols`."""
    return _parts(table, codes, lambda code: symbols[code])


def by_hour(table: NDArray[Any]) -> list[Part]:
    """The hour of the day at which trades were entered, UTC."""
    return _parts(table, table["entry_time"] % _DAY // _HOUR, lambda hour: f"{hour:02d}:00")


def by_weekday(table: NDArray[Any]) -> list[Part]:
    """The day of the week on which trades were entered, UTC."""
    return _parts(table, (table["entry_time"] // _DAY + MONDAY_FIRST) % 7, lambda day: WEEKDAYS[day])


def by_month(table: NDArray[Any]) -> list[Part]:
    """The month of the year in which trades were left, UTC, all years together."""
    return _parts(table, _month(table["exit_time"]) % 12, lambda month: MONTHS[month])


def by_calendar_month(table: NDArray[Any]) -> list[Part]:
    """The month in which trades were left, UTC, such as 2021-05."""
    return _parts(table, _month(table["exit_time"]), lambda month: f"{month // 12 + 1970}-{month % 12 + 1:02d}")


def by_year(table: NDArray[Any]) -> list[Part]:
    """The year in which trades were left, UTC."""
    return _parts(table, _month(table["exit_time"]) // 12 + 1970, str)


def _month(time: NDArray[np.int64]) -> NDArray[np.int64]:
    return time.astype("datetime64[ns]").astype("datetime64[M]").astype(np.int64)


def _parts(table: NDArray[Any], keys: NDArray[np.int64], label: Callable[[int], str]) -> list[Part]:
    """The parts of the closed trades in the order of their keys."""
    closed = table["reason"] != 0
    trades, keys = table[closed], keys[closed]
    total = float(np.sum(trades["profit"]))
    found = []
    for key in np.unique(keys).tolist():
        part = trades[keys == key]
        profit = float(np.sum(part["profit"]))
        share = profit / total if total else float("nan")
        found.append(Part(label(key), figures(part["profit"]), profit, share, float(np.sum(part["costs"])), float(np.mean(part["return"]))))
    return found
