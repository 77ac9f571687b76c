"""Every widget of the window with a result in it, at every size and in both themes: nothing cut, faint, nameless, unreachable or default grey."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QTableWidget, QTableWidgetItem, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from terminal.app.commands import PrepareDemo
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.theme import theme
from terminal.ui.window import Window
from ui.walk import findings, grey_pixels, not_tabbed_to

SIZES = ((1366, 768), (1920, 1080))
PAGES = ("Summary", "Trades", "Distribution", "Measures", "Settings", "Runs")
_FACTOR = "QT_SCALE_FACTOR"


@pytest.fixture
def full(window: Window, bridge: Bridge, qtbot: QtBot) -> Window:
    """The window after a first backtest."""
    ready: list[object] = []
    bridge.send(PrepareDemo(), then=ready.append)
    qtbot.waitUntil(lambda: bool(ready), timeout=20_000)
    window.link.show_series(SeriesKey("demo", "BTC/USDT", Timeframe.H1))
    qtbot.wait(200)
    window.book.trigger("editor.run")
    qtbot.waitUntil(lambda: window.link.run is not None, timeout=60_000)
    qtbot.wait(300)
    return window


def test_every_widget_can_be_read_named_and_reached(full: Window, qtbot: QtBot) -> None:
    faults: set[str] = set()
    results = full.panel("results")
    for name in ("dark", "light"):
        theme().switch(name)
        for width, height in SIZES if _FACTOR not in os.environ else SIZES[1:]:
            full.resize(width, height)
            for panel in ("jobs", "log", "settings", "results"):
                full.docks.show(panel)
                for page in PAGES if panel == "results" else ("",):
                    if page:
                        results.show_page(page)  # type: ignore[attr-defined] # the results' own
                    qtbot.wait(40)
                    faults |= {f"{fault} ({name}, {width} × {height}, {page or panel})" for fault in findings(full)}
            results.show_page("Summary")  # type: ignore[attr-defined]
            assert grey_pixels(full) < 0.002
    theme().switch("dark")
    faults |= set(not_tabbed_to(full))
    assert not faults, "\n".join(sorted(faults))


@pytest.mark.skipif(_FACTOR in os.environ, reason="is what it starts")
def test_the_same_at_4k_with_200_percent() -> None:
    one = f"{Path(__file__)}::test_every_widget_can_be_read_named_and_reached"
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", one], env={**os.environ, _FACTOR: "2"}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout[-4000:]


def test_the_import_dialog_can_be_read_named_and_reached(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "1000000MOG.csv"
    rows = [f"{1_700_000_000 // 3600 * 3600 + hour * 3600},1.0,1.2,{0.9 if hour else 1.3},1.1,5" for hour in range(30)]
    file.write_text("time,open,high,low,close,volume\n" + "\n".join(rows))
    dialog = window.panel("data").desk.import_file(file)  # type: ignore[attr-defined] # the Data panel's own
    qtbot.waitUntil(lambda: bool(dialog.problems.text()), timeout=20_000)
    assert "“Bad rows” to drop" in dialog.problems.text()
    for name in ("light", "dark"):
        theme().switch(name)
        qtbot.wait(60)
        assert [fault for fault in findings(dialog) if fault != "scrolls sideways: First rows of the file"] == []  # a file may be as wide as it likes
    dialog.reject()


def test_the_walk_finds_what_it_looks_for(qtbot: QtBot) -> None:
    bad = QWidget()
    qtbot.addWidget(bad)
    bad.resize(200, 100)
    label = QLabel("a sentence that is much too long for its room", bad)
    label.setGeometry(0, 0, 40, 20)
    field = QLineEdit(bad)
    field.setGeometry(0, 30, 80, 20)
    field.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    QToolButton(bad).setGeometry(0, 60, 20, 20)
    faint = QLabel("faint", bad)
    faint.setGeometry(60, 60, 80, 20)
    faint.setStyleSheet("color: #777777; background: #555555")
    table = QTableWidget(1, 4, bad)
    table.setGeometry(100, 0, 90, 60)
    table.setItem(0, 0, QTableWidgetItem("1,234.5"))
    table.setColumnWidth(0, 400)
    bad.show()
    qtbot.waitExposed(bad)
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() > 0)
    found = " ".join(findings(bad))
    for words in (
        "cut without tooltip",
        "without a name: QLineEdit",
        "icon without tooltip",
        "not reached by Tab: QLineEdit",
        "faint, 1",
        "numbers not at the right",
        "scrolls sideways",
    ):
        assert words in found
