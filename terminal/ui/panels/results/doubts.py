"""The page on which a result doubts itself: the reviewer's findings, the fill band, stress, Monte Carlo and sensitivity.

A rail at the left chooses; each part works out its answer only when it is asked for.
"""

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from terminal.ui.bridge import Bridge
from terminal.ui.panels.results.asked import AskedPage
from terminal.ui.panels.results.band import BandPage
from terminal.ui.panels.results.findings import FindingsPage
from terminal.ui.panels.results.paths import PathsPage
from terminal.ui.panels.results.stress import StressPage
from terminal.ui.panels.results.tornado import TornadoPage
from terminal.ui.widgets.buttons import FlatButton
from terminal.ui.widgets.labels import separator

if TYPE_CHECKING:
    from terminal.app.answers import Run


class DoubtsPage(QWidget):
    """Shows one part at a time; only the part in view learns of a run."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self.findings, self.band, self.stress = FindingsPage(bridge), BandPage(bridge), StressPage(bridge)
        self.paths, self.tornado = PathsPage(bridge), TornadoPage(bridge)
        self._parts: dict[str, AskedPage[Any] | PathsPage | TornadoPage] = {
            "Findings": self.findings,
            "Fill band": self.band,
            "Stress": self.stress,
            "Monte Carlo": self.paths,
            "Sensitivity": self.tornado,
        }
        self.buttons = {name: FlatButton(name, partial(self.show_part, name), checkable=True) for name in self._parts}
        rail = QVBoxLayout()
        rail.setContentsMargins(6, 6, 6, 6)
        rail.setSpacing(2)
        self._stack = QStackedLayout()
        for name, part in self._parts.items():
            rail.addWidget(self.buttons[name])
            self._stack.addWidget(part)
        rail.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(rail)
        row.addWidget(separator(upright=True))
        row.addLayout(self._stack, 1)
        self.part = "Findings"
        self.show_part(self.part)

    def show_run(self, run: "Run") -> None:
        """Shows this run in the part in view."""
        self._run = run
        self._parts[self.part].show_run(run)

    def show_part(self, name: str) -> None:
        """Shows that part; a name it does not know leaves things as they are."""
        if name not in self._parts:
            return
        self.part = name
        for title, button in self.buttons.items():
            button.setChecked(title == name)
        self._stack.setCurrentWidget(self._parts[name])
        if self._run is not None:
            self._parts[name].show_run(self._run)
