"""What an extraction is doing: a bar per symbol with percent and time left, the venue's wishes, and a cancel.

Fed by Jobs snapshots; shown in the Data panel while its jobs run.
"""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from terminal.app.state import Jobs, JobView, Lane, LaneState
from terminal.ui.numbers import count, left, percent
from terminal.ui.widgets.buttons import IconButton
from terminal.ui.widgets.labels import ElidedLabel, label, set_state

_STEPS = 1000
_MOST_LANES, _FEW_LANES = 5, 2
_TALL = 560
_LIVE = (LaneState.RUNNING, LaneState.WAITING)


class LaneLine(QWidget):
    """One symbol: its name and figures above a thin bar, below what it is doing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel()
        self.figures = label("", "second")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.note = ElidedLabel("", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        row = QHBoxLayout()
        row.addWidget(self.name, 1)
        row.addWidget(self.figures)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.note)

    def show_lane(self, lane: Lane, name: str) -> None:
        """Shows where it stands; an unknown total leaves the bar empty and the words speak."""
        is_known = lane.total > 0
        self.name.set_text(name)
        self.name.setVisible(bool(name))
        self.bar.setRange(0, _STEPS)
        self.bar.setValue(round(_STEPS * min(1.0, lane.done / lane.total)) if is_known else 0)
        share = percent(min(1.0, lane.done / lane.total), 0) if is_known else ""
        remaining = f"{left(lane.seconds_left)} left" if lane.seconds_left is not None and lane.done < lane.total else ""
        self.figures.setText(" · ".join(part for part in (share, remaining) if part))
        self.note.set_text(lane.note)
        set_state(self.note, "warn" if "again in" in lane.note else "")
        self.setAccessibleName(f"{name} {self.figures.text()} {lane.note}".strip())


class ExtractionProgress(QWidget):
    """The running jobs of the Data panel; hidden while there are none."""

    def __init__(self, cancel: Callable[[int], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cancel = cancel
        self._mine: list[int] = []
        self.title = ElidedLabel("", "second")
        self.cancel_button = IconButton("close", "Cancel", self._cancel_all)
        self._lines: list[LaneLine] = []
        self._lanes = QVBoxLayout()
        self._lanes.setSpacing(6)
        self.more = label("", "small")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 2, 10, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(self._lanes)
        column.addWidget(self.more)
        self.hide()

    def add(self, job_id: int) -> None:
        """Shows that job as long as it runs."""
        self._mine.append(job_id)

    def show_jobs(self, jobs: Jobs) -> None:
        """Takes up the newest snapshot."""
        running: Mapping[int, JobView] = {job.id: job for job in jobs.rows if job.id in self._mine and job.state in _LIVE}
        self.setVisible(bool(running))
        if not running:
            return
        self.title.set_text(" · ".join(job.title for job in running.values()))
        is_one = len(running) == 1  # the heading says its title already
        lanes = [(lane, lane.name or ("" if is_one else job.title)) for job in running.values() for lane in (job.lanes[1:] or job.lanes)]
        busy = [(lane, name) for lane, name in lanes if lane.total <= 0 or lane.done < lane.total]
        most = _MOST_LANES if self._panel_height() >= _TALL else _FEW_LANES
        self._show_lanes((busy or lanes)[:most])
        finished, waiting = len(lanes) - len(busy), max(0, len(busy) - most)
        parts = [f"{count(waiting)} more waiting" if waiting else "", f"{count(finished)} of {count(len(lanes))} done" if finished and len(lanes) > 1 else ""]
        self.more.setText(" · ".join(part for part in parts if part))
        self.more.setVisible(bool(self.more.text()))

    def _panel_height(self) -> int:
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        return above.height() if above is not None else self.height()

    def _show_lanes(self, lanes: Sequence[tuple[Lane, str]]) -> None:
        while len(self._lines) < len(lanes):
            line = LaneLine()
            self._lines.append(line)
            self._lanes.addWidget(line)
        for place, line in enumerate(self._lines):
            line.setVisible(place < len(lanes))
            if place < len(lanes):
                line.show_lane(*lanes[place])

    def _cancel_all(self) -> None:
        for job_id in self._mine:
            self._cancel(job_id)
