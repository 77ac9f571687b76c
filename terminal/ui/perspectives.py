"""Whole arrangements by name: Research, which is built in, and the person's own, which can be saved, renamed and exported.

The window asks it to switch; layouts stand on disk through `ui.layouts`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from terminal.app.state import Severity
from terminal.domain.errors import BadInput, OutcryError
from terminal.ui.bridge import Bridge
from terminal.ui.docking import Docks
from terminal.ui.layouts import DamagedLayout, Layout, LayoutFiles, checked_name

RESEARCH_NAME = "Research"
_LOOK_MS = 1000
"""How often the window's state is compared with what is kept; so long a killed program may lose a drawing or a slider."""


class Perspectives(QObject):
    """The perspective in force and the ways to change it. `changed` asks the top bar to show them anew."""

    changed = Signal()

    def __init__(self, window: QMainWindow, docks: Docks, files: LayoutFiles, bridge: Bridge) -> None:
        super().__init__(window)
        self._window = window
        self._docks = docks
        self._files = files
        self._bridge = bridge
        self.current = RESEARCH_NAME
        self.is_fresh = False
        self._kept = ""
        self._is_refused = False
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self.keep)

    def names(self) -> tuple[str, ...]:
        """Research first, then the person's own."""
        return (RESEARCH_NAME, *self._files.names())

    def start(self) -> None:
        """Takes up how the window stood when it was closed; a layout that cannot be used falls back to Research and says so."""
        try:
            last = self._files.last()
        except DamagedLayout as damage:
            self._say(damage)
            last = None
        if last is None or not self._take(last, with_geometry=True):
            self._docks.arrange()
            self.is_fresh = True
        self.changed.emit()

    def settle(self) -> None:
        """Divides the room once the window has its size, where no kept layout did so; from then on every change is kept soon."""
        if self.is_fresh:
            self.is_fresh = False
            self._docks.share()
        self._look.start()

    def choose(self, name: str) -> None:
        """Switches the whole layout to the perspective of that name."""
        if name == RESEARCH_NAME:
            self._docks.arrange()
            self.current = name
        else:
            try:
                layout = self._files.load(name)
            except OutcryError as problem:
                self._say(problem)
                self._docks.arrange()
                self.current = RESEARCH_NAME
            else:
                if not self._take(layout, with_geometry=False):
                    self._docks.arrange()
        self.changed.emit()

    def save_as(self, name: str) -> None:
        """Keeps the present arrangement as a perspective of the person's own; raises BadInput for a name that cannot be."""
        if checked_name(name) == RESEARCH_NAME:
            raise BadInput("Research is built in and stays as it is.", cure="Choose another name.")
        self._files.save(self._layout(name))
        self.current = name
        self.changed.emit()

    def rename(self, new: str) -> None:
        """Gives the perspective in force another name; raises BadInput for Research or a taken name."""
        self._demand_own()
        self._files.rename(self.current, new)
        self.current = new
        self.changed.emit()

    def delete(self) -> None:
        """Forgets the perspective in force and goes back to Research; raises BadInput for Research."""
        self._demand_own()
        self._files.delete(self.current)
        self.choose(RESEARCH_NAME)

    def export(self, path: Path) -> None:
        """Writes the present arrangement to `path`, for another machine."""
        self._files.write_to(path, self._layout(path.stem))

    def take_in(self, path: Path) -> None:
        """Keeps and shows a perspective that was exported elsewhere; raises DamagedLayout or BadInput."""
        self.choose(self._files.take_in(path).name)

    def keep(self) -> None:
        """Remembers the present arrangement and what the panels hold for the next start, where anything changed; says once where it cannot."""
        layout = self._layout(self.current)
        text = layout.encoded()
        if text == self._kept:
            return
        try:
            self._files.keep_last(layout)
            self._kept, self._is_refused = text, False
        except OutcryError as problem:
            if not self._is_refused:
                self._say(problem)
            self._is_refused = True

    def _demand_own(self) -> None:
        if self.current == RESEARCH_NAME:
            raise BadInput("Research is built in and stays as it is.", cure="Save it under another name first.")

    def _layout(self, name: str) -> Layout:
        panels: Mapping[str, Mapping[str, Any]] = {panel.id: panel.state() for panel in self._docks.panels()}
        return Layout(name, self._docks.save(), bytes(self._window.saveGeometry().data()), panels)

    def _take(self, layout: Layout, *, with_geometry: bool) -> bool:
        """True where `layout` is in force now; otherwise says why not."""
        if with_geometry and layout.geometry:
            self._window.restoreGeometry(QByteArray(layout.geometry))
        if not self._docks.restore(layout.docking):
            self._say(DamagedLayout(f"The layout {layout.name} does not fit this version of Outcry.", cure="The default layout is used."))
            self.current = RESEARCH_NAME
            return False
        for panel in self._docks.panels():
            if panel.id in layout.panels:
                panel.restore(layout.panels[panel.id])
            else:  # it came with a later version than the layout
                self._docks.open_at_first_place(panel.id)
        self.current = layout.name
        return True

    def _say(self, problem: OutcryError) -> None:
        self._bridge.notify(Severity.WARNING, problem.message, problem.cure)
