"""The Chart panel: loads the linked series, follows its live candles, and ties canvas, header, indicators and drawings together.

It asks through the bridge for candles and for what is stored; everything else it hears from its link group.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from terminal.app.commands import LoadCandles, LoadRunCandles
from terminal.app.state import LiveCandle, Severity, StoreChanged
from terminal.domain.candles import Candles
from terminal.domain.errors import Cancelled
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.domain.words import shortened
from terminal.ui.actions import Action
from terminal.ui.bridge import Bridge, words_of_error
from terminal.ui.charts.canvas import ChartCanvas
from terminal.ui.charts.compare import compared
from terminal.ui.charts.model import ChartModel
from terminal.ui.links import LinkGroup
from terminal.ui.panel import Panel
from terminal.ui.panels.chart.drawing_desk import DrawingDesk
from terminal.ui.panels.chart.header import menu_button, origin_tag
from terminal.ui.panels.chart.indicator_desk import IndicatorDesk
from terminal.ui.panels.chart.replay import ReplayBar
from terminal.ui.panels.chart.timeframes import TimeframeDesk
from terminal.ui.panels.chart.trades import marks_of
from terminal.ui.panels.chart.view_menu import ViewMenu
from terminal.ui.widgets.labels import EmptyState

if TYPE_CHECKING:
    from terminal.app.answers import Run
    from terminal.app.commands import Command

_CALM_MS = 400
_KEPT_LIVE = 3000
_PIXELS_A_CANDLE = 7.0
_LONGEST_ORIGIN = 14


class ChartPanel(Panel):
    """One chart, linked to its group's series, crosshair, moment and run."""

    id = "chart"
    title = "Chart"
    icon = "chart"

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QWidget | None = None) -> None:
        super().__init__(bridge, link, parent)
        self.model = ChartModel(self)
        self.canvas = ChartCanvas(self.model, bridge.zones, bridge.clock)
        self.empty = EmptyState("No series in view.", hint="Choose a symbol in the watchlist, or get candles in the Data panel.")
        self.replay = ReplayBar(self.model, link, bridge.zones)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.canvas)
        whole.addLayout(self._stack, 1)
        whole.addWidget(self.replay)
        self.tag = origin_tag()
        self.indicators = IndicatorDesk(self.model, bridge, self)
        self.drawings = DrawingDesk(self.model, self.canvas)
        self.view = ViewMenu(self.model, self.canvas, copy=self.copy_picture, compare=self.compare, replay=self.replay.start)
        self.timeframes = TimeframeDesk(bridge, link, self.view.learn)
        self._moment: int | None = None
        self._wanted: SeriesKey | None = None
        self._stored: SeriesKey | None = None
        """The last series that came from the store, which is there again at the next start; the candles of a run's file are not."""
        self._live: dict[int, LiveCandle] = {}
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self._reload)
        self._connect()
        self.timeframes.ask()
        if link.series is not None:
            self.show_series(link.series)

    def header_widgets(self) -> list[QWidget]:
        self._buttons = [
            menu_button("Draw", "Draw lines, rectangles, Fibonacci levels and words", self.drawings.fill),
            menu_button("View", "Bars, price axis, comparison, picture", self.view.fill),
        ]
        return [self.tag, self.timeframes.switch, self.indicators.button, *self._buttons]

    def actions(self) -> list[Action]:  # type: ignore[override] # as in the base
        return [
            Action("chart.copy", "Copy chart picture", self.copy_picture, "The chart as it is seen, to the clipboard", "Ctrl+Shift+C", group="Chart"),
            Action("chart.indicators", "Add an indicator to the chart", self.indicators.open, "Searchable list of indicators", "Ctrl+I", group="Chart"),
            Action(
                "chart.replay",
                "Replay the chart from the middle of the view",
                self.replay.start,
                "Hides later candles and plays them one by one",
                group="Chart",
            ),
            *self.view.actions(),
            *self.timeframes.actions(),
            *self.drawings.actions(),
        ]

    def state(self) -> dict[str, Any]:
        key = self.link.series
        if key is not None and self._run_of_file(key) is not None:
            key = self._stored
        series = [key.venue, key.symbol, key.timeframe.value] if key is not None else None
        return {"series": series, "view": self.view.state(), "indicators": self.indicators.state(), "drawings": self.drawings.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        self.view.restore(state.get("view"))
        self.indicators.restore(state.get("indicators"))
        self.drawings.restore(state.get("drawings"))
        match state.get("series"):
            case [str(venue), str(symbol), str(timeframe)] if self.link.series is None and timeframe in list(Timeframe):
                self.link.show_series(SeriesKey(venue, symbol, Timeframe(timeframe)))

    def show_series(self, key: SeriesKey) -> None:
        """Loads the candles of `key` and shows them; what is in view stays until they are there."""
        if key != self._wanted:
            self._live.clear()
        self._wanted = key
        self.timeframes.show_series(key)
        if self.model.key is None:
            self.empty.set_text(f"Loading {key.symbol} · {key.timeframe.value}", "")
        command: Command = LoadCandles(key)
        run = self._run_of_file(key)
        if run is not None:
            command = LoadRunCandles(run.id)
        self.bridge.send(command, then=self._loaded, failed=self._refused, title=f"Load {key}", question=f"chart {id(self)}")

    def _run_of_file(self, key: SeriesKey) -> "Run | None":
        """The run in view where it was made on a file of `key`, which need not be stored."""
        run = self.link.run
        return run if run is not None and run.info.candles and run.info.series == key else None

    def show_moment(self, key: SeriesKey, time_ns: int) -> None:
        """Brings a moment into view; a trade that began or ended there is shown whole and marked."""
        if key != self.model.key:
            self._moment = time_ns
            self.show_series(key)
            return
        trade = self._trade_at(time_ns)
        marks = self.model.marks
        if trade is None or marks is None:
            self.model.show_moment(time_ns)
            return
        self.model.chosen_mark = trade
        self.model.show_span(*marks.span(trade, self.model.rows.count))

    def compare(self, key: SeriesKey | None) -> None:
        """Draws the closes of another series beside this one; None takes all comparisons away."""
        if key is None:
            self.model.compared = []
            self.model.touch()
            return

        beside = self.model.key

        def arrived(candles: Candles) -> None:
            model, whole = self.model, self.model.everything
            if whole is not None and model.key == beside:
                others = [other for other in model.compared if other.key != key]
                colour = next(index for index in range(3, 4 + len(others)) if index not in {other.colour for other in others})
                model.compared = [*others, compared(key, candles, whole, colour)]
                model.touch()

        self.bridge.send(LoadCandles(key), then=arrived, title=f"Load {key}")

    def copy_picture(self) -> None:
        """Copies the chart as it is seen to the clipboard."""
        if self._stack.currentWidget() is not self.canvas:
            self.bridge.notify(Severity.WARNING, "There is no chart to copy.", "Choose a symbol in the watchlist first.")
            return
        QGuiApplication.clipboard().setPixmap(self.canvas.picture())
        self.bridge.notify(Severity.INFO, "The chart's picture is in the clipboard.")

    def _connect(self) -> None:
        link, canvas = self.link, self.canvas
        link.series_changed.connect(self.show_series)
        link.moment_chosen.connect(self.show_moment)
        link.crosshair_moved.connect(canvas.show_far_crosshair)
        link.run_changed.connect(self._show_run)
        link.replay_moved.connect(self.model.show_until)
        canvas.crosshair_moved.connect(link.move_crosshair)
        canvas.menu_asked.connect(self.view.popup)
        self.bridge.on(LiveCandle, self._follow)
        self.bridge.on(StoreChanged, self._store_changed)

    def _loaded(self, answer: Candles | tuple[Candles, ...]) -> None:
        candles = answer[0] if isinstance(answer, tuple) else answer
        key = self._wanted
        if key is None:
            return
        if not len(candles):
            self._say(f"No candles of {key} are stored.", "Get them in the Data panel.")
            return
        if not isinstance(answer, tuple):
            self._stored = key
        is_same = key == self.model.key
        if not is_same:
            self.drawings.leave()
            self.replay.stop()
        middle = self.model.bars.time_of(self.model.rows.right, self.model.length_ns) if is_same and self.model.bars is not None else None
        self.model.show(key, candles, keeps_view=is_same, visible=max(40.0, self.width() / _PIXELS_A_CANDLE))
        for live in sorted(self._live.values(), key=lambda candle: candle.time):
            self.model.follow(live)
        if middle is not None and self.model.bars is not None and not self.model.rows.follows_end:
            self.model.rows.right = float(self.model.bars.row_at(middle) + 1)
        self.timeframes.mark_holes(self.model)
        self.drawings.enter(key)
        self.setWindowTitle(f"{key.symbol} · {key.timeframe.value}")
        self.indicators.calculate()
        chosen = self.model.chosen_mark
        self._show_run(self.link.run)
        self.model.chosen_mark = chosen if self.model.marks is not None else None
        if self.link.replay is not None:
            self.model.show_until(self.link.replay)
        self._show_origin()
        self._stack.setCurrentWidget(self.canvas)
        if self._moment is not None:
            moment, self._moment = self._moment, None
            self.show_moment(key, moment)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            return
        words = words_of_error(error)
        self._say(*words)

    def _say(self, text: str, hint: str) -> None:
        self.empty.set_text(text, hint)
        self._stack.setCurrentWidget(self.empty)

    def _follow(self, candle: LiveCandle) -> None:
        if candle.series == self._wanted:  # also while its history is on the way, which may end before this candle
            self._live[candle.time] = candle
            if len(self._live) > _KEPT_LIVE:
                self._live.pop(next(iter(self._live)))
        self.model.follow(candle)

    def _store_changed(self, event: StoreChanged) -> None:
        key = self._wanted
        self.timeframes.ask()
        if key is not None and (event.series is None or (event.series.venue, event.series.symbol) == (key.venue, key.symbol)):
            self._calm.start()

    def _reload(self) -> None:
        if self._wanted is not None:
            self.show_series(self._wanted)

    def _show_origin(self) -> None:
        source = self.model.provenance
        self.tag.set_text("SIMULATED" if source.simulated else shortened(source.source, _LONGEST_ORIGIN).upper())
        self.tag.setToolTip("Invented prices of the simulated market" if source.simulated else f"Prices from {source.source}")
        self.tag.setVisible(bool(self.tag.text()))

    def _show_run(self, run: "Run | None") -> None:
        model = self.model
        model.chosen_mark = None
        whole = model.everything
        if run is None or model.key is None or whole is None:
            model.marks = None
        else:
            model.marks = marks_of(run.result, model.key, whole, self.bridge.zones, model.calendar)
        model.touch()

    def _trade_at(self, time_ns: int) -> int | None:
        marks, columns = self.model.marks, self.model.columns
        if marks is None or columns is None:
            return None
        if self.link.trade is not None:
            return marks.place_of(self.link.trade)
        row = columns.row_at(time_ns)
        if row < 0:
            return None
        for rows in (marks.entry_row, marks.exit_row):
            found = (rows == row).nonzero()[0]
            if len(found):
                return int(found[0])
        return None
