"""Sets the stage of a journey: the real window in a process of its own, a robot before it, its findings as one JSON line."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from terminal.app.opening import open_terminal
from terminal.ui.application import open_window
from tests.journeys.robot import Robot


def play(script: Callable[[Robot], dict[str, float | int | str]], pictures: Path, size: tuple[int, int], exchange_address: str = "") -> None:
    """Opens the window at `size`, lives through `script` and writes what it found; a failure leaves a picture of itself."""
    app = QApplication(["outcry"])
    with open_terminal("window") as opened:
        if exchange_address:
            opened.terminal.settings.change("exchange_address", exchange_address)
        window = open_window(app, opened)
        window.resize(*size)
        window.show()
        try:
            found = script(Robot(app, window, pictures))
        except AssertionError:
            window.grab().save(str(pictures / "99-failed.png"))
            raise
        finally:
            window.close()
    sys.stdout.write(json.dumps(found) + "\n")
