"""A small table in a file, CSV or Parquet: its columns by any of the names people give them, its times in UTC ns, its numbers checked.

Read by the files that stand beside candles: funding, exchange rates, splits and dividends, lists with dates.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import BadInput
from terminal.domain.moments import parse_moment

TIMES = ("time", "timestamp", "date", "datetime", "fundingtime", "fundingratetimestamp", "calctime")
_EPOCHS = ((10**17, 1), (10**14, 10**3), (10**11, 10**6), (0, 10**9))
"""From which size on a whole number counts ns, µs, ms, s."""


@dataclass(frozen=True, eq=False, slots=True)
class SmallTable:
    """The columns of a file by their own names; `names` finds each by its letters alone, in lower case."""

    path: Path
    columns: Any
    names: dict[str, str]

    @classmethod
    def read(cls, path: Path, what: str) -> "SmallTable":
        """The table in `path`, which a refusal calls `what`; raises BadInput in words."""
        import pyarrow as pa
        from pyarrow import csv, parquet

        if not path.is_file():
            raise BadInput(f"There is no {what} {path}.", cure="Check its name.")
        try:
            table = parquet.read_table(path) if path.suffix.lower() in (".parquet", ".pq") else csv.read_csv(path)
        except OSError as error:
            raise BadInput(f"The {what} {path} can't be read: {error.strerror or error}.", cure="Check its name and its rights.") from error
        except pa.ArrowInvalid as error:
            raise BadInput(f"{path.name} is no table: {str(error).splitlines()[0]}.", cure="Give a CSV file with a header line, or Parquet.") from error
        return cls(path, table, {"".join(letter for letter in str(name).lower() if letter.isalnum()): str(name) for name in table.column_names})

    def column(self, wanted: Sequence[str]) -> list[Any] | None:
        """The values of the first column called by one of `wanted`, None where there is none."""
        name = next((self.names[each] for each in wanted if each in self.names), None)
        return None if name is None else list(self.columns[name].to_pylist())

    def demanded(self, what: str, wanted: Sequence[str], cure: str) -> list[Any]:
        """As `column`; raises BadInput where the file has no column for `what`."""
        values = self.column(wanted)
        if values is None:
            raise BadInput(f"{self.path.name} has no column for {what}: {', '.join(self.columns.column_names)}.", cure=cure)
        return values

    def moments(self, what: str, wanted: Sequence[str] = TIMES) -> NDArray[np.int64]:
        """The times of the first column called by one of `wanted` in UTC ns, whether they are times, texts or numbers since 1970."""
        name = next((self.names[each] for each in wanted if each in self.names), None)
        if name is None:
            raise BadInput(f"{self.path.name} has no column for the time: {', '.join(self.columns.column_names)}.", cure=f"Call it {wanted[0]}.")
        return _moments(self.columns[name], f"{what} in {self.path.name}")

    def texts(self, what: str, wanted: Sequence[str], cure: str) -> list[str]:
        """The texts of a demanded column without spaces around; raises BadInput that names the line of an empty one."""
        values = [str("" if value is None else value).strip() for value in self.demanded(what, wanted, cure)]
        for row, value in enumerate(values):
            if not value:
                raise self.wrong(row, f"has no value for {what}", cure)
        return values

    def numbers(self, what: str, wanted: Sequence[str], cure: str) -> list[float]:
        """The finite numbers of a demanded column; raises BadInput that names the line and value of another."""
        found = []
        for row, value in enumerate(self.demanded(what, wanted, cure)):
            try:
                number = float(value)
            except (TypeError, ValueError):
                number = math.nan
            if not math.isfinite(number):
                raise self.wrong(row, f"says {value!r} for {what}", cure)
            found.append(number)
        return found

    def wrong(self, row: int, what: str, cure: str) -> BadInput:
        """The refusal of a row (from 0) of the table; the line counts the head."""
        return BadInput(f"Line {row + 2:,} of {self.path.name} {what}.", cure=cure)


def _moments(column: Any, what: str) -> NDArray[np.int64]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.null_count:
        raise BadInput(f"{what[:1].upper()}{what[1:]} is missing.", cure="Give a time in every line.")
    if pa.types.is_temporal(column.type):
        zone = getattr(column.type, "tz", None)
        return np.asarray(pc.cast(pc.cast(column, pa.timestamp("ns", tz=zone)), pa.int64()).to_numpy(), np.int64)
    values = column.to_pylist()
    if values and isinstance(values[0], str):
        return np.array([parse_moment(text, what) for text in values], np.int64)
    times = np.asarray(values, np.float64)
    unit = next(factor for least, factor in _EPOCHS if np.nanmax(np.abs(times), initial=0.0) >= least)
    return np.asarray(values).astype(np.int64) * unit
