"""The Data panel: extract candles, see what is stored and how whole it is, repair, import, export, open in the chart.

Asks through commands; hears of stored candles and of jobs; tells the link group which series to show.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from terminal.app.commands import CheckCandles, ListSeries
from terminal.app.state import Jobs, StoreChanged
from terminal.domain.series import SeriesKey
from terminal.ui.actions import Action
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panel import Panel
from terminal.ui.panels.data.desk import DataDesk
from terminal.ui.panels.data.findings import FindingsLine, series_words
from terminal.ui.panels.data.form import ExtractionForm
from terminal.ui.panels.data.progress import ExtractionProgress
from terminal.ui.panels.data.room import ScrollRoom
from terminal.ui.panels.data.stored import StoredTable, columns, shared_among
from terminal.ui.widgets.labels import EmptyState, separator

if TYPE_CHECKING:
    from terminal.app.answers import QualityReport, SeriesInfo

_EMPTY = "Nothing is stored yet. Choose a venue, symbols and a range above, then extract; or import a file."
_LOWEST_TABLE = 90
_CHOOSE = "Choose a stored series first."


class DataPanel(Panel):
    """Form above, jobs while they run, the stored series, what is doubtful about the chosen one."""

    id = "data"
    title = "Data"
    icon = "data"

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QWidget | None = None) -> None:
        super().__init__(bridge, link, parent)
        self.setAcceptDrops(True)
        self._shared: set[str] = set()
        self._report: QualityReport | None = None
        self._awaited: SeriesKey | None = None
        self.desk = DataDesk(bridge, self)
        self.form = ExtractionForm(bridge, self.extract, self.desk.choose_file, self.repair)
        self.progress = ExtractionProgress(bridge.cancel)
        self.table = StoredTable(columns(bridge.zones, self._shared), name="Stored candles", key=lambda info: info.key)
        self.outcome = FindingsLine("", lambda: None, can_close=True)
        self.findings = FindingsLine("Repair", self.repair)
        self.empty = EmptyState(_EMPTY, hint="Files can be dropped here, too.")
        self._arrange()
        self._connect()
        bridge.on(StoreChanged, self._store_changed)
        bridge.watch(Jobs, self.progress.show_jobs)
        self._refresh()

    def extract(self) -> None:
        """Downloads what the form asks for."""
        command = self.form.command()
        if command is not None:
            self.desk.extract(command)

    def repair(self) -> None:
        """Asks for what the chosen series lacks; with none chosen, for what the most holed one lacks."""
        info = self._in_hand()
        if info is None or not info.gaps:
            self._say("No stored series has gaps." if info is None else f"{info.key.symbol} {info.key.timeframe.value} has no gaps.", "up")
        else:
            self.desk.offer_sources(info, self.form.venue.value(), self.form.repair_button)

    def export(self) -> None:
        """Asks where to write the chosen series."""
        info = self.table.chosen()
        if info is None:
            self._say(_CHOOSE, "warn")
        else:
            self.desk.choose_export(info)

    def delete(self) -> None:
        """Asks whether the chosen series may go."""
        info = self.table.chosen()
        if info is None:
            self._say(_CHOOSE, "warn")
        else:
            self.desk.choose_delete(info, self.table)

    def actions(self) -> list[Action]:  # type: ignore[override] # the panel's, not Qt's
        return [
            Action("data.extract", "Extract candles", self.extract, "Downloads what is missing of the range in the Data panel", icon="download", group="Data"),
            Action("data.import", "Import candles from a file…", self.desk.choose_file, "Reads a CSV or Parquet file", icon="file", group="Data"),
            Action("data.repair", "Repair gaps", self.repair, "Asks again for the missing candles of the chosen series", group="Data"),
            Action("data.export", "Export candles…", self.export, "Writes the chosen series to CSV, Parquet, Excel or JSON", icon="upload", group="Data"),
            Action("data.delete", "Delete stored candles…", self.delete, "Removes the chosen series from the disk", icon="trash", group="Data"),
        ]

    def state(self) -> dict[str, Any]:
        return {"form": self.form.state(), "order": self.table.rows.order()}

    def restore(self, state: Mapping[str, Any]) -> None:
        if isinstance(state.get("form"), Mapping):
            self.form.restore(state["form"])
        order = state.get("order")
        if isinstance(order, list) and len(order) == 2 and order[0] in range(len(self.table.rows.columns)):
            self.table.rows.set_order(int(order[0]), bool(order[1]))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.desk.import_file(Path(event.mimeData().urls()[0].toLocalFile()))

    def _arrange(self) -> None:
        """Outcomes stand below the buttons that asked for them, doubts below the table they speak of."""
        self.table.setMinimumHeight(_LOWEST_TABLE)
        self.table.hide()
        room = ScrollRoom()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(room)
        room.column.addWidget(self.form)
        room.column.addWidget(self.progress)
        room.column.addLayout(_indented(self.outcome))
        room.column.addWidget(separator())
        room.column.addWidget(self.empty, 1)
        room.column.addWidget(self.table, 1)
        room.column.addLayout(_indented(self.findings))

    def _connect(self) -> None:
        self.desk.said.connect(self._say)
        self.desk.refused.connect(self.form.show_error)
        self.desk.started.connect(self.progress.add)
        self.desk.brought.connect(self._brought)
        self.table.row_activated.connect(self._open)
        self.table.row_chosen.connect(self._chosen)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._offer)

    def _say(self, words: str, state: str) -> None:
        self.outcome.say(words, state=state)

    def _store_changed(self, _event: StoreChanged) -> None:
        self._refresh()

    def _refresh(self) -> None:
        self.bridge.send(ListSeries(), then=self._show, title="List what is stored", question="data.list")

    def _show(self, rows: "tuple[SeriesInfo, ...]") -> None:
        self._shared.clear()
        self._shared.update(shared_among(rows))
        self.empty.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self.table.set_rows(rows)
        if self._awaited is not None and self.table.choose(self._awaited):
            self._awaited = None
        self._tell_findings()

    def _brought(self, key: SeriesKey) -> None:
        """Chooses the series that came; the list that holds it may still be under way."""
        self._awaited = None if self.table.choose(key) else key
        self._refresh()

    def _chosen(self, info: "SeriesInfo") -> None:
        self._report = None
        self._tell_findings()
        self.bridge.send(CheckCandles(info.key), then=self._checked, failed=self._unchecked, title=f"Check {info.key}", question="data.check")

    def _checked(self, report: "QualityReport") -> None:
        self._report = report
        self._tell_findings()

    def _unchecked(self, error: BaseException) -> None:
        self._say(str(error), "warn")

    def _tell_findings(self) -> None:
        info = self._in_hand()
        report = self._report if info is not None and self._report is not None and self._report.key == info.key else None
        details = "\n".join(finding.words for finding in report.findings) if report is not None else ""
        self.findings.say(series_words(info, report) if info is not None else "", act=info is not None and bool(info.gaps), details=details)

    def _in_hand(self) -> "SeriesInfo | None":
        """The chosen series; with none chosen the one that lacks most."""
        chosen = self.table.chosen()
        if chosen is not None:
            return chosen
        return max((info for info in self.table.rows.shown() if info.gaps), key=lambda info: info.missing_bars, default=None)

    def _open(self, info: "SeriesInfo") -> None:
        self.link.show_series(info.key)

    def _offer(self, point: QPoint) -> None:
        info = self.table.chosen()
        if info is None:
            return
        menu = QMenu("Stored series", self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open in chart", lambda: self._open(info))
        menu.addAction("Repair gaps", self.repair).setEnabled(bool(info.gaps))
        menu.addSeparator()
        menu.addAction("Export…", self.export)
        menu.addAction("Delete…", self.delete)
        menu.popup(self.table.viewport().mapToGlobal(point))


def _indented(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(10, 0, 10, 8)
    column.addWidget(widget)
    return column
