"""The stored series of the Data panel: their table, the menu of what can be done with one, and what is doubtful about the chosen one.

Hears of the store's changes and asks for the list; what is done with a series the panel says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from terminal.app.commands import CheckCandles, ListSeries
from terminal.app.state import StoreChanged
from terminal.domain.series import SeriesKey
from terminal.ui.bridge import Bridge
from terminal.ui.panels.data.findings import FindingsLine, series_words
from terminal.ui.panels.data.stored import StoredTable, columns, shared_among
from terminal.ui.widgets.labels import EmptyState

if TYPE_CHECKING:
    from terminal.app.answers import QualityReport, SeriesInfo

_EMPTY = "Nothing is stored yet. Choose a venue, symbols and a range above, then extract; or import a file."
_LOWEST_TABLE = 90


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done with a series."""

    words: str
    run: Callable[[], None]
    is_possible: bool = True


class StoredSeries(QObject):
    """Keeps `table`, `findings` and `empty` up to date. `acts` are asked of a series, the second one mends it; `refused` tells an error."""

    refused = Signal(object)

    def __init__(self, bridge: Bridge, acts: "Callable[[SeriesInfo], tuple[Act, ...]]", panel: QWidget) -> None:
        super().__init__(panel)
        self._bridge, self._acts, self._panel = bridge, acts, panel
        self._shared: set[str] = set()
        self._report: QualityReport | None = None
        self._awaited: SeriesKey | None = None
        self.table = StoredTable(columns(bridge.zones, self._shared), name="Stored candles", key=lambda info: info.key)
        self.table.setMinimumHeight(_LOWEST_TABLE)
        self.table.hide()
        self.findings = FindingsLine("Repair", self._mend)
        self.empty = EmptyState(_EMPTY, hint="Files can be dropped here, too.")
        self.table.row_activated.connect(lambda info: acts(info)[0].run())
        self.table.row_chosen.connect(self._chosen)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._offer)
        bridge.on(StoreChanged, lambda _change: self.refresh())

    def refresh(self) -> None:
        """Asks anew what is stored."""
        self._bridge.send(ListSeries(), then=self._show, title="List what is stored", question="data.list")

    def bring(self, key: SeriesKey) -> None:
        """Chooses the series that came; the list that holds it may still be under way."""
        self._awaited = None if self.table.choose(key) else key
        self.refresh()

    def in_hand(self) -> "SeriesInfo | None":
        """The chosen series; with none chosen the one that lacks most."""
        chosen = self.table.chosen()
        if chosen is not None:
            return chosen
        return max((info for info in self.table.rows.shown() if info.gaps), key=lambda info: info.missing_bars, default=None)

    def _show(self, rows: "tuple[SeriesInfo, ...]") -> None:
        self._shared.clear()
        self._shared.update(shared_among(rows))
        self.empty.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self.table.set_rows(rows)
        if self._awaited is not None and self.table.choose(self._awaited):
            self._awaited = None
        self._tell_findings()

    def _chosen(self, info: "SeriesInfo") -> None:
        self._report = None
        self._tell_findings()
        self._bridge.send(CheckCandles(info.key), then=self._checked, failed=self.refused.emit, title=f"Check {info.key}", question="data.check")

    def _checked(self, report: "QualityReport") -> None:
        self._report = report
        self._tell_findings()

    def _tell_findings(self) -> None:
        info = self.in_hand()
        report = self._report if info is not None and self._report is not None and self._report.key == info.key else None
        details = "\n".join(finding.words for finding in report.findings) if report is not None else ""
        self.findings.say(series_words(info, report) if info is not None else "", act=info is not None and bool(info.gaps), details=details)

    def _mend(self) -> None:
        info = self.in_hand()
        if info is not None:
            self._acts(info)[1].run()

    def _offer(self, point: QPoint) -> None:
        info = self.table.chosen()
        if info is None:
            return
        menu = QMenu("Stored series", self._panel)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, act in enumerate(self._acts(info)):
            if number == 2:
                menu.addSeparator()
            menu.addAction(act.words, act.run).setEnabled(act.is_possible)
        menu.popup(self.table.viewport().mapToGlobal(point))
