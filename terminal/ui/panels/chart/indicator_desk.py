"""Indicators of the chart panel: which are on the chart, calculated off the window's thread, changed in their sheet.

Which and with what parameters is part of the panel's saved state; a fresh chart has none.
"""

from collections.abc import Mapping
from itertools import count
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from terminal.app.state import Severity
from terminal.domain.errors import OutcryError
from terminal.indicators.catalogue import find
from terminal.ui.bridge import Bridge
from terminal.ui.charts.calculator import Calculator
from terminal.ui.charts.columns import Columns
from terminal.ui.charts.decimate import LineData
from terminal.ui.charts.model import ChartModel
from terminal.ui.charts.overlays import Overlay, overlay_of
from terminal.ui.panels.chart.indicators import IndicatorSheet
from terminal.ui.widgets.buttons import FlatButton
from terminal.ui.widgets.fields import below


class IndicatorDesk(QObject):
    """Holds the overlays of one chart and the sheet that edits them."""

    def __init__(self, model: ChartModel, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._bridge = model, bridge
        self.sheet = IndicatorSheet(self.add, self.remove, self.change, parent)
        self.sheet.show_overlays([])
        self.button = FlatButton("Indicators", self.open, tooltip="Add, change and remove indicators")
        self._calculator = Calculator(self)
        self._calculator.calculated.connect(self._take)
        self._calculator.refused.connect(self._refuse)

    def open(self) -> None:
        """Opens the sheet below its button."""
        self.sheet.show_overlays(self._model.overlays)
        self.sheet.open_at(below(self.button))

    def add(self, name: str) -> None:
        """Puts the indicator of that id on the chart with its defaults."""
        info = find(name)
        taken = {colour for overlay in self._model.overlays for colour in overlay.colours}
        colour = next(index for index in count() if taken.isdisjoint(range(index, index + len(info.lines))))
        self._show([*self._model.overlays, Overlay(info, info.values({}), colour)])

    def remove(self, overlay: Overlay) -> None:
        """Takes an indicator off the chart."""
        self._show([other for other in self._model.overlays if other is not overlay])

    def change(self, overlay: Overlay, name: str, value: Any) -> None:
        """Gives a parameter of an indicator another value."""
        overlay.parameters = overlay.info.values({**overlay.parameters, name: value})
        self._start(overlay)

    def calculate(self) -> None:
        """Calculates every indicator anew, for candles that were just loaded."""
        for overlay in self._model.overlays:
            overlay.lines = ()
            self._start(overlay)

    def state(self) -> list[dict[str, Any]]:
        """The indicators as JSON values."""
        return [overlay.state() for overlay in self._model.overlays]

    def restore(self, state: object) -> None:
        """Takes up saved indicators; one that is not known any more is left out and named."""
        overlays = []
        for entry in state if isinstance(state, list) else []:
            try:
                overlays.append(overlay_of(entry if isinstance(entry, Mapping) else {}))
            except OutcryError as error:
                self._bridge.notify(Severity.WARNING, f"An indicator of the saved chart was left out. {error.message}", error.cure)
        self._show(overlays)

    def _show(self, overlays: list[Overlay]) -> None:
        self._model.show_overlays(overlays)
        self.sheet.show_overlays(overlays)
        for overlay in overlays:
            if not overlay.lines:
                self._start(overlay)

    def _start(self, overlay: Overlay) -> None:
        columns = self._model.everything
        if columns is not None and len(columns):
            self._calculator.start(overlay, columns)

    def _take(self, overlay: Overlay, columns: Columns, lines: tuple[LineData, ...]) -> None:
        if columns is self._model.everything and overlay in self._model.overlays:
            overlay.lines = lines
            overlay.follow(columns)
            self._model.touch()

    def _refuse(self, overlay: Overlay, words: str) -> None:
        self._bridge.notify(Severity.ERROR, f"{overlay.label} could not be calculated. {words}", "Change its parameters or remove it.")
