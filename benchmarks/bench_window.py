"""Time from starting a process to the first painted window, against a bare reference window; and memory with a million candles open.

Each is a process of its own, the two alternate, medians are compared: python -m benchmarks.bench_window
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 9
AT_MOST = 1.5
MEMORY_AT_MOST_MB = 450
CANDLES = 1_000_000

REFERENCE = """
import sys, time
import PySide6.QtCore, PySide6.QtWidgets, pyqtgraph, qasync
from PySide6QtAds import ads
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
manager = ads.CDockManager(window)
dock = ads.CDockWidget(manager, "Plot")
dock.setWidget(pyqtgraph.PlotWidget())
manager.addDockWidget(ads.CenterDockWidgetArea, dock)
window.resize(1366, 768)
"""

OUTCRY = """
import sys, time
import terminal.__main__
import terminal.ui.application as application
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
app = QApplication([])
opened = application.open_terminal("window")
window = application.open_window(app, opened)
window.resize(1366, 768)
"""

UNTIL_PAINTED = """
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            window.removeEventFilter(painted)
            QTimer.singleShot(0, lambda: (print(time.monotonic()), sys.stdout.flush(), app.exit(0)))
        return False
painted = Painted()
window.installEventFilter(painted)
window.show()
app.exec()
import os
os._exit(0)
"""

STORE = """
import numpy
from terminal.app.build import build
from terminal.domain.candles import Candles, Provenance
from terminal.domain.instrument import Instrument
from terminal.domain.timeframe import MINUTE, Timeframe
COUNT = {count}
start = 1_500_000_000 * 10**9
time = start + numpy.arange(COUNT, dtype=numpy.int64) * MINUTE
close = 100 * numpy.exp(numpy.cumsum(numpy.random.default_rng(1).normal(0, 1e-4, COUNT)))
instrument = Instrument("file", "BIG", calendar="24/7")
candles = Candles(instrument, Timeframe.M1, time, close, close * 1.0001, close * 0.9999, close, close, Provenance("benchmark", True))
build().store.write(candles, source="benchmark", covered=(start, int(time[-1]) + MINUTE))
print(COUNT)
"""

MEMORY = """
import psutil
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
window.show()
QTimer.singleShot(8000, lambda: window.link.show_series(SeriesKey("file", "BIG", Timeframe.M1)))
def tell():
    print(psutil.Process().memory_info().rss / 1e6)
    sys.stdout.flush()
    import os
    os._exit(0)
QTimer.singleShot(16000, tell)
app.exec()
"""


def run_child(code: str, home: Path) -> tuple[float, float]:
    """When the child was started and what it printed last."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"OUTCRY_HOME": str(home), "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    environment["PYTHONPYCACHEPREFIX"] = str(
        Path(tempfile.gettempdir()) / "outcry-bench-compiled"
    )  # as an installed copy has it; a checkout may forbid writing beside the source
    started = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    return started, float(ended.stdout.split()[-1])


def measure(code: str, home: Path) -> float:
    """Seconds from starting a process until its window was painted."""
    started, painted = run_child(code + UNTIL_PAINTED, home)
    return painted - started


def main() -> int:
    """1 where a figure was missed."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        measure(REFERENCE, home)
        measure(OUTCRY, home / "once")
        first_start = measure(OUTCRY, home)
        ours, reference = [], []
        for _ in range(ROUNDS):
            reference.append(measure(REFERENCE, home))
            ours.append(measure(OUTCRY, home))
        middle, bare = statistics.median(ours), statistics.median(reference)
        ratio = middle / bare
        print(f"window visible, cold   {middle:.3f} s · reference {bare:.3f} s · ratio {ratio:.2f} (at most {AT_MOST}) · very first start {first_start:.3f} s")
        run_child(STORE.format(count=CANDLES), home)
        memory = run_child(OUTCRY + MEMORY, home)[1]
        print(f"idle, 1 M candles open {memory:.0f} MB (at most {MEMORY_AT_MOST_MB})")
    return int(ratio > AT_MOST or memory > MEMORY_AT_MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
