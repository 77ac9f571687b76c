"""The texts of the columns become numbers; what can't be read is named by line.

Third step of an import, between the cut table and the assembly of candles.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import PRICE_COLUMNS, VALUE_COLUMNS
from terminal.domain.errors import BadInput
from terminal.venues.files import assemble, numbers
from terminal.venues.files.headers import plain
from terminal.venues.files.moments import times_of
from terminal.venues.files.reading import Sureness
from terminal.venues.files.table import Table
from terminal.venues.files.work import Interpretation


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
    time, bad["time can't be read"], zone_note = times_of(work, table)
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
