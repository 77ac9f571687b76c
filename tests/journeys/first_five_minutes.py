"""Lives through the first five minutes as a program of its own: fresh home, empty caches, no network; says how long each step took.

Started by test_first_five_minutes.py: `python first_five_minutes.py PICTURES`; writes one JSON line.
"""

import os
import socket
import sys
from pathlib import Path
from time import monotonic, process_time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt

from tests.journeys.robot import Robot
from tests.journeys.stage import play

asked: list[str] = []


def cut_the_network() -> None:
    """Every request fails as it does without a network, and is noted."""

    def refuse(*arguments: object, **_options: object) -> None:
        asked.append(str(arguments[-2:]))
        raise socket.gaierror(socket.EAI_AGAIN, "no network in this test")

    def refuse_connection(_socket: socket.socket, address: object) -> None:
        asked.append(str(address))
        raise OSError(101, "no network in this test")

    socket.getaddrinfo = refuse  # type: ignore[assignment]
    socket.socket.connect = refuse_connection  # type: ignore[method-assign, assignment]


def live(robot: Robot) -> dict[str, float | int | str]:
    """The script of decisions.md, step by step."""
    found: dict[str, float | int | str] = {}
    robot.wait_for("Outcry — DEMO · simulated market")
    for words in ("DEMO", "SIMULATED", "Simulated market — prices are invented", "BTC/USDT", "ETH/USDT", "SPY", "26,280", "ema_trend.py", "Make it mine"):
        robot.wait_for(words, 20)
    robot.wait_for(r"No result yet\. Run EMA trend on 26,280 simulated one-hour candles\.", 20)
    robot.wait_for(r"class EmaTrend\(Strategy\):")
    last = robot.line_of("BTC/USDT")[1]
    robot.wait_until(lambda: robot.line_of("BTC/USDT")[1] != last, "the price moves by itself")
    robot.picture("start")
    found["requests_before_asked"] = len(asked)

    began, worked = monotonic(), process_time()
    robot.click("Run backtest, F5")
    found["verdict"] = robot.wait_for(r"(Made|Lost) .* %.*", 60).text
    found["first_backtest_seconds"] = monotonic() - began
    found["first_backtest_work_seconds"] = process_time() - worked
    robot.wait_for("Run a backtest ✓")
    robot.rest(300)
    before = robot.picture("result")

    robot.click("Trades")
    robot.click("▲ long")
    robot.rest(500)
    found["trade"] = " | ".join(robot.line_of("▲ long"))
    found["chart_moved"] = int(robot.picture("trade") != before)

    robot.click("Summary")
    began = monotonic()
    robot.drag_beside("Fast", 9)
    found["tried"] = robot.wait_for(r"Tried ([2-9]|\d\d) variants", 20).text
    found["slider_seconds"] = monotonic() - began
    robot.wait_for("Change a parameter ✓")
    robot.rest(300)
    robot.picture("slider")

    robot.click("Get real candles")
    robot.wait_for(r"No network\. The demo market and file import work without one\.", 40)
    robot.picture("offline")

    robot.click("Write your own")
    robot.wait_for("Write your own ✓")
    robot.wait_for(r"from terminal import")
    robot.rest(300)
    robot.picture("own")

    robot.click("Close first steps")
    robot.wait_until(lambda: robot.read("First steps") is None, "the strip goes")
    robot.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    robot.rest(200)
    robot.write("first steps")
    robot.rest(300)
    robot.picture("palette")
    robot.press(Qt.Key.Key_Return)
    robot.wait_for("Write your own ✓")
    robot.picture("end")
    return found


if __name__ == "__main__":
    cut_the_network()
    play(live, Path(sys.argv[1]), (1366, 768))
