"""Monte Carlo: the paths a result could have taken, as a fan, with how deep they fell and how many came to ruin.

Shown under Doubts of the Results panel; the paths are drawn by the terminal from the run's days or trades.
"""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.app.commands import RunMonteCarlo
from terminal.ui.bridge import Bridge
from terminal.ui.charts.fan import Fan
from terminal.ui.charts.samples import Histogram
from terminal.ui.numbers import count, percent
from terminal.ui.panels.results.asked import AskedPage, Question
from terminal.ui.widgets.buttons import FlatButton
from terminal.ui.widgets.labels import KeyFigure, separator

if TYPE_CHECKING:
    from terminal.app.answers import MonteCarlo, Run

_METHODS = {"bootstrap": "Blocks of days", "reshuffle": "Trades in another order"}
_HELP = {
    "bootstrap": "Draws blocks of days with replacement, so that days that follow one another stay together",
    "reshuffle": "The same trades in 10 000 other orders: every path ends alike, what changes is how deep it falls",
}
_NAMES = ("Mean at the end", "One in twenty below", "One in twenty above", "Mean deepest fall", "One in twenty deeper", "Come to ruin", "End with a loss")


class PathsPage(QWidget):
    """The two ways to draw paths, and the answer of the chosen one."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fan = Fan("Paths: half, nine of ten and nearly all lie within", "")
        self.falls = Histogram("Paths by their deepest fall", "Deepest fall of a path", "paths")
        self.figures = [KeyFigure(name) for name in _NAMES]
        self.methods = {method: FlatButton(words, partial(self.choose, method), tooltip=_HELP[method], checkable=True) for method, words in _METHODS.items()}
        question: Question[MonteCarlo] = Question(
            "Monte Carlo",
            "Draws 10,000 paths that this result could have taken, and counts how deep they fall and how many come to ruin.",
            "Draw the paths",
            self._command,
            is_eager=True,
        )
        self.asked = AskedPage(bridge, question, self._arranged(), self._fill)
        self.asked.variant = "bootstrap"
        switch = QHBoxLayout()
        switch.setContentsMargins(10, 4, 10, 0)
        switch.setSpacing(4)
        for button in self.methods.values():
            switch.addWidget(button)
        switch.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(switch)
        column.addWidget(self.asked, 1)
        self._mark()

    def show_run(self, run: "Run") -> None:
        """Draws the paths of `run`."""
        self.asked.show_run(run)

    def choose(self, method: str) -> None:
        """Draws them in that way."""
        self.asked.show_variant(method)
        self._mark()

    def _command(self, run: "Run") -> RunMonteCarlo:
        return RunMonteCarlo(run.id, self.asked.variant)

    def _mark(self) -> None:
        for method, button in self.methods.items():
            button.setChecked(method == self.asked.variant)

    def _arranged(self) -> QWidget:
        content = QWidget()
        figures = QHBoxLayout()
        figures.setContentsMargins(0, 0, 0, 0)
        figures.setSpacing(0)
        for figure in self.figures:
            figures.addWidget(figure, 1)
        charts = QHBoxLayout()
        charts.setContentsMargins(6, 0, 6, 4)
        charts.addWidget(self.fan, 3)
        charts.addWidget(self.falls, 2)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(figures)
        column.addWidget(separator())
        column.addLayout(charts, 1)
        return content

    def _fill(self, paths: "MonteCarlo") -> None:
        noun = "days" if paths.method == "bootstrap" else "trades"
        self.fan.show_fan(paths.fan, paths.ruin_level, noun)
        self.falls.show_values(paths.drawdowns)
        values = (paths.mean, paths.p5, paths.p95, paths.mean_drawdown, paths.worst_drawdown_95, paths.ruin, paths.losing)
        for place, (figure, value) in enumerate(zip(self.figures, values, strict=True)):
            is_return = place < 3
            figure.show_value(percent(value, signed=is_return), state=("up" if value > 0 else "down" if value < 0 else "") if is_return else "")
        self.figures[5].show_value(percent(paths.ruin), f"below {percent(paths.ruin_level, 0)}", state="down" if paths.ruin > 0.05 else "")
        self.figures[0].setToolTip(f"{count(paths.paths)} paths of {count(paths.length)} {noun}, seed {paths.seed}")
