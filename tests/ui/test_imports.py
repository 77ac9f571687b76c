"""Importing beside Qt costs what importing costs: no module's source is read and kept for Qt's sake."""

import subprocess
import sys

LOOK = """
import linecache
import terminal.ui.window
import decimal, fractions, statistics, json.tool
from PySide6.QtCore import QObject, Signal
class Sender(QObject):
    told = Signal(int)
heard = []
sender = Sender()
sender.told.connect(heard.append)
sender.told.emit(3)
print(heard, [name for name in linecache.cache if "terminal" in name or "statistics" in name or "tool" in name])
"""


def test_what_is_imported_beside_qt_is_not_read_twice() -> None:
    ended = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[3] []"
