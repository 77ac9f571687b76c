"""Replay: one clock over all linked charts, stepped by hand or running, while later candles stay hidden.

The bar stands under the chart that started it; every chart of the link group hears the clock.
"""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from terminal.ui.charts.model import ChartModel
from terminal.ui.links import LinkGroup
from terminal.ui.widgets.buttons import FlatButton, SecondaryButton
from terminal.ui.widgets.fields import ChoiceField
from terminal.ui.widgets.labels import label
from terminal.ui.zones import Zones

_PACES = {"1 candle / s": 1000, "4 candles / s": 250, "20 candles / s": 50}


class ReplayBar(QWidget):
    """Starts at the middle of the view; Step and Play go on from there, Stop shows everything again."""

    def __init__(self, model: ChartModel, link: LinkGroup, zones: Zones, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._link, self._zones = model, link, zones
        self._time: int | None = None
        self.setAccessibleName("Replay")
        self.words = label("", "second")
        self.play = FlatButton("Play", self._toggle, tooltip="Let the clock run, or hold it", checkable=True)
        self.pace = ChoiceField(tuple(_PACES), name="Pace of the replay", chosen=self._set_pace)
        self.pace.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 4)
        row.addWidget(label("Replay", "heading"))
        row.addWidget(self.words)
        row.addStretch()
        row.addWidget(FlatButton("Step", self.step, tooltip="One candle further"))
        row.addWidget(self.play)
        row.addWidget(self.pace)
        row.addWidget(SecondaryButton("Stop", self.stop))
        self._clock = QTimer(self)
        self._clock.setInterval(next(iter(_PACES.values())))
        self._clock.timeout.connect(self.step)
        self.hide()

    def start(self, row: float | None = None) -> None:
        """Hides what follows `row` (None = the middle of the view) and waits for Step or Play."""
        columns, rows = self._model.columns, self._model.rows
        if columns is None or len(columns) < 3 or self._time is not None:
            return
        self._go_to(columns.time_of(min(max((rows.left + rows.right) / 2 if row is None else row, 2), len(columns) - 2), self._model.length_ns))
        self.show()

    def step(self) -> None:
        """Shows one candle more; at the newest one the clock stands still."""
        if self._time is None:
            return
        following = self._model.time_after(self._time)
        if following is None:
            self.play.setChecked(False)
            self._clock.stop()
            self.words.setText("the newest candle is shown")
        else:
            self._go_to(following)

    def stop(self) -> None:
        """Ends the replay: every candle is shown again."""
        self._clock.stop()
        self.play.setChecked(False)
        self.hide()
        if self._time is not None:
            self._time = None
            self._link.move_replay(None)

    def _toggle(self) -> None:
        if self.play.isChecked():
            self._clock.start()
        else:
            self._clock.stop()

    def _set_pace(self, words: str) -> None:
        self._clock.setInterval(_PACES.get(words, 1000))

    def _go_to(self, time_ns: int) -> None:
        self._time = time_ns
        self.words.setText(self._zones.minute(time_ns, self._model.calendar))
        self._link.move_replay(time_ns)
