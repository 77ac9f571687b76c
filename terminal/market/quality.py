"""What a careful person would doubt in a series: impossible candles, spikes, unadjusted splits, a ticker that changed hands.

Asked before a backtest is believed; it reports and never repairs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import COLUMNS, PRICE_COLUMNS, VALUE_COLUMNS, Candles, iso
from terminal.domain.instrument import AssetClass
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import DAY
from terminal.market.gaps import Gap, GapReport, find_gaps
from terminal.market.store_periods import Columns

_SHOWN_ROWS = 100
_LONG_GAP_DAYS = 60
_SPIKE_TIMES = 12.0
_SPIKE_AT_LEAST = 0.03
_SPLIT_TOLERANCE = 0.06
_SPLIT_RATIOS = (1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 30.0, 50.0, 100.0)
_WITH_SPLITS = {AssetClass.EQUITY, AssetClass.INDEX}
Rows = NDArray[np.int64]


class Doubt(StrEnum):
    """What can be wrong with candles."""

    NOT_A_NUMBER = "not a number"
    NOT_POSITIVE = "price not above zero"
    NEGATIVE_VOLUME = "negative volume"
    INCONSISTENT = "high or low inside the body"
    DUPLICATE = "same time twice"
    UNORDERED = "out of order"
    ZERO_VOLUME = "no volume"
    SPIKE = "spike"
    SPLIT = "split suspected"
    LONG_GAP = "long gap: perhaps another company under the same ticker"


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of doubt: how often, on which rows (the first hundred), and in words with the first place."""

    doubt: Doubt
    count: int
    rows: tuple[int, ...]
    times: tuple[int, ...]
    """Opens of these rows, UTC ns."""
    words: str


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Everything found in a series; `segments` are its parts [first open, last open] between long gaps."""

    key: SeriesKey
    rows: int
    gaps: GapReport
    findings: tuple[Finding, ...]
    segments: tuple[tuple[int, int], ...]
    suspects: tuple[Gap, ...]
    """Gaps so long that the ticker may have changed hands: never a return across them."""

    def of(self, doubt: Doubt) -> Finding | None:
        """The finding of that kind, None where there is nothing to doubt."""
        return next((finding for finding in self.findings if finding.doubt is doubt), None)

    def __str__(self) -> str:
        lines = [f"{self.key}: {self.rows:,} candles, {len(self.gaps.gaps):,} gaps, {self.gaps.missing_bars:,} candles missing"]
        if self.gaps.largest is not None:
            lines.append(f"largest gap: {iso(self.gaps.largest.start)} → {iso(self.gaps.largest.end)}, {self.gaps.largest.bars:,} candles")
        return "\n".join([*lines, *(finding.words for finding in self.findings)])


def check(candles: Candles) -> QualityReport:
    """Everything doubtful in `candles`, gaps by its instrument's calendar included."""
    gaps = find_gaps(candles)
    suspects = _long_gaps(candles)
    columns = {name: getattr(candles, name) for name in COLUMNS}
    findings = findings_in(columns, may_split=candles.instrument.asset_class in _WITH_SPLITS or candles.instrument.calendar not in ("24/7", "24/5"))
    if suspects:
        rows = np.searchsorted(candles.time, [gap.end for gap in suspects]).astype(np.int64)
        findings = (
            *findings,
            _finding(Doubt.LONG_GAP, rows, candles.time, lambda row: f"nothing for {(candles.time[row] - candles.time[row - 1]) // DAY:,} days before"),
        )
    key = SeriesKey(candles.instrument.venue, candles.instrument.symbol, candles.timeframe)
    return QualityReport(key, len(candles), gaps, findings, _segments(candles, suspects), suspects)


