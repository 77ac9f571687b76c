"""Crises that happened, replayed where the candles at hand cover them, and said so where they do not.

Asked by `backtest.stress`; the days are those of public record, close to close.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from terminal.backtest.doubts.rerun import rerun
from terminal.backtest.doubts.subject import Players, Subject
from terminal.backtest.options import Options
from terminal.domain.candles import Candles
from terminal.domain.timeframe import DAY
from terminal.domain.work import CancelQuestion, never


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
    """Whether it was replayed: the candles have at least half of its days."""
    total_return: float
    max_drawdown: float
    market_return: float
    """Close to close of the instrument itself, of several their mean."""
    survived: bool | None
    words: str


CRISES: tuple[Crisis, ...] = (
    Crisis("financial crisis 2007–2009", "2007-10-09", "2009-03-09"),
    Crisis("Lehman month 2008", "2008-09-12", "2008-10-10"),
    Crisis("August 2011", "2011-07-22", "2011-08-08"),
    Crisis("volatility shock February 2018", "2018-01-26", "2018-02-08"),
    Crisis("March 2020", "2020-02-19", "2020-03-23"),
    Crisis("crypto winter 2022", "2021-11-10", "2022-11-21"),
)
"""Peak and trough days; the first four as in the cases that the tests read, March 2020 by the S&P 500, the winter by bitcoin."""

_NONE = math.nan
_SLACK = 4 * DAY


@dataclass(frozen=True, slots=True)
class _Part:
    """What candles have of a crisis: from the close of the UTC day `start` to before `after` (ns)."""

    start: int
    after: int
    words: str
    """What they lack, "" = nothing."""


def part_of(candles: Candles, crisis: Crisis) -> "_Part | str":
    """What `candles` have of `crisis`, or why that is too little to replay: less than half of its days, or a hole of more than a week.

    Up to four days may lack at either end: weekends and holidays.
    """
    if not len(candles) or int(candles.time[0]) >= crisis.after_ns or int(candles.time[-1]) < crisis.first_ns:
        return f"there are no candles between {crisis.start} and {crisis.end}"
    first, after = int(candles.time[0]), int(candles.time[-1]) + candles.timeframe.nanoseconds
    start, end = crisis.first_ns, crisis.after_ns
    lacks = []
    if first > start + _SLACK:
        lacks.append(f"the candles begin on {_day(first)}")
        start = first // DAY * DAY
    if after < end - _SLACK:
        lacks.append(f"the candles end on {_day(after - 1)}")
        end = after
    if 2 * (end - start) < crisis.after_ns - crisis.first_ns:
        return " and ".join(lacks)
    inside = candles.between(start - _SLACK, end + _SLACK).time
    holes = np.diff(inside)
    if len(inside) < 2 or int(holes.max()) > max(2 * _SLACK, 2 * candles.timeframe.nanoseconds):
        return "the candles have a hole" + ("" if len(inside) < 2 else f" after {_day(int(inside[int(np.argmax(holes))]))}")
    return _Part(start, end, " and ".join(lacks))


def market_return(candles: Candles, crisis: Crisis) -> float:
    """The simple return of the instrument from the close of the first day to the close of the last it has; NaN where it has too few."""
    part = part_of(candles, crisis)
    if isinstance(part, str):
        return _NONE
    before = candles.between(None, part.start + DAY).close
    return float(candles.between(None, part.after).close[-1] / (before[-1] if len(before) else candles.close[0])) - 1.0


def replay(
    names: Sequence[str], strategies: Sequence[Players], subject: Subject, options: Options, crisis: Crisis, ruin: float, cancelled: CancelQuestion = never
) -> tuple[CrisisReplay, ...]:
    """Each strategy through `crisis` with fresh capital, its indicators warmed up by the candles before; every instrument must cover it.

    `ruin` is the share of the capital whose loss at any close is not survived.
    """
    part = common_part(subject.candles, crisis)
    if isinstance(part, str):
        return tuple(CrisisReplay(name, crisis.name, False, _NONE, _NONE, _NONE, None, f"Not replayed: {part}.") for name in names)
    until = subject.between(None, part.after).over
    moved = float(np.mean([market_return(each, crisis) for each in subject.candles]))
    lacks = f" Only a part of it: {part.words}." if part.words else ""
    warm = "" if all(int(each.time[0]) < part.start for each in subject.candles) else " There is nothing before it to warm indicators up with."
    words = f"{_day(part.start)} to {_day(part.after - 1)}.{lacks}{warm}"
    found = []
    for name, strategy in zip(names, strategies, strict=True):
        result = rerun(strategy, until, options, cancelled, start=part.start)
        lowest = float(result.equity_values.min()) / options.capital - 1.0
        metrics = result.metrics
        found.append(CrisisReplay(name, crisis.name, True, metrics["total_return"], metrics["max_drawdown_at_candles"], moved, lowest > -ruin, words))
    return tuple(found)


def common_part(candles: Sequence[Candles], crisis: Crisis) -> "_Part | str":
    """What all instruments together have of `crisis`, or why that is too little to replay."""
    parts = [part_of(each, crisis) for each in candles]
    if len(parts) == 1:
        return parts[0]
    known = []
    for each, part in zip(candles, parts, strict=True):
        if isinstance(part, str):
            return f"of {each.instrument.symbol}, {part}"
        known.append(part)
    start, after = max(part.start for part in known), min(part.after for part in known)
    if 2 * (after - start) < crisis.after_ns - crisis.first_ns:
        return f"only {max((after - start) // DAY, 0)} of its days are covered by all {len(candles)} instruments"
    lacks = [f"of {each.instrument.symbol}, {part.words}" for each, part in zip(candles, known, strict=True) if part.words]
    return _Part(start, after, "; ".join(lacks))


def _nanoseconds(day: str) -> int:
    return int(np.datetime64(day, "ns").astype(np.int64))


def _day(time_ns: int) -> str:
    return str(np.datetime64(time_ns, "ns").astype("datetime64[D]"))
