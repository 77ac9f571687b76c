"""A candle file understood step by step: columns, numbers, times, then candles; every guess written down for a person to see.

Behind `venues.files.read` and `inspect`; each step obeys the person's correction first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import PRICE_COLUMNS, VALUE_COLUMNS, Candles, Provenance
from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.names import nearest
from terminal.domain.timeframe import DAY, Timeframe
from terminal.venues.files import assemble, numbers, times
from terminal.venues.files.headers import listed, plain, roles_by_name
from terminal.venues.files.kind import instrument_of
from terminal.venues.files.reading import Corrections, Notebook, Sureness
from terminal.venues.files.table import Table, cut, read_parquet
from terminal.venues.files.text import Sheet, file_bytes, read_sheet

_PREVIEW_ROWS = 8


@dataclass(eq=False)
class Interpretation:
    """What is known of a file so far; filled in step by step, so that a failing step leaves what was found before it."""

    path: Path
    corrections: Corrections
    notebook: Notebook = field(default_factory=Notebook)
    headers: tuple[str, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()
    roles: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    symbols: tuple[str, ...] = ()
    candles: Candles | None = None


def interpret(work: Interpretation, *, symbol: str | None, timeframe: Timeframe | None, venue: str) -> Candles:
    """The candles of the file. Raises BadInput in words a person can act on; `work` keeps what was understood until then."""
    table = _table(work, symbol)
    columns, zone_note = _columns(work, table)
    columns = assemble.refuse_or_drop(columns, assemble.bad_prices(columns, table.place, work.notebook), table.place, work.corrections, work.notebook)
    if not len(columns["time"]):
        raise BadInput(f"No row of {work.path.name} is left.", cure="Choose another file, or set the correction bad_rows to refuse to see why.")
    columns = assemble.in_order(columns, table.place, work.corrections, work.notebook)
    length = assemble.find_timeframe(columns["time"], timeframe, work.corrections, work.notebook)
    _shift_close_stamps(work, columns, length)
    assemble.off_grid(columns["time"], length, work.notebook)
    name = symbol or work.corrections.get("symbol") or (work.symbols[0] if len(work.symbols) == 1 else work.path.name.split(".")[0])
    instrument = instrument_of(venue, name, columns["time"], length, work.corrections, work.notebook)
    values = {key: columns[key] for key in ("time", *VALUE_COLUMNS)}
    for column in values.values():
        column.flags.writeable = False
    work.candles = Candles(instrument, length, **values, provenance=Provenance(work.path.name, detail=zone_note))
    return work.candles


def _table(work: Interpretation, symbol: str | None) -> Table:
    content = file_bytes(work.path)
    if content[:4] == b"PAR1":
        return _parquet_table(work, content, symbol)
    sheet = read_sheet(work.path.name, content, work.corrections, work.notebook)
    work.headers, work.preview = sheet.headers, sheet.sample[:_PREVIEW_ROWS]
    work.roles = _complete(work, roles_by_name(sheet.headers, work.corrections), sheet.sample, symbol)
    may_drop = work.corrections.choice("bad_rows", ("refuse", "drop"), "refuse") == "drop"
    import pyarrow as pa

    try:
        table = cut(work.path.name, sheet, work.roles, _types(work, sheet), may_drop=may_drop)
    except pa.ArrowInvalid:
        table = cut(work.path.name, sheet, work.roles, {}, may_drop=may_drop)
    if table.torn:
        work.notebook.note(f"{len(table.torn):,} lines with another number of columns were dropped, as you said: {', '.join(table.torn[:5])}.")
    return _of_one_symbol(work, table, symbol)


def _parquet_table(work: Interpretation, content: bytes, symbol: str | None) -> Table:
    import pyarrow as pa

    table, work.headers = read_parquet(work.path, content)
    head = table.slice(0, 200).to_pylist()
    sample = tuple(tuple("" if row[name] is None else str(row[name]) for name in work.headers) for row in head)
    work.preview = sample[:_PREVIEW_ROWS]
    named = roles_by_name(work.headers, work.corrections)
    if "time" not in named:
        moments = [number for number, kind in enumerate(table.schema.types) if pa.types.is_temporal(kind)]
        named |= {"time": moments[0]} if moments else {}
    work.roles = _complete(work, named, sample, symbol)
    columns = {role: _simple(table.column(number).combine_chunks()) for role, number in work.roles.items()}
    return _of_one_symbol(work, Table(columns, table.num_rows, lambda row: f"row {row + 1:,}"), symbol)


def _simple(column: Any) -> Any:
    """A Parquet column as text, numbers or moments, without dictionaries and decimals."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
        return column.cast(pa.string())
    return pc.cast(column, pa.float64(), safe=False) if pa.types.is_decimal(column.type) else column


