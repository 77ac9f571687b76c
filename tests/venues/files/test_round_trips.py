"""Out of the store and in again: what is exported can be imported, whatever the format; and every shared file is read or refused in words."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from terminal.app.build import build
from terminal.app.commands import CheckCandles, DeleteSeries, ExportCandles, ImportFile, InspectFile, ListSeries, LoadCandles
from terminal.app.state import Notice, StoreChanged
from terminal.domain.candles import COLUMNS, Candles, Provenance
from terminal.domain.errors import BadInput, OutcryError, StoreError
from terminal.domain.instrument import Instrument
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import DAY, Timeframe
from terminal.market.store import CandleStore
from terminal.venues import files
from terminal.venues.files.export import export
from tests.builders.walk import walk

START = 1_609_459_200 * 10**9


@st.composite
def series(draw: st.DrawFn) -> Candles:
    timeframe = draw(st.sampled_from(list(Timeframe)))
    steps = sorted(draw(st.sets(st.integers(0, 60), min_size=3, max_size=30)))
    decimals = draw(st.integers(0, 8))
    price = st.integers(1, 10**9).map(lambda whole: whole / 10**decimals)
    prices = np.array(draw(st.lists(st.tuples(price, price, price, price), min_size=len(steps), max_size=len(steps))))
    volume = np.array(draw(st.lists(st.floats(0, 1e12), min_size=len(steps), max_size=len(steps))))
    time = START + 3 * DAY + np.array(steps, np.int64) * timeframe.nanoseconds
    return Candles(Instrument("file", "X"), timeframe, time, prices[:, 0], prices.max(1), prices.min(1), prices[:, 3], volume)


def same(one: Candles, other: Candles) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in COLUMNS)


@settings(max_examples=60, deadline=None)
@given(rows=series(), ending=st.sampled_from([".csv", ".parquet"]))
def test_an_export_can_be_imported_equal_to_the_last_bit(rows, ending, tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / f"candles{ending}"
    export(rows, path)
    back = files.read(path, corrections={"timeframe": rows.timeframe.value})
    assert same(rows, back)


@pytest.mark.parametrize("simulated", [True, False])
def test_a_parquet_export_of_invented_prices_says_so_when_it_comes_back(simulated, tmp_path):
    rows = replace(walk(50), provenance=Provenance("demo", simulated))
    path = tmp_path / "candles.parquet"
    export(rows, path)
    back, notes = files.read_with_notes(path)
    assert back.provenance == Provenance("candles.parquet", simulated)
    assert back.instrument.symbol == rows.instrument.symbol
    assert any("simulated" in note for note in notes) == simulated
    store = CandleStore(tmp_path / "store", lambda: 1)
    store.write(back, source="file", covered=(int(back.time[0]), int(back.time[-1]) + back.timeframe.nanoseconds))
    assert store.series()[0].provenance.simulated == simulated
    with pytest.raises(BadInput, match="invented"):
        store.write(replace(back, provenance=Provenance("x", not simulated)), source="file", covered=(0, 1))


def test_the_words_of_other_programs_are_not_taken_for_ours(tmp_path):
    frame = pa.table({"time": walk(50).time, **{name: getattr(walk(50), name) for name in COLUMNS[1:]}}, metadata={"simulated": "True", "symbol": "X/Y"})
    pq.write_table(frame, tmp_path / "theirs.parquet")
    back = files.read(tmp_path / "theirs.parquet")
    assert (back.provenance.simulated, back.instrument.symbol) == (False, "theirs")


FORMATS = {
    "%Y-%m-%d %H:%M:%S": "", "%d.%m.%Y %H:%M": "", "%Y/%m/%d %H:%M:%S": "", "%Y%m%d %H%M%S": "", "%Y-%m-%dT%H:%M:%SZ": "", "%d-%b-%Y %H:%M": "", "%s": "",
    "%d/%m/%Y %H:%M": "%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p": "%m/%d/%Y %I:%M:%S %p",
}  # fmt: skip


@settings(max_examples=150, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # shrinking files takes minutes
@given(
    rows=series(),
    pattern=st.sampled_from(list(FORMATS)),
    sign=st.sampled_from([",", ";", "\t", "|"]),
    decimal=st.sampled_from([".", ","]),
    thousands=st.booleans(),
    newest_first=st.booleans(),
    mark=st.booleans(),
)
def test_candles_survive_any_way_of_writing_them(rows, pattern, sign, decimal, thousands, newest_first, mark, tmp_path_factory):
    def number(value: float) -> str:
        text = f"{value:,.8f}" if thousands else f"{value:.8f}"
        text = text.translate(str.maketrans(",.", ".,")) if decimal == "," else text
        return f'"{text}"' if sign in text else text

    moments = np.array(rows.time).astype("datetime64[ns]").astype("datetime64[s]").tolist()
    stamps = [str(int(time) // 10**9) if pattern == "%s" else moment.strftime(pattern) for moment, time in zip(moments, rows.time, strict=True)]
    lines = [sign.join((stamp, *(number(getattr(rows, name)[row]) for name in COLUMNS[1:]))) for row, stamp in enumerate(stamps)]
    text = "\n".join([sign.join(("Date", "Open", "High", "Low", "Close", "Volume")), *(lines[::-1] if newest_first else lines)])
    path = tmp_path_factory.mktemp("any") / "candles.csv"
    path.write_text(("\ufeff" if mark else "") + text, encoding="utf-8")
    corrections = {"timeframe": rows.timeframe.value, "decimal": decimal} | ({"time_format": FORMATS[pattern]} if FORMATS[pattern] else {})
    back = files.read(path, corrections=corrections)
    assert back.time.tolist() == rows.time.tolist()
    for name in COLUMNS[1:]:
        assert np.allclose(getattr(back, name), np.round(getattr(rows, name), 8), rtol=1e-14, atol=0)


@settings(max_examples=150, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # shrinking files takes minutes
@given(st.binary(max_size=400) | st.text(alphabet="0123456789.,;:-\n\"' abTZ%", max_size=400).map(str.encode))
def test_no_bytes_at_all_bring_the_reader_down(content):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "junk.csv"
        path.write_bytes(content)
        words = ""
        try:
            files.read(path)
        except BadInput as refusal:
            words = refusal.message
    assert not words or words.endswith(".")


def test_every_shared_candle_file_is_read_or_refused_in_words(shared):
    ready = set()
    for path in sorted((shared / "data").rglob("*.*")):
        if path.is_file() and path.suffix != ".md":
            reading = files.inspect(path)
            assert reading.is_ready or reading.problems[0].cure, path
            ready |= {path.name} if reading.is_ready else set()
    assert len(ready) >= 30
    assert {"nt_spy_1m_2011.csv.gz", "arch_sp500.csv.gz", "chan_ige.csv.gz", "skender_quotes_intraday.csv.gz", "oanda_eurusd_1h.parquet"} <= ready


def test_the_symbols_of_shared_files_are_read_one_by_one(shared):
    assert len(files.read(shared / "data/equities/lean_us_daily.parquet", symbol="AAPL")) == 5849
    assert len(files.read(shared / "data/etf/etf15_daily_raw.parquet", symbol="qqq")) == 6297
    assert len(files.read(shared / "data/etf/etf23_close_2008_2016.csv.gz", symbol="TLT")) == 2141
    twins = files.read(shared / "data/statarb/shell-rdp-close_USD.csv.gz", symbol="RDP", corrections={"bad_rows": "drop"})
    assert len(twins) == 4520 - 580
    bad_ones = files.read(shared / "data/macro/arch_vix.csv.gz", corrections={"bad_rows": "drop"})
    assert len(bad_ones) == 1305 - 46


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx", ".json"])
def test_a_file_goes_in_is_listed_checked_exported_and_deleted(shared, home, tmp_path, ending):
    terminal = build()
    events: list[object] = []
    terminal.publisher.subscribe(lambda number, value: events.append(value))
    source = shared / "data/crypto/binance_btcusdt_1h.parquet"
    assert terminal.execute(InspectFile(source)).is_ready
    receipt = terminal.execute(ImportFile(source, "BTC/USDT"))
    key = SeriesKey("file", "BTC/USDT", Timeframe.H1)
    assert (receipt.key, receipt.rows) == (key, 45_024)
    assert StoreChanged(key) in events
    assert [info.key for info in terminal.execute(ListSeries())] == [key]
    assert len(terminal.execute(CheckCandles(key)).gaps.gaps) == 27
    daily = terminal.execute(LoadCandles(SeriesKey("file", "BTC/USDT", Timeframe.D1)))
    assert daily.timeframe is Timeframe.D1
    assert len(daily) == 1881
    end = int(daily.time[20])
    path = tmp_path / f"out{ending}"
    rows = terminal.execute(ExportCandles(key, path, None, end))
    assert rows == len(terminal.execute(LoadCandles(key, None, end)))
    assert_holds(path, rows)
    terminal.execute(DeleteSeries(key))
    assert terminal.execute(ListSeries()) == ()
    with pytest.raises(BadInput, match="not stored"):
        terminal.execute(LoadCandles(key))


def assert_holds(path: Path, rows: int) -> None:
    if path.suffix == ".csv":
        lines = path.read_text().splitlines()
        assert lines[:2] == ["timestamp,open,high,low,close,volume", "2017-08-17 04:00:00,4261.48,4313.62,4261.32,4308.83,47.181009"]
        assert len(lines) == rows + 1
    elif path.suffix == ".json":
        found = json.loads(path.read_text())
        assert found["rows"][0] == ["2017-08-17T04:00:00Z", 4261.48, 4313.62, 4261.32, 4308.83, 47.181009]
        assert (len(found["rows"]), found["symbol"], found["simulated"]) == (rows, "BTC/USDT", False)
    elif path.suffix == ".xlsx":
        from openpyxl import load_workbook

        book = load_workbook(path, read_only=True)
        sheet = list(book["candles"].iter_rows(values_only=True))
        book.close()
        assert sheet[0][0] == "timestamp"
        assert (str(sheet[1][0]), sheet[1][1]) == ("2017-08-17 04:00:00", 4261.48)
        assert len(sheet) == rows + 1
    else:
        assert len(files.read(path)) == rows


def test_what_can_not_be_exported_is_said_and_nothing_is_left(tmp_path):
    rows = Candles(Instrument("file", "X"), Timeframe.H1, [START], [1.0], [1.0], [1.0], [1.0], [1.0])
    with pytest.raises(BadInput, match=r"'\.doc'.*\.csv, \.parquet, \.xlsx, \.json"):
        export(rows, tmp_path / "a.doc")
    (tmp_path / "taken.csv").mkdir()
    with pytest.raises(OutcryError):
        export(rows, tmp_path / "taken.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.csv"]


def test_a_damaged_file_becomes_a_notice_and_the_rest_is_loaded(home, tmp_path):
    terminal = build()
    events: list[object] = []
    terminal.publisher.subscribe(lambda number, value: events.append(value))
    time = START + np.arange(365 * 48, dtype=np.int64) * Timeframe.H1.nanoseconds
    prices = np.arange(len(time)) / 4 + 1
    terminal.store.write(
        Candles(Instrument("file", "X"), Timeframe.H1, time, prices, prices, prices, prices, prices), source="x", covered=(int(time[0]), int(time[-1]))
    )
    victim = min(terminal.paths.candles.rglob("2021*.parquet"))
    victim.write_bytes(victim.read_bytes()[:-7])
    assert len(terminal.execute(LoadCandles(SeriesKey("file", "X", Timeframe.H1)))) == 365 * 24
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert "damaged" in notice.text
    assert notice.cure


def test_a_refused_import_stores_nothing(home, tmp_path):
    terminal = build()
    path = tmp_path / "bad.csv"
    path.write_text("time,open,high,low,close\n2024-01-01,1,2,1,1\n2024-01-02,1,2,1,-1\n")
    with pytest.raises(BadInput, match="line 3"):
        terminal.execute(ImportFile(path, "X"))
    assert terminal.execute(ListSeries()) == ()
    assert not list(terminal.paths.candles.rglob("*.parquet"))


def test_a_place_where_nothing_can_be_written_is_told_in_words(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("not a folder", encoding="utf-8")
    with pytest.raises(StoreError, match="could not be written"):
        export(walk(20), blocked / "candles.csv")
