"""Says in the code, beside the sliders and in the status line what came of a run, and how many variants were tried by now.

Between the runner and what the editor shows; it asks only for the count of variants.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from terminal.app.commands import CountVariants
from terminal.app.state import VariantsTried
from terminal.domain.errors import OutcryError, StrategyError
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panels.editor.desk import Desk, words_of
from terminal.ui.panels.editor.runner import Runner
from terminal.ui.panels.editor.sliders import Sliders
from terminal.ui.panels.editor.status import StatusLine

if TYPE_CHECKING:
    from terminal.app.answers import Run


class Telling(QObject):
    """Follows `runner`, the run in view of `link`, and trials that were noted beside it."""

    def __init__(self, bridge: Bridge, link: LinkGroup, runner: Runner, desk: Desk, sliders: Sliders, status: StatusLine) -> None:
        super().__init__(runner)
        self._bridge, self._link, self._desk, self._sliders, self._status = bridge, link, desk, sliders, status
        runner.ran.connect(self._ran)
        runner.failed.connect(self._failed)
        runner.stopped.connect(self._stopped)
        runner.noted.connect(lambda words: status.say(words, "busy"))
        link.run_changed.connect(self._run_shown)
        link.run_told.connect(status.say)
        bridge.on(VariantsTried, self._tried)

    def _ran(self, run: "Run", seconds: float) -> None:
        front = self._desk.front()
        if front is not None:
            front.view.clear_problem()
        self._sliders.show_problem("")
        took = f"{seconds * 1000:,.0f} ms" if seconds < 1 else f"{seconds:,.1f} s"
        self._status.say(f"{run.result.went_over} · ran in {took}", "up")
        self._link.show_run(run)

    def _stopped(self) -> None:
        self._status.say("Stopped. The result in view is an earlier one." if self._link.run is not None else "Stopped before it ended.", "warn")

    def _failed(self, error: BaseException) -> None:
        self._desk.show_error(error)
        self._desk.bring_problem_into_view()
        if not isinstance(error, StrategyError) and isinstance(error, OutcryError):
            self._sliders.show_problem(str(error) if "needs" in error.message else "")
        self._status.say(words_of(error), "down")

    def _run_shown(self, run: "Run | None") -> None:
        self._sliders.show_tried(run.result.metrics.get("variants_tried") if run is not None else None)
        front = self._desk.front()
        if run is not None and front is not None and front.is_dirty and run.info.strategy == front.key:
            self._status.say("The saved file ran. What was typed since is not in this result: F5 saves and runs.", "warn")

    def _tried(self, event: VariantsTried) -> None:
        """Sensitivity tried some beside the run in view: counts them all again."""
        run = self._link.run
        if run is not None and run.id == event.run_id:
            self._bridge.send(CountVariants(run.id), then=self._sliders.show_tried, question="editor variants")
