"""When a market trades: round the clock, the forex week, or an exchange's sessions; a night is then no gap.

Asked by gap detection and resampling; exchange_calendars, which brings pandas, is imported only for an exchange other than
New York's, or for New York before its rules begin.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import UnknownName
from terminal.domain.names import nearest
from terminal.domain.new_york import FIRST_DAY, open_minutes
from terminal.domain.timeframe import DAY, MINUTE, Timeframe

Times = NDArray[np.int64]
_NEW_YORK = ZoneInfo("America/New_York")
_FIRST_YEAR, _LAST_YEAR = 1970, 2040


class Calendar(Protocol):
    """What gap detection and resampling ask of a market's opening times. All times are UTC ns."""

    def missing_bars(self, timeframe: Timeframe, starts: Times, ends: Times) -> Times:
        """How many candles the market would have opened in each [start, end); the steps are counted from `start`."""
        ...

    def trading_days(self, time: Times, timeframe: Timeframe, /) -> Times:
        """The day to which each candle of that timeframe belongs, as its midnight UTC."""
        ...

    def settled_at(self, start: int, end: int, /) -> int:
        """The last moment of trading within [start, end): a candle of that range is complete from then on."""
        ...


class RoundTheClock:
    """A market that never closes."""

    def missing_bars(self, timeframe: Timeframe, starts: Times, ends: Times) -> Times:
        """Every step of the timeframe counts."""
        return (ends - starts) // timeframe.nanoseconds

    def trading_days(self, time: Times, _timeframe: Timeframe, /) -> Times:
        """The UTC day."""
        return time // DAY * DAY

    def settled_at(self, _start: int, end: int, /) -> int:
        """`end`: trading never stops before."""
        return end


