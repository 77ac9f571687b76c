"""Runs the strategy in front on the linked series: by hand, on save, and while a slider is dragged, the newest question winning.

Between the editor panel and the bridge; it keeps one slider run under way and the latest values waiting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from terminal.app.state import Jobs
from terminal.domain.errors import BadInput, Cancelled
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup

if TYPE_CHECKING:
    from terminal.app.answers import Run

QUESTION = "editor: backtest"
_PATIENCE_SECONDS = 0.25
"""A slider run older than this is retired for a newer value; a younger one is left to finish, so that the curve follows the mouse."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A run somebody asked for."""

    strategy: str
    title: str
    parameters: Mapping[str, Any]
    is_slider: bool


class Runner(QObject):
    """Asks for backtests. `ran(run, seconds)`, `failed(error)`, `stopped()` and `noted(words)` tell what came of it.

    `running(is_running)` tells of a run by hand that it began, and that it ended however it did.
    """

    ran = Signal(object, float)
    failed = Signal(object)
    stopped = Signal()
    noted = Signal(str)
    running = Signal(bool)

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._link = link
        self._under_way: Wish | None = None
        self._waiting: Wish | None = None
        self._began = 0.0
        self._job = 0
        bridge.watch(Jobs, self._look)

    def run(self, wish: Wish) -> bool:
        """Asks for `wish`; False where no series is in view."""
        try:
            command = self._link.run_command(wish.strategy, wish.parameters, origin="slider" if wish.is_slider else "hand")
        except BadInput as error:
            self.failed.emit(error)
            return True
        if command is None:
            return False
        is_young = perf_counter() - self._began < _PATIENCE_SECONDS
        if wish.is_slider and self._under_way is not None and self._under_way.is_slider and is_young:
            self._waiting = wish
            return True
        self._waiting, self._under_way, self._began = None, wish, perf_counter()
        title = f"Backtest {wish.title}"
        self._job = self._bridge.send(command, then=self._answered, failed=self._refused, title=title, visible=not wish.is_slider, question=QUESTION)
        self.running.emit(not wish.is_slider)
        return True

    def stop(self) -> None:
        """Asks what runs to stop; `stopped` tells when it has."""
        self._waiting = None
        if self._under_way is not None:
            self._bridge.cancel(self._job)

    def _answered(self, run: "Run") -> None:
        seconds = perf_counter() - self._began
        self._end()
        self.ran.emit(run, seconds)
        self._take_waiting()

    def _refused(self, error: BaseException) -> None:
        self._end()
        if isinstance(error, Cancelled):
            self.stopped.emit()
        else:
            self.failed.emit(error)
        self._take_waiting()

    def _end(self) -> None:
        self._under_way = None
        self.running.emit(False)

    def _take_waiting(self) -> None:
        if self._waiting is not None:
            wish, self._waiting = self._waiting, None
            self.run(wish)

    def _look(self, jobs: Jobs) -> None:
        if self._under_way is None:
            return
        view = next((row for row in jobs.rows if row.id == self._job), None)
        if view is not None and view.lanes and view.lanes[0].note:
            self.noted.emit(view.lanes[0].note)
