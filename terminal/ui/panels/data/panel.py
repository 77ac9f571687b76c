"""The Data panel: extract candles, see what is stored and how whole it is, repair, import, export, open in the chart.

Asks through commands; hears of stored candles and of jobs; tells the link group which series to show.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal.app.state import Jobs
from terminal.ui.actions import Action
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panel import Panel
from terminal.ui.panels.data.desk import DataDesk
from terminal.ui.panels.data.findings import FindingsLine
from terminal.ui.panels.data.form import ExtractionForm
from terminal.ui.panels.data.progress import ExtractionProgress
from terminal.ui.panels.data.room import ScrollRoom
from terminal.ui.panels.data.stored_series import Act, StoredSeries
from terminal.ui.widgets.labels import separator

if TYPE_CHECKING:
    from terminal.app.answers import SeriesInfo

_LEAST_WIDTH = 322
"""What the form's three buttons and the columns of the stored series need."""
_CHOOSE = "Choose a stored series first."


class DataPanel(Panel):
    """Form above, jobs while they run, the stored series, what is doubtful about the chosen one."""

    id = "data"
    title = "Data"
    icon = "data"

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QWidget | None = None) -> None:
        super().__init__(bridge, link, parent)
        self.setAcceptDrops(True)
        self.desk = DataDesk(bridge, self)
        self.form = ExtractionForm(bridge, self.extract, self.desk.choose_file, self.repair)
        self.progress = ExtractionProgress(bridge.cancel)
        self.outcome = FindingsLine("", lambda: None, can_close=True)
        self.stored = StoredSeries(bridge, self._acts, self)
        self.table, self.findings, self.empty = self.stored.table, self.stored.findings, self.stored.empty
        self._arrange()
        self._connect()
        bridge.watch(Jobs, self.progress.show_jobs)
        self.stored.refresh()

    def extract(self) -> None:
        """Downloads what the form asks for."""
        command = self.form.command()
        if command is not None:
            self.desk.extract(command)

    def repair(self) -> None:
        """Asks for what the chosen series lacks; with none chosen, for what the most holed one lacks."""
        info = self.stored.in_hand()
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
        room = ScrollRoom(_LEAST_WIDTH)
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
        self.desk.brought.connect(self.stored.bring)
        self.stored.refused.connect(lambda error: self._say(str(error), "warn"))

    def _acts(self, info: "SeriesInfo") -> tuple[Act, ...]:
        """What can be done with a stored series; the first is what a double click does."""
        return (
            Act("Open in chart", lambda: self.link.show_series(info.key)),
            Act("Repair gaps", self.repair, is_possible=bool(info.gaps)),
            Act("Export…", self.export),
            Act("Delete…", self.delete),
        )

    def _say(self, words: str, state: str) -> None:
        self.outcome.say(words, state=state)


def _indented(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(10, 0, 10, 8)
    column.addWidget(widget)
    return column
