"""The columns of a file, cut in bulk: numbers straight to arrays where they are plain, everything else as text to be judged.

Between the sheet (or a Parquet file) and the assembly of candles.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from terminal.domain.errors import BadInput
from terminal.venues.files.headers import listed
from terminal.venues.files.text import Sheet, line_number

_BLOCK_BYTES = 1024 * 1024
"""Blocks that stay in the processor's cache while they are cut; no line of candles is longer."""


@dataclass(frozen=True, eq=False)
class Table:
    """Chosen columns by role as pyarrow arrays of equal length, and how to name a row to a person."""

    columns: Mapping[str, Any]
    rows: int
    place: Callable[[int], str]
    """Names a row (from 0) as a person finds it: "line 17"."""
    torn: tuple[str, ...] = field(default=())
    """Lines with another number of columns, named; they are in no row."""


def cut(name: str, sheet: Sheet, roles: Mapping[str, int], types: Mapping[str, Any], *, may_drop: bool) -> Table:
    """The columns of `roles` from a sheet, as `types` by role where given, else text. Raises BadInput naming the line.

    pa.ArrowInvalid goes through where a value is not of its type: the caller then asks for text and judges it.
    """
    import pyarrow as pa

    source = pa.BufferReader(memoryview(sheet.content)[_after_lines(sheet.content, sheet.skip) :])
    try:
        table, torn = _cut_columns(source, sheet, roles, types, {}, quote='"')
    except pa.ArrowInvalid as error:
        if "straddling" in str(error) or "CSV parse error" in str(error):
            raise _unreadable(name, sheet, str(error)) from None
        raise
    width = len(sheet.headers)
    places = _torn_lines(sheet, width) if torn else ()
    if torn and not may_drop:
        raise BadInput(
            f"{name} has {torn:,} line{'' if torn == 1 else 's'} without {width} columns: {', '.join(places[:5])}.",
            cure="Mend them, or set the correction bad_rows to drop.",
        )

    def place(row: int) -> str:
        return f"row {row + 1:,}" if torn else f"line {line_number(sheet, row):,}"

    return Table(_whole_columns(table, roles), table.num_rows, place, places)


def cut_plain(sheet: Sheet, roles: Mapping[str, int], types: Mapping[str, Any]) -> Table | None:
    """As `cut`, block by block from the disk; None where a line or a value asks for the closer look that `cut` takes.

    Much quicker: the file is never in memory as a whole, and nothing is searched for quotes and words for "no number".
    """
    import pyarrow as pa

    if not sheet.is_plain or not types.keys() >= roles.keys():
        return None
    with pa.OSFile(str(sheet.document.path)) as file:
        file.seek(_after_lines(sheet.content, sheet.skip))
        try:
            table, torn = _cut_columns(file, sheet, roles, types, {"null_values": [""]}, quote=False)
        except pa.ArrowInvalid:
            return None
    columns = _whole_columns(table, roles)
    return None if torn or columns["time"].null_count else Table(columns, table.num_rows, lambda row: f"line {line_number(sheet, row):,}")


def _cut_columns(
    source: Any, sheet: Sheet, roles: Mapping[str, int], types: Mapping[str, Any], conversion: Mapping[str, Any], *, quote: str | Literal[False]
) -> tuple[Any, int]:
    """The columns as a pyarrow table, and how many lines have another number of columns and are left out. Raises pa.ArrowInvalid."""
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    torn: list[int] = []

    def on_torn(row: Any) -> str:
        if row.text is None or row.text.strip():
            torn.append(row.actual_columns)
        return "skip"

    chosen = {f"c{number}": types.get(role, pa.string()) for role, number in roles.items()}
    table = pa_csv.read_csv(
        source,
        read_options=pa_csv.ReadOptions(column_names=[f"c{number}" for number in range(len(sheet.headers))], block_size=_BLOCK_BYTES),
        parse_options=pa_csv.ParseOptions(delimiter=sheet.delimiter, quote_char=quote, invalid_row_handler=on_torn),
        convert_options=pa_csv.ConvertOptions(
            include_columns=list(chosen), column_types=chosen, strings_can_be_null=False, timestamp_parsers=[pa_csv.ISO8601], **conversion
        ),
    )
    return table, len(torn)


def _whole_columns(table: Any, roles: Mapping[str, int]) -> dict[str, Any]:
    return {role: _whole(table[f"c{number}"]) for role, number in roles.items()}


def _whole(column: Any) -> Any:
    """The column in one piece. Numbers are gathered in memory of numpy's, which asks for large pages: four times as fast as pyarrow's own way."""
    import numpy as np
    import pyarrow as pa

    if column.null_count or column.type not in (pa.float64(), pa.int64(), pa.timestamp("ns"), pa.timestamp("s")):
        return column.combine_chunks()
    room, filled = np.empty(len(column), np.int64), 0
    for chunk in column.chunks:
        part = np.frombuffer(chunk.buffers()[1], np.int64, len(chunk), 8 * chunk.offset)
        room[filled : filled + len(chunk)] = part
        filled += len(chunk)
    return pa.Array.from_buffers(column.type, len(column), [None, pa.py_buffer(room)])


def read_parquet(path: Path, content: bytes) -> tuple[Any, tuple[str, ...]]:
    """All columns of a Parquet file (a pyarrow table) and their names. Raises BadInput for a damaged one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"{path.name} is a damaged Parquet file ({str(error)[:120]}).", cure="Write or download it again.") from None
    if not table.num_rows:
        raise BadInput(f"{path.name} has no rows.", cure="Choose a file with candles in it.")
    return table, tuple(table.column_names)


def _after_lines(content: bytes, count: int) -> int:
    """Where `content` goes on after its first `count` lines that are not empty."""
    stream = io.BytesIO(content)
    while count and (line := stream.readline()):
        count -= bool(line.strip())
    return stream.tell()


def _torn_lines(sheet: Sheet, width: int) -> tuple[str, ...]:
    """The first lines whose delimiters don't give `width` columns, named."""
    found: list[str] = []
    skip = sheet.skip
    delimiter = sheet.delimiter.encode()
    for number, line in enumerate(io.BytesIO(sheet.content), start=1):
        if not line.strip():
            continue
        skip -= 1
        if skip < 0 and line.count(delimiter) != width - 1 and b'"' not in line:
            found.append(f"line {number:,} ({line.count(delimiter) + 1:,} columns)")
            if len(found) == 100:
                break
    return tuple(found)


def _unreadable(name: str, sheet: Sheet, words: str) -> BadInput:
    longest = max(enumerate(io.BytesIO(sheet.content), start=1), key=lambda pair: len(pair[1]))
    if len(longest[1]) > 1024 * 1024:
        return BadInput(
            f"Line {longest[0]:,} of {name} is {len(longest[1]):,} characters long.", cure="This is no line of candles; check how the file was written."
        )
    return BadInput(
        f"{name} can't be cut into {len(sheet.headers)} columns ({listed(sheet.headers)}): {words[:160]}", cure="Check the delimiter and the quotes."
    )
