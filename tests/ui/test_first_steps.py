"""The strip of first steps: each item does its step, ticks follow what really happened, it goes and comes back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from terminal.app.commands import ExtractCandles, PrepareDemo, RunBacktest
from terminal.app.opening import OpenTerminal
from terminal.app.state import Notice
from terminal.domain.errors import VenueUnreachable
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.actions import Action, ActionBook
from terminal.ui.bridge import Bridge
from terminal.ui.first_steps import OFFLINE, FirstSteps
from terminal.ui.links import LinkGroup
from terminal.ui.panel import Panel

BTC = SeriesKey("demo", "BTC/USDT", Timeframe.H1)


class Editor(Panel):
    """Stands where the strategy editor stands, with one slider."""

    id = "editor"
    title = "Strategy"


@pytest.fixture
def done() -> list[str]:
    """What the strip asked the window for."""
    return []


@pytest.fixture
def editor(bridge: Bridge, qtbot: QtBot) -> Editor:
    made = Editor(bridge, LinkGroup())
    slider = QSlider(Qt.Orientation.Horizontal, made)
    slider.setRange(2, 60)
    slider.setValue(21)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def strip(bridge: Bridge, qtbot: QtBot, editor: Editor, done: list[str]) -> FirstSteps:
    book = ActionBook(editor)
    book.add([Action("editor.run", "Run", lambda: done.append("run")), Action("editor.new", "New", lambda: done.append("new"))])
    made = FirstSteps(bridge, LinkGroup(), book, lambda name: done.append(f"show {name}"), lambda _name: editor)
    qtbot.addWidget(made)
    made.resize(1366, 34)
    made.show()
    return made


def test_each_item_does_its_step(strip: FirstSteps, editor: Editor, done: list[str], qtbot: QtBot) -> None:
    qtbot.mouseClick(strip.run_step, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(strip.own_step, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(strip.parameter_step, Qt.MouseButton.LeftButton)
    assert done == ["show editor", "run", "show editor", "new", "show editor"]
    slider = editor.findChild(QSlider)
    assert slider is not None
    assert slider.value() == 22
    slider.setValue(60)
    qtbot.mouseClick(strip.parameter_step, Qt.MouseButton.LeftButton)
    assert slider.value() == 59


def test_ticks_follow_what_the_terminal_holds(strip: FirstSteps, opened: OpenTerminal, qtbot: QtBot) -> None:
    assert not strip.run_step.is_done
    opened.terminal.execute(PrepareDemo())
    opened.terminal.execute(RunBacktest("ema_trend", BTC))
    qtbot.waitUntil(lambda: strip.run_step.text() == "Run a backtest ✓", timeout=30_000)
    assert not strip.parameter_step.is_done
    assert not strip.candles_step.is_done  # invented candles are not real ones
    opened.terminal.execute(RunBacktest("ema_trend", BTC, {"fast": 12}))
    qtbot.waitUntil(lambda: strip.parameter_step.is_done, timeout=30_000)
    (opened.terminal.paths.strategies / "mine.py").write_text("from terminal import Strategy\n")
    again = FirstSteps(strip._bridge, LinkGroup(), ActionBook(strip), lambda _name: None, lambda _name: Panel(strip._bridge, LinkGroup()))
    qtbot.addWidget(again)
    qtbot.waitUntil(lambda: again.run_step.is_done and again.parameter_step.is_done and again.own_step.is_done)


def test_without_a_network_the_third_says_what_works_without_one(strip: FirstSteps, bridge: Bridge, opened: OpenTerminal, qtbot: QtBot) -> None:
    told: list[str] = []
    bridge.on(Notice, lambda notice: told.append(notice.text))

    def unreachable(*_arguments: object) -> None:
        raise VenueUnreachable("Binance cannot be reached.")

    opened.terminal.handlers[ExtractCandles] = unreachable  # type: ignore[index] # the fixture's own dict
    qtbot.mouseClick(strip.candles_step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: told == [OFFLINE])
    assert not strip.candles_step.is_done


def test_it_closes_for_good_and_the_palette_brings_it_back(strip: FirstSteps, bridge: Bridge, qtbot: QtBot) -> None:
    strip.close_strip()
    qtbot.waitUntil(lambda: not strip.isVisible())
    assert bridge.settings["first_steps"] is False
    (action,) = strip.actions()
    assert action.text == "First steps"
    action.run()
    qtbot.waitUntil(strip.isVisible)
