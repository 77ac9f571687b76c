"""Numbers and times as a person reads them, and what the palette finds."""

from datetime import UTC, datetime

import pytest

from terminal.ui import numbers
from terminal.ui.search import Entry, found
from terminal.ui.zones import Zone, Zones

NOON = int(datetime(2021, 7, 5, 12, 0, 7, tzinfo=UTC).timestamp()) * 1_000_000_000


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (numbers.number(-1234.5), "−1,234.50"),
        (numbers.number(-0.001), "0.00"),
        (numbers.number(0.004, signed=True), "0.00"),
        (numbers.number(3, 1, signed=True), "+3.0"),
        (numbers.number(None), "–"),
        (numbers.number(float("nan")), "–"),
        (numbers.count(26280), "26,280"),
        (numbers.percent(-0.0192), "−1.9 %"),
        (numbers.percent(10.043, signed=True), "+1,004.3 %"),
        (numbers.percent(None), "–"),
        (numbers.price(46216.94), "46,216.9"),
        (numbers.price(474.961), "474.96"),
        (numbers.price(1.137), "1.1370"),
        (numbers.price(0.00001234), "0.00001234"),
        (numbers.price(0.0), "0.0000"),
        (numbers.money(-4092, "USDT"), "−4,092 USDT"),
        (numbers.duration(0.42), "0.4 s"),
        (numbers.age_of(0.72), "0.7 s"),
        (numbers.age_of(9.97), "9 s"),
        (numbers.age_of(59.9), "59 s"),
        (numbers.age_of(200), "3 min"),
        (numbers.age_of(86_399), "23 h"),
        (numbers.age_of(86_400 * 99.9), "99 d"),
        (numbers.age_of(86_400 * 100), "0.3 y"),
        (numbers.age_of(86_400 * 1502), "4.1 y"),
        (numbers.age_of(86_400 * 365.2425 * 12), "12 y"),
        (numbers.age_of(None), "–"),
        (numbers.duration(200), "3 min 20 s"),
        (numbers.duration(7500), "2 h 5 min"),
        (numbers.duration(86_400 * 4), "4 d"),
        (numbers.left(21), "0:21"),
        (numbers.left(3723), "1:02:03"),
        (numbers.left(None), ""),
        (numbers.size(212e9), "212 GB"),
        (numbers.size(4_100_000), "4.1 MB"),
        (numbers.size(12), "12 B"),
        (numbers.size(3.2e12), "3.2 TB"),
        (numbers.rate(118_000), "118 k/s"),
        (numbers.rate(40), "40/s"),
    ],
)
def test_numbers_are_written_as_a_person_reads_them(written: str, expected: str) -> None:
    assert written == expected


def test_one_switch_rules_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    zones = Zones()
    assert zones.minute(NOON) == "2021-07-05 12:00"
    assert zones.both(NOON) == "2021-07-05 12:00 UTC"
    zones.choose(Zone.LOCAL)
    assert zones.minute(NOON) == "2021-07-05 21:00"
    assert zones.both(NOON) == "2021-07-05 21:00 (2021-07-05 12:00 UTC)"
    zones.choose(Zone.EXCHANGE)
    assert zones.minute(NOON, "XNYS") == "2021-07-05 08:00"
    assert zones.minute(NOON, "24/7") == "2021-07-05 12:00"
    monkeypatch.undo()
    time.tzset()


def test_rows_of_another_day_show_the_date() -> None:
    zones = Zones()
    assert zones.recent(NOON, NOON + 3_600_000_000_000) == "12:00:07"
    assert zones.recent(NOON, NOON + 86_400_000_000_000) == "2021-07-05 12:00"


def entry(text: str, detail: str = "", kind: str = "symbol") -> Entry:
    return Entry(kind, text, lambda: None, detail)


def test_the_nearest_is_found_first() -> None:
    entries = [entry("Wrapped BTC"), entry("BTC/USDT · 1h", "demo"), entry("ABTCX"), entry("Reset the layout", kind="action")]
    assert [found_.text for found_ in found(entries, "btc")] == ["BTC/USDT · 1h", "Wrapped BTC", "ABTCX"]
    assert [found_.text for found_ in found(entries, "demo btc")] == ["BTC/USDT · 1h"]
    assert [found_.text for found_ in found(entries, "rstlay")] == ["Reset the layout"]
    assert found([entry("Results: measures")], "ema") == []
    assert found(entries, "xyz") == []
    assert found(entries, "") == entries
