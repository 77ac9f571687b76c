"""MetaTrader's exports: day and clock in two columns, two volumes of which one is often empty, the symbol in the file's name."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.domain.instrument import AssetClass
from terminal.domain.timeframe import MINUTE, Timeframe
from terminal.venues import files
from terminal.venues.files.document import HEAD_BYTES

HEADER = "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>"
NAME = "EURUSD_M1_202401020000_202401022359.csv"
START = int(np.datetime64("2024-01-02T00:00", "ns").astype(np.int64))


def rows(count: int, volume: int = 0) -> list[str]:
    moments = (START + np.arange(count, dtype=np.int64) * MINUTE).astype("datetime64[ns]")
    days, clocks = (np.datetime_as_string(moments, unit).tolist() for unit in ("D", "s"))
    return [
        f"{day.replace('-', '.')}\t{clock[11:]}\t1.1{row % 9}00\t1.20000\t1.00000\t1.15000\t{row % 50 + 1}\t{volume}\t7"
        for row, (day, clock) in enumerate(zip(days, clocks, strict=True))
    ]


def write(folder: Path, lines: list[str], name: str = NAME, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_export_of_forex_reads_its_tick_volume_and_its_name(tmp_path, encoding):
    path = write(tmp_path, [HEADER, *rows(30)], encoding=encoding)
    candles, notes = files.read_with_notes(path)
    assert candles.time.tolist() == (START + np.arange(30, dtype=np.int64) * MINUTE).tolist()
    assert candles.volume.tolist() == [row % 50 + 1 for row in range(30)]
    assert candles.timeframe is Timeframe.M1
    assert (candles.instrument.symbol, candles.instrument.asset_class, candles.instrument.calendar) == ("EURUSD", AssetClass.FOREX, "24/5")
    assert any("<VOL> is 0 in the first 30 rows; <TICKVOL> is read as the volume" in note for note in notes)
    assert files.inspect(path).symbols == ("EURUSD",)


def test_a_real_volume_counts_and_a_correction_always_does(tmp_path):
    candles, notes = files.read_with_notes(write(tmp_path, [HEADER, *rows(30, volume=900)]))
    assert candles.volume.tolist() == [900] * 30
    assert not any("TICKVOL" in note for note in notes)
    path = write(tmp_path, [HEADER, *rows(30)])
    assert files.read(path, corrections={"volume": "<VOL>"}).volume.tolist() == [0] * 30
    assert files.read(path, corrections={"volume": "<SPREAD>"}).volume.tolist() == [7] * 30


def test_a_large_export_is_read_to_the_minute(tmp_path):
    count = 30_000
    path = write(tmp_path, [HEADER, *rows(count)])
    assert path.stat().st_size > HEAD_BYTES
    candles = files.read(path)
    assert candles.time.tolist() == (START + np.arange(count, dtype=np.int64) * MINUTE).tolist()
    lines = rows(count)
    lines[28_000] = lines[28_000].replace("\t1", "\tnoon 1", 1)
    with pytest.raises(BadInput, match=r"time can't be read in 1 row: line 28,002"):
        files.read(write(tmp_path, [HEADER, *lines]))


def test_days_have_no_clock_and_the_older_terminal_no_header(tmp_path):
    days = ["<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>"]
    days += [f"2024.01.{day:02}\t1.1\t1.2\t1.0\t1.15\t{day}\t0\t7" for day in range(1, 29)]
    candles = files.read(write(tmp_path, days, "GBPUSD_Daily_202401010000_202401280000.csv"))
    assert (candles.timeframe, candles.instrument.symbol, candles.volume[27]) == (Timeframe.D1, "GBPUSD", 28)
    older = [f"2024.01.02,{hour:02}:00,1.1,1.2,1.0,1.15,{hour + 1}" for hour in range(24)]
    candles = files.read(write(tmp_path, older, "EURUSD60.csv"), symbol="EURUSD")
    assert (candles.timeframe, candles.time[0], candles.volume[23]) == (Timeframe.H1, START, 24)


@settings(max_examples=60, deadline=None)
@given(
    seconds=st.lists(st.integers(0, 2_000_000_000), min_size=2, max_size=40, unique=True),
    pattern=st.sampled_from(["%Y.%m.%d\t%H:%M:%S", "%Y-%m-%d\t%H:%M:%S", "%Y%m%d\t%H%M%S"]),
)
def test_day_and_clock_apart_say_what_they_say_together(tmp_path_factory, seconds, pattern):
    from datetime import UTC, datetime

    moments = [datetime.fromtimestamp(second, UTC) for second in sorted(seconds)]
    apart = [f"{moment.strftime(pattern)}\t1\t2\t1\t2\t5" for moment in moments]
    path = write(tmp_path_factory.mktemp("clock"), ["date\ttime\topen\thigh\tlow\tclose\tvolume", *apart])
    assert (files.read(path, timeframe=Timeframe.M1).time // 10**9).tolist() == sorted(seconds)