@dataclass(frozen=True, eq=False)
class Sessions:
    """A market with opening hours: `opens` and `closes` of each stretch of trading, sorted; `days` the trading days (midnights UTC).

    Before the first and after the last stretch nothing is known, so nothing counts as missing there.
    """

    opens: Times
    closes: Times
    days: Times
    zone: ZoneInfo
    has_local_days: bool
    """True where a candle belongs to the exchange's local date, False where to the UTC date."""

    def missing_bars(self, timeframe: Timeframe, starts: Times, ends: Times) -> Times:
        """Steps during trading; trading days for daily candles; weeks with a trading day for weekly ones."""
        if timeframe is Timeframe.D1:
            before, after = self.trading_days(starts - DAY, timeframe), self.trading_days(ends, timeframe)
            return np.asarray(np.maximum(np.searchsorted(self.days, after) - np.searchsorted(self.days, before, side="right"), 0))
        if timeframe is Timeframe.W1:
            return np.asarray((ends - starts) // timeframe.nanoseconds)
        step = timeframe.nanoseconds
        missing = np.zeros(len(starts), np.int64)
        phases = starts % step
        for phase in np.unique(phases):
            rows = phases == phase
            missing[rows] = self._steps_before(ends[rows], int(phase), step) - self._steps_before(starts[rows], int(phase), step)
        return missing

    def trading_days(self, time: Times, timeframe: Timeframe, /) -> Times:
        """The local date of the exchange; daily candles that stand on midnight UTC are dates already."""
        if not self.has_local_days:
            return np.asarray(time // DAY * DAY)
        local = np.asarray(time + _offsets(time, self.zone))
        if timeframe.nanoseconds >= DAY:
            local = np.where(time % DAY == 0, time, local)
        return np.asarray(local // DAY * DAY)

    def settled_at(self, start: int, end: int, /) -> int:
        """The close of the last stretch that begins in the range, `end` where there is none or it goes on."""
        last = int(np.searchsorted(self.opens, end)) - 1
        return min(end, int(self.closes[last])) if last >= 0 and self.closes[last] > start else end

    def _steps_before(self, time: Times, phase: int, step: int) -> Times:
        """How many points phase + k × step lie in trading before each time; a candle may begin before its session does."""
        first = (self.opens - phase) // step
        stop = -((phase - self.closes) // step)
        first[1:] = np.maximum(first[1:], stop[:-1])
        total = np.concatenate(([0], np.cumsum(np.maximum(stop - first, 0))))
        stretch = np.searchsorted(first * step + phase, time)
        point = -((phase - time) // step)
        inside = np.where(stretch > 0, np.maximum(np.minimum(point, stop[stretch - 1]) - first[stretch - 1], 0), 0)
        return np.asarray(total[np.maximum(stretch - 1, 0)] + inside)


@dataclass(frozen=True, eq=False)
class KnownByRule:
    """Sessions that need no library from `since` on (UTC ns); whatever reaches further back asks `whole`, which loads it."""

    recent: Sessions
    since: int
    whole: Callable[[], Sessions]

    def missing_bars(self, timeframe: Timeframe, starts: Times, ends: Times) -> Times:
        """As the sessions say that know every start."""
        return self._knowing(int(starts.min()) if len(starts) else self.since).missing_bars(timeframe, starts, ends)

    def trading_days(self, time: Times, timeframe: Timeframe, /) -> Times:
        """The exchange's local date, which no session changes."""
        return self.recent.trading_days(time, timeframe)

    def settled_at(self, start: int, end: int, /) -> int:
        """As the sessions say that know `start`."""
        return self._knowing(start).settled_at(start, end)

    def _knowing(self, start: int) -> Sessions:
        return self.recent if start >= self.since else self.whole()


@lru_cache(maxsize=16)
def calendar_of(name: str) -> Calendar:
    """The calendar called `name`: "24/7", "24/5" (forex) or an exchange code such as "XNYS". Raises UnknownName."""
    if name == "24/7":
        return RoundTheClock()
    if name == "24/5":
        return _forex()
    if name == "XNYS":
        return KnownByRule(_new_york(), (FIRST_DAY + 1) * DAY, partial(_exchange, name))  # the day before a first one is asked for, too
    return _exchange(name)


def _new_york() -> Sessions:
    """Every session since FIRST_DAY."""
    days = np.arange(FIRST_DAY, np.datetime64(f"{_LAST_YEAR + 1}-01-01", "D").astype(np.int64))
    minutes = np.array([open_minutes(day) for day in days.tolist()])
    is_open = minutes[:, 1] > 0
    days, minutes = days[is_open] * DAY, minutes[is_open] * MINUTE
    return Sessions(days + minutes[:, 0], days + minutes[:, 1], days, _NEW_YORK, has_local_days=True)


def _forex() -> Sessions:
    """Sunday 17:00 to Friday 17:00 in New York, whose clock moves with its own DST; closed at Christmas and New Year."""
    dates = np.arange(f"{_FIRST_YEAR}-01-01", f"{_LAST_YEAR + 1}-01-01", dtype="datetime64[D]")
    weekday = (dates.view(np.int64) + 3) % 7
    month_day = (dates - dates.astype("datetime64[Y]").astype(dates.dtype)).astype(np.int64)
    is_christmas = np.char.endswith(dates.astype(str), "-12-25")
    days = dates[(weekday < 5) & ~is_christmas & (month_day != 0)]
    five_pm = 17 * DAY // 24
    opens = _utc(days.astype("datetime64[ns]").view(np.int64) - DAY + five_pm, _NEW_YORK)
    closes = _utc(days.astype("datetime64[ns]").view(np.int64) + five_pm, _NEW_YORK)
    return Sessions(opens, closes, days.astype("datetime64[ns]").view(np.int64), _NEW_YORK, has_local_days=False)


@lru_cache(maxsize=16)
def _exchange(name: str) -> Sessions:
    import exchange_calendars

    known = exchange_calendars.get_calendar_names()
    if name not in known:
        raise UnknownName("trading calendar", name, nearest=nearest(name, known), cure='Use "24/7", "24/5" or an exchange code such as XNYS.')
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library uses what its own pandas is about to drop
        try:
            calendar = exchange_calendars.get_calendar(name, start=f"{_FIRST_YEAR}-01-01", end=f"{_LAST_YEAR}-12-31")
        except ValueError:  # some exchanges are only known for fewer years
            calendar = exchange_calendars.get_calendar(name)
    schedule = calendar.schedule
    edges = {edge: schedule[edge].dt.tz_localize(None).to_numpy().astype("datetime64[ns]") for edge in ("open", "break_start", "break_end", "close")}
    has_break = ~np.isnat(edges["break_start"])
    opens = np.concatenate((edges["open"], edges["break_end"][has_break])).view(np.int64)
    closes = np.concatenate((np.where(has_break, edges["break_start"], edges["close"]), edges["close"][has_break])).view(np.int64)
    order = np.argsort(opens)
    days = schedule.index.to_numpy().astype("datetime64[ns]").view(np.int64)
    return Sessions(opens[order], closes[order], days, ZoneInfo(str(calendar.tz)), has_local_days=True)


def _offsets(time: Times, zone: ZoneInfo) -> Times:
    """What to add to UTC for the zone's clock, at each time (ns)."""
    if not len(time):
        return time
    changes, offsets = zone_changes(zone.key)
    return offsets[np.searchsorted(changes, time, side="right") - 1]


def _utc(local: Times, zone: ZoneInfo) -> Times:
    """UTC of wall-clock times that no clock change skips or repeats."""
    guess = local - _offsets(local, zone)
    return local - _offsets(guess, zone)


@lru_cache(maxsize=64)
def zone_changes(key: str) -> tuple[Times, Times]:
    """When the offset of a time zone changes (UTC ns, the first before all time) and the offset from then on (ns)."""
    from datetime import UTC, datetime, timedelta

    zone = ZoneInfo(key)

    def offset(moment: datetime) -> timedelta:
        return moment.astimezone(zone).utcoffset() or timedelta()

    found = [(datetime(1900, 1, 1, tzinfo=UTC), offset(datetime(1900, 1, 1, tzinfo=UTC)))]
    days = [datetime(1900, 1, 1, tzinfo=UTC) + timedelta(days=7 * week) for week in range(52 * 150)]
    for early, late in pairwise(days):
        if offset(early) != offset(late):
            low, high = early, late
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
            change = high.replace(microsecond=0)
            found.append((change, offset(change + timedelta(seconds=1))))
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    times = [(moment - epoch) // timedelta(microseconds=1) * 1000 for moment, _ in found]
    return np.array([np.iinfo(np.int64).min, *times[1:]]), np.array([shift // timedelta(microseconds=1) * 1000 for _, shift in found])
