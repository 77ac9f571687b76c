"""Values of indicators as columns of the watchlist, calculated off the window's thread from each symbol's recent candles.

Holds only last values; the panel asks again when candles arrive or columns change.
"""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QObject, Signal

from terminal.indicators.catalogue import IndicatorInfo
from terminal.ui.charts.calculator import Calculator
from terminal.ui.charts.columns import Columns
from terminal.ui.charts.decimate import LineData
from terminal.ui.charts.overlays import Overlay
from terminal.ui.panels.watchlist.rows import History, Symbol


class IndicatorValues(QObject):
    """`by_symbol` holds the last known value of each chosen indicator, by its label; `changed` follows every new one."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.by_symbol: dict[Symbol, dict[str, float]] = {}
        self._chosen: tuple[IndicatorInfo, ...] = ()
        self._asked: dict[tuple[Symbol, str], Columns] = {}
        self._calculator = Calculator(self)
        self._calculator.calculated.connect(self._take)

    def choose(self, infos: tuple[IndicatorInfo, ...], histories: Mapping[Symbol, History]) -> None:
        """Keeps these indicators and calculates them for every symbol."""
        self._chosen = infos
        self.by_symbol.clear()
        self._asked.clear()
        for symbol, history in histories.items():
            self.calculate(symbol, history)

    def calculate(self, symbol: Symbol, history: History) -> None:
        """Begins to calculate the chosen indicators of one symbol."""
        for info in self._chosen:
            columns = history.columns()
            self._asked[symbol, info.label({})] = columns
            self._calculator.start(Overlay(info, info.values({})), columns)

    def _take(self, overlay: Overlay, columns: Columns, lines: tuple[LineData, ...]) -> None:
        for (symbol, name), asked in self._asked.items():
            if asked is columns and name == overlay.label:
                known = lines[0].values[np.isfinite(lines[0].values)]
                if len(known):
                    self.by_symbol.setdefault(symbol, {})[name] = float(known[-1])
                    self.changed.emit()
