"""The columns of a file, cut in bulk: numbers straight to arrays where they are plain, everything else as text to be judged.

Between the sheet (or a Parquet file) and the assembly of candles.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from terminal.domain.errors import BadInput
from terminal.venues.files.headers import listed
from terminal.venues.files.text import Sheet, line_number


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
    import pyarrow.csv as pa_csv

    torn: list[int] = []

    def on_torn(row: Any) -> str:
        if row.text is None or row.text.strip():
            torn.append(row.actual_columns)
        return "skip"

    names = [f"c{number}" for number in range(len(sheet.headers))]
    text = pa.string()
    chosen = {f"c{number}": types.get(role, text) for role, number in roles.items()}
    body = _after_lines(sheet.content, sheet.skip)
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(body),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=4 * 1024 * 1024),
            parse_options=pa_csv.ParseOptions(delimiter=sheet.delimiter, invalid_row_handler=on_torn),
            convert_options=pa_csv.ConvertOptions(
                include_columns=list(chosen), column_types=chosen, strings_can_be_null=False, timestamp_parsers=[pa_csv.ISO8601]
            ),
        )
    except pa.ArrowInvalid as error:
        if "straddling" in str(error) or "CSV parse error" in str(error):
            raise _unreadable(name, sheet, str(error)) from None
        raise
    places = _torn_lines(sheet, len(names)) if torn else ()
    if torn and not may_drop:
        raise BadInput(
            f"{name} has {len(torn):,} line{'' if len(torn) == 1 else 's'} without {len(names)} columns: {', '.join(places[:5])}.",
            cure="Mend them, or set the correction bad_rows to drop.",
        )
    columns = {role: table[f"c{number}"].combine_chunks() for role, number in roles.items()}
    is_whole = not torn

    def place(row: int) -> str:
        return f"line {line_number(sheet, row):,}" if is_whole else f"row {row + 1:,}"

    return Table(columns, table.num_rows, place, places)


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


def _after_lines(content: bytes, count: int) -> Any:
    """`content` from after its first `count` lines that are not empty, without a copy."""
    stream = io.BytesIO(content)
    while count and (line := stream.readline()):
        count -= bool(line.strip())
    return memoryview(content)[stream.tell() :]


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
