"""Crises that happened, replayed where the candles at hand cover them, and said so where they do not.

Asked by `backtest.stress`; the days are those of public record, close to close.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from terminal.backtest.options import Options
from terminal.backtest.rerun import rerun
from terminal.domain.candles import Candles
from terminal.domain.timeframe import DAY
from terminal.domain.work import CancelQuestion, never
from terminal.strategies.contract import Strategy


@dataclass(frozen=True, slots=True)
class Crisis:
    """A fall from the close of the UTC day `start` to the close of the day `end`, both such as 2020-02-19."""

    name: str
    start: str
    end: str

    @property
    def first_ns(self) -> int:
        """UTC ns at which its first day begins."""
        return _nanoseconds(self.start)

    @property
    def after_ns(self) -> int:
        """UTC ns at which its last day ends."""
        return _nanoseconds(self.end) + DAY


@dataclass(frozen=True, slots=True)
class CrisisReplay:
    """What one strategy made of one crisis; the figures are NaN where the candles do not cover it."""

    strategy: str
    crisis: str
    covered: bool
    total_return: float
    max_drawdown: float
    market_return: float
    """Close to close of the instrument itself."""
    survived: bool
    words: str


CRISES: tuple[Crisis, ...] = (
    Crisis("financial crisis 2007–2009", "2007-10-09", "2009-03-09"),
    Crisis("Lehman month 2008", "2008-09-12", "2008-10-10"),
    Crisis("August 2011", "2011-07-22", "2011-08-08"),
    Crisis("volatility shock February 2018", "2018-01-26", "2018-02-08"),
    Crisis("March 2020", "2020-02-19", "2020-03-23"),
    Crisis("crypto winter 2022", "2021-11-10", "2022-12-31"),
)
"""Peak and trough days; the first four as in the cases that the tests read, March 2020 by the S&P 500, the winter by bitcoin's peak."""

_NONE = math.nan


def missing_part(candles: Candles, crisis: Crisis) -> str:
    """Why `candles` cannot replay `crisis`, in words; "" where they can.

    They must begin before its second day and reach into its last, weekends and holidays of up to four days aside, without a longer hole.
    """
    if not len(candles) or int(candles.time[0]) >= crisis.after_ns or int(candles.time[-1]) < crisis.first_ns:
        return f"no candles between {crisis.start} and {crisis.end}"
    slack = 4 * DAY
    if int(candles.time[0]) > crisis.first_ns + slack:
        return f"the candles begin on {_day(int(candles.time[0]))}, after {crisis.start}"
    if int(candles.time[-1]) + candles.timeframe.nanoseconds < crisis.after_ns - slack:
        return f"the candles end on {_day(int(candles.time[-1]))}, before {crisis.end}"
    inside = candles.between(crisis.first_ns - slack, crisis.after_ns + slack).time
    holes = np.diff(inside)
    longest = max(8 * DAY, 2 * candles.timeframe.nanoseconds)
    if len(inside) < 2 or int(holes.max()) > longest:
        place = "" if len(inside) < 2 else f" after {_day(int(inside[int(np.argmax(holes))]))}"
        return f"the candles have a hole{place}"
    return ""


def market_return(candles: Candles, crisis: Crisis) -> float:
    """The simple return of the instrument from the close of the first day to the close of the last; NaN where the candles lack them."""
    if missing_part(candles, crisis):
        return _NONE
    closes = candles.between(crisis.first_ns, crisis.first_ns + DAY).close
    before = candles.between(None, crisis.first_ns).close
    base = closes[-1] if len(closes) else before[-1] if len(before) else candles.close[0]
    return float(candles.between(None, crisis.after_ns).close[-1] / base) - 1.0


def replay(
    names: Sequence[str], strategies: Sequence[Strategy], candles: Candles, options: Options, crisis: Crisis, ruin: float, cancelled: CancelQuestion = never
) -> tuple[CrisisReplay, ...]:
    """Each strategy through `crisis` with fresh capital, its indicators warmed up by the candles before; `ruin` is the fall not survived."""
    why_not = missing_part(candles, crisis)
    if why_not:
        return tuple(CrisisReplay(name, crisis.name, False, _NONE, _NONE, _NONE, True, f"Not replayed: {why_not}.") for name in names)
    until = candles.between(None, crisis.after_ns)
    moved = market_return(candles, crisis)
    found = []
    for name, strategy in zip(names, strategies, strict=True):
        metrics = rerun(strategy, until, options, cancelled, start=crisis.first_ns).metrics
        fall = metrics["max_drawdown_at_candles"]
        warm = "" if int(candles.time[0]) < crisis.first_ns else " Nothing before it to warm indicators up with."
        found.append(CrisisReplay(name, crisis.name, True, metrics["total_return"], fall, moved, fall > -ruin, f"{crisis.start} to {crisis.end}.{warm}"))
    return tuple(found)


def _nanoseconds(day: str) -> int:
    return int(np.datetime64(day, "ns").astype(np.int64))


def _day(time_ns: int) -> str:
    return str(np.datetime64(time_ns, "ns").astype("datetime64[D]"))
