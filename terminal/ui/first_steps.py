"""The strip of first steps under the top bar: what a newcomer can do next, done at a click, ticked once it happened.

Ticks follow `ui.steps_done`; the palette brings the strip back.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QSlider, QWidget

from terminal.app.commands import ChangeSetting, ExtractCandles
from terminal.app.state import Jobs, LaneState, SettingChanged, Severity
from terminal.domain.errors import OutcryError, VenueUnreachable
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import DAY, Timeframe
from terminal.ui.actions import Action, ActionBook
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panel import Panel
from terminal.ui.steps_done import StepsDone
from terminal.ui.theme import measures, theme
from terminal.ui.widgets.buttons import FlatButton, IconButton
from terminal.ui.widgets.labels import label, set_state

SETTING = "first_steps"
OFFLINE = "No network. The demo market and file import work without one."
_REAL = SeriesKey("binance", "BTC/USDT", Timeframe.H1)
_YEAR = 365 * DAY
_TRYING_AGAIN = "; try "  # how a download words that a venue could not be reached


class _Step(FlatButton):
    """One step: its words, with a tick once it is done."""

    def __init__(self, words: str, act: Callable[[], None], tooltip: str) -> None:
        super().__init__(words, act, tooltip=tooltip)
        self._words = words
        self.is_done = False

    def tick(self) -> None:
        """Marks the step as done."""
        if not self.is_done:
            self.is_done = True
            self.setText(f"{self._words} ✓")
            self.setAccessibleName(f"{self._words}, done")
            set_state(self, "up")


class FirstSteps(QWidget):
    """The strip. `show_panel` brings a panel to the front, `panel` is asked for the editor's sliders."""

    def __init__(self, bridge: Bridge, link: LinkGroup, book: ActionBook, show_panel: Callable[[str], None], panel: Callable[[str], Panel]) -> None:
        super().__init__()
        self._bridge, self._link, self._book = bridge, link, book
        self._show_panel, self._panel = show_panel, panel
        self._job, self._has_warned = 0, False
        self._done = StepsDone(bridge, link, self)
        self.setObjectName("first_steps")
        self.setAccessibleName("First steps")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("surface", "panel")
        self.run_step = _Step("Run a backtest", self._run, "Runs the strategy in front on the candles in view, F5")
        self.parameter_step = _Step("Change a parameter", self._change, "Moves the first slider of the strategy by one step; drag it and the curve follows")
        self.candles_step = _Step(
            "Get real candles", self._extract, f"Downloads a year of {_REAL.symbol} one-hour candles from Binance, free and without an account"
        )
        self.own_step = _Step("Write your own", partial(self._trigger, "editor.new"), "Opens a new strategy file of your own, from the template")
        self._arrange()
        self._listen()
        self._done.look()
        self.setVisible(bool(bridge.settings[SETTING]))

    def actions(self) -> list[Action]:  # type: ignore[override] # the strip's, not Qt's
        """What brings the strip back."""
        return [
            Action("first_steps.show", "First steps", self._bring_back, "Shows what a newcomer can do next", group="Program", also="help guide tutorial start")
        ]

    def close_strip(self) -> None:
        """Takes the strip away, now and at the next start."""
        self._bridge.send(ChangeSetting(SETTING, False))

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(2)
        row.addWidget(label("First steps", "second"))
        row.addSpacing(8)
        for number, step in enumerate((self.run_step, self.parameter_step, self.candles_step, self.own_step)):
            if number:
                row.addWidget(label("·", "faint"))
            row.addWidget(step)
        row.addStretch()
        row.addWidget(IconButton("close", "Close first steps", self.close_strip))
        self._measure()

    def _listen(self) -> None:
        theme().changed.connect(self._measure)
        for step, happened in ((self.run_step, self._done.ran), (self.parameter_step, self._done.varied), (self.candles_step, self._done.extracted)):
            happened.connect(step.tick)
        self._done.written.connect(self.own_step.tick)
        self._bridge.on(SettingChanged, self._setting_changed)
        self._bridge.watch(Jobs, self._look_for_tries)

    def _run(self) -> None:
        self._trigger("editor.run")

    def _change(self) -> None:
        self._show_panel("editor")
        slider = self._panel("editor").findChild(QSlider)
        if slider is None:
            self._bridge.notify(Severity.INFO, "The strategy in front has no sliders.", "Open ema_trend, or declare a parameter in yours.")
            return
        slider.setFocus()
        is_at_end = slider.value() >= slider.maximum()
        slider.triggerAction(QAbstractSlider.SliderAction.SliderSingleStepSub if is_at_end else QAbstractSlider.SliderAction.SliderSingleStepAdd)

    def _extract(self) -> None:
        self._show_panel("data")
        command = ExtractCandles(_REAL.venue, (_REAL.symbol,), _REAL.timeframe, self._bridge.clock() - _YEAR)
        title = f"Extract {_REAL}"
        self._has_warned = False
        self._job = self._bridge.send(command, then=self._extracted, failed=self._refused, title=title, visible=True, question="first steps: extract")

    def _look_for_tries(self, jobs: Jobs) -> None:
        """Says that there is no network at the first try in vain; the download goes on trying for a while."""
        notes = [lane.note for row in jobs.rows if row.id == self._job and row.state is LaneState.RUNNING for lane in row.lanes]
        if not self._has_warned and any(_TRYING_AGAIN in note for note in notes):
            self._warn()

    def _warn(self) -> None:
        self._has_warned = True
        self._bridge.notify(Severity.WARNING, OFFLINE)

    def _extracted(self, _extraction: object) -> None:
        self._link.show_series(_REAL)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, VenueUnreachable):
            if not self._has_warned:
                self._warn()
        elif isinstance(error, OutcryError):
            self._bridge.notify(Severity.ERROR, error.message, error.cure)

    def _trigger(self, name: str) -> None:
        self._show_panel(name.partition(".")[0])
        self._book.trigger(name)

    def _bring_back(self) -> None:
        self._bridge.send(ChangeSetting(SETTING, True))

    def _setting_changed(self, event: SettingChanged) -> None:
        if event.name == SETTING:
            self.setVisible(bool(event.value))

    def _measure(self) -> None:
        self.setFixedHeight(measures().header)
