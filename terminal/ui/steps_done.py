"""Which first steps a person has taken already, read from what the terminal holds: runs, candles, strategies.

Looked at when the window opens and after each change, so that nothing is kept twice; the strip of first steps ticks by it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from terminal.app.commands import ListRuns, ListSeries, ListStrategies
from terminal.app.state import RunStored, StoreChanged, StrategiesChanged
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup

if TYPE_CHECKING:
    from terminal.app.answers import Run, RunInfo, SeriesInfo, StrategyEntry


class StepsDone(QObject):
    """Emits `ran`, `varied`, `extracted` and `written` once each has happened; what happened is not looked at again."""

    ran = Signal()
    varied = Signal()
    extracted = Signal()
    written = Signal()

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._happened: set[str] = set()
        for name in ("ran", "varied", "extracted", "written"):
            getattr(self, name).connect(lambda name=name: self._happened.add(name))
        link.run_changed.connect(self._run_shown)
        bridge.on(RunStored, lambda _event: self._look_at_runs())
        bridge.on(StoreChanged, lambda event: self._look_at_store() if event.series is None or event.series.venue != "demo" else None)
        bridge.on(StrategiesChanged, lambda _event: self._look_at_strategies())

    def look(self) -> None:
        """Asks what is there."""
        self._look_at_runs()
        self._look_at_store()
        self._look_at_strategies()

    def _look_at_runs(self) -> None:
        if not {"ran", "varied"} <= self._happened:
            self._bridge.send(ListRuns(), then=self._take_runs, question="first steps: runs")

    def _look_at_store(self) -> None:
        if "extracted" not in self._happened:
            self._bridge.send(ListSeries(), then=self._take_series, question="first steps: series")

    def _look_at_strategies(self) -> None:
        if "written" not in self._happened:
            self._bridge.send(ListStrategies(), then=self._take_strategies, question="first steps: strategies")

    def _run_shown(self, run: "Run | None") -> None:
        if run is not None:
            self.ran.emit()
            if run.result.metrics.get("variants_tried", 1) > 1:
                self.varied.emit()

    def _take_runs(self, runs: "Iterable[RunInfo]") -> None:
        tried = {(run.data_fingerprint, run.code_fingerprint, tuple(sorted(run.parameters.items()))) for run in runs}
        if tried:
            self.ran.emit()
        if len(tried) > len({(data, code) for data, code, _ in tried}):
            self.varied.emit()

    def _take_series(self, infos: "Iterable[SeriesInfo]") -> None:
        if any(info.rows and not info.provenance.simulated for info in infos):
            self.extracted.emit()

    def _take_strategies(self, entries: "Iterable[StrategyEntry]") -> None:
        if any(not entry.is_built_in for entry in entries):
            self.written.emit()
