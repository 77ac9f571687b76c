"""Which timeframes the chart can offer for the symbol in view, and the switch that asks for another.

Part of the chart panel; it knows what is stored and keeps the header's buttons true.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from terminal.app.commands import ListSeries
from terminal.app.loading import DEMO
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.actions import Action
from terminal.ui.bridge import Bridge
from terminal.ui.charts.model import ChartModel
from terminal.ui.links import LinkGroup
from terminal.ui.panels.chart.header import SHOWN, TimeframeSwitch

if TYPE_CHECKING:
    from terminal.app.answers import SeriesInfo


class TimeframeDesk:
    """Asks what is stored and lets the link group show another timeframe. `learned` gets the stored series."""

    def __init__(self, bridge: Bridge, link: LinkGroup, learned: Callable[[tuple[SeriesKey, ...]], None]) -> None:
        self._bridge, self._link, self._learned = bridge, link, learned
        self._stored: tuple[SeriesInfo, ...] = ()
        self._key: SeriesKey | None = None
        self.switch = TimeframeSwitch(self._choose)

    def actions(self) -> list[Action]:
        """One entry of the palette per timeframe; a finer one than is stored is refused in the chart's words."""
        return [
            Action(f"chart.{frame.value}", f"Timeframe: {frame.words}", partial(self._choose, frame), f"{frame.value} candles", group="Chart", is_in_menu=False)
            for frame in SHOWN
        ]

    def show_series(self, key: SeriesKey) -> None:
        """Marks the timeframe of `key` and allows what its symbol's candles can be turned into."""
        self._key = key
        self.switch.show_timeframe(key.timeframe)
        self._allow()

    def mark_holes(self, model: ChartModel) -> None:
        """Marks the holes the store knows of, by the market's calendar, where exactly this series is stored."""
        info = next((info for info in self._stored if info.key == model.key), None)
        if info is not None:
            model.show_gaps([end for _, end in info.gaps])

    def ask(self) -> None:
        """Asks anew what is stored; without an answer every timeframe stays enabled."""
        self._bridge.send(ListSeries(), then=self._take, failed=self._forget, question=f"chart {id(self)} stored")

    def _take(self, stored: "tuple[SeriesInfo, ...]") -> None:
        self._stored = stored
        self._learned(tuple(info.key for info in stored))
        self._allow()

    def _forget(self, _error: BaseException) -> None:
        self._take(())

    def _allow(self) -> None:
        key = self._key
        if key is not None and key.venue == DEMO:  # the embedded market makes any timeframe when it is asked for
            self.switch.allow(None)
            return
        known = [info.key.timeframe for info in self._stored if key is not None and (info.key.venue, info.key.symbol) == (key.venue, key.symbol)]
        self.switch.allow(min(known, key=lambda frame: frame.nanoseconds, default=None))

    def _choose(self, timeframe: Timeframe) -> None:
        key = self._link.series
        if key is not None:
            self.switch.show_timeframe(timeframe)
            self._link.show_series(replace(key, timeframe=timeframe))
