"""A candle file understood step by step: columns, numbers, times, then candles; every guess written down for a person to see.

Behind `venues.files.read` and `inspect`; each step obeys the person's correction first.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import VALUE_COLUMNS, Candles, Provenance
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import Timeframe
from terminal.venues.files import assemble, times
from terminal.venues.files.document import Document
from terminal.venues.files.export import facts_in
from terminal.venues.files.headers import plain, roles_by_name
from terminal.venues.files.kind import instrument_of, symbols_in_name
from terminal.venues.files.reading import Sureness
from terminal.venues.files.roles import complete_roles
from terminal.venues.files.symbols import symbol_meant
from terminal.venues.files.table import Table, cut, cut_plain, read_parquet
from terminal.venues.files.text import Sheet, read_sheet, whole_sheet
from terminal.venues.files.values import columns_of, number_style
from terminal.venues.files.work import Interpretation

_PREVIEW_ROWS = 8


def interpret(work: Interpretation, *, symbol: str | None, timeframe: Timeframe | None, venue: str) -> Candles:
    """The candles of the file. Raises BadInput in words a person can act on; `work` keeps what was understood until then."""
    table = _table(work, symbol)
    columns, zone_note = columns_of(work, table)
    columns = assemble.refuse_or_drop(columns, assemble.bad_prices(columns, table.place, work.notebook), table.place, work.corrections, work.notebook)
    if not len(columns["time"]):
        raise BadInput(f"No row of {work.path.name} is left.", cure="Choose another file, or set the correction bad_rows to refuse to see why.")
    columns = assemble.in_order(columns, table.place, work.corrections, work.notebook)
    length = assemble.find_timeframe(columns["time"], timeframe, work.corrections, work.notebook)
    _shift_close_stamps(work, columns, length)
    assemble.off_grid(columns["time"], length, work.notebook)
    work.symbols = work.symbols or symbols_in_name(work.path)
    name = symbol or work.corrections.get("symbol") or (work.symbols[0] if len(work.symbols) == 1 else work.path.name.split(".")[0])
    instrument = instrument_of(venue, name, columns["time"], length, work.corrections, work.notebook)
    values = {key: columns[key] for key in ("time", *VALUE_COLUMNS)}
    for column in values.values():
        column.flags.writeable = False
    work.candles = Candles(instrument, length, **values, provenance=Provenance(work.path.name, work.is_simulated, zone_note))
    return work.candles


def _table(work: Interpretation, symbol: str | None) -> Table:
    document = Document(work.path)
    if not document.plain_lines and document.content[:4] == b"PAR1":
        return _parquet_table(work, document.content, symbol)
    sheet = read_sheet(document, work.corrections, work.notebook)
    work.headers, work.preview = sheet.headers, sheet.sample[:_PREVIEW_ROWS]
    work.roles = complete_roles(work, roles_by_name(sheet.headers, work.corrections), sheet.sample, symbol)
    types = _types(work, sheet)
    table = cut_plain(sheet, work.roles, types) or _closely_cut(work, whole_sheet(sheet, work.notebook), types)
    if table.torn:
        work.notebook.note(f"{len(table.torn):,} lines with another number of columns were dropped, as you said: {', '.join(table.torn[:5])}.")
    return _of_one_symbol(work, table, symbol)


def _closely_cut(work: Interpretation, sheet: Sheet, types: Mapping[str, Any]) -> Table:
    import pyarrow as pa

    may_drop = work.corrections.choice("bad_rows", ("refuse", "drop"), "refuse") == "drop"
    try:
        return cut(work.path.name, sheet, work.roles, types, may_drop=may_drop)
    except pa.ArrowInvalid:
        return cut(work.path.name, sheet, work.roles, {}, may_drop=may_drop)


def _parquet_table(work: Interpretation, content: bytes, symbol: str | None) -> Table:
    import pyarrow as pa

    table, work.headers = read_parquet(work.path, content)
    _obey_own_words(work, facts_in(table.schema.metadata))
    head = table.slice(0, 200).to_pylist()
    sample = tuple(tuple("" if row[name] is None else str(row[name]) for name in work.headers) for row in head)
    work.preview = sample[:_PREVIEW_ROWS]
    named = roles_by_name(work.headers, work.corrections)
    if "time" not in named:
        moments = [number for number, kind in enumerate(table.schema.types) if pa.types.is_temporal(kind)]
        named |= {"time": moments[0]} if moments else {}
    work.roles = complete_roles(work, named, sample, symbol)
    columns = {role: _simple(table.column(number).combine_chunks()) for role, number in work.roles.items()}
    return _of_one_symbol(work, Table(columns, table.num_rows, lambda row: f"row {row + 1:,}"), symbol)


def _obey_own_words(work: Interpretation, facts: Mapping[str, str]) -> None:
    """Keeps what our own export wrote down: the symbol, and above all that prices are invented."""
    work.symbols = (facts["symbol"],) if "symbol" in facts else ()
    work.is_simulated = facts.get("simulated") == "True"
    if work.is_simulated:
        work.notebook.note("The prices are simulated: they were invented, and the file says so.")


def _simple(column: Any) -> Any:
    """A Parquet column as text, numbers or moments, without dictionaries and decimals."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
        return column.cast(pa.string())
    return pc.cast(column, pa.float64(), safe=False) if pa.types.is_decimal(column.type) else column


