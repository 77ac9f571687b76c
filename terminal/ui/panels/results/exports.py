"""Writing a result to a file: a report, everything, the trades or a picture; the header's Export menu and the palette's actions.

Part of the Results panel; the terminal writes the file.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from terminal.app.commands import ExportRun
from terminal.app.state import Severity
from terminal.ui.actions import Action
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.widgets.buttons import FlatButton
from terminal.ui.widgets.fields import below

if TYPE_CHECKING:
    from terminal.app.answers import Run

FORMS = {
    ".html": "report, HTML",
    ".pdf": "report, PDF",
    ".xlsx": "workbook, Excel",
    ".json": "everything, JSON",
    ".csv": "trades, CSV",
    ".tradingview.csv": "trades as TradingView lists them, CSV",
    ".png": "picture, PNG",
}


class ExportMenu:
    """Exports the run of the link group; reports carry the band of fills where `has_band` says that it was drawn."""

    def __init__(self, bridge: Bridge, link: LinkGroup, has_band: Callable[[], bool], parent: QWidget) -> None:
        self._bridge, self._link, self._has_band, self._parent = bridge, link, has_band, parent
        self.button = FlatButton("Export", self._open, tooltip="Write this result to a file")

    def actions(self) -> list[Action]:
        """One action per form."""
        return [
            Action(f"results.export{ending}", f"Export {words}", partial(self.choose_file, ending), "Writes the result in view to a file", group="Results")
            for ending, words in FORMS.items()
        ]

    def choose_file(self, ending: str) -> None:
        """Asks where to, then exports in the form of that ending."""
        run = self._link.run
        if run is None:
            self._bridge.notify(Severity.INFO, "There is no result to export yet.", "Run a backtest first.")
            return
        chosen, _ = QFileDialog.getSaveFileName(self._parent, f"Export {FORMS[ending]}", _name(run) + ending, f"*{ending}")
        if chosen:
            self.export_to(Path(chosen) if Path(chosen).suffix else Path(chosen + ending))

    def export_to(self, path: Path) -> None:
        """Writes the run in view to `path`; its ending chooses the form."""
        if self._link.run is not None:
            command = ExportRun(self._link.run.id, path, with_band=self._has_band())
            self._bridge.send(command, then=self._exported, title=f"Export {path.name}", visible=True)

    def _open(self) -> None:
        menu = QMenu(self.button)
        menu.setAccessibleName("Export")
        for ending, words in FORMS.items():
            entry = menu.addAction(f"{words[:1].upper()}{words[1:]}…")
            entry.triggered.connect(lambda _checked=False, ending=ending: self.choose_file(ending))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(below(self.button))

    def _exported(self, path: Path) -> None:
        self._bridge.notify(Severity.INFO, f"Exported to {path}.")


def _name(run: "Run") -> str:
    return f"{run.info.title}-{run.info.series.symbol.replace('/', '-')}-{run.info.length}"
