"""Files of more than a million bytes are cut as they stand on the disk; what they hold is read as if they were small."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from terminal.domain.candles import COLUMNS, Candles
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import MINUTE
from terminal.venues import files
from terminal.venues.files.document import HEAD_BYTES, Document

ROWS = 40_000
START = 1_609_459_200 * 10**9  # 2021-01-01
HEADER = "time,open,high,low,close,volume"


def lines_of(time: str = "iso", rows: int = ROWS) -> list[str]:
    moments = START + np.arange(rows, dtype=np.int64) * MINUTE
    texts = np.datetime_as_string(moments.astype("datetime64[ns]"), "s") if time == "iso" else (moments // 1_000_000).astype(str)
    price = np.round(100 + np.sin(np.arange(rows) / 500), 4)
    return [f"{text},{value:.8f},{value + 1:.8f},{value - 1:.8f},{value:.8f},{row % 97}.5" for row, (text, value) in enumerate(zip(texts, price, strict=True))]


@pytest.fixture
def write(tmp_path: Path):
    def write(lines: list[str], name: str = "candles.csv", end: str = "\n") -> Path:
        path = tmp_path / name
        content = (end.join(lines) + end).encode("cp1252" if name.startswith("windows") else "utf-8")
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        assert len(content) > HEAD_BYTES
        return path

    return write


def same(one: Candles, other: Candles) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in COLUMNS)


@pytest.mark.parametrize("time", ["iso", "ms"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_large_file_holds_what_its_packed_copy_holds(write, time, end):
    path = write([HEADER, *lines_of(time)], end=end)
    packed = write([HEADER, *lines_of(time)], "packed.csv.gz", end=end)
    assert Document(path).plain_lines
    assert not Document(packed).plain_lines
    candles = files.read(path, symbol="A/B")
    assert len(candles) == ROWS
    assert candles.time.tolist() == (START + np.arange(ROWS, dtype=np.int64) * MINUTE).tolist()
    assert same(candles, files.read(packed, symbol="A/B"))
    assert [fact.name for fact in files.inspect(path).facts] == [fact.name for fact in files.inspect(packed).facts]


@pytest.mark.parametrize(
    ("far_line", "words"),
    [
        ("2021-02-01T00:00:00,1,2,0.5,abc,1", r"close is no number in 1 row: line 30,001 \('abc'\)"),
        ("2021-02-01T00:00:00,1,2,3,1,1", r"high is below low in 1 row: line 30,001"),
        ("2021-02-01T00:00:00,1,2,0.5,,1", r"close is not a number in 1 row: line 30,001"),
        ("never,1,2,0.5,1,1", r"time can't be read in 1 row: line 30,001 \('never'\)"),
        (",1,2,0.5,1,1", r"time can't be read in 1 row: line 30,001"),
        ("2021-02-01T00:00:00,1,2,0.5,1", r"1 line without 6 columns: line 30,001 \(5 columns\)"),
        ("\0" * 5_000, r"bytes that no text has"),
        ("2" * 3_000_000, r"Line 30,001 of candles.csv is 3,000,00\d characters long"),
    ],
)
def test_a_bad_row_far_below_is_named_by_its_line(write, far_line, words):
    lines = [HEADER, *lines_of()]
    path = write([*lines[:30_000], far_line, *lines[30_000:]])
    assert Document(path).plain_lines
    with pytest.raises(BadInput, match=words):
        files.read(path, symbol="A/B")


@pytest.mark.parametrize("far_line", ["", "   ", " \t ", "{row},n/a"])
def test_what_small_files_may_hold_a_large_one_may_hold_far_below(write, far_line):
    lines = [HEADER, *lines_of()]
    row = lines[30_000].rpartition(",")[0]
    changed = far_line.format(row=row)
    path = write([*lines[:30_000], *([changed] if row in changed else [changed, lines[30_000]]), *lines[30_001:]])
    if row in changed:  # an empty number is refused by its line, not misread
        with pytest.raises(BadInput, match="volume is not a number in 1 row: line 30,001"):
            files.read(path, symbol="A/B")
    else:
        assert same(files.read(path, symbol="A/B"), files.read(write(lines, "plain.csv"), symbol="A/B"))


def test_quotes_and_other_letters_far_below_are_read(write):
    lines = [f"{line},remark" for line in (HEADER, *lines_of())]
    plain = files.read(write(lines, "plain.csv"), symbol="A/B")
    quoted = [*lines[:30_000], *(f'{line},"one, two"' for line in lines_of()[29_999:])]
    assert same(files.read(write(quoted, "quoted.csv"), symbol="A/B"), plain)
    named = [*lines[:30_000], *(f"{line},Größe" for line in lines_of()[29_999:])]
    for name in ("utf8.csv", "windows.csv"):
        assert same(files.read(write(named, name), symbol="A/B"), plain)


def test_a_large_file_of_several_symbols_gives_the_wanted_one(write):
    rows = lines_of(rows=20_000)
    path = write([f"symbol,{HEADER}", *(f"{symbol},{line}" for line in rows for symbol in ("AAA", "BBB"))])
    assert Document(path).plain_lines
    assert len(files.read(path, symbol="BBB")) == 20_000
    with pytest.raises(BadInput, match="holds 2 symbols: AAA, BBB"):
        files.read(path)
