"""What a strategy logged while it ran, as rows of a table.

Shown beside the trades; a row leads to its candle on the chart.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from terminal.domain.series import SeriesKey
from terminal.ui.panels.results.tables import calendars_of, key_of
from terminal.ui.widgets.columns import Column
from terminal.ui.zones import Zones

if TYPE_CHECKING:
    from terminal.app.answers import Result


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note; `moment` is the open of the candle at whose close it was written, `time` that close. Times UTC ns."""

    number: int
    time: int
    moment: int
    series: SeriesKey
    words: str
    values: str
    calendar: str


def note_rows(result: "Result") -> list[NoteRow]:
    """The notes in the order in which they were written."""
    names, calendars = list(result.symbol_names), calendars_of(result)
    rows = []
    for place, note in enumerate(result.log):
        code = names.index(note.symbol) if note.symbol in names else 0
        series = key_of(result, code)
        rows.append(NoteRow(place, note.time, note.time - series.timeframe.nanoseconds, series, note.words, note.told, calendars[code]))
    return rows


def note_columns(zones: Zones) -> tuple[Column[NoteRow], ...]:
    """The columns of the list of notes."""
    return (
        Column("When", lambda row: zones.minute(row.time, row.calendar), lambda row: row.time, tooltip=lambda row: zones.both(row.time, row.calendar)),
        Column("Symbol", lambda row: row.series.symbol),
        Column("Note", lambda row: row.words),
        Column("Values", lambda row: row.values, colour=lambda _row: "second", stretches=True),
    )
