"""A candle that closes between the loading of a chart and the first beat of the stream is on the chart, once, as history has it."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from terminal.app.commands import LoadCandles
from terminal.app.opening import OpenTerminal
from terminal.app.streams import Streams
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import MINUTE, SECOND, Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panels.chart.panel import ChartPanel
from terminal.venues.demo.market import DemoMarket

NOON = 1_717_416_000 * SECOND
BTC = SeriesKey("demo", "BTC/USDT", Timeframe.M1)
ETH = SeriesKey("demo", "ETH/USDT", Timeframe.M1)


class Live:
    """A chart beside a stream on a clock that the test moves; `gate` holds the loaded candles back."""

    def __init__(self, opened: OpenTerminal, qtbot: QtBot, now: int) -> None:
        self.now, self.gate = now, threading.Event()
        terminal = replace(opened.terminal, clock=lambda: self.now)
        load = terminal.handlers[LoadCandles]
        self.loaded = threading.Event()

        def held(*words: object) -> object:
            candles = load(terminal, *words[1:])  # type: ignore[arg-type] # a handler's words, the clock's terminal before them
            self.loaded.set()
            self.gate.wait(10)
            return candles

        opened.terminal.handlers[LoadCandles] = held  # type: ignore[index, assignment] # the tests' own dict
        self.bridge = Bridge(opened.terminal, opened.jobs)
        self.streams = Streams(terminal)
        link = LinkGroup()
        link.series_changed.connect(lambda key: self.streams.watch((key,)))
        self.chart = ChartPanel(self.bridge, link)
        qtbot.addWidget(self.chart)
        self.link = link

    def rows_are_history(self, key: SeriesKey, after: int) -> bool:
        """True where the chart's last hour is what the market itself says, its newest row the one forming."""
        columns = self.chart.model.columns
        if columns is None or self.chart.model.key != key:
            return False
        history = DemoMarket(1).candles(key.symbol, key.timeframe, after - 60 * MINUTE, after)
        rows = slice(len(columns) - 61, len(columns) - 1)
        return np.array_equal(columns.time[rows], history.time) and np.array_equal(columns.close[rows], history.close) and columns.time[-1] == after


@pytest.mark.parametrize("first_beat", [-1, 0, 1, 30], ids=["before the close", "at the close", "a second after", "long after"])
def test_a_minute_that_closes_while_the_chart_loads_is_there_once(opened: OpenTerminal, qtbot: QtBot, first_beat: int) -> None:
    live = Live(opened, qtbot, NOON - 2 * SECOND)
    live.link.show_series(BTC)
    qtbot.waitUntil(live.loaded.is_set)
    for second in (first_beat, 31):
        live.now = NOON + second * SECOND
        live.streams.beat()
        qtbot.wait(1)
    live.gate.set()
    qtbot.waitUntil(lambda: live.rows_are_history(BTC, NOON))
    live.bridge.close()


def test_the_stream_may_begin_after_the_chart_stands(opened: OpenTerminal, qtbot: QtBot) -> None:
    live = Live(opened, qtbot, NOON - 1)
    live.gate.set()
    live.link.show_series(BTC)
    qtbot.waitUntil(lambda: live.chart.model.columns is not None)
    live.now = NOON + SECOND
    live.streams.beat()
    qtbot.waitUntil(lambda: live.rows_are_history(BTC, NOON))
    live.bridge.close()


def test_another_symbol_takes_no_candle_of_the_one_before(opened: OpenTerminal, qtbot: QtBot) -> None:
    live = Live(opened, qtbot, NOON - SECOND)
    live.gate.set()
    live.link.show_series(BTC)
    qtbot.waitUntil(lambda: live.chart.model.key == BTC)
    live.gate.clear()
    live.streams.beat()
    live.link.show_series(ETH)
    live.now = NOON + SECOND
    live.streams.beat()
    live.gate.set()
    qtbot.waitUntil(lambda: live.rows_are_history(ETH, NOON))
    live.bridge.close()
