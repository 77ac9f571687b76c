"""Another symbol on the same chart: its closes by this chart's rows, scaled so that both start together at the left edge.

Added by the chart panel; painted by the scene as a line.
"""

from dataclasses import dataclass

import numpy as np

from terminal.domain.candles import Candles
from terminal.domain.series import SeriesKey
from terminal.ui.charts.columns import Columns
from terminal.ui.charts.decimate import LineData


@dataclass(frozen=True, eq=False, slots=True)
class Compared:
    """A second series: the last close known at each row of the chart, NaN before its first."""

    key: SeriesKey
    candles: Candles
    line: LineData
    colour: int

    def factor(self, columns: Columns, first: int) -> float:
        """What its prices are multiplied with to meet the chart's close at row `first`."""
        values = self.line.values[first : len(columns)]
        known = np.flatnonzero(np.isfinite(values[:5000]))
        if not len(known):
            return 1.0
        row = first + int(known[0])
        return float(columns.close[row] / self.line.values[row])


def compared(key: SeriesKey, candles: Candles, columns: Columns, colour: int) -> Compared:
    """`candles` aligned to the rows of `columns`; each row shows the last candle that had opened by then."""
    row = np.searchsorted(candles.time, columns.time, side="right") - 1
    values = np.where(row >= 0, candles.close[np.maximum(row, 0)], np.nan) if len(candles) else np.full(len(columns), np.nan)
    return Compared(key, candles, LineData(values), colour)
