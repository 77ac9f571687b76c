"""What the Results panel shows while there is no result: what would come here and the one act that fills it, then how far that is.

Fed with what is stored, which strategy is in view, and how the run proceeds.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from terminal.app.state import JobView
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.numbers import count
from terminal.ui.run_plan import RunPlan
from terminal.ui.widgets.labels import EmptyState, label

if TYPE_CHECKING:
    from terminal.app.answers import SeriesInfo

_LENGTH = {
    Timeframe.M1: "one-minute",
    Timeframe.M5: "five-minute",
    Timeframe.M15: "fifteen-minute",
    Timeframe.M30: "half-hour",
    Timeframe.H1: "one-hour",
    Timeframe.H4: "four-hour",
    Timeframe.D1: "daily",
    Timeframe.W1: "weekly",
}
_PREPARING = "Preparing the engine, once only"
_SECOND = 1_000_000_000


class WaitingPage(QWidget):
    """`run` starts the backtest that the words speak of."""

    def __init__(self, run: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty = EmptyState("No result yet.", "Run backtest, F5", run)
        self.busy = label("", "second")
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.addStretch()
        column.addWidget(self.busy)
        column.addStretch()
        self.busy.setAlignment(self.busy.alignment().AlignCenter)
        self._stack.addWidget(middle)
        QVBoxLayout(self).addLayout(self._stack)

    def invite(self, strategy: str, plan: RunPlan, in_view: SeriesKey | None, stored: "Callable[[SeriesKey], SeriesInfo | None]") -> None:
        """Says what would be run: the strategy in view over what the plan trades."""
        traded = plan.traded(in_view)
        if plan.ticks is not None:
            self.empty.set_text(f"No result yet. Run {strategy} over {plan.names(in_view)}.", "Next run says what is traded.")
        elif not traded:
            self.empty.set_text("No result yet. Choose a series and a strategy first.")
        elif len(traded) > 1:
            hint = ", ".join(f"{key.symbol} {key.timeframe.value}" for key in traded)
            self.empty.set_text(f"No result yet. Run {strategy} on {len(traded)} instruments of one account.", hint)
        else:
            key = traded[0]
            info = stored(key)
            origin = "simulated " if info is not None and info.provenance.simulated else ""
            rows = f"{count(info.rows)} {origin}" if info is not None else ""
            self.empty.set_text(f"No result yet. Run {strategy} on {rows}{_LENGTH[key.timeframe]} candles.", f"{key.symbol} · {key.venue}")
        self._stack.setCurrentIndex(0)

    def refuse(self, words: str, cure: str) -> None:
        """Says why there is no result, and what to do."""
        self.empty.set_text(words, cure)
        self._stack.setCurrentIndex(0)

    def show_progress(self, job: JobView | None, strategy: str, now: int) -> None:
        """Says how far the run is; "Preparing the engine, once only · 3 s" while it compiles."""
        seconds = max(0, (now - job.started) // _SECOND) if job is not None else 0
        is_preparing = job is not None and any(_PREPARING in lane.note for lane in job.lanes)
        what = _PREPARING if is_preparing else f"Running {strategy}"
        self.busy.setText(f"{what} · {seconds} s" if seconds else what)
        self._stack.setCurrentIndex(1)
