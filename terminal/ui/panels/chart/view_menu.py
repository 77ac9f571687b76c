"""How a chart is shown: kind of bars, price axis, comparisons, and where it stands; the header's View menu and its keys' words.

Part of the chart panel, which hands it the model and what it cannot do itself.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from terminal.domain.series import SeriesKey
from terminal.ui.actions import Action
from terminal.ui.charts.canvas import ChartCanvas
from terminal.ui.charts.model import ChartModel
from terminal.ui.charts.paint_bars import BarKind
from terminal.ui.charts.scale import ScaleMode
from terminal.ui.panels.chart.header import Choice, add_choice, add_entries

_KINDS = {BarKind.CANDLES.value: "Candles", BarKind.BARS.value: "Bars", BarKind.LINE.value: "Line", BarKind.HEIKIN_ASHI.value: "Heikin-Ashi"}
_MODES = {ScaleMode.LINEAR.value: "Linear", ScaleMode.LOG.value: "Logarithmic", ScaleMode.PERCENT.value: "Percent from the left edge"}
_MOST_COMPARED = 12


class ViewMenu:
    """Fills the View menu and keeps its choices."""

    def __init__(
        self,
        model: ChartModel,
        canvas: ChartCanvas,
        *,
        copy: Callable[[], None],
        compare: Callable[[SeriesKey | None], None],
        replay: Callable[[float | None], None],
    ) -> None:
        self._series: tuple[SeriesKey, ...] = ()
        self._model, self._canvas = model, canvas
        self._copy, self._compare, self._replay = copy, compare, replay

    def learn(self, series: tuple[SeriesKey, ...]) -> None:
        """Takes note of what can be compared with."""
        self._series = series

    def fill(self, menu: QMenu, row: float | None = None) -> None:
        """Adds the entries; `row` is where the chart was right-clicked."""
        add_choice(menu, Choice("Prices as", _KINDS, lambda: self._model.kind.value, lambda kind: self._model.show_kind(BarKind(kind))))
        add_choice(menu, Choice("Price axis", _MODES, lambda: self._model.scale.mode.value, lambda mode: self._model.show_mode(ScaleMode(mode))))
        menu.addSeparator()
        self._add_comparisons(menu.addMenu("Compare with"))
        entries = (("Newest candles", "End", self.newest), ("Oldest candles", "Home", self.oldest), ("All candles", "", self.everything))
        add_entries(menu, entries)
        words = "Replay from the middle" if row is None else "Replay from here"
        add_entries(menu, ((words, "", partial(self._replay, row)), ("Fit prices", "", self.fit_prices), ("Copy picture", "Ctrl+Shift+C", self._copy)))

    def actions(self) -> list[Action]:
        """The same choices for the palette; the header's menu offers them already."""
        kinds = [
            Action(
                f"chart.{kind}", f"Chart: {words.lower()}", partial(self._model.show_kind, BarKind(kind)), "Draws prices so", group="Chart", is_in_menu=False
            )
            for kind, words in _KINDS.items()
        ]
        axes = [
            Action(
                f"chart.axis_{mode}",
                f"Price axis: {words.lower()}",
                partial(self._model.show_mode, ScaleMode(mode)),
                "Chart scale",
                group="Chart",
                is_in_menu=False,
            )
            for mode, words in _MODES.items()
        ]
        rest = [
            Action("chart.newest", "Show the newest candles", self.newest, "Moves the chart to its end", group="Chart", also="last latest", is_in_menu=False),
            Action("chart.oldest", "Show the oldest candles", self.oldest, "Moves the chart to its start", group="Chart", also="first", is_in_menu=False),
            Action("chart.all", "Show all candles", self.everything, "Zooms out to the whole series", group="Chart", is_in_menu=False),
            Action("chart.fit", "Fit the price axis", self.fit_prices, "Zooms the prices to what is in view", group="Chart", also="auto", is_in_menu=False),
        ]
        return [*kinds, *axes, *rest]

    def popup(self, place: QPoint) -> None:
        """Opens the menu where the chart was right-clicked."""
        menu = QMenu(self._canvas)
        menu.setAccessibleName("View")
        self.fill(menu, self._model.rows.row(self._canvas.mapFromGlobal(place).x(), self._canvas.scene.frame.width))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def newest(self) -> None:
        """Moves to the newest candles."""
        self._model.rows.move_to_end()
        self._model.touch()

    def oldest(self) -> None:
        """Moves to the oldest candles."""
        self._model.rows.show_first()
        self._model.touch()

    def everything(self) -> None:
        """Shows every candle."""
        self._model.rows.show_all()
        self._model.touch()

    def fit_prices(self) -> None:
        """Lets the price axis fit itself again."""
        self._model.scale.is_manual = False
        self._model.touch()

    def state(self) -> dict[str, Any]:
        """The choices as JSON values."""
        return {"kind": self._model.kind.value, "mode": self._model.scale.mode.value}

    def restore(self, state: object) -> None:
        """Takes up saved choices; unknown ones are left out."""
        if isinstance(state, Mapping):
            with suppress(ValueError):
                self._model.show_kind(BarKind(state.get("kind", "")))
            with suppress(ValueError):
                self._model.show_mode(ScaleMode(state.get("mode", "")))

    def _add_comparisons(self, menu: QMenu) -> None:
        key = self._model.key
        others = [other for other in self._series if key is not None and other != key and other.timeframe is key.timeframe]
        for other in others[:_MOST_COMPARED]:
            entry = menu.addAction(f"{other.symbol} · {other.venue}")
            entry.triggered.connect(lambda _checked=False, other=other: self._compare(other))
        if not others:
            menu.addAction("No other series of this timeframe is stored").setEnabled(False)
        elif self._model.compared:
            menu.addSeparator()
            menu.addAction("Nothing").triggered.connect(lambda _checked=False: self._compare(None))
