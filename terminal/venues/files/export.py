"""Candles leave the program: CSV, Parquet, Excel or JSON, each written whole or not at all.

The way out of the store; what is written as CSV or Parquet can be imported again, equal to the last bit.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from terminal.domain.candles import COLUMNS, VALUE_COLUMNS, Candles, iso
from terminal.domain.errors import BadInput, DiskFull, StoreError, lacks_room

_MOST_EXCEL_ROWS = 1_048_575
_METADATA = "outcry."
"""Begins what a Parquet file of ours says of itself, so that it is not mistaken for another program's words."""


def export(candles: Candles, path: Path) -> None:
    """Writes `candles` by the ending of `path`. Raises BadInput for another ending, DiskFull or StoreError; then `path` is as before."""
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise BadInput(f"Candles can't be written as {path.suffix or path.name!r}.", cure=f"End the name in {', '.join(_WRITERS)}.")
    temporary = path.with_name(f".{path.name}.writing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writer(candles, temporary)
        temporary.replace(path)
    except OSError as error:
        if lacks_room(error):
            raise DiskFull(f"No room on the disk to write {path}.", cure="Free some space or choose another folder.") from error
        raise StoreError(f"{path} could not be written: {error.strerror or error}.", cure="Choose another folder or check its permissions.") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _csv(candles: Candles, path: Path) -> None:
    """timestamp,open,high,low,close,volume with YYYY-MM-DD HH:MM:SS in UTC; numbers as short as they can be without loss."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv as pa_csv

    seconds = pa.array(candles.time // 1_000_000_000).cast(pa.timestamp("s"))
    table = pa.table({"timestamp": pc.strftime(seconds, format="%Y-%m-%d %H:%M:%S"), **{name: getattr(candles, name) for name in VALUE_COLUMNS}})
    with path.open("wb") as file:
        file.write(f"{','.join(table.column_names)}\n".encode())
        pa_csv.write_csv(table, file, pa_csv.WriteOptions(include_header=False, quoting_style="none"))


def _parquet(candles: Candles, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    time = pa.array(candles.time).view(pa.timestamp("ns", tz="UTC"))
    facts = {_METADATA + key: str(value) for key, value in _facts(candles).items()}
    pq.write_table(pa.table({"timestamp": time, **{name: getattr(candles, name) for name in VALUE_COLUMNS}}, metadata=facts), path, compression="zstd")


def _excel(candles: Candles, path: Path) -> None:
    from datetime import UTC, datetime

    from openpyxl import Workbook

    if len(candles) > _MOST_EXCEL_ROWS:
        raise BadInput(f"{len(candles):,} candles don't fit into an Excel sheet of {_MOST_EXCEL_ROWS:,} rows.", cure="Export a shorter range, or CSV.")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("candles")
    sheet.append(["timestamp", *VALUE_COLUMNS])
    columns = [getattr(candles, name).tolist() for name in VALUE_COLUMNS]
    for time, *values in zip(candles.time.tolist(), *columns, strict=True):
        sheet.append([datetime.fromtimestamp(time // 1_000_000_000, UTC).replace(tzinfo=None), *values])
    about = book.create_sheet("about")
    for row in _facts(candles).items():
        about.append([str(part) for part in row])
    book.save(path)


def _json(candles: Candles, path: Path) -> None:
    columns = [getattr(candles, name).tolist() for name in VALUE_COLUMNS]
    rows = [[iso(time), *values] for time, *values in zip(candles.time.tolist(), *columns, strict=True)]
    path.write_text(json.dumps({**_facts(candles), "columns": ["timestamp", *COLUMNS[1:]], "rows": rows}), encoding="utf-8")


def facts_in(metadata: Mapping[bytes, bytes] | None) -> Mapping[str, str]:
    """What a Parquet file of ours says of itself (venue, symbol, timeframe, source, simulated); nothing of any other file."""
    said = {key.decode(errors="replace"): value.decode(errors="replace") for key, value in (metadata or {}).items()}
    return {key.removeprefix(_METADATA): value for key, value in said.items() if key.startswith(_METADATA)}


def _facts(candles: Candles) -> dict[str, Any]:
    return {
        "venue": candles.instrument.venue,
        "symbol": candles.instrument.symbol,
        "timeframe": candles.timeframe.value,
        "source": candles.provenance.source,
        "simulated": candles.provenance.simulated,
    }


_WRITERS: Mapping[str, Callable[[Candles, Path], None]] = {".csv": _csv, ".parquet": _parquet, ".xlsx": _excel, ".json": _json}