def _complete(work: Interpretation, roles: dict[str, int], sample: Sequence[Sequence[str]], symbol: str | None) -> dict[str, int]:
    """The roles with what no header says: a clock beside a date, columns without names, a file of closes only."""
    if "clock" in roles and "time" in roles and any(len(row[roles["time"]].strip()) > 10 for row in sample):
        roles.pop("clock")
    if "time" not in roles:
        roles["time"] = _column_of_times(work, sample, set(roles.values()))
        if roles["time"] + 1 < len(work.headers) and all(_is_clock(row[roles["time"] + 1]) for row in sample) and roles["time"] + 1 not in roles.values():
            roles["clock"] = roles["time"] + 1
    if not all(price in roles for price in PRICE_COLUMNS):
        roles = _prices_by_place(work, roles, sample, symbol)
    return roles


def _prices_by_place(work: Interpretation, roles: dict[str, int], sample: Sequence[Sequence[str]], symbol: str | None) -> dict[str, int]:
    taken = {number for role, number in roles.items() if role not in PRICE_COLUMNS}
    numeric = [number for number in range(len(work.headers)) if number not in taken and _is_numeric([row[number] for row in sample])]
    has_names = not all(header.startswith("column ") for header in work.headers)
    if not has_names and len(numeric) >= 4:
        work.notebook.fact("columns", "open, high, low, close by their place", Sureness.LIKELY, "the file names no columns")
        return {**roles, **dict(zip((*PRICE_COLUMNS, "volume"), numeric, strict=False))}
    by_symbol = [number for number, header in enumerate(work.headers) if symbol is not None and plain(header) == plain(symbol)]
    given = work.corrections.get("close") is not None
    if (
        "open" not in roles
        and "high" not in roles
        and "low" not in roles
        and (given or by_symbol or len(numeric) == 1 or ("close" in roles and len(numeric) <= 2))
    ):
        close = roles["close"] if given else by_symbol[0] if by_symbol else roles.get("close", numeric[0])
        work.notebook.note(f"Only closes are in the file ({work.headers[close]}): open, high and low are set to the close.")
        return {**roles, **dict.fromkeys(PRICE_COLUMNS, close)}
    missing = [price for price in PRICE_COLUMNS if price not in roles]
    raise BadInput(
        f"{work.path.name} has no column for {' and '.join(missing)}; its columns are {listed(work.headers)}.",
        cure=f"Name them with corrections, such as {missing[0]}=2 (the second column); close alone reads a column of closes.",
    )


def _column_of_times(work: Interpretation, sample: Sequence[Sequence[str]], taken: set[int]) -> int:
    for number in range(len(work.headers)):
        if number not in taken and times.detect_style([row[number] for row in sample]) is not None:
            work.notebook.fact("time", work.headers[number] or f"column {number + 1}", Sureness.LIKELY, "its values are times")
            return number
    raise BadInput(
        f"{work.path.name} has no column of times; its columns are {listed(work.headers)}.",
        cure="Name it with the correction time, and how it is written with time_format.",
    )


def _is_clock(text: str) -> bool:
    digits = text.strip().replace(":", "").replace(".", "")
    return digits.isdigit() and (":" in text or len(digits) in (4, 6))


def _is_numeric(texts: Sequence[str]) -> bool:
    said = [text.strip(" %$€£kKmMbB+-−'") for text in texts if text.strip() not in numbers.NOTHING]
    return bool(said) and all(text[:1].isdigit() or text[:1] in ".," for text in said) and all(set(text) <= set("0123456789.,eE+- '\u00a0") for text in said)


def _types(work: Interpretation, sheet: Sheet) -> dict[str, Any]:
    """The type by role of what can be cut straight to numbers and moments, judged by the sample."""
    import pyarrow as pa

    style = _number_style(work, sheet.sample, sheet.delimiter)
    found: dict[str, Any] = dict.fromkeys([role for role in work.roles if role in VALUE_COLUMNS], pa.float64()) if style.is_plain else {}
    if "clock" not in work.roles and work.corrections.get("time_format") is None:
        texts = [row[work.roles["time"]] for row in sheet.sample]
        seen = times.detect_style(texts)
        if seen is not None and seen.form in times.EPOCHS and all(text.isdigit() for text in texts):
            found["time"] = pa.int64()
        elif seen is not None and seen.form == "iso":
            found["time"] = pa.timestamp("ns", tz="UTC") if seen.is_zoned else pa.timestamp("ns")
    return found


