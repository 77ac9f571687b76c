"""Frames of a chart of a million candles, offscreen at 1400 × 800: one pan or zoom step, bare and with everything on it.

Each frame is a real wheel, key or drag event and the paint it causes: python -m benchmarks.bench_chart
"""

import os
import sys
import time
from collections.abc import Callable

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from terminal.domain.candles import Candles, Provenance
from terminal.domain.instrument import Instrument
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import MINUTE, Timeframe
from terminal.ui.charts.canvas import ChartCanvas
from terminal.ui.charts.drawings import Drawing, Point, Tool
from terminal.ui.charts.marks import Marks
from terminal.ui.charts.model import ChartModel
from terminal.ui.charts.overlays import calculate, drawable, overlay_of
from terminal.ui.theme import apply
from terminal.ui.zones import Zones

CANDLES = 1_000_000
STEP_AT_MOST_MS = 8.0
FRAME_P99_AT_MOST_MS = 16.0
EVENTS = 120
OVERLAYS = (("ema", {"window": 21}), ("ema", {"window": 89}), ("sma", {"window": 480}), ("bollinger", {}), ("rsi", {}))


def invented() -> Candles:
    """A million one-minute candles of a random walk."""
    random = np.random.default_rng(7)
    close = 30_000 * np.exp(np.cumsum(random.normal(0, 0.0006, CANDLES)))
    open_ = np.concatenate(([30_000.0], close[:-1]))
    reach = np.abs(random.normal(0, 0.0004, CANDLES))
    high, low = np.maximum(open_, close) * (1 + reach), np.minimum(open_, close) * (1 - reach)
    time_ns = np.arange(CANDLES, dtype=np.int64) * MINUTE + 1_600_000_000 * 1_000_000_000
    volume = random.exponential(1.0, CANDLES)
    return Candles(Instrument("bench", "BTC/USDT"), Timeframe.M1, time_ns, open_, high, low, close, volume, Provenance("bench", simulated=True))


def chart(candles: Candles) -> ChartCanvas:
    """A shown canvas with the candles and nothing else."""
    model = ChartModel()
    canvas = ChartCanvas(model, Zones(), lambda: int(candles.time[-1]) + MINUTE // 2)
    canvas.resize(1400, 800)
    model.show(SeriesKey("bench", "BTC/USDT", Timeframe.M1), candles)
    canvas.show()
    while canvas.scene.frame.width < 1000:
        QApplication.processEvents()
    return canvas


def load(canvas: ChartCanvas) -> None:
    """Puts 5 indicators, 200 drawings and 2,000 trades on the chart."""
    model, random = canvas.model, np.random.default_rng(3)
    columns = model.columns
    assert columns is not None
    overlays = []
    for index, (name, parameters) in enumerate(OVERLAYS):
        overlay = overlay_of({"indicator": name, "parameters": parameters, "colour": index})
        overlay.lines = drawable(calculate(overlay.info, overlay.parameters, columns))
        overlays.append(overlay)
    model.show_overlays(overlays)
    tools = (Tool.TREND, Tool.RAY, Tool.RECTANGLE, Tool.HORIZONTAL, Tool.FIBONACCI)
    for index in range(200):
        row = int(random.integers(CANDLES - 3_000 if index < 50 else 0, CANDLES - 500))
        ends = (row, row + int(random.integers(20, 400)))
        points = tuple(Point(int(columns.time[end]), float(columns.close[end])) for end in ends)
        tool = tools[index % len(tools)]
        model.drawings.add(Drawing(tool, points[: tool.points]))
    entry = np.sort(random.integers(0, CANDLES - 300, 2_000))
    leave = entry + random.integers(1, 250, 2_000)
    profit = columns.close[leave] - columns.close[entry]
    model.marks = Marks(entry, columns.close[entry], leave, columns.close[leave], np.ones(2_000, bool), profit, str)
    model.touch()


def wheel(canvas: ChartCanvas, delta: int) -> None:
    at = QPointF(700, 300)
    event = QWheelEvent(at, at, QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(canvas, event)


def mouse(canvas: ChartCanvas, kind: QEvent.Type, x: float) -> None:
    at, held = QPointF(x, 300), Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    QApplication.sendEvent(canvas, QMouseEvent(kind, at, at, button, held, Qt.KeyboardModifier.NoModifier))


def timed(canvas: ChartCanvas, act: Callable[[int], None], events: int = EVENTS) -> tuple[float, float]:
    """Median and 99th percentile in ms of an event with the paint it causes."""
    spent = []
    for number in range(events):
        begun = time.perf_counter()
        act(number)
        canvas.repaint()
        spent.append((time.perf_counter() - begun) * 1e3)
        QApplication.processEvents()
    return float(np.median(spent)), float(np.percentile(spent, 99))


def measure(canvas: ChartCanvas, name: str) -> tuple[float, float]:
    """Prints and returns the slowest median and p99 over pans, drags and zooms at several distances."""
    worst, rows = [], canvas.model.rows
    for span in (150.0, 1_500.0, 20_000.0, float(CANDLES)):
        rows.show_last(span)
        canvas.model.touch()
        canvas.repaint()
        mouse(canvas, QEvent.Type.MouseButtonPress, 900)
        worst.append((timed(canvas, lambda number: mouse(canvas, QEvent.Type.MouseMove, 900 - number * 3)), f"drag at {span:,.0f} rows"))
        mouse(canvas, QEvent.Type.MouseButtonRelease, 540)
    rows.show_last(150.0)
    worst.append((timed(canvas, lambda number: wheel(canvas, -120 if number < EVENTS // 2 else 120)), "wheel from 150 rows to all and back"))
    for (median, p99), what in worst:
        print(f"{name}: {what}: median {median:.2f} ms, p99 {p99:.2f} ms")
    return max(figures[0] for figures, _ in worst), max(figures[1] for figures, _ in worst)


def main() -> int:
    """1 where a figure was missed, else 0."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply(app)
    canvas = chart(invented())
    bare, _ = measure(canvas, "candles alone")
    load(canvas)
    _, p99 = measure(canvas, "5 indicators, 200 drawings, 2,000 trades")
    print(f"one step, candles alone: {bare:.2f} ms, at most {STEP_AT_MOST_MS:g} ms; everything on it: p99 {p99:.2f} ms, at most {FRAME_P99_AT_MOST_MS:g} ms")
    return int(bare > STEP_AT_MOST_MS or p99 > FRAME_P99_AT_MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
