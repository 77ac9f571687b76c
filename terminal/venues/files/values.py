"""The texts of the columns become numbers and moments in UTC; what can't be read is named by line.

Third step of an import, between the cut table and the assembly of candles.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import PRICE_COLUMNS, VALUE_COLUMNS
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import DAY
from terminal.venues.files import assemble, numbers, times
from terminal.venues.files.headers import plain
from terminal.venues.files.reading import Sureness
from terminal.venues.files.table import Table
from terminal.venues.files.work import Interpretation

_FEW = 64


def number_style(work: Interpretation, sample: Sequence[Sequence[str]], delimiter: str) -> numbers.NumberStyle:
    given = work.corrections.get("decimal")
    if given is not None and given not in (".", ","):
        raise BadInput(f"The correction decimal is {given!r}.", cure="Use . or ,")
    texts = [row[number] for row in sample for role, number in work.roles.items() if role in VALUE_COLUMNS]
    style = numbers.detect_style(texts, comma_separates=delimiter == ",", decimal=given)
    sureness = Sureness.CORRECTED if given is not None else Sureness.CERTAIN if style.is_sure else Sureness.ASSUMED
    work.notebook.fact("decimal", style.decimal, sureness)
    return style


def columns_of(work: Interpretation, table: Table) -> tuple[assemble.Columns, str]:
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
        return _zoned(work, time, is_zoned=zoned, is_date_only=not zoned and _are_days(time), bad=empty)
    if pa.types.is_int64(kind) and not column.null_count and "clock" not in table.columns and work.corrections.get("time_format") is None:
        seen = times.detect_style([str(moment) for moment in (*column[:2000].to_pylist(), *column[-2000:].to_pylist())])
        if seen is not None and seen.form in times.EPOCHS:
            work.notebook.fact("time_format", seen.form, Sureness.CERTAIN)
            moments = column.to_numpy() * times.EPOCHS[seen.form]
            return _zoned(work, moments, is_zoned=True, is_date_only=False, bad=np.empty(0, np.int64))
    texts = pc.fill_null(pc.cast(_whole(column), pa.string()), "")
    if "clock" in table.columns:
        clock = pc.utf8_trim_whitespace(pc.fill_null(pc.cast(_whole(table.columns["clock"]), pa.string()), ""))
        # a clock such as 905 lacks the nought that pads it
        padded = pc.if_else(pc.match_substring_regex(clock, r"^(\d|\d{3}|\d{5}|\d:.*)$"), pc.binary_join_element_wise("0", clock, ""), clock)
        texts = pc.binary_join_element_wise(pc.utf8_trim_whitespace(texts), padded, " ")
    return _times_of_texts(work, texts, table)


def _are_days(time: NDArray[np.int64]) -> bool:
    return not (time[:_FEW] % DAY).any() and not (time % DAY).any()


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