def _types(work: Interpretation, sheet: Sheet) -> dict[str, Any]:
    """The type by role of what can be cut straight to numbers and moments, judged by the sample."""
    import pyarrow as pa

    style = number_style(work, sheet.sample, sheet.delimiter)
    found: dict[str, Any] = dict.fromkeys([role for role in work.roles if role in VALUE_COLUMNS], pa.float64()) if style.is_plain else {}
    found |= {"symbol_column": pa.string()} if "symbol_column" in work.roles else {}
    if "clock" in work.roles:
        found |= dict.fromkeys(("time", "clock"), pa.dictionary(pa.int32(), pa.string()))
    elif work.corrections.get("time_format") is None:
        texts = [row[work.roles["time"]] for row in sheet.sample]
        seen = times.detect_style(texts)
        if seen is not None and seen.form in times.EPOCHS and all(text.isdigit() for text in texts):
            found["time"] = pa.int64()
        elif seen is not None and seen.form == "iso":
            found["time"] = pa.timestamp("ns", tz="UTC") if seen.is_zoned else pa.timestamp("ns")
    return found


def _of_one_symbol(work: Interpretation, table: Table, symbol: str | None) -> Table:
    """The rows of the wanted symbol, where the file has a column for it. Raises UnknownName listing those there are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    work.rows = table.rows
    column = table.columns.get("symbol_column")
    if column is None:
        return table
    column = column.cast(pa.string())
    work.symbols = tuple(sorted(str(name) for name in pc.unique(column).to_pylist() if name))
    wanted = work.corrections.get("symbol") or symbol
    cure = f"Set the correction symbol to {work.symbols[0]}, or to another of them." if work.symbols else ""
    found = symbol_meant(work.path.name, work.symbols, wanted, cure=cure)
    if found is None:
        return table
    rows = np.flatnonzero(pc.equal(column, found).to_numpy(zero_copy_only=False))
    work.notebook.fact("symbol", found, Sureness.CERTAIN, f"{len(rows):,} of {table.rows:,} rows")
    chosen = {role: values.take(pa.array(rows)) for role, values in table.columns.items()}
    return Table(chosen, len(rows), lambda row: table.place(int(rows[row])), table.torn)


def _shift_close_stamps(work: Interpretation, columns: assemble.Columns, length: Timeframe) -> None:
    header = plain(work.headers[work.roles["time"]])
    guess = "close" if header in ("closetime", "closetimestamp", "endtime") else "open"
    stamp = work.corrections.choice("stamp", ("open", "close"), guess)
    if stamp == "close":
        # a close such as 23:59:59.999 is the end of the candle just as 00:00 is
        columns["time"] = length_floor(columns["time"], length) if guess == "close" else columns["time"] - length.nanoseconds
    work.notebook.fact("stamp", stamp, Sureness.CORRECTED if work.corrections.get("stamp") else Sureness.LIKELY if guess == "close" else Sureness.ASSUMED)


def length_floor(time: NDArray[np.int64], length: Timeframe) -> NDArray[np.int64]:
    """The opens of candles that are stamped with their close, a moment before it or at it."""
    return np.asarray(-(-time // length.nanoseconds) * length.nanoseconds - length.nanoseconds)