def findings_in(columns: Columns, *, may_split: bool = False) -> tuple[Finding, ...]:
    """What is doubtful in raw columns (time int64 UTC ns in any order, values float64), gaps left out."""
    time = columns["time"]
    value: Callable[[str], Callable[[int], str]] = lambda name: lambda row: f"{name} {columns[name][row]:g}"  # noqa: E731
    looks: list[tuple[Doubt, Rows, Callable[[int], str]]] = [
        (
            Doubt.NOT_A_NUMBER,
            _where(~np.all([np.isfinite(columns[name]) for name in VALUE_COLUMNS], axis=0)),
            lambda row: _named(columns, row, lambda x: not np.isfinite(x)),
        ),
        (Doubt.NOT_POSITIVE, _where(np.any([columns[name] <= 0 for name in PRICE_COLUMNS], axis=0)), lambda row: _named(columns, row, lambda x: x <= 0)),
        (Doubt.NEGATIVE_VOLUME, _where(columns["volume"] < 0), value("volume")),
        (Doubt.INCONSISTENT, inconsistent_rows(columns), lambda row: ", ".join(f"{name} {columns[name][row]:g}" for name in PRICE_COLUMNS)),
        (Doubt.DUPLICATE, _duplicates(time), lambda row: f"{iso(int(time[row]))} stands there more than once"),
        (Doubt.UNORDERED, _where(np.diff(time, prepend=time[:1]) < 0), lambda row: f"it is older than {iso(int(time[row - 1]))} before it"),
        (Doubt.ZERO_VOLUME, _where(columns["volume"] == 0), value("volume")),
    ]
    splits = _splits(columns) if may_split else np.empty(0, np.int64)
    looks.append(
        (Doubt.SPIKE, np.setdiff1d(_spikes(columns), splits), lambda row: f"{100 * (columns['close'][row] / columns['close'][row - 1] - 1):+.1f} % and back")
    )
    looks.append((Doubt.SPLIT, splits, lambda row: f"open {columns['open'][row]:g} after close {columns['close'][row - 1]:g}"))
    return tuple(_finding(doubt, rows, time, words) for doubt, rows, words in looks if len(rows))


def inconsistent_rows(columns: Columns) -> Rows:
    """Rows whose high is not the highest or whose low is not the lowest of the four prices."""
    top, bottom = np.maximum(columns["open"], columns["close"]), np.minimum(columns["open"], columns["close"])
    return _where((columns["high"] < top) | (columns["low"] > bottom) | (columns["high"] < columns["low"]))


def _finding(doubt: Doubt, rows: Rows, time: Rows, words: Callable[[int], str]) -> Finding:
    shown = tuple(int(row) for row in rows[:_SHOWN_ROWS])
    first = f"first at {iso(int(time[shown[0]]))} (row {shown[0]:,}): {words(shown[0])}"
    return Finding(doubt, len(rows), shown, tuple(int(time[row]) for row in shown), f"{doubt.value}: {len(rows):,} candles; {first}")


def _named(columns: Columns, row: int, is_bad: Callable[[float], bool]) -> str:
    return ", ".join(f"{name} {columns[name][row]:g}" for name in VALUE_COLUMNS if is_bad(columns[name][row]))


def _where(condition: NDArray[np.bool_]) -> Rows:
    return np.flatnonzero(condition).astype(np.int64)


def _duplicates(time: Rows) -> Rows:
    order = np.argsort(time, kind="stable")
    return np.asarray(np.sort(order[1:][np.diff(time[order]) == 0]), np.int64)


def _spikes(columns: Columns) -> Rows:
    """Closes that leap by a dozen typical moves (and 3 %) and are back at once."""
    close = columns["close"]
    if len(close) < 3:
        return np.empty(0, np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        move = np.diff(np.log(close))
        typical = float(np.nanmedian(np.abs(move[np.isfinite(move)]))) if np.isfinite(move).any() else 0.0
        leap = np.abs(move[:-1]) > max(_SPIKE_TIMES * typical, _SPIKE_AT_LEAST)
        is_back = np.abs(move[:-1] + move[1:]) < 0.3 * np.abs(move[:-1])
    return _where(leap & is_back) + 1


def _splits(columns: Columns) -> Rows:
    """Opens that stand at the last close times or by a ratio in which shares are split."""
    if len(columns["time"]) < 2:
        return np.empty(0, np.int64)
    with np.errstate(invalid="ignore", divide="ignore"):
        jump = np.abs(np.log(columns["open"][1:] / columns["close"][:-1]))
    ratios = np.log(np.array(_SPLIT_RATIOS))
    candidates = np.flatnonzero(jump > ratios[0] - _SPLIT_TOLERANCE)
    near = np.abs(jump[candidates][:, None] - ratios).min(axis=1) < _SPLIT_TOLERANCE
    return np.asarray(candidates[near] + 1, np.int64)


def _long_gaps(candles: Candles) -> tuple[Gap, ...]:
    rows = np.flatnonzero(np.diff(candles.time) > _LONG_GAP_DAYS * DAY)
    is_session = candles.instrument.calendar != "24/7"
    step = candles.timeframe.nanoseconds
    pairs = [(int(candles.time[row]) + step, int(candles.time[row + 1])) for row in rows] if is_session else []
    return tuple(Gap(start, end, (end - start) // step) for start, end in pairs)


def _segments(candles: Candles, suspects: tuple[Gap, ...]) -> tuple[tuple[int, int], ...]:
    if not len(candles):
        return ()
    starts = [0, *(int(np.searchsorted(candles.time, gap.end)) for gap in suspects), len(candles)]
    return tuple((int(candles.time[first]), int(candles.time[stop - 1])) for first, stop in pairwise(starts))
