"""A window that is killed loses nothing a person did two seconds before: drawings, sliders and unsaved text are there again."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from terminal.app.commands import PrepareDemo
from terminal.domain.errors import OutcryError
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.charts.drawings import Drawing
from terminal.ui.layouts import Layout, LayoutFiles
from terminal.ui.window import Window

KILLED = """
import os, signal
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from terminal.app.opening import open_terminal
from terminal.ui.application import open_window
from terminal.ui.charts.drawings import Drawing, Point, Tool

app = QApplication([])
with open_terminal("window") as opened:
    window = open_window(app, opened)
    window.show()
    chart, editor = window.panel("chart"), window.panel("editor")
    tries = QTimer()

    def work():
        front = editor.desk.front()
        if chart.model.key is None or front is None or "fast" not in front.declared:
            return
        tries.stop()
        chart.model.drawings.add(Drawing(Tool.HORIZONTAL, (Point(chart.model.bars.time_of(0, chart.model.length_ns), 100_000.0),)))
        editor.sliders.value_changed.emit("fast", 33)
        QTimer.singleShot(2000, lambda: os.kill(os.getpid(), signal.SIGKILL))

    tries.timeout.connect(work)
    tries.start(50)
    app.exec()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_window_loses_neither_drawing_nor_slider(home: Path, request: pytest.FixtureRequest) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED], timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL
    window: Window = request.getfixturevalue("window")
    qtbot: QtBot = request.getfixturevalue("qtbot")
    bridge: Bridge = request.getfixturevalue("bridge")
    ready: list[object] = []
    bridge.send(PrepareDemo(), then=ready.append)
    qtbot.waitUntil(lambda: bool(ready), timeout=20_000)
    assert window.link.series == SeriesKey("demo", "BTC/USDT", Timeframe.H1)
    assert [drawing.points[0].price for drawing in _chart_drawings(window)] == [100_000.0]
    qtbot.waitUntil(lambda: window.link.parameters.get("fast") == 33, timeout=10_000)


def _chart_drawings(window: Window) -> tuple[Drawing, ...]:
    return tuple(window.panel("chart").model.drawings.all)  # type: ignore[attr-defined] # the chart's own


def test_what_was_open_is_kept_while_it_is_still_being_opened(window: Window, layouts: LayoutFiles) -> None:
    editor = window.panel("editor")
    kept = {"open": ["mean_reversion"], "front": "mean_reversion", "values": {"mean_reversion": {"window": 30}}, "run_on_save": True}
    editor.restore(kept)
    assert editor.state() == kept


def test_nothing_is_written_while_nothing_changes_and_a_full_disk_is_told_once(window: Window, bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Layout] = []
    told: list[str] = []
    monkeypatch.setattr(bridge, "notify", lambda _severity, text, _cure="": told.append(text))
    monkeypatch.setattr(LayoutFiles, "keep_last", lambda _files, layout: written.append(layout))
    window.perspectives.keep()
    window.perspectives.keep()
    assert len(written) <= 1

    def full(_files: LayoutFiles, _layout: Layout) -> None:
        raise OutcryError("The layout could not be saved: no space left.", cure="Free some space.")

    monkeypatch.setattr(LayoutFiles, "keep_last", full)
    window.docks.show("log")
    window.perspectives.keep()
    window.perspectives.keep()
    assert told == ["The layout could not be saved: no space left."]


def test_the_kept_file_is_whole(window: Window, layouts: LayoutFiles, home: Path) -> None:
    window.perspectives.keep()
    last = layouts.last()
    assert last is not None
    assert json.loads(json.dumps(dict(last.panels)))["editor"]["open"] is not None
