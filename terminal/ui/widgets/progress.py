"""Progress as one line: what runs, how far, how fast, how long still, and a way to stop it.

Used by the foot, the Jobs panel and panels that start long work.
"""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from terminal.app.state import Lane
from terminal.ui.numbers import left, percent, rate
from terminal.ui.widgets.buttons import IconButton
from terminal.ui.widgets.labels import ElidedLabel, label

_STEPS = 1000
_FEW = 20


class ProgressLine(QWidget):
    """A title, a thin bar, its figures; with `cancelled` a button that calls it."""

    def __init__(self, title: str = "", cancelled: Callable[[], None] | None = None, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.title = ElidedLabel(title)
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setMinimumWidth(60)
        self.bar.setAccessibleName("Progress")
        self.figures = label("", "second")
        row.addWidget(self.title, 2)
        row.addWidget(self.bar, 1)
        row.addWidget(self.figures)
        self.cancel: IconButton | None = None
        if cancelled is not None:
            self.cancel = IconButton("close", "Cancel", cancelled)
            row.addWidget(self.cancel)

    def show_lane(self, lane: Lane, title: str = "") -> None:
        """Shows where `lane` stands; an unknown total moves the bar without a figure."""
        self.title.set_text(" · ".join(words for words in (title or lane.name, lane.note) if words))
        is_known = lane.total > 0
        self.bar.setRange(0, _STEPS if is_known else 0)
        if is_known:
            self.bar.setValue(round(_STEPS * min(1.0, lane.done / lane.total)))
        self.figures.setText(pace_of(lane))
        self.setAccessibleName(f"{self.title.whole_text()} {self.figures.text()}")


def is_stepwise(lane: Lane) -> bool:
    """True where a lane counts steps of unlike length instead of many things alike, so that a rate would mean nothing."""
    return 0 < lane.total <= _FEW


def pace_of(lane: Lane) -> str:
    """What is known of a lane's pace: "64 % · 118 k/s · 0:21 left"; a few steps have only their share."""
    parts = [percent(min(1.0, lane.done / lane.total), 0)] if lane.total > 0 else []
    if is_stepwise(lane):
        return "".join(parts)
    if lane.rate > 0:
        parts.append(rate(lane.rate))
    if lane.seconds_left is not None:
        parts.append(f"{left(lane.seconds_left)} left")
    return " · ".join(parts)
