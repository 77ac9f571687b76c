"""A file of funding rates becomes a series: CSV or Parquet with a time, a rate and, where there is one, the mark price of each settlement.

Beside the import of candles; nothing is stored.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import BadInput
from terminal.domain.moments import parse_moment
from terminal.domain.rates import Funding

_TIMES = ("time", "timestamp", "date", "datetime", "fundingtime", "fundingratetimestamp", "calctime")
_RATES = ("rate", "fundingrate", "lastfundingrate", "open")
"""Names of the rate, in the order of preference; files made like candles keep it in the column of the open."""
_MARKS = ("mark", "markprice")
_EPOCHS = ((10**17, 1), (10**14, 10**3), (10**11, 10**6), (0, 10**9))
"""From which size on a whole number counts ns, µs, ms, s."""


def read_funding(path: Path) -> Funding:
    """The funding rates that the file holds; raises BadInput in words."""
    table = _table(path)
    names = {"".join(letter for letter in str(name).lower() if letter.isalnum()): str(name) for name in table.column_names}
    time, rate = (_first(names, wanted) for wanted in (_TIMES, _RATES))
    if time is None or rate is None:
        what = "time" if time is None else "rate"
        raise BadInput(f"{path.name} has no column for the {what}: {', '.join(table.column_names)}.", cure="Call its columns time, rate and mark.")
    mark = _first(names, _MARKS)
    try:
        rates = np.asarray(table[rate].to_pylist(), np.float64)
        marks = None if mark is None else np.asarray(table[mark].to_pylist(), np.float64)
    except (TypeError, ValueError):
        raise BadInput(f"A funding rate in {path.name} is not a number.", cure="Give fractions, such as 0.0001.") from None
    return Funding.from_arrays(_moments(table[time]), rates, marks, path.name)


def _table(path: Path) -> Any:
    import pyarrow as pa
    from pyarrow import csv, parquet

    try:
        return parquet.read_table(path) if path.suffix.lower() in (".parquet", ".pq") else csv.read_csv(path)
    except OSError as error:
        raise BadInput(f"The funding file {path} can't be read: {error.strerror or error}.", cure="Check its name and its rights.") from error
    except pa.ArrowInvalid as error:
        raise BadInput(f"{path.name} is no table: {str(error).splitlines()[0]}.", cure="Give a CSV file with a header line, or Parquet.") from error


def _first(names: dict[str, str], wanted: tuple[str, ...]) -> str | None:
    return next((names[name] for name in wanted if name in names), None)


def _moments(column: Any) -> NDArray[np.int64]:
    """The times in UTC ns, whether they are times, texts or numbers since 1970."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_temporal(column.type):
        zone = getattr(column.type, "tz", None)
        return np.asarray(pc.cast(pc.cast(column, pa.timestamp("ns", tz=zone)), pa.int64()).to_numpy(), np.int64)
    values = column.to_pylist()
    if values and isinstance(values[0], str):
        return np.array([parse_moment(text, "a funding time") for text in values], np.int64)
    times = np.asarray(values, np.float64)
    unit = next(factor for least, factor in _EPOCHS if np.nanmax(np.abs(times), initial=0.0) >= least)
    return np.asarray(values).astype(np.int64) * unit
