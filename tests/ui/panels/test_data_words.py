"""Ranges as people write them, what is said of a series, where the strip shows its holes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.candles import Provenance
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import DAY, HOUR, Timeframe
from terminal.market.store import SeriesInfo
from terminal.ui.panels.data.coverage import holes_of, marks_of
from terminal.ui.panels.data.findings import series_words
from terminal.ui.panels.data.ranges import PRESETS, range_of, text_of
from terminal.ui.panels.data.stored import gap_words, shared_among, tooltip
from terminal.ui.zones import Zones


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000_000


def info_of(*gaps: tuple[int, int], start: int | None = at("2021-01-01"), days: int = 100, venue: str = "binance", symbol: str = "BTC/USDT") -> SeriesInfo:
    key = SeriesKey(venue, symbol, Timeframe.H1)
    end = start + days * DAY if start is not None else None
    missing = sum((stop - begin) // HOUR for begin, stop in gaps)
    return SeriesInfo(key, Instrument(venue, symbol), days * 24 - missing, start, end, (), gaps, missing, 4_096, Provenance(venue, venue == "demo"), 0, ())


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2019-01-01 → 2021-12-31", "2019-01-01", "2022-01-01"),
        ("2019-01-01->2019-01-01", "2019-01-01", "2019-01-02"),
        ("2019-01-01 to 2019-02-28 12:30", "2019-01-01", "2019-02-28T12:30"),
        ("2019-01-01..2019-01-02", "2019-01-01", "2019-01-03"),
        ("2019 → 2020", "2019-01-01", "2021-01-01"),
        ("2019-12 – 2019-12", "2019-12-01", "2020-01-01"),
        ("2019-02 → now", "2019-02-01", None),
        ("2019-02-03", "2019-02-03", None),
        ("all → 2020", "1970-01-01", "2021-01-01"),
        ("everything", "1970-01-01", None),
        ("first candle → now", "1970-01-01", None),
        ("First candle to 31 Dec 2020", "1970-01-01", "2021-01-01"),
        ("2019/01/05 - 2019/02/01", "2019-01-05", "2019-02-02"),
        ("05.01.2019 until 01.02.2019", "2019-01-05", "2019-02-02"),
        ("20190105..20190201", "2019-01-05", "2019-02-02"),
        ("Jan 5, 2019 TO February 2019", "2019-01-05", "2019-03-01"),
        ("2019-01-05T12:30:00Z → 2019-01-05T13:30", "2019-01-05T12:30", "2019-01-05T13:30"),
    ],
)
def test_a_range_is_read_as_people_write_it(text: str, start: str, end: str | None) -> None:
    assert range_of(text) == (at(start), at(end) if end is not None else None)


@pytest.mark.parametrize("text", ["", "→", "yesterday", "now → 2020"])
def test_what_is_no_range_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput, match="Write it like 2019-01-01 → 2021-12-31"):
        range_of(text)


@pytest.mark.parametrize("text", ["2021-13-01 → now", "2021-02-30 → now", "2019 → 2021/2/30"])
def test_a_day_that_no_calendar_has_is_named(text: str) -> None:
    with pytest.raises(BadInput, match="There is no day '2021"):
        range_of(text)


def test_a_day_that_two_countries_read_differently_is_not_guessed() -> None:
    with pytest.raises(BadInput, match=r"'03/04/2020' may be read as two different days\. Write the year first"):
        range_of("03/04/2020 → now")


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(2200, 1, 1)), st.integers(-1000, 1000))
def test_both_days_belong_to_a_range(first, days: int) -> None:
    last = first + timedelta(days=days)
    text = f"{first} → {last}"
    if days < 0:
        with pytest.raises(BadInput, match="ends before it starts"):
            range_of(text)
    else:
        start, end = range_of(text)
        assert end is not None
        assert end - start == (days + 1) * DAY


def test_every_preset_is_a_range_that_ends_now() -> None:
    now = at("2022-03-01T05:00")
    for preset in PRESETS:
        start, end = range_of(text_of(preset, now))
        assert end is None
        assert preset.days is None or start == at("2022-03-01") - preset.days * DAY


def test_gaps_are_told_with_the_longest_and_its_month() -> None:
    begin = at("2021-02-08")
    info = info_of((begin, begin + 34 * HOUR), (begin + 10 * DAY, begin + 10 * DAY + HOUR))
    assert gap_words(info) == "2 gaps, 35 candles missing; longest 34 h, Feb 2021"
    assert series_words(info, None) == "BTC/USDT 1h, 2021: 2 gaps, 35 candles missing; longest 34 h, Feb 2021."
    assert series_words(info_of(), None) == ""


def test_the_strip_shows_each_hole_at_its_place() -> None:
    start = at("2021-01-01")
    assert holes_of(info_of((start + 25 * DAY, start + 50 * DAY))) == ((0.25, 0.5),)
    assert holes_of(info_of()) == ()
    assert holes_of(info_of(start=None)) == ((0.0, 1.0),), "nothing stored yet is all hole"


def test_single_missing_hours_are_nicks_and_only_what_is_mostly_missing_is_a_hole() -> None:
    start = at("2017-01-01")
    hours = tuple((start + day * DAY, start + day * DAY + HOUR) for day in range(10, 1830, 70))
    week = (start + 900 * DAY, start + 960 * DAY)
    marks = marks_of(holes_of(info_of(*hours, week, start=start, days=1876)), 60)
    holes = [pixel for pixel, share in marks.items() if share >= 0.5]
    assert len(hours) == 26
    assert holes == [29, 30], "60 days of 1,876 are two pixels of 60, at their place"
    assert len(marks) >= 25, "every missing hour is seen"
    assert sum(marks.values()) == pytest.approx(60 * (60 * DAY + 26 * HOUR) / (1876 * DAY), rel=0.01)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted), max_size=6), st.integers(1, 300))
def test_marks_stay_within_the_strip(pairs, pixels: int) -> None:
    marks = marks_of(tuple((low, high) for low, high in pairs), pixels)
    assert all(0 <= pixel < pixels and 0 <= share <= 1 for pixel, share in marks.items())


def test_a_symbol_of_two_venues_is_told_apart_and_invented_prices_are_labelled() -> None:
    rows = [info_of(), info_of(venue="kraken"), info_of(symbol="ETH/USDT"), info_of(venue="demo", symbol="SPY")]
    assert shared_among(rows) == {"BTC/USDT"}
    assert "these prices are invented" in tooltip(rows[3], Zones())
