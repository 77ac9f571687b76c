"""The page of a result that shows its trades at once: a histogram of their returns, and how far each went against and for.

Filled by the Results panel; a point that is clicked is a trade to be shown on the chart.
"""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from terminal.ui.charts.samples import Histogram, Scatter
from terminal.ui.numbers import percent

if TYPE_CHECKING:
    from terminal.app.answers import Result


class DistributionPage(QWidget):
    """Shows the trades of one result; `trade_chosen` carries the number of the one that was clicked."""

    trade_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._result: Result | None = None
        self._kept = np.empty(0, np.int64)
        self.returns = Histogram("Trades by return", "Return of a trade, after costs")
        self.excursions = Scatter("Worst against best moment of each trade", "Worst price seen, from entry (MAE) — upward: best price seen (MFE)", self._words)
        self.excursions.chosen.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.addWidget(self.returns)
        row.addWidget(self.excursions)

    def show_result(self, result: "Result") -> None:
        """Shows the closed trades of `result`."""
        self._result = result
        table = result.trade_table
        closed = (table["exit_row"] >= 0) & np.isfinite(table["mae"]) & np.isfinite(table["mfe"])
        self._kept = np.flatnonzero(closed)
        self.returns.show_values(table["return"][closed])
        self.excursions.show_points(table["mae"][closed], table["mfe"][closed], table["profit"][closed] > 0)

    def _words(self, index: int) -> str:
        if self._result is None:
            return ""
        row = self._result.trade_table[self._kept[index]]
        worst, best, made = (percent(float(row[name]), 2, signed=True) for name in ("mae", "mfe", "return"))
        return f"Trade {int(self._kept[index]) + 1:,}: worst {worst}, best {best}, made {made}"

    def _choose(self, index: int) -> None:
        self.trade_chosen.emit(int(self._kept[index]))
