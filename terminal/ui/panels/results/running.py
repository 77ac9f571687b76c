"""Asks for the run that is planned, and shows on the waiting page how it stands, or why there is none.

The Results panel's own way to a result; it follows the runs that other panels ask for as well.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from terminal.app.state import Jobs, JobView, LaneState
from terminal.domain.errors import BadInput, Cancelled
from terminal.domain.words import with_arguments, with_corrections, worded
from terminal.ui.bridge import Bridge, words_of_error
from terminal.ui.links import LinkGroup
from terminal.ui.panels.results.runs_page import RunsPage
from terminal.ui.panels.results.waiting import WaitingPage

if TYPE_CHECKING:
    from terminal.app.answers import Run

_FIRST_STRATEGY = "ema_trend"
_RUN_TITLE = "Backtest"
_FROM_HERE = "started from Results"


class Running(QObject):
    """`ran` tells that a run asked for here is the one in view, `refused` why there is none ("" = nothing is in the way)."""

    ran = Signal()
    refused = Signal(str)

    def __init__(self, bridge: Bridge, link: LinkGroup, runs: RunsPage, waiting: WaitingPage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._link, self._runs, self._waiting = bridge, link, runs, waiting
        self._job: int | None = None
        self._over: int | None = None
        """The last job that ended here, which the list of jobs may show as running for a moment more."""
        self._running: JobView | None = None
        self._refusal: tuple[str, str] | None = None
        """Why the last run failed, while the waiting page says so."""
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._show_progress)
        for changed in (link.series_changed, link.strategy_changed, link.plan_changed):
            changed.connect(self.invite)
        runs.learned.connect(self._learned)
        bridge.watch(Jobs, self._take_jobs)
        self.invite()

    def run(self) -> None:
        """Runs the strategy in view over what the plan of the link group names, usually the series in view."""
        try:
            command = self._link.run_command(self._strategy(), self._link.parameters)
        except BadInput as error:
            self._refuse(error)
            return
        if command is None:
            return

        def ran(run: "Run") -> None:
            self._link.tell_run(f"{run.result.went_over} · run {_FROM_HERE}", "up")
            self._link.show_run(run)
            self.ran.emit()

        self.refused.emit("")
        self._link.tell_run(f"Running {self._title()} on {self._link.plan.names(self._link.series)}, {_FROM_HERE}", "busy")
        title = f"{_RUN_TITLE} {self._title()}"
        self._job = self._bridge.send(command, then=ran, failed=self._refuse, title=title, visible=True, question="results run")
        self._running = None
        self._show_progress()
        self._second.start()

    def end(self) -> None:
        """Nothing is waited for any more: a run is in view."""
        self._second.stop()
        self._over, self._job = self._job if self._job is not None else self._over, None

    def invite(self, _value: object = None) -> None:
        """Says what would be run, unless something runs."""
        if self._second.isActive():
            return
        self._refusal = None
        self._waiting.invite(self._title(), self._link.plan, self._link.series, self._runs.stored)

    def _learned(self) -> None:
        if self._refusal is None:
            self.invite()

    def _strategy(self) -> str:
        return self._link.strategy or _FIRST_STRATEGY

    def _title(self) -> str:
        return self._runs.title_of(self._strategy())

    def _refuse(self, error: BaseException) -> None:
        self.end()
        if isinstance(error, Cancelled):
            self._link.tell_run(f"The run {_FROM_HERE} was stopped", "warn")
            self.invite()
            return
        words = words_of_error(error)
        self._refusal = message, cure = of_window(words[0]), of_window(words[1])
        self._link.tell_run(f"{message} The run was {_FROM_HERE}.", "down")
        self._waiting.refuse(message, cure)
        self.refused.emit(f"{message} {cure}".strip())

    def _take_jobs(self, jobs: Jobs) -> None:
        """Follows every backtest under way, also one that another panel asked for."""
        under_way = (job for job in jobs.rows if job.state is LaneState.RUNNING and job.id != self._over)
        running = next((job for job in under_way if job.title.startswith(_RUN_TITLE)), None)
        has_ended = self._running is not None and running is None
        self._running = running
        if self._link.run is not None:
            return
        if running is not None:
            self._show_progress()
            self._second.start()
        elif has_ended and self._job is None:
            self._second.stop()
            if self._refusal is None:
                self.invite()
            else:  # told before the list of jobs learned that it had ended
                self._waiting.refuse(*self._refusal)

    def _show_progress(self) -> None:
        if self._running is None and self._job is None:
            return
        self._waiting.show_progress(self._running, self._title(), self._bridge.clock())


def of_window(text: str) -> str:
    """`text` with an argument called as the page Next run has it, and a correction of a file, which a run can't take, as the Data panel."""
    text = with_arguments(text, lambda name, value: f"Write {value} into the field {worded(name)} of Next run")
    return with_corrections(text, lambda name, value: f"{worded(name)}{f' to {value}' if value else ''} where the Data panel imports the file")
