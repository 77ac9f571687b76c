"""How a series is cut into files: a period of the calendar each, so that one day touches one file.

Between the series and its Parquet files: merging new candles into a period, finding the rows of a range.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import COLUMNS, VALUE_COLUMNS
from terminal.domain.timeframe import Timeframe
from terminal.market.store_manifest import StoredFile

Columns = Mapping[str, NDArray[Any]]
_UNIT: dict[Timeframe, Literal["M", "Y"] | None] = {Timeframe.M1: "M", Timeframe.D1: None, Timeframe.W1: None}
_WHOLE = "all"


def cut(time: NDArray[np.int64], timeframe: Timeframe) -> list[tuple[str, slice]]:
    """The periods of the opens `time` (UTC ns, rising) with their rows: months for 1m, years up to 4h, one file above."""
    unit = _UNIT.get(timeframe, "Y")
    if not len(time):
        return []
    if unit is None:
        return [(_WHOLE, slice(0, len(time)))]
    first, last = (np.datetime64(int(edge), "ns").astype(f"datetime64[{unit}]") for edge in (time[0], time[-1]))
    periods = np.arange(first, last + np.timedelta64(1, unit))
    borders = [*np.searchsorted(time, periods.astype("datetime64[ns]").view(np.int64)), len(time)]
    return [(str(period), slice(int(start), int(stop))) for period, start, stop in zip(periods, borders, borders[1:], strict=False) if stop > start]


def merged(old: Columns, new: Columns) -> tuple[Columns, int, int]:
    """Both sets of rows by time, `new` winning; how many rows are additional and how many replaced different values."""
    if not len(old["time"]) or old["time"][-1] < new["time"][0]:
        return {name: np.concatenate((old[name], new[name])) for name in COLUMNS}, len(new["time"]), 0
    place = np.minimum(np.searchsorted(old["time"], new["time"]), len(old["time"]) - 1)
    is_known = old["time"][place] == new["time"]
    differs = np.zeros(len(is_known), np.bool_)
    for name in VALUE_COLUMNS:
        before, after = old[name][place], new[name]
        differs |= (before != after) & ~(np.isnan(before) & np.isnan(after))
    result = {}
    for name in COLUMNS:
        column = old[name].copy()
        column[place[is_known]] = new[name][is_known]
        result[name] = np.concatenate((column, new[name][~is_known]))
    order = np.argsort(result["time"], kind="stable")
    return {name: column[order] for name, column in result.items()}, int((~is_known).sum()), int((differs & is_known).sum())


def groups_between(file: StoredFile, start: int | None, end: int | None) -> range:
    """The row groups of `file` that can hold candles opening in [start, end)."""
    if (start is not None and file.last < start) or (end is not None and file.first >= end):
        return range(0)
    first = 0 if start is None else max(0, bisect_right(file.groups, start) - 1)
    stop = len(file.groups) if end is None else bisect_left(file.groups, end)
    return range(first, max(first, stop))


def rows_in(file: StoredFile, groups: range) -> int:
    """How many candles these row groups hold."""
    return max(0, min(file.rows, groups.stop * file.group_rows) - groups.start * file.group_rows)


def checksum(content: Any) -> str:
    """Hash of a file's bytes, by which damage is noticed."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()
