"""The stock's trading hours, held against exchange_calendars' New York Stock Exchange."""

import datetime as dt

from exchange_calendars import get_calendar

from terminal.domain.new_york import open_minutes
from terminal.venues.demo.session import minutes_open_in_hours

EPOCH = dt.date(1970, 1, 1)


def test_every_session_since_2018_opens_and_closes_as_new_york_does() -> None:
    schedule = get_calendar("XNYS", start="2018-01-01", end="2040-12-31").schedule
    theirs = {(day.date() - EPOCH).days: (row["open"], row["close"]) for day, row in schedule.iterrows()}
    for day in range((dt.date(2018, 1, 1) - EPOCH).days, (dt.date(2041, 1, 1) - EPOCH).days):
        opens, closes = theirs.get(day, (None, None))
        expected = (0, 0) if opens is None else (opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute)
        assert open_minutes(day) == expected, EPOCH + dt.timedelta(days=day)


def test_hours_hold_the_minutes_of_their_session() -> None:
    monday = (dt.date(2024, 6, 3) - EPOCH).days
    bounds = minutes_open_in_hours(monday * 24, 24)
    assert bounds[13].tolist() == [30, 60]
    assert bounds[14].tolist() == [0, 60]
    assert bounds[20].tolist() == [0, 0]
    assert int((bounds[:, 1] - bounds[:, 0]).sum()) == 390
