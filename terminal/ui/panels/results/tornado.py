"""What a fifth more or less of each parameter and each cost does to one measure, the widest first.

Shown under Doubts of the Results panel; every bar is two runs, and runs with other parameters are trials like any other.
"""

from collections.abc import Callable
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from terminal.app.commands import RunSensitivity
from terminal.ui.bridge import Bridge
from terminal.ui.charts.bars import Bar, BarList, Part
from terminal.ui.numbers import number, percent
from terminal.ui.panels.results.asked import AskedPage, Question
from terminal.ui.widgets.buttons import FlatButton
from terminal.ui.widgets.labels import label

if TYPE_CHECKING:
    from terminal.app.answers import Run, SensitivityReport

_METRICS = {"total_return": "Net return", "sharpe_ratio": "Sharpe", "max_drawdown": "Max drawdown"}
_AS_RATIO = ("sharpe_ratio",)


class TornadoPage(QWidget):
    """The measures to choose from, and the tornado of the chosen one."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars = BarList("Sensitivity")
        self.words = label("", "second", wraps=True)
        self.words.setContentsMargins(12, 4, 12, 0)
        self.metrics = {metric: FlatButton(words, partial(self.choose, metric), checkable=True) for metric, words in _METRICS.items()}
        question: Question[SensitivityReport] = Question(
            "Sensitivity",
            "Runs this strategy with each parameter and each cost a fifth lower and a fifth higher. Each run with other parameters counts as a variant tried.",
            "Measure the sensitivity",
            self._command,
        )
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.bars)
        column.addWidget(self.words)
        column.addWidget(scroll, 1)
        self.asked = AskedPage(bridge, question, content, self._fill)
        self.asked.variant = next(iter(_METRICS))
        switch = QHBoxLayout()
        switch.setContentsMargins(10, 4, 10, 0)
        switch.setSpacing(4)
        for button in self.metrics.values():
            switch.addWidget(button)
        switch.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(switch)
        whole.addWidget(self.asked, 1)
        self._mark()

    def show_run(self, run: "Run") -> None:
        """Shows the tornado of `run`, or how to get it."""
        self.asked.show_run(run)

    def choose(self, metric: str) -> None:
        """Takes another measure."""
        self.asked.show_variant(metric)
        self._mark()

    def _command(self, run: "Run") -> RunSensitivity:
        return RunSensitivity(run.id, self.asked.variant)

    def _mark(self) -> None:
        for metric, button in self.metrics.items():
            button.setChecked(metric == self.asked.variant)

    def _fill(self, report: "SensitivityReport") -> None:
        self.words.setText(" ".join(report.words))
        self.words.setVisible(bool(report.words))
        written = _written(report.metric)
        bars = []
        for row in report.rows:
            sides = sorted(((end, value) for end, value in ((row.metric_low, row.low), (row.metric_high, row.high)) if isfinite(end)), key=lambda side: side[0])
            parts = tuple(Part(report.base, end, "up" if end > report.base else "down") for end, _ in sides)
            below = next((f"{written(end)} at {_plain(value)}" for end, value in sides if end < report.base), "")
            above = next((f"{written(end)} at {_plain(value)}" for end, value in reversed(sides) if end > report.base), "")
            told = f"{row.parameter} from {_plain(row.low)} over {_plain(row.value)} to {_plain(row.high)}"
            bars.append(Bar(f"{row.parameter.replace('_', ' ')} {_plain(row.value)}", parts, below, above, f"{told}. {row.words}".rstrip(". ") + "."))
        self.bars.show_bars(bars, report.base, f"{_METRICS.get(report.metric, report.metric)} as it was: {written(report.base)}")


def _written(metric: str) -> Callable[[float], str]:
    """How a value of that measure is written."""
    return number if metric in _AS_RATIO else lambda value: percent(value, signed=True)


def _plain(value: float) -> str:
    return f"{value:g}"