def _number_style(work: Interpretation, sample: Sequence[Sequence[str]], delimiter: str) -> numbers.NumberStyle:
    given = work.corrections.get("decimal")
    if given is not None and given not in (".", ","):
        raise BadInput(f"The correction decimal is {given!r}.", cure="Use . or ,")
    texts = [row[number] for row in sample for role, number in work.roles.items() if role in VALUE_COLUMNS]
    style = numbers.detect_style(texts, comma_separates=delimiter == ",", decimal=given)
    sureness = Sureness.CORRECTED if given is not None else Sureness.CERTAIN if style.is_sure else Sureness.ASSUMED
    work.notebook.fact("decimal", style.decimal, sureness)
    return style


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
    if len(work.symbols) < 2:
        return table
    wanted = work.corrections.get("symbol") or symbol
    found = next((name for name in work.symbols if wanted is not None and plain(name) == plain(wanted)), None)
    if found is None:
        if wanted is None:
            raise BadInput(f"{work.path.name} holds {len(work.symbols):,} symbols: {listed(work.symbols)}.", cure="Say which one with symbol.")
        raise UnknownName("symbol in the file", wanted, nearest=nearest(wanted, work.symbols), cure=f"It holds {listed(work.symbols)}.")
    rows = np.flatnonzero(pc.equal(column, found).to_numpy(zero_copy_only=False))
    work.notebook.fact("symbol", found, Sureness.CERTAIN, f"{len(rows):,} of {table.rows:,} rows")
    chosen = {role: values.take(pa.array(rows)) for role, values in table.columns.items()}
    return Table(chosen, len(rows), lambda row: table.place(int(rows[row])), table.torn)


def _columns(work: Interpretation, table: Table) -> tuple[assemble.Columns, str]:
    """The columns of candles as arrays, `row` telling where each stood; and the words about the time zone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns: assemble.Columns = {"row": np.arange(table.rows)}
    bad: dict[str, NDArray[np.int64]] = {}
    time, bad["time can't be read"], zone_note = _times(work, table)
    columns["time"] = time
    texts = {role: table.columns[role] for role in VALUE_COLUMNS if role in table.columns and pa.types.is_string(table.columns[role].type)}
    style = _style_of_texts(work, texts) if texts else None
    done: dict[int, NDArray[Any]] = {}
    for role in VALUE_COLUMNS:
        column = table.columns.get(role)
        if column is None:
            columns[role] = np.zeros(table.rows)
        elif work.roles[role] in done:
            columns[role] = done[work.roles[role]]
        elif style is not None and role in texts:
            columns[role], wrong = numbers.parse_numbers(column, style)
            bad[f"{role} is no number"] = wrong
        else:
            columns[role] = np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
        if role in work.roles:
            done[work.roles[role]] = columns[role]
    if any("bid" in plain(work.headers[work.roles[role]]) for role in PRICE_COLUMNS):
        work.notebook.note("Bid prices are read; name other columns with corrections.")
    if "volume" not in table.columns or bool(np.isnan(columns["volume"]).all()):
        work.notebook.note("There is no volume; it is set to 0.")
        columns["volume"] = np.zeros(table.rows)
    elif "volume" in texts:
        dash = pc.is_in(pc.utf8_trim_whitespace(texts["volume"]), value_set=pa.array(["-", "–", "—"])).to_numpy(zero_copy_only=False)
        columns["volume"][dash] = 0.0

    def shown(complaint: str, row: int) -> str:
        role = complaint.split()[0]
        return repr(" ".join(str(table.columns[name][row].as_py()) for name in (("time", "clock") if role == "time" else (role,)) if name in table.columns))

    return assemble.refuse_or_drop(columns, bad, table.place, work.corrections, work.notebook, shown), zone_note


def _style_of_texts(work: Interpretation, texts: Mapping[str, Any]) -> numbers.NumberStyle:
    fact = next((fact for fact in work.notebook.facts if fact.name == "decimal"), None)
    sample = [text or "" for column in texts.values() for text in (*column.slice(0, 2000).to_pylist(), *column.slice(max(0, len(column) - 2000)).to_pylist())]
    style = numbers.detect_style(sample, comma_separates=fact is None or fact.value == ".", decimal=work.corrections.get("decimal"))
    work.notebook.fact(
        "decimal", style.decimal, Sureness.CORRECTED if work.corrections.get("decimal") else Sureness.CERTAIN if style.is_sure else Sureness.ASSUMED
    )
    return style


def _times(work: Interpretation, table: Table) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    """Opens in UTC ns, the rows whose time can't be read, and words about the zone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    column = table.columns["time"]
    kind = column.type
    if pa.types.is_temporal(kind):
        zoned = pa.types.is_timestamp(kind) and kind.tz is not None
        empty = np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False)) if column.null_count else np.empty(0, np.int64)
        whole = pc.cast(pc.cast(column, pa.timestamp("ns", tz=kind.tz if zoned else None)), pa.int64())
        time = np.asarray((pc.fill_null(whole, 0) if len(empty) else whole).to_numpy(zero_copy_only=False))
        work.notebook.fact("time_format", "iso" if not zoned else "iso with a zone", Sureness.CERTAIN)
        return _zoned(work, time, is_zoned=zoned, is_date_only=not zoned and bool(np.all(time % DAY == 0)), bad=empty)
    texts = pc.fill_null(pc.cast(_whole(column), pa.string()), "")
    if "clock" in table.columns:
        clock = pc.utf8_trim_whitespace(pc.fill_null(pc.cast(_whole(table.columns["clock"]), pa.string()), ""))
        # a clock such as 905 lacks the nought that pads it
        padded = pc.if_else(pc.match_substring_regex(clock, r"^(\d|\d{3}|\d{5}|\d:.*)$"), pc.binary_join_element_wise("0", clock, ""), clock)
        texts = pc.binary_join_element_wise(pc.utf8_trim_whitespace(texts), padded, " ")
    return _times_of_texts(work, texts, table)


