"""Round values for axes: prices in steps of 1, 2, 2.5 and 5, times at the borders that people count by.

Asked by the axis painters of charts and plots.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from terminal.ui.charts.scale import Scale, ScaleMode
from terminal.ui.numbers import number, percent

_SECOND = 1_000_000_000
_MINUTES = (1, 5, 15, 30, 60, 180, 360, 720)
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 3, 6, 12, 24, 60, 120)
_MONTH_DAYS = 30.44
_MOST_TICKS = 200


@dataclass(frozen=True, slots=True)
class Tick:
    """One label at `position` (a value, or a row); `is_major` starts a new day, month or year."""

    position: float
    text: str
    is_major: bool = False


def round_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 2.5 or 5 times a power of ten that cuts `span` into at most `most` parts."""
    rough = span / max(1, most)
    power = 10.0 ** math.floor(math.log10(rough))
    return next((step * power for step in (1, 2, 2.5, 5) if step * power >= rough * (1 - 1e-9)), 10 * power)


def decimals_of(step: float) -> int:
    """Decimals that tell neighbours `step` apart."""
    decimals = max(0, -math.floor(math.log10(step)))
    is_whole = round(step * 10.0**decimals, 9) % 1 == 0
    return decimals if is_whole else decimals + 1


def price_ticks(scale: Scale, most: int) -> list[Tick]:
    """Round prices in view with their words; percentages of the base in percent mode."""
    if not scale.high > scale.low:
        return []
    if scale.mode is ScaleMode.PERCENT and scale.base:
        low, high = scale.low / scale.base - 1, scale.high / scale.base - 1
        step = round_step(high - low, most)
        words = max(0, decimals_of(step) - 2)
        return [Tick(scale.base * (1 + share), percent(share, words, signed=True)) for share in _multiples(low, high, step)]
    if scale.is_log and scale.high / scale.low > 3:
        return [Tick(value, number(value, decimals_of(value))) for value in _log_values(scale.low, scale.high, most)]
    step = round_step(scale.high - scale.low, most)
    return [Tick(value, number(value, decimals_of(step))) for value in _multiples(scale.low, scale.high, step)]


def time_ticks(time_ns: NDArray[np.int64], first: int, stop: int, most: int, zone: tzinfo | None) -> list[Tick]:
    """The rows of first … stop at which a round time of `zone` begins, at most about `most`; None is this computer's zone."""
    if stop - first < 2:
        return []
    start, end = int(time_ns[first]), int(time_ns[stop - 1])
    per_label = (end - start) / _SECOND / 60 / max(1, most)
    borders = list(islice(_borders(start, end, per_label, zone), _MOST_TICKS))
    rows = np.searchsorted(time_ns[first:stop], np.asarray([stamp for stamp, _, _ in borders], np.int64)) + first
    ticks: list[Tick] = []
    room = (stop - first) / max(1, most) * 0.55
    for row, (_, text, is_major) in zip(rows.tolist(), borders, strict=True):
        if row >= stop or row <= first:
            continue
        if ticks and row - ticks[-1].position < room:
            if is_major and not ticks[-1].is_major:
                ticks.pop()
            else:
                continue
        ticks.append(Tick(row, text, is_major))
    return ticks


def _multiples(low: float, high: float, step: float) -> Iterator[float]:
    for index in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1):
        yield index * step


def _log_values(low: float, high: float, most: int) -> list[float]:
    values = [digit * 10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1) for digit in (1, 2, 5)]
    inside = [value for value in values if low <= value <= high]
    return inside if len(inside) <= most else [value for value in inside if f"{value:e}".startswith("1.")]


_Border = tuple[datetime, str, bool]


def _borders(start: int, end: int, minutes: float, zone: tzinfo | None) -> Iterator[tuple[int, str, bool]]:
    """Time (UTC ns), words and rank of each round time from `start` to `end`, the finest that lie `minutes` apart or more."""
    first = datetime.fromtimestamp(start // _SECOND, UTC).astimezone(zone).date()
    borders = _coarse_enough(first, minutes, zone)
    for when, text, is_major in borders:
        stamp = round(when.timestamp()) * _SECOND
        if stamp > end:
            return
        if stamp >= start:
            yield stamp, text, is_major


def _coarse_enough(first: date, minutes: float, zone: tzinfo | None) -> Iterator[_Border]:
    for step in _MINUTES:
        if step >= minutes:
            return _by_minutes(first, step, zone)
    for step in _DAYS:
        if step * 1440 >= minutes:
            return _by_days(first, step, zone)
    return _by_months(first, next((months for months in _MONTHS if months * _MONTH_DAYS * 1440 >= minutes), 240), zone)


def _at(day: date, minutes: int, zone: tzinfo | None) -> datetime:
    """So many minutes after midnight on the clocks of `zone`, right on days on which they change."""
    on_the_wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return on_the_wall.astimezone() if zone is None else on_the_wall.replace(tzinfo=zone)


def _by_minutes(day: date, step: int, zone: tzinfo | None) -> Iterator[_Border]:
    begins = _at(day, 0, zone)
    while True:
        yield begins, day_words(day), True
        ends = _at(day + timedelta(days=1), 0, zone)
        changes = begins.utcoffset() != ends.utcoffset()
        for minutes in range(step, 1440, step):
            when = _at(day, minutes, zone)
            if not changes or _is_on_the_wall(when, minutes, zone):
                yield when, f"{minutes // 60:02}:{minutes % 60:02}", False
        day, begins = day + timedelta(days=1), ends


def _is_on_the_wall(when: datetime, minutes: int, zone: tzinfo | None) -> bool:
    """True where the clocks show that minute of the day at `when`; False for an hour they leave out."""
    shown = when.astimezone(UTC).astimezone(zone)
    return shown.hour * 60 + shown.minute == minutes


def _by_days(day: date, step: int, zone: tzinfo | None) -> Iterator[_Border]:
    day -= timedelta(days=day.weekday())
    while True:
        yield _at(day, 0, zone), day_words(day), day.day <= step
        day += timedelta(days=step)


def _by_months(day: date, step: int, zone: tzinfo | None) -> Iterator[_Border]:
    month = (day.year * 12 + day.month - 1) // step * step
    while True:
        begins = date(month // 12, month % 12 + 1, 1)
        yield _at(begins, 0, zone), f"{begins:%Y}" if begins.month == 1 else f"{begins:%b}", begins.month == 1
        month += step


def day_words(day: date) -> str:
    """A day without its year, such as 5 Mar; the year alone on the first of January."""
    return f"{day:%Y}" if day.month == 1 and day.day == 1 else f"{day.day} {day:%b}"
