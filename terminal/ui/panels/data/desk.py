"""Everything the Data panel can have done: extract, repair, import, export, delete; each as a command with its words of outcome.

Between the panel's widgets and the bridge; it draws nothing but the dialogs that ask.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from terminal.app.commands import DeleteSeries, ExportCandles, ExtractCandles, RepairGaps
from terminal.domain.errors import Cancelled
from terminal.domain.series import SeriesKey
from terminal.ui.bridge import Bridge
from terminal.ui.numbers import count
from terminal.ui.panels.data.findings import outcome_words
from terminal.ui.panels.data.import_dialog import ImportDialog
from terminal.ui.widgets.buttons import SecondaryButton
from terminal.ui.widgets.fields import below
from terminal.ui.widgets.sheet import Sheet

if TYPE_CHECKING:
    from terminal.app.answers import Extraction, SeriesInfo

_FILES = "Candle files (*.csv *.csv.gz *.txt *.tsv *.parquet);;All files (*)"
_EXPORTS = "CSV (*.csv);;Parquet (*.parquet);;Excel (*.xlsx);;JSON (*.json)"
_STOPPED = "Stopped. What was received is stored; extracting again goes on from there."


class DataDesk(QObject):
    """Sends the panel's commands. `said` tells words and the state of their dot, `refused` an error, `brought` a series that came."""

    said = Signal(str, str)
    refused = Signal(object)
    started = Signal(int)
    brought = Signal(object)

    def __init__(self, bridge: Bridge, panel: QWidget) -> None:
        super().__init__(panel)
        self._bridge = bridge
        self._panel = panel
        self._folder = Path.home()
        """Where the last file was imported from."""

    def extract(self, command: ExtractCandles) -> None:
        """Downloads what is missing."""
        more = f" and {count(len(command.symbols) - 1)} more" if len(command.symbols) > 1 else ""
        title = f"Extract {command.symbols[0]}{more}, {command.timeframe.value}, {command.venue}"
        self.said.emit("", "up")
        self.started.emit(self._bridge.send(command, then=self._extracted, failed=self._failed, title=title, visible=True))

    def repair(self, info: "SeriesInfo", venue: str) -> None:
        """Asks `venue` for what the series lacks."""
        title = f"Repair {info.key.symbol} {info.key.timeframe.value} from {venue}"
        self.said.emit("", "up")
        self.started.emit(self._bridge.send(RepairGaps(info.key, venue), then=self._repaired, failed=self._failed, title=title, visible=True))

    def offer_sources(self, info: "SeriesInfo", other: str, beside: QWidget) -> None:
        """Repairs from the series' own venue, or asks which where the form names another."""
        if other in {"", info.key.venue}:
            self.repair(info, info.key.venue)
            return
        menu = QMenu("Who is asked", self._panel)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for venue in (info.key.venue, other):
            menu.addAction(f"Ask {venue} for the missing candles", partial(self.repair, info, venue))
        menu.popup(below(beside))

    def choose_file(self) -> None:
        """Asks which file to import."""
        dialog = QFileDialog(self._panel, "Import candles", str(self._folder), _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.import_file(Path(name)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def import_file(self, path: Path) -> ImportDialog:
        """Opens the preview of that file, where it can be corrected and imported."""
        self._folder = path.parent
        dialog = ImportDialog(self._bridge, path, self._panel)
        dialog.imported.connect(self._imported)
        dialog.open()
        return dialog

    def choose_export(self, info: "SeriesInfo") -> None:
        """Asks where to write the series."""
        plain = info.key.symbol.replace("/", "").replace(":", "_")
        dialog = QFileDialog(self._panel, "Export candles", f"{plain}-{info.key.timeframe.value}-{info.key.venue}.csv", _EXPORTS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda chosen: self.export(info.key, Path(chosen)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def export(self, key: SeriesKey, path: Path) -> None:
        """Writes the series to that file."""

        def written(rows: int) -> None:
            self.said.emit(f"{count(rows)} candles written to {path.name}.", "up")

        self._bridge.send(ExportCandles(key, path), then=written, failed=self._failed, title=f"Export {key} to {path.name}", visible=True)

    def choose_delete(self, info: "SeriesInfo", beside: QWidget) -> Sheet:
        """Asks whether the series may go."""
        sheet = Sheet(f"Delete {info.key.symbol} {info.key.timeframe.value}?", self._panel)
        sheet.add_text(f"{count(info.rows)} candles from {info.key.venue} leave the disk. They can be extracted again as long as the venue has them.")

        def delete() -> None:
            sheet.close()
            self._bridge.send(DeleteSeries(info.key), failed=self._failed, title=f"Delete {info.key}")

        sheet.column.addWidget(SecondaryButton("Delete", delete), 0, Qt.AlignmentFlag.AlignRight)
        sheet.open_at(beside)
        return sheet

    def _extracted(self, extraction: "Extraction") -> None:
        self.said.emit(*outcome_words(extraction))
        self.brought.emit(extraction.series[0].key)

    def _repaired(self, extraction: "Extraction") -> None:
        self.said.emit(*outcome_words(extraction, repaired=True))
        self.brought.emit(extraction.series[0].key)

    def _imported(self, words: str, key: SeriesKey) -> None:
        self.said.emit(words, "up")
        self.brought.emit(key)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            self.said.emit(_STOPPED, "warn")
        else:
            self.refused.emit(error)
