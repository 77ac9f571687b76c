"""Monthly returns as a heat map: years down, months across, the year's return at the right.

Painted for the results from daily returns.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from terminal.ui.charts.paint_bars import blend
from terminal.ui.numbers import number, percent
from terminal.ui.theme import current, measures, text_font, theme

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ROW = 21
_YEAR_WIDTH = 38.0
_FULL_COLOUR_AT = 0.25
_FAINTEST, _STRONGEST = 0.14, 0.78
_LIGHT_INK_FROM = 0.64
_CENTER = Qt.AlignmentFlag.AlignCenter


def monthly(days: NDArray[np.int64], returns: NDArray[np.float64]) -> dict[tuple[int, int], float]:
    """Compounded return by (year, month) of daily `returns`; `days` are UTC day numbers since 1970."""
    if not len(days):
        return {}
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    starts = np.flatnonzero(np.concatenate(([True], month[1:] != month[:-1])))
    grown = np.multiply.reduceat(1.0 + returns, starts) - 1.0
    return {(1970 + int(m) // 12, int(m) % 12 + 1): float(value) for m, value in zip(month[starts], grown, strict=True)}


class HeatMap(QWidget):
    """Shows returns by month; the tooltip tells month and figure in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._returns: Mapping[tuple[int, int], float] = {}
        self._years: list[int] = []
        self.setAccessibleName("Monthly returns")
        self.setMouseTracking(True)
        self.setMinimumWidth(470)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_returns(self, returns: Mapping[tuple[int, int], float]) -> None:
        """Shows these, by (year, month)."""
        self._returns = dict(returns)
        self._years = sorted({year for year, _ in returns}, reverse=True)
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(440, (len(self._years) + 1) * _ROW + 4)

    def year_return(self, year: int) -> float:
        """The compounded return of a year."""
        return float(np.prod([1.0 + value for (of, _), value in self._returns.items() if of == year]) - 1.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = current(), QPainter(self)
        painter.setFont(text_font(measures().small))
        cell = self._cell_width()
        painter.setPen(QColor(tokens.faint))
        for index, name in enumerate((*MONTHS, "Year")):
            painter.drawText(self._cell(0, index, cell), _CENTER, name)
        for line, year in enumerate(self._years, start=1):
            painter.setPen(QColor(tokens.faint))
            painter.drawText(QRectF(0, line * _ROW, _YEAR_WIDTH - 6, _ROW), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(year))
            for month in range(1, 13):
                value = self._returns.get((year, month))
                if value is not None:
                    self._paint_cell(painter, self._cell(line, month - 1, cell), value)
            painter.setPen(QColor(tokens.text))
            painter.setFont(text_font(measures().small, weight=text_font(11).Weight.DemiBold))
            painter.drawText(self._cell(line, 12, cell), _CENTER, _short(self.year_return(year)))
            painter.setFont(text_font(measures().small))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.setToolTip(self.words_at(event.position().toPoint()))

    def words_at(self, at: QPoint) -> str:
        """The tooltip's words at a pixel."""
        line, place = at.y() // _ROW - 1, int((at.x() - _YEAR_WIDTH) // self._cell_width())
        if not 0 <= line < len(self._years) or not 0 <= place <= 12:
            return ""
        year = self._years[line]
        if place == 12:
            return f"{year}: {percent(self.year_return(year), 1, signed=True)}"
        value = self._returns.get((year, place + 1))
        return "" if value is None else f"{date(year, place + 1, 1):%B} {year}: {percent(value, 2, signed=True)}"

    def _paint_cell(self, painter: QPainter, cell: QRectF, value: float) -> None:
        tokens = current()
        strength = _FAINTEST + (_STRONGEST - _FAINTEST) * min(1.0, abs(value) / _FULL_COLOUR_AT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(blend(tokens.up if value >= 0 else tokens.down, tokens.panel, strength))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QColor(tokens.text if strength < _LIGHT_INK_FROM or tokens.is_dark else tokens.on_accent))
        painter.drawText(cell, _CENTER, _short(value))

    def _cell_width(self) -> float:
        return (self.width() - _YEAR_WIDTH) / 13.0

    @staticmethod
    def _cell(line: int, place: int, width: float) -> QRectF:
        return QRectF(_YEAR_WIDTH + place * width, line * _ROW, width, _ROW)


def _short(value: float) -> str:
    return number(value * 100, 1 if abs(value) < 0.9995 else 0, signed=True)
