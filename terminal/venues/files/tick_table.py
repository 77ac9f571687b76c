"""The table of a tick file: CSV or Parquet read into columns that are found by their names, the rows of one symbol.

Read by `ticks`, which makes messages of it.
"""

import gzip
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import BadInput
from terminal.venues.files.headers import SYMBOLS
from terminal.venues.files.symbols import argument_cure, symbol_meant
from terminal.venues.files.times import EPOCHS, detect_style, parse_times, to_utc

_TIMES = ("time", "timestamp", "ts", "datetime", "date", "tsevent", "eventtime", "tradetime", "transacttime", "exchangetimestamp", "localtimestamp", "t")
_SAMPLE = 4000
_FRACTION = re.compile(r":\d{2}\.(\d{1,9})\s*$")
_DELIMITERS = ",;\t|"
_LONGEST_HEAD = 65_536


def table_of_one(path: Path, suffix: str, wanted: str | None) -> "tuple[TickTable, str | None]":
    """The rows of one symbol of a file, and that symbol as the file has it, None where no column tells one.

    Raises BadInput that asks which one where there are several and none is `wanted`.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = _arrow(path, suffix)
    whole = TickTable(path, columns, None)
    name = whole.find(SYMBOLS)
    if name is None:
        return whole, None
    symbols = pc.utf8_trim_whitespace(pc.cast(columns[name], pa.string()))
    held = sorted(str(symbol) for symbol in pc.unique(symbols).to_pylist() if symbol)
    found = symbol_meant(path.name, held, wanted, cure=argument_cure(held) if held else "")
    if found is None:
        return whole, held[0] if held else None
    is_meant = pc.fill_null(pc.equal(symbols, found), False)
    return TickTable(path, columns.filter(is_meant), np.flatnonzero(is_meant.to_numpy())), found


def _arrow(path: Path, suffix: str) -> Any:
    import pyarrow as pa
    from pyarrow import csv, parquet

    try:
        if suffix in (".parquet", ".pq"):
            return parquet.read_table(path)
        return csv.read_csv(path, parse_options=csv.ParseOptions(delimiter=_delimiter(path)))
    except OSError as error:
        raise BadInput(f"The ticks {path} can't be read: {error.strerror or error}.", cure="Check its name and its rights.") from error
    except pa.ArrowInvalid as error:
        raise BadInput(f"{path.name} is no table: {str(error).splitlines()[0].rstrip('.')}.", cure="Give a CSV file with a header line, or Parquet.") from error


def _delimiter(path: Path) -> str:
    """What separates the columns: of the usual signs the one that the first line holds most of."""
    with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as file:
        line = file.readline(_LONGEST_HEAD).decode("utf-8", "replace")
    return max(_DELIMITERS, key=line.count)


class TickTable:
    """The columns of the file, found by the letters and digits of their names."""

    def __init__(self, path: Path, columns: Any, rows: NDArray[np.int64] | None) -> None:
        self.path = path
        self.columns = columns
        self._rows = rows
        """Which rows of the file these are, None = all of them."""
        self.names = {"".join(letter for letter in str(name).lower() if letter.isalnum()): str(name) for name in columns.column_names}

    def find(self, wanted: tuple[str, ...]) -> str | None:
        """The first column called by one of `wanted`."""
        return next((self.names[each] for each in wanted if each in self.names), None)

    def numbers(self, name: str) -> NDArray[np.float64]:
        """A column as float64, NaN where it is empty; raises BadInput where it holds something else."""
        import pyarrow as pa
        import pyarrow.compute as pc

        try:
            return np.asarray(pc.cast(self.columns[name], pa.float64()).to_numpy(), np.float64)
        except pa.ArrowInvalid as error:
            raise BadInput(f"The column {name!r} of {self.path.name} is not all numbers: {str(error).splitlines()[0]}.", cure="Give numbers.") from None

    def texts(self, name: str) -> list[str]:
        """A column as texts in lower case."""
        import pyarrow as pa
        import pyarrow.compute as pc

        column = self.columns[name]
        if pa.types.is_boolean(column.type) or not pa.types.is_string(column.type):
            column = pc.cast(column, pa.string())
        return [str(text or "").strip().lower() for text in column.to_pylist()]

    def times(self, zone: str) -> NDArray[np.int64]:
        """The times in UTC ns; those without a zone are of `zone`. Raises BadInput that names the first that is none."""
        import pyarrow as pa
        import pyarrow.compute as pc

        name = self.find(_TIMES) or next((name for letters, name in self.names.items() if "time" in letters or "date" in letters), None)
        if name is None:
            held = ", ".join(str(each) for each in self.columns.column_names)
            raise BadInput(f"{self.path.name} has no column for the time: {held}.", cure="Name the columns in the first line, such as time, price, size.")
        column = self.columns[name]
        if column.null_count:
            raise BadInput(f"{column.null_count:,} rows of {self.path.name} have no time.", cure="Give a time in every row.")
        if pa.types.is_temporal(column.type):
            local = np.asarray(pc.cast(pc.cast(column, pa.timestamp("ns", tz=getattr(column.type, "tz", None))), pa.int64()).to_numpy(), np.int64)
            return local if getattr(column.type, "tz", None) else to_utc(local, zone)[0]
        texts = pc.cast(column, pa.string())
        style = detect_style(texts.slice(0, _SAMPLE).to_pylist())
        if style is None:
            raise BadInput(f"The times of {self.path.name} look like nothing known: {texts[0].as_py()!r}.", cure="Give ISO times, or numbers since 1970.")
        found, wrong = parse_times(texts.combine_chunks(), style)
        if len(wrong):
            place = int(wrong[0] if self._rows is None else self._rows[wrong[0]])
            raise BadInput(f"Row {place + 1:,} of {self.path.name} has no time: {texts[int(wrong[0])].as_py()!r}.", cure="Correct or remove it.")
        if style.form not in EPOCHS and style.form != "iso":
            found = found + _fractions(texts.to_pylist())
        return found if style.is_zoned else to_utc(found, zone)[0]


def _fractions(texts: list[str]) -> NDArray[np.int64]:
    """The ns behind the seconds of times such as 02.01.2020 10:00:01.123, which a pattern leaves out."""
    found = (_FRACTION.search(text) for text in texts)
    return np.array([0 if match is None else int(match[1].ljust(9, "0")) for match in found], np.int64)
