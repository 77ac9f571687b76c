"""When a result was made: profit by hour and weekday of entry, and rolling measures of its days.

Filled by the Results panel; the hours are those of the zone in force.
"""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.stats.breakdown import WEEKDAYS
from terminal.stats.ratios import excess
from terminal.stats.rolling import rolling_return, rolling_sharpe, rolling_volatility
from terminal.ui.charts.curves import CurveCanvas
from terminal.ui.charts.decimate import LineData
from terminal.ui.charts.grid_map import GridCell, GridMap
from terminal.ui.charts.paint_curves import Curve, CurvePane
from terminal.ui.numbers import count, money, number, percent
from terminal.ui.panels.results.tables import calendars_of
from terminal.ui.widgets.labels import label
from terminal.ui.zones import Zones

if TYPE_CHECKING:
    from terminal.app.answers import Result

_DAY = 86_400_000_000_000
_HALF_AN_HOUR = 1_800_000_000_000
"""No zone's clock differs from UTC by less, as far as whole hours of trades are concerned."""
_WINDOW, _LEAST_WINDOW = 90, 10
_FULL_SHARE = 0.9


class TimesPage(QWidget):
    """The grid at the left, rolling measures at the right."""

    def __init__(self, zones: Zones, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zones = zones
        self._result: Result | None = None
        self.title = label("", "small")
        self.hours = GridMap("Profit by hour and weekday of entry")
        self.rolling_title = label("", "small")
        self.rolling = CurveCanvas("Rolling measures", zones)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 0, 4)
        row.setSpacing(10)
        for title, content in ((self.title, self.hours), (self.rolling_title, self.rolling)):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(title)
            column.addWidget(content, 1)
            row.addLayout(column, 1)
        zones.changed.connect(self._show_hours)

    def show_result(self, result: "Result") -> None:
        """Shows when `result` was made."""
        self._result = result
        self._show_hours()
        self._show_rolling(result)

    def _show_hours(self) -> None:
        result = self._result
        if result is None:
            return
        currency, calendar = str(result.settings.get("currency", "")), calendars_of(result)[0]
        closed = result.trade_table[result.trade_table["reason"] != 0]
        halves, of = np.unique(closed["entry_time"] // _HALF_AN_HOUR, return_inverse=True)
        moments = [self._zones.at(half * _HALF_AN_HOUR, calendar) for half in halves.tolist()]
        places = np.array([moment.weekday() * 24 + moment.hour for moment in moments], np.int64)[of]
        profit = np.bincount(places, closed["profit"], minlength=7 * 24)
        trades = np.bincount(places, minlength=7 * 24)
        reach = float(np.quantile(np.abs(profit[trades > 0]), _FULL_SHARE)) if len(places) else 1.0
        cells = {}
        for place in np.flatnonzero(trades).tolist():
            day, hour = divmod(place, 24)
            made, many = float(profit[place]), int(trades[place])
            noun = "trade" if many == 1 else "trades"
            words = f"{WEEKDAYS[day]}, {hour:02d}:00 to {hour:02d}:59\n{count(many)} {noun}, {money(made, currency, signed=True, decimals=2)}"
            cells[day, hour] = GridCell(_short(made), max(-1.0, min(1.0, made / (reach or 1.0))), words)
        self.hours.show_cells([day[:3] for day in WEEKDAYS], [f"{hour:02d}" for hour in range(24)], cells)
        self.title.setText(f"Profit by weekday and hour of entry, {currency}, {self._zones.name(calendar)}")

    def _show_rolling(self, result: "Result") -> None:
        returns, year = result.daily_returns, float(result.metrics.get("annual_days", 365.0))
        window = min(_WINDOW, max(_LEAST_WINDOW, len(returns) // 4))
        self.rolling_title.setText(
            f"Over the {window} days before"
            if len(returns) >= window
            else f"Too short for rolling measures: {len(returns)} day{'' if len(returns) == 1 else 's'}"
        )
        if len(returns) < window:
            self.rolling.show_curves(np.empty(0, np.int64), ())
            return
        above = excess(returns, year, float(result.settings.get("risk_free", 0.0)))
        sharpe, volatility = rolling_sharpe(above, window, year), rolling_volatility(returns, window, year)
        made = rolling_return(returns, window)
        panes = (
            CurvePane((Curve("Sharpe", LineData(sharpe), "accent", 0.0),), number),
            CurvePane((Curve("Return", LineData(made), "cyan"), Curve("Volatility, a year", LineData(volatility), "violet")), percent),
        )
        self.rolling.show_curves(result.daily_days * _DAY, panes)


def _short(value: float) -> str:
    """An amount in few figures: +31, −1.2 k."""
    return f"{number(value / 1000, 1, signed=True)} k" if abs(value) >= 999.5 else number(value, 0, signed=True)
