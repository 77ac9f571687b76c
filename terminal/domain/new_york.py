"""The regular hours of the New York Stock Exchange since 2018, by rule, summer time and holidays included.

Asked by `domain.calendar` and the simulated market; written out because the full calendars take seconds to load and 50 MB
to keep, and stocks stand on the start-up path. A test holds it against exchange_calendars.
"""

import datetime as dt
from functools import lru_cache

FIRST_DAY = 17_532
"""2018-01-01 in days since 1970: from here on the rules hold."""

_EPOCH = dt.date(1970, 1, 1)
_DAYS_OF_MOURNING = frozenset({dt.date(2018, 12, 5), dt.date(2025, 1, 9)})


@lru_cache(maxsize=4096)
def open_minutes(day: int) -> tuple[int, int]:
    """First minute and the minute after the last of the session on `day` (days since 1970), UTC minutes of that day; (0, 0) when closed."""
    date = _EPOCH + dt.timedelta(days=day)
    if date.weekday() >= 5 or date in _holidays(date.year) or date in _DAYS_OF_MOURNING:
        return 0, 0
    offset = 240 if _is_summer_time(date) else 300
    closes = 13 * 60 if _closes_early(date) else 16 * 60
    return 9 * 60 + 30 + offset, closes + offset


def _is_summer_time(date: dt.date) -> bool:
    return _nth(date.year, 3, 6, 2) <= date < _nth(date.year, 11, 6, 1)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[dt.date]:
    christmas, independence, juneteenth, new_year = dt.date(year, 12, 25), dt.date(year, 7, 4), dt.date(year, 6, 19), dt.date(year, 1, 1)
    days = {
        _observed(christmas),
        _observed(independence),
        _nth(year, 1, 0, 3),  # Martin Luther King
        _nth(year, 2, 0, 3),  # Washington's birthday
        _easter(year) - dt.timedelta(days=2),
        _last_monday_of_may(year),
        _nth(year, 9, 0, 1),  # Labor Day
        _nth(year, 11, 3, 4),  # Thanksgiving
    }
    if new_year.weekday() != 5:  # on a Saturday it would fall into the year before, where the exchange trades
        days.add(_observed(new_year))
    if year >= 2022:
        days.add(_observed(juneteenth))
    return frozenset(days)


def _closes_early(date: dt.date) -> bool:
    is_eve = (date.month, date.day) in {(7, 3), (12, 24)}
    return (is_eve and date.weekday() < 4 + (date.month == 12)) or date == _nth(date.year, 11, 3, 4) + dt.timedelta(days=1)


def _observed(date: dt.date) -> dt.date:
    return date + dt.timedelta(days={5: -1, 6: 1}.get(date.weekday(), 0))


def _nth(year: int, month: int, weekday: int, count: int) -> dt.date:
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))


def _last_monday_of_may(year: int) -> dt.date:
    last = dt.date(year, 5, 31)
    return last - dt.timedelta(days=last.weekday())


def _easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of Nature, 20 April 1876)."""
    golden, century, rest = year % 19, *divmod(year, 100)
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = epact + weekday - 7 * ((golden + 11 * epact + 22 * weekday) // 451) + 114
    return dt.date(year, shift // 31, shift % 31 + 1)
