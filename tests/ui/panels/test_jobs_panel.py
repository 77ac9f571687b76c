"""The Jobs panel: real jobs shown with their parts, cancelled by click, kept with their end."""

import threading

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from terminal.app.state import LaneState
from terminal.domain.errors import BadInput
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panels.jobs import JobsPanel
from ui.conftest import Ask

LEFT = Qt.MouseButton.LeftButton


def shown(panel: JobsPanel) -> list[tuple[str, ...]]:
    return [tuple(column.text(row) for column in panel.table.rows.columns) for row in panel.table.rows.shown()]


def opened_panel(bridge: Bridge, qtbot: QtBot) -> JobsPanel:
    panel = JobsPanel(bridge, LinkGroup())
    qtbot.addWidget(panel)
    for widget in panel.header_widgets():
        qtbot.addWidget(widget)
        widget.show()
    panel.resize(1000, 300)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_nothing_to_show_says_what_belongs_here(bridge: Bridge, qtbot: QtBot) -> None:
    panel = opened_panel(bridge, qtbot)
    assert panel.empty.isVisible()
    assert not panel.cancel_button.isEnabled()


def test_a_running_job_shows_its_parts_and_cancels_by_click(bridge: Bridge, qtbot: QtBot) -> None:
    panel = opened_panel(bridge, qtbot)
    going = threading.Event()

    def work(report, cancelled):  # type: ignore[no-untyped-def]
        report(40, 100, "page 4", lane="ETH/USDT")
        report(64, 100, "two symbols")
        going.set()
        while not cancelled():
            threading.Event().wait(0.005)
        raise BadInput("never reached as a failure")

    bridge.send(Ask(work), title="Extracting", visible=True, failed=lambda _error: None)
    assert going.wait(5)
    qtbot.waitUntil(lambda: [row[0].strip() for row in shown(panel)] == ["Extracting", "ETH/USDT"])
    assert shown(panel)[0][1] == "Running"
    assert shown(panel)[0][3] == "64 %"
    panel.table.choose(panel.table.rows.key_of(0))
    qtbot.mouseClick(panel.cancel_button, LEFT)
    qtbot.waitUntil(lambda: panel.table.rows.shown()[0].job.state is LaneState.CANCELLED)
    assert shown(panel)[0][1] == "Cancelled"
    assert not panel.cancel_button.isEnabled()


def test_a_failure_stays_with_its_words(bridge: Bridge, qtbot: QtBot) -> None:
    panel = opened_panel(bridge, qtbot)

    def work(_report: object, _cancelled: object) -> None:
        raise BadInput("Row 17 has a negative price.", cure="Correct the file.")

    bridge.send(Ask(work), title="Import prices.csv", visible=True, failed=lambda _error: None)
    qtbot.waitUntil(lambda: bool(shown(panel)) and shown(panel)[0][1] == "Failed")
    assert shown(panel)[0][-1] == "Row 17 has a negative price. Correct the file."
    assert shown(panel)[0][7] != ""


def test_the_order_of_the_table_is_found_again(bridge: Bridge, qtbot: QtBot) -> None:
    panel = opened_panel(bridge, qtbot)
    panel.restore({"order": [6, True]})
    assert panel.state() == {"order": (6, True)}
    panel.restore({"order": [99, True]})
    assert panel.state() == {"order": (6, True)}


def test_every_state_has_room_for_its_word(bridge: Bridge, qtbot: QtBot) -> None:
    panel = opened_panel(bridge, qtbot)
    room, metrics = panel.table.columnWidth(1), panel.table.fontMetrics()
    assert room - 20 >= max(metrics.horizontalAdvance(state.value.capitalize()) for state in LaneState)