def _times_of_texts(work: Interpretation, texts: Any, table: Table) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    sample = [text for text in (*texts.slice(0, 2000).to_pylist(), *texts.slice(max(0, len(texts) - 2000)).to_pylist()) if text]
    said = work.corrections.get("time_format")
    style = times.style_of(said, sample) if said is not None else times.detect_style(sample)
    if style is None:
        raise BadInput(
            f"The times of {work.path.name} can't be read: {', '.join(repr(text) for text in sample[:3]) or 'they are empty'}.",
            cure="Say how they are written with the correction time_format, such as %d/%m/%Y %H:%M.",
        )
    is_sure = True
    if said is None:
        style, is_sure = times.resolve_rival(texts, style)
    why = "" if is_sure else f"{style.rival or 'another order of day and month'} fits as well"
    work.notebook.fact("time_format", style.form, Sureness.CORRECTED if said is not None else Sureness.CERTAIN if is_sure else Sureness.ASSUMED, why)
    if style.form == "iso" and style.is_zoned:
        without = times.without_zone(texts)
        if 0 < len(without) < len(texts):
            row = int(without[0])
            raise BadInput(
                f"{work.path.name} mixes times with a zone and without: {len(without):,} of {len(texts):,} rows name none, "
                f"the first is {texts[row].as_py()!r} in {table.place(row)}.",
                cure="Write all times with a zone, or all without and set the correction zone.",
            )
    time, bad = times.parse_times(texts, style)
    return _zoned(work, time, is_zoned=style.is_zoned, is_date_only=style.is_date_only, bad=bad)


def _zoned(
    work: Interpretation, time: NDArray[np.int64], *, is_zoned: bool, is_date_only: bool, bad: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    said = work.corrections.get("zone")
    if is_zoned:
        work.notebook.fact("zone", "in the file", Sureness.CERTAIN, "the times name it" if said is None else "the times name it; the correction is not needed")
        return time, bad, ""
    if is_date_only:
        work.notebook.fact("zone", "dates", Sureness.CERTAIN, "days are kept as the file's own dates")
        return time, bad, ""
    zone = "UTC" if said is None else times.zone_named(said)
    work.notebook.fact("zone", zone, Sureness.ASSUMED if said is None else Sureness.CORRECTED, "the file names none" if said is None else "")
    utc, twice, never = times.to_utc(time, zone)
    if twice:
        work.notebook.note(f"{twice:,} rows stand in an hour that the clock of {zone} shows twice; the first of each time was taken as the earlier.")
    if never:
        work.notebook.note(f"{never:,} rows name an hour that the clock of {zone} leaves out; they were moved on by it.")
    return utc, bad, f"times read as {zone}"


def _whole(column: Any) -> Any:
    """Floats that are whole numbers as integers, so that their text has no point; everything else as it is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_floating(column.type):
        return column
    filled = pc.fill_null(column, 0.0)
    is_whole = bool(pc.all(pc.equal(filled, pc.floor(filled))).as_py())
    return pc.cast(column, pa.int64()) if is_whole else column


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
