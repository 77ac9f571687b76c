"""Candles as bytes of one Parquet file and back, exact to the last bit, small and quick.

Between the store and pyarrow: prices that are decimal numbers are kept as such, which any Parquet reader understands.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from terminal.domain.candles import COLUMNS, VALUE_COLUMNS

ROWS_PER_GROUP = 16_384
_MOST_DECIMALS = 12
_MOST_WHOLE = 2.0**53
_BLOCK = 16_384
_SAMPLE = 512
_FEW = 16
_METADATA = b"outcry"
Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """A Parquet file in memory; `groups` holds the first open (UTC ns) of each row group."""

    content: pa.Buffer
    groups: tuple[int, ...]


def encode_candles(columns: Columns, facts: Mapping[str, Any]) -> EncodedFile:
    """`columns` (time int64 UTC ns, values float64, equal length) as Parquet; `facts` are kept in its metadata as JSON."""
    arrays: dict[str, pa.Array] = {"time": _plain(columns["time"], pa.timestamp("ns", tz="UTC"))}
    encodings = {"time": "DELTA_BINARY_PACKED"}
    for name in VALUE_COLUMNS:
        decimal = _as_decimal(np.ascontiguousarray(columns[name]))
        arrays[name] = _plain(columns[name], pa.float64()) if decimal is None else decimal
        encodings[name] = "BYTE_STREAM_SPLIT" if decimal is None else "DELTA_BINARY_PACKED"
    table = pa.table(arrays).replace_schema_metadata({_METADATA: json.dumps(facts).encode()})
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        row_group_size=ROWS_PER_GROUP,
        use_dictionary=False,
        compression={name: "zstd" if encodings[name] == "BYTE_STREAM_SPLIT" else "none" for name in encodings},
        column_encoding=encodings,
        store_decimal_as_integer=True,
        write_statistics=["time"],
        write_page_checksum=True,
    )
    return EncodedFile(sink.getvalue(), tuple(int(first) for first in columns["time"][::ROWS_PER_GROUP]))


def decode_candles(content: Any, groups: range, into: Columns, *, with_time: bool = True) -> None:
    """Fills the arrays of `into` from the row groups `groups` of the Parquet file in `content` (a pyarrow source)."""
    _decode(pq.ParquetFile(content, pre_buffer=False), groups, into, with_time=with_time)


def _decode(file: pq.ParquetFile, groups: range, into: Columns, *, with_time: bool = True) -> None:
    table = file.read_row_groups(list(groups), columns=list(COLUMNS if with_time else VALUE_COLUMNS), use_threads=False)
    if with_time:
        np.copyto(into["time"], _flat(table["time"].cast(pa.int64()), np.dtype(np.int64)))
    for name in VALUE_COLUMNS:
        _fill(into[name], table[name])


def facts_of(content: Any) -> tuple[dict[str, Any], Columns]:
    """The metadata and all columns of a file this module wrote; raises ValueError (pa.ArrowInvalid) for anything else."""
    file = pq.ParquetFile(content, page_checksum_verification=True)
    facts = (file.schema_arrow.metadata or {}).get(_METADATA)
    if facts is None:
        raise ValueError("it is not a file of this store")
    rows = file.metadata.num_rows
    columns: dict[str, NDArray[Any]] = {"time": np.empty(rows, np.int64), **{name: np.empty(rows) for name in VALUE_COLUMNS}}
    _decode(file, range(file.metadata.num_row_groups), columns)
    return json.loads(facts), columns


def _plain(values: NDArray[Any], kind: pa.DataType) -> pa.Array:
    """The column as it is; `pyarrow.array` would load pandas, only to see that this is none of its columns."""
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def _as_decimal(values: NDArray[np.float64]) -> pa.Array | None:
    """The column as decimals where that loses no bit, else None."""
    sample = values[:: max(1, len(values) // _SAMPLE)]
    for decimals in range(_decimals_written(sample[:_FEW]), _MOST_DECIMALS + 1):
        if _scaled(sample, decimals) is None:
            continue
        whole = _scaled(values, decimals)
        if whole is not None:
            return pa.Array.from_buffers(pa.decimal64(18, decimals), len(values), [None, pa.py_buffer(whole)])
    return None


def _decimals_written(values: NDArray[np.float64]) -> int:
    """The most decimals that any of `values` has as Python writes it, which is the least that can hold them all."""
    return max((len(repr(value).rstrip("0").partition(".")[2]) for value in values.tolist() if "e" not in repr(value)), default=0)


def _scaled(values: NDArray[np.float64], decimals: int) -> NDArray[np.int64] | None:
    """`values` as whole numbers of 10**-decimals; None where that loses a bit. In blocks that stay in the processor's cache."""
    if not len(values):
        return None
    scale, whole, room = 10.0**decimals, np.empty(len(values), np.int64), np.empty(min(_BLOCK, len(values)))
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is no short decimal, which the next lines find
        for start in range(0, len(values), _BLOCK):
            block = values[start : start + _BLOCK]
            scaled = np.multiply(block, scale, out=room[: len(block)])
            np.rint(scaled, out=scaled)
            if not (scaled.max() < _MOST_WHOLE and scaled.min() > -_MOST_WHOLE):
                return None
            whole[start : start + len(block)] = scaled
            if not np.array_equal(np.divide(scaled, scale, out=scaled).view(np.int64), block.view(np.int64)):
                return None
    return whole


def _fill(target: NDArray[np.float64], column: pa.ChunkedArray) -> None:
    if not pa.types.is_decimal(column.type):
        np.copyto(target, _flat(column, np.dtype(np.float64)))
        return
    words = column.type.byte_width // 8
    scale, at = 10.0**column.type.scale, 0
    for chunk in column.chunks:
        numbers = np.frombuffer(chunk.buffers()[1], np.int64)[words * chunk.offset : words * (chunk.offset + len(chunk)) : words]
        np.divide(numbers, scale, out=target[at : at + len(chunk)])
        at += len(chunk)


def _flat(column: pa.ChunkedArray, dtype: np.dtype[Any]) -> NDArray[Any]:
    """The numbers as they lie in memory; `to_numpy` would load pandas first. Raises ValueError where one is missing."""
    if column.null_count:
        raise ValueError("a value is missing")
    parts = [np.frombuffer(chunk.buffers()[1], dtype)[chunk.offset : chunk.offset + len(chunk)] for chunk in column.chunks if len(chunk)]
    return np.concatenate(parts) if parts else np.empty(0, dtype)
