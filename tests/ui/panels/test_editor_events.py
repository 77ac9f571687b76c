"""Event strategies in the editor: one that fails is marked where it failed, one that never ends is stopped by the button that started it."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from terminal.app.commands import NewStrategy, PrepareDemo, SaveStrategy
from terminal.app.opening import OpenTerminal
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panels.editor import EditorPanel

WAIT = 60_000
HEAD = "from terminal import Int, Strategy\n" + "\n" * 60
FAILING = (
    HEAD
    + """class Failing(Strategy):
    window = Int(20, low=5, high=60)

    def on_candle(self, candle):
        if self.now > 1_720_000_000_000_000_000:
            [][self.window]
"""
)
ENDLESS = (
    HEAD
    + """class Endless(Strategy):
    patience = 600

    def on_candle(self, candle):
        while True:
            pass
"""
)

pytestmark = pytest.mark.filterwarnings("ignore:Series.values returning")  # exchange_calendars on a newer pandas


@pytest.fixture
def panel(bridge: Bridge, opened: OpenTerminal, qtbot: QtBot) -> EditorPanel:
    """The editor beside a stored simulated market, its own buttons within reach."""
    opened.terminal.execute(PrepareDemo())
    link = LinkGroup()
    link.show_series(SeriesKey("demo", "BTC/USDT", Timeframe.H1))
    made = EditorPanel(bridge, link)
    for widget in made.header_widgets():
        widget.setParent(made)
    qtbot.addWidget(made)
    made.resize(520, 400)
    made.show()
    qtbot.waitUntil(lambda: made.desk.front() is not None, timeout=WAIT)
    return made


def opened_file(panel: EditorPanel, opened: OpenTerminal, qtbot: QtBot, source: str) -> None:
    """Writes a strategy of the person's own and brings it to the front."""
    made = opened.terminal.execute(NewStrategy(form="events"))
    opened.terminal.execute(SaveStrategy(made.path, source, made.code_fingerprint))
    panel.desk.open([str(made.path)])
    qtbot.waitUntil(lambda: panel.desk.front() is not None and panel.desk.front().path == made.path, timeout=WAIT)


def test_an_exception_in_on_candle_is_marked_and_brought_into_view(panel: EditorPanel, opened: OpenTerminal, qtbot: QtBot) -> None:
    opened_file(panel, opened, qtbot, FAILING)
    view = panel.desk.front_view()
    assert view is not None
    line = FAILING[: FAILING.index("[][")].count("\n") + 1
    panel.run()
    qtbot.waitUntil(lambda: view.problem_line() == line, timeout=WAIT)
    assert "IndexError" in panel.status.words.text()
    assert "2024-07" in panel.status.words.text()
    assert line - 1 in [number for number, _top, _height in view.visible_lines()]
    assert panel.run_button.text() == "Run"


def test_an_endless_loop_is_stopped_by_the_button_that_started_it(panel: EditorPanel, opened: OpenTerminal, qtbot: QtBot) -> None:
    opened_file(panel, opened, qtbot, ENDLESS)
    qtbot.mouseClick(panel.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.run_button.text() == "Stop", timeout=WAIT)
    qtbot.mouseClick(panel.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.status.words.text() == "Stopped before it ended.", timeout=WAIT)
    assert panel.run_button.text() == "Run"
