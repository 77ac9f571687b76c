"""Trading calendars: sessions by the exchange's own clock, checked against exchange_calendars and zoneinfo."""

import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.calendar import calendar_of, zone_changes
from terminal.domain.timeframe import DAY, HOUR, Timeframe


def at(moment: str) -> np.ndarray:
    return np.array([moment], "datetime64[ns]").view(np.int64)


def missing(calendar: str, timeframe: Timeframe, start: str, end: str) -> int:
    return int(calendar_of(calendar).missing_bars(timeframe, at(start), at(end))[0])


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Tokyo", "Australia/Sydney", "America/Sao_Paulo"]), st.integers(0, 2_200_000_000))
def test_offsets_are_those_of_zoneinfo(zone, second):
    changes, offsets = zone_changes(zone)
    ours = int(offsets[np.searchsorted(changes, second * 10**9, side="right") - 1])
    theirs = datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    assert ours == int(theirs.total_seconds()) * 10**9


def test_the_forex_week_follows_new_yorks_clock():
    assert missing("24/5", Timeframe.H1, "2024-01-05T21:00", "2024-01-07T23:00") == 2  # winter: Friday 22:00 to Sunday 22:00 UTC
    assert missing("24/5", Timeframe.H1, "2024-07-05T20:00", "2024-07-07T22:00") == 2  # summer: Friday 21:00 to Sunday 21:00 UTC
    assert missing("24/5", Timeframe.D1, "2024-01-06", "2024-01-08") == 0
    assert missing("24/5", Timeframe.H1, "2023-12-24T22:00", "2023-12-25T22:00") == 0


def test_a_stock_trades_on_session_days_only():
    import exchange_calendars

    days = exchange_calendars.get_calendar("XNYS").sessions_in_range("2015-01-01", "2020-12-31")
    assert missing("XNYS", Timeframe.D1, "2015-01-01", "2021-01-01") == len(days)
    assert missing("XNYS", Timeframe.H1, "2024-07-03T17:00", "2024-07-05T13:00") == 0  # a half day, then a holiday
    assert missing("XNYS", Timeframe.M1, "2024-07-05T13:30", "2024-07-05T20:00") == 390


def test_new_york_by_rule_is_what_the_library_knows():
    import exchange_calendars

    schedule = exchange_calendars.get_calendar("XNYS", start="2018-01-01", end="2040-12-31").schedule
    ruled = calendar_of("XNYS").recent
    for edge, times in (("open", ruled.opens), ("close", ruled.closes)):
        assert schedule[edge].dt.tz_localize(None).to_numpy().astype("datetime64[ns]").view(np.int64).tolist() == times.tolist()
    assert schedule.index.to_numpy().astype("datetime64[ns]").view(np.int64).tolist() == ruled.days.tolist()


@settings(max_examples=200, deadline=None)
@given(st.integers(24 * 2, 12 * 365 * 24), st.integers(0, 3000), st.sampled_from([Timeframe.M30, Timeframe.H1, Timeframe.D1, Timeframe.W1]))
def test_new_york_by_rule_answers_as_the_library_does(first, length, timeframe):
    calendar = calendar_of("XNYS")
    start = 1_514_764_800 * 10**9 + first * HOUR
    starts, ends = np.array([start]), np.array([start + length * HOUR])
    assert calendar.recent.missing_bars(timeframe, starts, ends).tolist() == calendar.whole().missing_bars(timeframe, starts, ends).tolist()
    assert calendar.settled_at(start, start + DAY) == calendar.whole().settled_at(start, start + DAY)


def test_recent_new_york_needs_no_library_and_older_new_york_does():
    code = """
import sys
import numpy as np
from terminal.domain.calendar import calendar_of
from terminal.domain.timeframe import DAY, Timeframe
def missing(start, end):
    return int(calendar_of("XNYS").missing_bars(Timeframe.D1, *(np.array([one], "datetime64[ns]").view(np.int64) for one in (start, end)))[0])
print(missing("2018-01-02", "2024-01-01"), "pandas" in sys.modules or "exchange_calendars" in sys.modules)
print(missing("1999-01-01", "2000-01-01"), "exchange_calendars" in sys.modules)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == ["1509 False", "252 True"]


def test_round_the_clock_every_step_counts():
    assert missing("24/7", Timeframe.H1, "2024-01-06", "2024-01-08") == 48
    calendar = calendar_of("24/7")
    assert calendar.settled_at(0, DAY) == DAY
    assert calendar.trading_days(np.array([25 * HOUR]), Timeframe.H1).tolist() == [DAY]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 5 * 365 * 24), st.integers(0, 3000), st.integers(0, 3000), st.sampled_from(["24/5", "XNYS", "XTKS"]))
def test_counting_a_range_is_counting_its_parts(first, one, two, calendar):
    start = 1_420_070_400 * 10**9 + first * HOUR
    edges = np.array([start, start + one * HOUR, start + (one + two) * HOUR])
    count = calendar_of(calendar).missing_bars
    parts = count(Timeframe.H1, edges[:2], edges[1:])
    assert int(count(Timeframe.H1, edges[:1], edges[2:])[0]) == int(parts.sum())
    assert (parts >= 0).all()
