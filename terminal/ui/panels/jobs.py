"""The Jobs panel: every piece of long work of this session with its parts, progress, time left, end and error.

Fed by Jobs snapshots; the only thing it asks for is to cancel one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, Qt
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from terminal.app.state import Jobs, JobView, Lane, LaneState
from terminal.ui.actions import Action
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.numbers import ABSENT, duration, left, rate
from terminal.ui.panel import Panel
from terminal.ui.theme import current
from terminal.ui.widgets.buttons import FlatButton
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.labels import EmptyState
from terminal.ui.widgets.progress import is_stepwise
from terminal.ui.widgets.table import Table

_STATE_WORDS = {
    LaneState.WAITING: "Waiting",
    LaneState.RUNNING: "Running",
    LaneState.DONE: "Done",
    LaneState.FAILED: "Failed",
    LaneState.CANCELLED: "Cancelled",
}
_STATE_COLOURS = {LaneState.DONE: "up", LaneState.FAILED: "down", LaneState.RUNNING: "accent"}
_LIVE = (LaneState.RUNNING, LaneState.WAITING)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job, or one of its parts where `is_part`."""

    job: JobView
    lane: Lane | None
    is_part: bool

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1; None while unknown."""
        if self.job.state is LaneState.DONE:
            return 1.0
        return None if self.lane is None or self.lane.total <= 0 else min(1.0, self.lane.done / self.lane.total)


def rows_of(jobs: Jobs) -> list[JobRow]:
    """Jobs newest first, each followed by its parts while it runs."""
    rows = []
    for job in jobs.rows:
        rows.append(JobRow(job, job.lanes[0] if job.lanes else None, False))
        if job.state in _LIVE:
            rows += [JobRow(job, lane, True) for lane in job.lanes[1:]]
    return rows


def _title(row: JobRow) -> str:
    return f"    {row.lane.name}" if row.is_part and row.lane is not None else row.job.title


def _outcome(row: JobRow) -> str:
    if row.is_part or row.job.state in _LIVE:
        return row.lane.note if row.lane is not None else ""
    return f"{row.job.error} {row.job.cure}".strip() or (row.lane.note if row.lane is not None else "")


def _pace(row: JobRow) -> str:
    lane = _paced(row)
    return rate(lane.rate) if lane is not None and lane.rate > 0 else ""


def _time_left(row: JobRow) -> str:
    lane = _paced(row)
    return left(lane.seconds_left) if lane is not None else ""


def _paced(row: JobRow) -> Lane | None:
    """The lane of a job under way whose pace says something."""
    return row.lane if row.lane is not None and row.job.state in _LIVE and not is_stepwise(row.lane) else None


def _paint_bar(painter: QPainter, room: QRectF, row: JobRow) -> None:
    tokens, share = current(), row.share
    bar = QRectF(room.x(), room.center().y() - 2, room.width(), 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.line))
    painter.drawRoundedRect(bar, 2, 2)
    if share:
        colour = {LaneState.FAILED: tokens.down, LaneState.CANCELLED: tokens.faint}.get(row.job.state, tokens.accent)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QRectF(bar.x(), bar.y(), bar.width() * share, 4), 2, 2)


class JobsPanel(Panel):
    """Every job, newest first."""

    id = "jobs"
    title = "Jobs"
    icon = "jobs"

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QWidget | None = None) -> None:
        super().__init__(bridge, link, parent)
        self.table: Table[JobRow] = Table(self._columns(), name="Jobs", key=lambda row: (row.job.id, row.lane.name if row.is_part and row.lane else ""))
        self.empty = EmptyState("Downloads, imports and backtests appear here while they run, and stay with their result.")
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._stack)
        self.cancel_button = FlatButton("Cancel", self.cancel_chosen, tooltip="Cancel the chosen job, or the newest one that runs")
        self.cancel_button.setEnabled(False)
        self._jobs = Jobs(())
        bridge.zones.changed.connect(self._rewrite)
        bridge.watch(Jobs, self._show)

    def header_widgets(self) -> list[QWidget]:
        return [self.cancel_button]

    def actions(self) -> list[Action]:  # type: ignore[override] # the panel's, not Qt's
        return [Action("jobs.cancel", "Cancel job", self.cancel_chosen, "Cancels the chosen job, or the newest one that runs", "Ctrl+.", group="Jobs")]

    def cancel_chosen(self) -> None:
        """Asks the chosen job to stop; with none chosen, the newest that runs."""
        chosen = self.table.chosen()
        live = [job for job in self._jobs.rows if job.state in _LIVE]
        target = chosen.job if chosen is not None and chosen.job.state in _LIVE else live[0] if live else None
        if target is not None:
            self.bridge.cancel(target.id)

    def state(self) -> dict[str, Any]:
        return {"order": self.table.rows.order()}

    def restore(self, state: Mapping[str, Any]) -> None:
        order = state.get("order")
        if isinstance(order, list) and len(order) == 2 and order[0] in range(len(self.table.rows.columns)):
            self.table.rows.set_order(int(order[0]), bool(order[1]))

    def _show(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._stack.setCurrentIndex(1 if jobs.rows else 0)
        self.cancel_button.setEnabled(any(job.state in _LIVE for job in jobs.rows))
        self.table.set_rows(rows_of(jobs))

    def _rewrite(self) -> None:
        self._show(self._jobs)

    def _columns(self) -> list[Column[JobRow]]:
        return [
            Column("Job", _title, width=220, tooltip=lambda row: row.job.title),
            Column(
                "State",
                lambda row: "" if row.is_part else _STATE_WORDS[row.job.state],
                colour=lambda row: _STATE_COLOURS.get(row.job.state, "second"),
                width=84,
            ),
            Column(
                "Progress", lambda row: f"{row.share * 100:.0f} %" if row.share is not None else "", sort=lambda row: row.share, paint=_paint_bar, width=110
            ),
            Column("Done", lambda row: f"{row.share * 100:.0f} %" if row.share is not None else ABSENT, sort=lambda row: row.share, is_number=True, width=70),
            Column("Pace", _pace, is_number=True, width=76),
            Column("Left", _time_left, is_number=True, width=62),
            Column("Started", self._started, sort=lambda row: row.job.started, is_number=True, width=100),
            Column("Took", lambda row: duration((row.job.ended - row.job.started) / 1e9) if row.job.ended else "", is_number=True, width=72),
            Column("Result", _outcome, stretches=True, colour=lambda row: "down" if row.job.state is LaneState.FAILED else "second", tooltip=_outcome),
        ]

    def _started(self, row: JobRow) -> str:
        return "" if row.is_part else self.bridge.zones.recent(row.job.started, self.bridge.clock())
