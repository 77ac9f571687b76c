"""The candle store: what was written is read, by whoever, in whatever order, and known without opening the data."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.candles import COLUMNS, Candles, Provenance
from terminal.domain.errors import BadInput, StoreError
from terminal.domain.instrument import Instrument
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import DAY, HOUR, MINUTE, Timeframe
from terminal.market.store import CandleStore

START = 1_609_459_200 * 10**9  # 2021-01-01
KEY = SeriesKey("binance", "BTC/USDT", Timeframe.H1)


def candles(time: np.ndarray, seed: int = 0, key: SeriesKey = KEY, simulated: bool = False) -> Candles:
    rng = np.random.default_rng(seed)
    close = np.round(100 + np.cumsum(rng.normal(0, 1, len(time))), 2)
    return Candles(
        Instrument(key.venue, key.symbol), key.timeframe, time, close, close + 1, close - 1, close, rng.random(len(time)), Provenance(key.venue, simulated)
    )


def hours(first: int, count: int) -> np.ndarray:
    return START + (first + np.arange(count, dtype=np.int64)) * HOUR


def write(store: CandleStore, rows: Candles):
    return store.write(rows, source="test", covered=(int(rows.time[0]), int(rows.time[-1]) + rows.timeframe.nanoseconds))


@pytest.fixture
def store(tmp_path: Path) -> CandleStore:
    return CandleStore(tmp_path / "candles", lambda: 42)


def same(one: Candles, other: Candles) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name != "time") for name in COLUMNS)


def test_what_is_written_is_read_also_by_another_store(store, tmp_path):
    rows = candles(hours(0, 20_000))
    receipt = write(store, rows)
    for reader in (store, CandleStore(tmp_path / "candles", lambda: 0, read_only=True)):
        back = reader.read(KEY)
        assert back.fingerprint == rows.fingerprint == receipt.hash
        assert back.instrument == rows.instrument
        assert back.provenance == rows.provenance
    assert (receipt.rows, receipt.added, receipt.changed) == (20_000, 20_000, 0)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_writes_in_any_order_end_as_the_union_where_the_last_word_counts(data, tmp_path_factory):
    store = CandleStore(tmp_path_factory.mktemp("store"), lambda: 1)
    timeframe = data.draw(st.sampled_from([Timeframe.M1, Timeframe.H1, Timeframe.D1]))
    key = SeriesKey("v", "S", timeframe)
    expected: dict[int, float] = {}
    value = st.floats(allow_nan=False, allow_infinity=False) | st.decimals(0, 10**6, places=2).map(float)
    for _ in range(data.draw(st.integers(1, 4))):
        steps = sorted(data.draw(st.sets(st.integers(0, 200), min_size=1, max_size=30)))
        time = START + 28 * DAY + np.array(steps, np.int64) * timeframe.nanoseconds * data.draw(st.sampled_from([1, 300]))
        prices = np.array(data.draw(st.lists(value, min_size=len(steps), max_size=len(steps))))
        store.write(
            Candles(Instrument("v", "S"), timeframe, time, prices, prices, prices, prices, prices), source="x", covered=(int(time[0]), int(time[-1]) + 1)
        )
        expected.update(zip(time.tolist(), prices.tolist(), strict=True))
    back = store.read(key)
    assert dict(zip(back.time.tolist(), back.volume.tolist(), strict=True)) == expected
    info = store.info(key)
    assert (info.rows, info.start, info.end) == (len(expected), min(expected), max(expected) + timeframe.nanoseconds)


@settings(max_examples=60, deadline=None)
@given(first=st.integers(-50, 20_100), length=st.integers(0, 20_000))
def test_a_range_is_what_a_cut_of_everything_is(first, length, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp() / "ranges"
    store = CandleStore(folder, lambda: 1)
    rows = candles(np.delete(hours(0, 20_000), slice(9_000, 9_500)))
    if store.info(KEY) is None:
        write(store, rows)
    start, end = START + first * HOUR, START + (first + length) * HOUR
    assert same(store.read(KEY, start, end), rows.between(start, end))
    assert same(store.read(KEY, None, end), rows.between(None, end))


@pytest.mark.parametrize("values", [[np.nan, 1.0, np.inf], [0.1 + 0.2, 1e-9, 1e300], [-0.0, 0.0, 5e-324], [2.0**53, 2.0**53 + 2, 1.0], [1 / 3, 2 / 3, 1.0]])
def test_every_number_comes_back_to_the_last_bit(store, values):
    column = np.array(values)
    store.write(Candles(Instrument("binance", "BTC/USDT"), Timeframe.H1, hours(0, 3), column, column, column, column, column), source="x", covered=(0, 1))
    assert store.read(KEY).open.tobytes() == column.tobytes()


def test_coverage_gaps_and_size_are_known_without_the_data_files(store):
    write(store, candles(np.concatenate((hours(0, 10), hours(15, 10)))))
    for file in store._folder.rglob("*.parquet"):
        file.chmod(0)
        file.rename(file.with_suffix(".hidden"))
    (info,) = CandleStore(store._folder, lambda: 0, read_only=True).series()
    assert info.key == KEY
    assert info.rows == 20
    assert info.gaps == ((START + 10 * HOUR, START + 15 * HOUR),)
    assert info.missing_bars == 5
    assert (info.start, info.end) == (START, START + 25 * HOUR)
    assert info.bytes > 0


def test_a_gap_between_two_years_is_a_gap_too(store):
    write(store, candles(np.concatenate((hours(-10, 5), hours(5, 5)))))
    assert store.info(KEY).gaps == ((START - 5 * HOUR, START + 5 * HOUR),)


def test_only_what_nobody_asked_for_is_missing_and_empty_answers_count(store):
    store.write(candles(hours(0, 0)), source="x", covered=(START, START + DAY))
    store.write(candles(hours(48, 2)), source="x", covered=(START + 2 * DAY, START + 3 * DAY))
    assert store.missing(KEY, START - HOUR, START + 4 * DAY) == ((START - HOUR, START), (START + DAY, START + 2 * DAY), (START + 3 * DAY, START + 4 * DAY))
    assert store.missing(SeriesKey("a", "b", Timeframe.H1), 1, 2) == ((1, 2),)
    assert store.missing(KEY, START, START) == ()


def test_receipts_tell_every_write_and_what_it_changed(store):
    write(store, candles(hours(0, 10)))
    write(store, candles(hours(5, 10), seed=1))
    first, second = store.receipts(KEY)
    assert (first.added, first.changed, second.added, second.changed) == (10, 0, 5, 5)
    assert first.hash != second.hash
    assert second.covered == (START + 5 * HOUR, START + 15 * HOUR)


def test_writing_the_same_again_rewrites_no_file(store):
    write(store, candles(hours(0, 10)))
    before = {file.name for file in store._folder.rglob("*.parquet")}
    assert write(store, candles(hours(0, 10))).added == 0
    assert {file.name for file in store._folder.rglob("*.parquet")} == before


def test_invented_and_real_prices_do_not_mix(store):
    write(store, candles(hours(0, 10)))
    with pytest.raises(BadInput, match="invented"):
        write(store, candles(hours(10, 10), simulated=True))
    assert store.info(KEY).rows == 10


def test_a_read_only_store_writes_nothing_and_a_missing_series_is_named(store):
    write(store, candles(hours(0, 10)))
    reader = CandleStore(store._folder, lambda: 0, read_only=True)
    with pytest.raises(StoreError, match="read-only"):
        write(reader, candles(hours(0, 10)))
    with pytest.raises(StoreError, match="read-only"):
        reader.delete(KEY)
    with pytest.raises(BadInput, match="No candles are stored"):
        reader.read(SeriesKey("kraken", "ETH/EUR", Timeframe.D1))
    assert reader.info(SeriesKey("kraken", "ETH/EUR", Timeframe.D1)) is None


def test_a_deleted_series_is_gone_and_can_come_again(store):
    write(store, candles(hours(0, 10)))
    store.delete(KEY)
    assert store.series() == ()
    assert store.info(KEY) is None
    with pytest.raises(BadInput):
        store.delete(KEY)
    write(store, candles(hours(3, 2)))
    assert store.read(KEY).time.tolist() == hours(3, 2).tolist()


@pytest.mark.parametrize(
    "symbol", ["BTC/USDT", "BTC/USDT:USDT-240628", "CON", "nul.txt", "brk.b", "BRK.B", "..", ".hidden", "a b*?<>|\"'\\", "ÄÖ€", "x" * 300, "spy ", "SPY."]
)
def test_any_symbol_has_a_folder_that_windows_accepts(store, symbol):
    key = SeriesKey("file", symbol, Timeframe.D1)
    write(store, candles(START + np.arange(3, dtype=np.int64) * DAY, key=key))
    (info,) = store.series()
    assert info.key == key
    assert len(store.read(key)) == 3
    for part in next(store._folder.rglob("*.parquet")).relative_to(store._folder).parts:
        assert not set(part) & set('<>:"/\\|?*')
        assert not part.endswith((".", " "))
        assert part.split(".")[0].lower() not in {"con", "nul", "prn", "aux"}
        assert len(part) < 200


def test_symbols_that_differ_in_case_only_never_share_a_folder(store):
    for symbol in ("spy", "SPY", "Spy"):
        write(store, candles(START + np.arange(3, dtype=np.int64) * DAY, key=SeriesKey("file", symbol, Timeframe.D1)))
    folders = {str(file.parent).lower() for file in store._folder.rglob("*.parquet")}
    assert len(folders) == 3


def test_one_day_of_minutes_touches_one_file(store):
    key = SeriesKey("v", "S", Timeframe.M1)
    write(store, candles(START + np.arange(200_000, dtype=np.int64) * MINUTE, key=key))
    names = sorted(file.name for file in store._folder.rglob("*.parquet"))
    assert names == [f"2021-0{month}.000001.parquet" for month in range(1, 6)]


def test_other_programs_can_read_the_files(store):
    import pandas as pd

    rows = candles(hours(0, 100))
    write(store, rows)
    frame = pd.read_parquet(next(store._folder.rglob("*.parquet")))
    assert list(frame.columns) == list(COLUMNS)
    assert np.array_equal(frame["close"].astype(float).to_numpy(), rows.close)
    assert str(frame["time"].iloc[0]) == "2021-01-01 00:00:00+00:00"


def test_the_index_is_one_small_json_file(store):
    write(store, candles(hours(0, 100)))
    outer = json.loads(next(store._folder.rglob("series.json")).read_text())
    assert json.loads(outer["body"])["key"] == ["binance", "BTC/USDT", "1h"]
