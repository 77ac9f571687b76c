"""Candle files of every make: what is detected, what is shown, what a person can correct, and what is refused in words."""

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.app.cli.words import with_flags
from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.instrument import AssetClass
from terminal.domain.timeframe import HOUR, Timeframe
from terminal.ui.panels.data.mapping import in_words
from terminal.venues import files
from terminal.venues.files import Sureness

ROWS = ((1.5, 2.5, 1.0, 2.0, 1234.5), (2.0, 3.0, 1.5, 2.5, 2000.0), (2.5, 3.5, 2.0, 3.0, 10.25))
START = 1_704_362_400 * 10**9  # 2024-01-04 10:00 UTC


@pytest.fixture
def write(tmp_path: Path):
    def put(content: str | bytes, name: str = "candles.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return put


def table(times: list[str], header: str = "time,open,high,low,close,volume", sign: str = ",", rows=ROWS) -> str:
    lines = [sign.join([time, *(f"{value:g}" for value in row)]) for time, row in zip(times, rows, strict=True)]
    return "\n".join([*([header] if header else []), *lines]) + "\n"


def assert_candles(candles, times: list[str] | None = None) -> None:
    """Fails unless these are the three candles of ROWS, to the last bit, at `times` or hourly from START."""
    moments = [START + row * HOUR for row in range(3)] if times is None else np.array(times, "datetime64[ns]").view(np.int64).tolist()
    assert candles.time.tolist() == moments
    columns = np.array([candles.open, candles.high, candles.low, candles.close, candles.volume]).T
    assert columns.tolist() == [list(row) for row in ROWS]


ISO = ["2024-01-04 10:00:00", "2024-01-04 11:00:00", "2024-01-04 12:00:00"]
SPELLINGS = {
    "iso with a space": ISO,
    "iso with a T": [text.replace(" ", "T") for text in ISO],
    "iso to the minute": [text[:-3] for text in ISO],
    "iso with Z": [text.replace(" ", "T") + "Z" for text in ISO],
    "iso with an offset": ["2024-01-04T11:00:00+01:00", "2024-01-04T12:00:00+01:00", "2024-01-04T13:00:00+01:00"],
    "iso with several offsets": ["2024-01-04 11:00:00+01:00", "2024-01-04 06:00:00-05:00", "2024-01-04T12:00:00Z"],
    "iso with words": [text + " UTC" for text in ISO],
    "iso with fractions": [text + ".000000" for text in ISO],
    "epoch s": [str(START // 10**9 + row * 3600) for row in range(3)],
    "epoch s with a point": [f"{START // 10**9 + row * 3600}.0" for row in range(3)],
    "epoch ms": [str(START // 10**6 + row * 3_600_000) for row in range(3)],
    "epoch us": [str(START // 10**3 + row * 3_600_000_000) for row in range(3)],
    "epoch ns": [str(START + row * HOUR) for row in range(3)],
    "slashes": [text.replace("-", "/") for text in ISO],
    "dots, MetaTrader": ["2024.01.04 10:00", "2024.01.04 11:00", "2024.01.04 12:00"],
    "compact": ["20240104 100000", "20240104 110000", "20240104 120000"],
    "compact in one": ["20240104100000", "20240104110000", "20240104120000"],
    "German": ["04.01.2024 10:00", "04.01.2024 11:00", "04.01.2024 12:00"],
    "names of months": ["04-Jan-2024 10:00", "04-Jan-2024 11:00", "04-Jan-2024 12:00"],
    "half days": ["01/04/2024 10:00 AM", "01/04/2024 11:00 AM", "01/04/2024 12:00 PM"],
}


@pytest.mark.parametrize("times", SPELLINGS.values(), ids=SPELLINGS)
def test_times_are_understood(write, times):
    corrections = {"time_format": "%m/%d/%Y %I:%M %p"} if "/04/2024" in times[0] else {}
    assert_candles(files.read(write(table(times)), corrections=corrections))


HEADERS = (
    "Date,Open,High,Low,Close,Volume",
    "timestamp,o,h,l,c,v",
    "<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>",
    "Open time,Open,High,Low,Close,Volume",
    "Datum,Eröffnung,Hoch,Tief,Schluss,Volumen",
    "Date,Ouverture,Plus haut,Plus bas,Clôture,Volume",
    "unix,OPEN,HIGH,LOW,CLOSE,Volume BTC",
    "time,open_bid,high_bid,low_bid,close_bid,tick_volume",
    "Fecha,Apertura,Máximo,Mínimo,Cierre,Volumen",
    ' "time" , "open" , "high" , "low" , "close" , "volume"',
)


@pytest.mark.parametrize("header", HEADERS)
def test_headers_are_understood_in_many_spellings(write, header):
    assert_candles(files.read(write(table(ISO, header))))


def test_columns_may_stand_in_any_order_beside_strange_ones(write):
    text = "id;Close;remark;Volume;Low;High;Open;When\n" + "".join(
        f"{row};{c};x;{v};{low};{h};{o};{time}\n" for row, (time, (o, h, low, c, v)) in enumerate(zip(ISO, ROWS, strict=True))
    )
    reading = files.inspect(write(text))
    assert reading.roles["time"] == "When"
    assert reading.fact("time").sureness is Sureness.LIKELY
    assert_candles(files.read(write(text)))


@pytest.mark.parametrize("sign", [",", ";", "\t", "|", " "])
def test_delimiters_are_found_with_and_without_a_header(write, sign):
    epochs = SPELLINGS["epoch s"]
    assert_candles(files.read(write(table(epochs, sign.join(["time", "open", "high", "low", "close", "volume"]), sign))))
    assert_candles(files.read(write(table(epochs, "", sign))))


def test_date_and_time_may_stand_apart(write):
    for head, dates, clocks in (
        ("Date,Time,Open,High,Low,Close,Volume", ["2024.01.04"] * 3, ["10:00", "11:00", "12:00"]),
        ("", ["20240104"] * 3, ["100000", "110000", "120000"]),
        ("<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>", ["04/01/2024"] * 3, ["1000", "1100", "1200"]),
    ):
        text = table([f"{day},{clock}" for day, clock in zip(dates, clocks, strict=True)], head)
        corrections = {"time_format": "%d/%m/%Y %H%M"} if "/" in dates[0] else {}
        assert_candles(files.read(write(text), corrections=corrections))


def test_decimal_commas_and_thousands_are_told_apart(write):
    german = "\n".join(
        (
            "Datum;Eröffnung;Hoch;Tief;Schluss;Volumen",
            "04.01.2024 10:00;1,5;2,5;1,0;2,0;1.234,5",
            "04.01.2024 11:00;2,0;3,0;1,5;2,5;2.000",
            "04.01.2024 12:00;2,5;3,5;2,0;3,0;10,25",
        )
    )
    assert_candles(files.read(write(german)))
    assert files.inspect(write(german)).fact("decimal").value == ","
    english = "\n".join(
        (
            "Date,Open,High,Low,Close,Volume",
            '2024-01-04 10:00,"1.5",$2.5,1.0,2.0,"1,234.5"',
            "2024-01-04 11:00,2.0,3.0,1.5,2.5,2K",
            "2024-01-04 12:00,2.5,3.5,2.0,3.0,10.25",
        )
    )
    assert_candles(files.read(write(english)))


def test_a_mark_at_the_start_blank_lines_windows_lines_and_utf16_do_no_harm(write):
    text = table(ISO)
    assert_candles(files.read(write("\ufeff" + text)))
    assert_candles(files.read(write(text.replace("\n", "\r\n"))))
    assert_candles(files.read(write(text.replace("\n", "\n\n"))))
    assert_candles(files.read(write(text.encode("utf-16"))))
    assert_candles(files.read(write("made by somebody\n\n" + text)))
    assert "byte-order" in files.inspect(write("\ufeff" + text)).fact("encoding").value


def test_gz_and_zip_are_unpacked(write):
    text = table(ISO).encode()
    assert_candles(files.read(write(gzip.compress(text), "candles.csv.gz")))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("BTCUSDT-1h.csv", text)
    assert_candles(files.read(write(packed.getvalue(), "candles.zip")))


def test_newest_first_is_turned_round_and_reported(write):
    candles, notes = files.read_with_notes(write(table(ISO[::-1], rows=ROWS[::-1])))
    assert_candles(candles)
    assert any("newest first" in note for note in notes)


def test_unordered_rows_are_sorted_and_reported(write):
    order = (1, 0, 2)
    candles, notes = files.read_with_notes(write(table([ISO[row] for row in order], rows=tuple(ROWS[row] for row in order))))
    assert_candles(candles)
    assert any("out of order, the first in line 3" in note for note in notes)


def test_identical_rows_are_dropped_and_reported_and_different_ones_refused(write):
    candles, notes = files.read_with_notes(write(table([*ISO, ISO[2]], rows=(*ROWS, ROWS[2]))))
    assert_candles(candles)
    assert any("1 repeated rows were dropped" in note for note in notes)
    other = write(table([*ISO, ISO[2]], rows=(*ROWS, (2.5, 9.5, 2.0, 3.0, 10.25))))
    with pytest.raises(BadInput, match=r"2024-01-04T12:00:00Z in line 4 and line 5: high 3.5 and 9.5.*duplicates"):
        files.read(other)
    assert_candles(files.read(other, corrections={"duplicates": "first"}))
    assert files.read(other, corrections={"duplicates": "last"}).high[2] == 9.5


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("nan,2,1,1.5,1", r"open is not a number in 1 row: line 3"),
        (",2,1,1.5,1", r"open is not a number in 1 row: line 3"),
        ("-1,2,-1,1.5,1", r"open is negative in 1 row: line 3 \(-1\)"),
        ("1.5,1,2,1.5,1", r"high is below low in 1 row: line 3 \(open 1.5, high 1, low 2, close 1.5\)"),
        ("0,2,0,1.5,1", r"open is zero in 1 row: line 3"),
        ("1,2,1,1.5,-7", r"volume is negative in 1 row: line 3 \(-7\)"),
        ("inf,inf,1,1.5,1", r"open is not a number"),
        ("abc,2,1,1.5,1", r"open is no number in 1 row: line 3 \('abc'\)"),
        ("1,2,1,1.5,1,7,8", r"1 line without 6 columns: line 3 \(8 columns\)"),
    ],
)
def test_a_row_that_is_no_candle_is_named_and_dropped_only_when_told(write, bad, words):
    lines = table(ISO).splitlines()
    path = write("\n".join([*lines[:2], f"2024-01-04 10:30:00,{bad}", *lines[2:]]) + "\n")
    with pytest.raises(BadInput, match=words) as caught:
        files.read(path)
    assert "bad_rows" in caught.value.cure
    candles, notes = files.read_with_notes(path, corrections={"bad_rows": "drop"})
    assert_candles(candles)
    assert any("dropped, as you said" in note for note in notes)


@pytest.mark.parametrize(
    "header",
    [
        "Дата;Открытие;Макс.;Мин.;Закрытие;Объём",
        "日期;开盘;最高;最低;收盘;成交量",
        "日付;始値;高値;安値;終値;出来高",
        "날짜;시가;고가;저가;종가;거래량",
        "Datum;Openen;Hoog;Laag;Slot;Volume",
        "Data;Otwarcie;Najwyższy;Najniższy;Zamknięcie;Wolumen",
    ],
)
def test_headers_are_known_in_more_scripts_than_one(write, header):
    assert_candles(files.read(write(table(ISO, header, sign=";"))))


@pytest.mark.parametrize("clock", ["%H%M", "%H%M%S", "%H:%M"])
def test_a_clock_beside_its_date_needs_no_colons(write, clock):
    times = [f"20240104,{hour}" for hour in (("10", "11", "12") if clock != "%H:%M" else ("10:", "11:", "12:"))]
    times = [text + ("0000" if clock == "%H%M%S" else "00") for text in times]
    assert_candles(files.read(write(table(times, "date,time,open,high,low,close,volume"))))
    joined = [text.replace(",", " ") for text in times]
    assert_candles(files.read(write(table(joined))))


def test_lines_end_as_they_may_and_blank_ones_are_no_rows(write):
    text = table(ISO)
    assert_candles(files.read(write(text.replace("\n", "\r"))))
    assert_candles(files.read(write(text + "\n  \n\t \n\n")))
    assert_candles(files.read(write(text.replace("\n", "\r\n") + "   \r\n\r\n")))
    assert_candles(files.read(write(text.replace("\n", "\n \n"))))


def test_mixed_zones_are_refused_by_line(write):
    with pytest.raises(BadInput, match=r"mixes times with a zone and without: 1 of 3 rows.*'2024-01-04 11:00:00' in line 3"):
        files.read(write(table([ISO[0] + "Z", ISO[1], ISO[2] + "Z"])))


def test_a_time_that_is_none_is_named(write):
    with pytest.raises(BadInput, match=r"time can't be read in 1 row: line 4 \('yesterday'\)"):
        files.read(write(table([*ISO[:2], "yesterday"] + [f"2024-01-04 {hour}:00:00" for hour in range(13, 24)], rows=(*ROWS, *[ROWS[2]] * 11))))
    with pytest.raises(BadInput, match="2024-02-31"):
        files.read(write(table(["2024-02-28", "2024-02-29", "2024-02-31"])))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (bytes(range(256)) * 50, "not a table of text"),
        (b'[{"timestamp": "2024-01-01T00:00:00Z", "open": 1}]', "is a JSON document"),
        (b"\n<!DOCTYPE html><html><body>Not found</body></html>", "is a web page"),
        (b"PAR1" + bytes(100), "damaged Parquet"),
        (b"\x1f\x8b\x08" + bytes(20), "damaged gzip"),
        (b"PK\x03\x04" + bytes(50), "damaged or locked zip"),
        (b"time,open,high,low,close,volume\n", "no rows below its header"),
        (b"," * 10_000_000, "longer than half a million characters"),
        (b"time,open,high,low,close\n" + b"1," * 10_000_000 + b"\n", "Line 2 of candles.csv is longer than"),
        (b"a,b\nhello,world\nso,what\n", "no column of times"),
        (b"time,price2,foo,bar\n2024-01-01,1,2,3\n2024-01-02,1,2,3\n", "no column for open and high and low"),
        (b'"' + b"x" * 300_000 + b'"\n', "field larger than"),
        (b"time,open,high,low,close\n2024-01-01,1,1,1,1\n", "One row does not show"),
        (b"time,open,high,low,close\n2024-01-01,1,1,1,1\n2024-02-01,1,1,1,1\n", "31 days apart"),
    ],
)
def test_what_is_no_candle_file_is_refused_in_words(write, content, words):
    with pytest.raises(BadInput, match=words) as caught:
        files.read(write(content))
    assert caught.value.cure
    assert len(str(caught.value)) < 1000
    reading = files.inspect(write(content))
    assert not reading.is_ready
    assert reading.problems[0].cure


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(BadInput, match="There is no file"):
        files.read(tmp_path / "none.csv")
    with pytest.raises(BadInput, match="is a folder"):
        files.read(tmp_path)


def test_a_zone_is_assumed_shown_and_corrected(write):
    path = write(table(["2024-07-04 10:00", "2024-07-04 11:00", "2024-07-04 12:00"]))
    assert files.inspect(path).fact("zone").sureness is Sureness.ASSUMED
    berlin = files.read(path, corrections={"zone": "europe/berlin"})
    assert_candles(berlin, ["2024-07-04T08:00", "2024-07-04T09:00", "2024-07-04T10:00"])
    with pytest.raises(UnknownName, match="Europe/Berlin"):
        files.read(path, corrections={"zone": "Europe/Berln"})


def test_the_hours_that_a_clock_repeats_and_skips(write):
    autumn = write(table([f"2024-11-03 0{hour}:30" for hour in (0, 1, 1)]))
    candles, notes = files.read_with_notes(autumn, corrections={"zone": "America/New_York", "timeframe": "1h"})
    assert_candles(candles, ["2024-11-03T04:30", "2024-11-03T05:30", "2024-11-03T06:30"])
    assert any("shows twice" in note for note in notes)
    spring = write(table([f"2024-03-10 0{hour}:00" for hour in (1, 2, 4)]))
    _, notes = files.read_with_notes(spring, corrections={"zone": "America/New_York", "timeframe": "1h"})
    assert any("leaves out" in note for note in notes)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Tokyo", "America/Sao_Paulo"]), st.integers(0, 2_000_000_000))
def test_wall_clocks_become_utc_as_zoneinfo_says(zone, second):
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from terminal.venues.files.times import to_utc

    moment = datetime.fromtimestamp(second, UTC)
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    expected = wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    local = np.array([int(wall.replace(tzinfo=UTC).timestamp()) * 10**9])
    assert int(to_utc(local, zone)[0][0]) // 10**9 == int(expected.timestamp())


def test_dates_keep_their_day_whatever_the_zone(write):
    path = write(table(["2024-01-03", "2024-01-04", "2024-01-05"]))
    for corrections in ({}, {"zone": "Asia/Tokyo"}):
        assert_candles(files.read(path, corrections=corrections), ["2024-01-03", "2024-01-04", "2024-01-05"])


def test_day_and_month_are_told_apart_by_all_rows_or_said_to_be_unsure(write):
    american = [f"{1 + day // 28:02}/{1 + day % 28:02}/2024" for day in range(40)]
    rows = tuple(ROWS[0] for _ in american)
    assert str(np.datetime64(int(files.read(write(table(american, rows=rows)), corrections={"timeframe": "1d"}).time[-1]), "ns"))[:10] == "2024-02-12"
    british = [text[3:6] + text[:3] + text[6:] for text in american]
    assert files.inspect(write(table(british, rows=rows)), corrections={"timeframe": "1d"}).fact("time_format").value == "%d/%m/%Y"
    unsure = files.inspect(write(table(["01/01/2024", "02/02/2024", "03/03/2024"])), corrections={"timeframe": "1d"})
    assert unsure.fact("time_format").sureness is Sureness.ASSUMED


def test_closes_at_the_candles_end_are_corrected(write):
    path = write(table(ISO))
    assert_candles(files.read(path, corrections={"stamp": "close"}), ["2024-01-04T09:00", "2024-01-04T10:00", "2024-01-04T11:00"])


def test_a_file_of_several_symbols_asks_which_one(write):
    lines = [f"{symbol},{time},{','.join(map(str, row))}" for time, row in zip(ISO, ROWS, strict=True) for symbol in ("BTCUSDT", "ETHUSDT")]
    path = write("symbol,time,open,high,low,close,volume\n" + "\n".join(lines))
    with pytest.raises(BadInput, match=r"holds 2 symbols: BTCUSDT, ETHUSDT.*Set the correction symbol to BTCUSDT, or to another") as told:
        files.read(path)
    assert with_flags(told.value.cure, imports_first=True).startswith("Store it with: outcry data import FILE --symbol NAME --set symbol=BTCUSDT")
    assert in_words(told.value.cure) == "Set “Rows of symbol” to BTCUSDT, or to another of them."
    assert files.inspect(path).symbols == ("BTCUSDT", "ETHUSDT")
    assert_candles(files.read(path, symbol="ETH/USDT"))
    with pytest.raises(UnknownName, match="ETHUSDT"):
        files.read(path, symbol="ETHUSD")


def test_a_column_of_closes_is_enough_when_it_is_named(write):
    path = write("Date,XLF,XLK\n1/2/2018,27.92,64.74\n1/3/2018,28.07,65.28\n1/4/2018,28.33,65.61\n")
    with pytest.raises(BadInput, match="no column for open"):
        files.read(path)
    for candles in (files.read(path, symbol="XLK"), files.read(path, corrections={"close": "XLK"}), files.read(path, corrections={"close": "3"})):
        assert candles.open.tolist() == candles.close.tolist() == [64.74, 65.28, 65.61]


def test_corrections_overrule_and_are_checked(write):
    path = write(table(ISO, "a,b,c,d,e,f"))
    corrections = {"time": "a", "open": "b", "high": "3", "low": "d", "close": "E", "volume": "f", "asset_class": "equity", "calendar": "XLON", "quote": "GBP"}
    candles = files.read(path, symbol="VOD", corrections=corrections)
    assert_candles(candles)
    assert (candles.instrument.asset_class, candles.instrument.calendar, candles.instrument.quote) == (AssetClass.EQUITY, "XLON", "GBP")
    for wrong in (
        {"opne": "b"},
        {"open": "zz"},
        {"open": "9"},
        {"zone": "Mars"},
        {"bad_rows": "ignore"},
        {"timeframe": "7m"},
        {"decimal": "x"},
        {"delimiter": "~"},
        {"time_format": "?"},
        {"skip": "-1"},
    ):
        with pytest.raises(BadInput) as caught:
            files.read(path, corrections={**corrections, **wrong})
        assert caught.value.cure


def test_a_reading_shows_what_it_saw(write):
    reading = files.inspect(write(table(ISO)))
    assert reading.is_ready
    assert reading.headers == ("time", "open", "high", "low", "close", "volume")
    assert reading.preview[0] == (ISO[0], "1.5", "2.5", "1", "2", "1234.5")
    assert reading.candles[0] == ("2024-01-04T10:00:00Z", 1.5, 2.5, 1.0, 2.0, 1234.5)
    assert (reading.rows, reading.timeframe, reading.start, reading.end) == (3, Timeframe.H1, START, START + 3 * HOUR)
    assert "open ← open" in str(reading)


@pytest.mark.parametrize("blank", ["   ", " \t ", "  \r"])
def test_a_blank_line_far_below_is_no_row(tmp_path: Path, blank: str) -> None:
    lines = [f"2024-01-{1 + minute // 1440:02} {minute // 60 % 24:02}:{minute % 60:02}:00,1,2,0.5,1.5,10" for minute in range(12_000)]
    lines.insert(11_900, blank)
    path = tmp_path / "candles.csv"
    path.write_text("timestamp,open,high,low,close,volume\n" + "\n".join(lines) + "\n", newline="")
    assert len(files.read(path, symbol="A/B")) == 12_000
