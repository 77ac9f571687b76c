"""The table of what the store holds: symbol, timeframe, candles, coverage; and the words about one series.

Shown by the Data panel from SeriesInfo rows.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent

from terminal.ui.numbers import count, size
from terminal.ui.panels.data.coverage import paint_coverage
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.table import Table
from terminal.ui.zones import Zones

if TYPE_CHECKING:
    from terminal.app.answers import SeriesInfo

_HOUR = 3_600_000_000_000
_DAY = 24 * _HOUR
_LEAST_COVERAGE, _PADDING, _SAMPLED_ROWS = 74, 22, 60


class StoredTable(Table["SeriesInfo"]):
    """Gives every text the room it needs and the coverage strip, which ends the row, all the rest, at any width of the panel."""

    def set_rows(self, rows: "Iterable[SeriesInfo]") -> None:
        super().set_rows(rows)
        self._share()

    def fit_columns(self) -> None:
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _sort_by(self, column: int) -> None:
        super()._sort_by(column)
        self._share()

    def _share(self) -> None:
        length, candles = self._needed(1), self._needed(2)
        rest = self.viewport().width() - length - candles
        symbol = max(60, min(self._needed(0), rest - _LEAST_COVERAGE))
        for place, width in enumerate((symbol, length, candles, max(_LEAST_COVERAGE, rest - symbol))):
            self.setColumnWidth(place, width)

    def _needed(self, place: int) -> int:
        text = self.rows.columns[place].text
        head = self.horizontalHeader().fontMetrics().horizontalAdvance(str(self.rows.headerData(place, Qt.Orientation.Horizontal)))
        texts = (self.fontMetrics().horizontalAdvance(text(info)) for info in self.rows.shown()[:_SAMPLED_ROWS])
        return max(head, *texts, 0) + _PADDING


def columns(zones: Zones, shared_symbols: set[str]) -> list["Column[SeriesInfo]"]:
    """The columns; a symbol that several venues store (see `shared_among`) is shown with its venue, and so is every simulated one."""

    def symbol(info: "SeriesInfo") -> str:
        key = info.key
        return f"{key.symbol} · {key.venue}" if key.symbol in shared_symbols or info.provenance.simulated else key.symbol

    def where(info: "SeriesInfo") -> str:
        return tooltip(info, zones)

    return [
        Column("Stored", symbol, tooltip=where, help="Symbol; with its venue where several store it"),
        Column(
            "",
            lambda info: info.key.timeframe.value,
            sort=lambda info: info.key.timeframe.nanoseconds,
            colour=lambda _info: "second",
            tooltip=where,
        ),
        Column("Candles", lambda info: count(info.rows), sort=lambda info: info.rows, is_number=True, tooltip=where),
        Column(
            "Coverage",
            lambda info: f"{len(info.gaps)} gaps" if info.gaps else "no gaps",
            sort=lambda info: -info.missing_bars,
            paint=paint_coverage,
            tooltip=where,
            help="From the first stored candle to the last; hatched where candles are missing",
        ),
    ]


def shared_among(rows: Iterable["SeriesInfo"]) -> set[str]:
    """The symbols that more than one venue stores."""
    venues: dict[str, set[str]] = {}
    for info in rows:
        venues.setdefault(info.key.symbol, set()).add(info.key.venue)
    return {symbol for symbol, names in venues.items() if len(names) > 1}


def tooltip(info: "SeriesInfo", zones: Zones) -> str:
    """Everything known of a series, line by line."""
    lines = [f"{info.key.symbol} · {info.key.timeframe.words} · {info.key.venue}"]
    if info.provenance.simulated:
        lines.append("Simulated: these prices are invented")
    if info.start is not None and info.end is not None:
        calendar = info.instrument.calendar
        lines.append(f"{zones.minute(info.start, calendar)} → {zones.minute(info.end, calendar)}")
    lines += [f"{count(info.rows)} candles, {size(info.bytes)}", gap_words(info), f"updated {zones.minute(info.updated)}"]
    if info.quarantined:
        lines.append(f"{len(info.quarantined)} damaged file(s) were set aside; extract the range again")
    return "\n".join(lines)


def gap_words(info: "SeriesInfo") -> str:
    """Such as "27 gaps, 127 candles missing; longest 34 h, Feb 2018"."""
    if not info.gaps:
        return "no gaps"
    start, end = max(info.gaps, key=lambda gap: gap[1] - gap[0])
    gaps = "1 gap" if len(info.gaps) == 1 else f"{count(len(info.gaps))} gaps"
    missing = "1 candle missing" if info.missing_bars == 1 else f"{count(info.missing_bars)} candles missing"
    return f"{gaps}, {missing}; longest {_length(end - start)}, {Zones().at(start):%b %Y}"


def years(info: "SeriesInfo") -> str:
    """Such as 2017–2022; empty while nothing is stored."""
    if info.start is None or info.end is None:
        return ""
    first, last = Zones().at(info.start).year, Zones().at(info.end - 1).year
    return f"{first}–{last}" if last > first else f"{first}"


def _length(nanoseconds: int) -> str:
    if nanoseconds >= 4 * _DAY:
        return f"{round(nanoseconds / _DAY)} d"
    return f"{round(nanoseconds / _HOUR)} h" if nanoseconds >= 2 * _HOUR else f"{round(nanoseconds / _HOUR * 60)} min"
