"""Extracts real candles by clicking, looks at them, changes a strategy, backtests it and reads the result, on a real screen.

Started by test_real_candles.py: `python real_candles.py PICTURES EXCHANGE_ADDRESS`; writes one JSON line.
"""

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from tests.journeys.robot import Robot
from tests.journeys.stage import play


def fill_in(robot: Robot, shown: str, text: str) -> None:
    """Types `text` over what stands in the field that shows `shown`."""
    field = robot.field(shown)
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Escape)


def open_row(robot: Robot, text: str) -> None:
    """Double-clicks the table row in which `text` stands."""
    seen = robot.wait_for(text)
    QTest.mouseClick(seen.widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, seen.middle)
    QTest.mouseDClick(seen.widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, seen.middle)


def rewrite(robot: Robot, old: str, new: str) -> None:
    """Marks `old` in the code as a hand with a mouse would, and types `new` over it."""
    code = robot.wait_for(r"class EmaTrend\(Strategy\):").widget
    assert isinstance(code, QPlainTextEdit)
    code.setFocus()
    found = code.document().find(old)
    assert not found.isNull(), old
    code.setTextCursor(found)
    QTest.keyClicks(code, new)


def live(robot: Robot) -> dict[str, float | int | str]:
    """From the first picture to a trade on the chart."""
    found: dict[str, float | int | str] = {}
    robot.wait_for("26,280", 30)
    robot.click("Close first steps")
    fill_in(robot, "BTC/USDT", "BTC/USDT, ETH/USDT")
    robot.click("Extract")
    robot.wait_for(r"\d+ %.*left.*|.*\d+ s left.*", 60)
    robot.picture("extracting")
    found["outcome"] = robot.wait_for(r"2 symbols: .* new candles\..*", 120).text
    robot.rest(500)
    robot.picture("stored")

    open_row(robot, "BTC/USDT · binance")
    robot.wait_for("BINANCE", 20)
    robot.rest(1000)
    robot.picture("chart")

    robot.click("Make it mine")
    robot.wait_until(lambda: robot.read("Make it mine") is None, "the copy is open")
    rewrite(robot, "Int(21", "Int(34")
    robot.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    robot.rest(500)
    robot.picture("edit")
    robot.press(Qt.Key.Key_F5)
    found["verdict"] = robot.wait_for(r"(Made|Lost) .* %.*", 90).text
    robot.rest(1000)
    robot.picture("result")
    robot.click("Trades")
    robot.click("▲ long")
    robot.rest(800)
    found["trade"] = " | ".join(robot.line_of("▲ long"))
    robot.picture("trade")
    doubt(robot)
    for page in ("Distribution", "Times", "Costs", "Measures", "Settings", "Runs", "Jobs", "Log"):
        robot.click(page)
        robot.rest(600)
        robot.picture(page.lower())
    return found


def doubt(robot: Robot) -> None:
    """Asks everything that the result can be asked about itself, and waits for each answer."""
    robot.click("Doubts")
    robot.wait_for("Findings")
    for part, ask in (
        ("Findings", ""),
        ("Fill band", "Draw the band"),
        ("Stress", "Run the stress test"),
        ("Monte Carlo", ""),
        ("Sensitivity", "Measure the sensitivity"),
    ):
        robot.click(part)
        if ask:
            robot.click(ask)
        robot.rest(500)
        robot.wait_until(lambda: robot.read(r"\d jobs?") is None, f"{part} is answered", 90)
        robot.rest(500)
        robot.picture(part.lower().replace(" ", "-"))


if __name__ == "__main__":
    play(live, Path(sys.argv[1]), (1680, 980), sys.argv[2])
