"""The line at the foot: health at the left, then the work under way, the zone switch and the clock.

What runs is a click away from the Jobs panel; the zone chosen here rules every time in the window.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from terminal.app.commands import ChangeSetting
from terminal.app.state import Jobs, JobView, LaneState
from terminal.ui.bridge import Bridge
from terminal.ui.health_strip import HealthStrip
from terminal.ui.theme import measures
from terminal.ui.widgets.buttons import FlatButton
from terminal.ui.widgets.labels import label
from terminal.ui.widgets.progress import ProgressLine
from terminal.ui.zones import Zone

_ZONE_WORDS = {Zone.LOCAL: "Local", Zone.EXCHANGE: "Exchange", Zone.UTC: "UTC"}
_ZONE_HELP = {
    Zone.LOCAL: "Show every time in this computer's zone",
    Zone.EXCHANGE: "Show every time in the zone of the exchange in view",
    Zone.UTC: "Show every time in UTC",
}
_HALF_SECOND_MS = 500


class Foot(QWidget):
    """Health, work, zones and clock in one line. `open_jobs` shows the Jobs panel."""

    def __init__(self, bridge: Bridge, open_jobs: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.setObjectName("foot")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(measures().foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(6)
        self.health = HealthStrip(bridge)
        row.addWidget(self.health)
        row.addStretch(1)
        self.progress = ProgressLine()
        self.progress.setMaximumWidth(460)
        self.progress.setMinimumWidth(300)
        self.progress.hide()
        row.addWidget(self.progress, 1)
        self.jobs = FlatButton("", open_jobs, tooltip="Open the Jobs panel")
        self.jobs.hide()
        row.addWidget(self.jobs)
        self.zones = {zone: FlatButton(_ZONE_WORDS[zone], self._chooser(zone), tooltip=_ZONE_HELP[zone], checkable=True) for zone in Zone}
        for button in self.zones.values():
            row.addWidget(button)
        self.clock = label("")
        self.clock.setAccessibleName("Time")
        row.addWidget(self.clock)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(_HALF_SECOND_MS)
        bridge.zones.changed.connect(self._show_zone)
        bridge.watch(Jobs, self._show_jobs)
        self._show_zone()

    def _chooser(self, zone: Zone) -> Callable[[], None]:
        return lambda: self._choose(zone)

    def _choose(self, zone: Zone) -> None:
        self._bridge.zones.choose(zone)
        self._show_zone()
        self._bridge.send(ChangeSetting("zone", zone.value), question="zone")

    def _show_zone(self) -> None:
        for zone, button in self.zones.items():
            button.setChecked(zone is self._bridge.zones.zone)
        self._tick()

    def _tick(self) -> None:
        now = self._bridge.clock()
        self.clock.setText(self._bridge.zones.second(now))
        self.clock.setToolTip(self._bridge.zones.both(now))

    def _show_jobs(self, jobs: Jobs) -> None:
        under_way = [job for job in jobs.rows if job.state in (LaneState.RUNNING, LaneState.WAITING)]
        self.jobs.setText("1 job" if len(under_way) == 1 else f"{len(under_way)} jobs")
        self.jobs.setAccessibleName(self.jobs.text())
        self.jobs.setVisible(bool(under_way))
        running = [job for job in under_way if job.lanes]
        self.progress.setVisible(bool(running))
        if running:
            self._show_progress(running[0])

    def _show_progress(self, job: JobView) -> None:
        self.progress.show_lane(job.lanes[0], job.title)
