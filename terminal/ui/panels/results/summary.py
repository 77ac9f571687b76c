"""The first page of a result: the verdict sentence, the key figures, equity over drawdown, and the months as a heat map.

Filled by the Results panel; a moment clicked on the curve goes back to it.
"""

from html import escape
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from terminal.domain.candles import iso
from terminal.ui.charts.curves import CurveCanvas
from terminal.ui.charts.decimate import LineData
from terminal.ui.charts.heat_map import HeatMap, monthly
from terminal.ui.charts.paint_curves import Curve, CurvePane
from terminal.ui.numbers import money, percent
from terminal.ui.panels.results.figures import Figure, key_figures
from terminal.ui.panels.results.tables import calendars_of
from terminal.ui.theme import current, theme
from terminal.ui.widgets.labels import ElidedLabel, KeyFigure, Tag, label, separator
from terminal.ui.zones import Zones

if TYPE_CHECKING:
    from terminal.app.answers import Run

_LEAST_FIGURE = 108
_LEAST_CURVES = 60
_HEAT_MAP_FROM = 840


class SummaryPage(QWidget):
    """Shows one run. `moment_clicked` carries the time (UTC ns) of a click on the curve."""

    moment_clicked = Signal(object)
    crosshair_moved = Signal(object)

    def __init__(self, zones: Zones, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self.verdict = QLabel()
        self.verdict.setProperty("role", "verdict")
        self.verdict.setTextFormat(Qt.TextFormat.RichText)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.verdict.setWordWrap(True)
        self.about = ElidedLabel("", "small")
        self.about.setContentsMargins(14, 0, 14, 6)
        self.origin = Tag("SIMULATED", "demo")
        self.changed = Tag("CHANGED SINCE", "warn")
        self.cautions = Tag("CAUTION", "warn")
        self._figures = QGridLayout()
        self._figures.setContentsMargins(0, 0, 0, 0)
        self._figures.setSpacing(0)
        self._shown: list[KeyFigure] = []
        self.curves = CurveCanvas("Equity and drawdown", zones)
        self.curves.clicked.connect(self.moment_clicked)
        self.curves.crosshair_moved.connect(self.crosshair_moved)
        self.months = HeatMap()
        self._heat = QScrollArea()
        self._heat.setWidgetResizable(True)
        self._heat.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._arrange()
        theme().changed.connect(self._write_verdict)

    def show_run(self, run: "Run") -> None:
        """Shows this run."""
        self._run = run
        result = run.result
        self.about.set_text(about_words(run))
        self.origin.setVisible(result.simulated)
        self.changed.setVisible(bool(run.changes))
        told = [f"{words[:1].upper()}{words[1:]}." for words in run.changes]
        self.changed.setToolTip("\n".join([*told, "The page Settings lists what changed."]))
        cautions = result.settings.get("cautions") or ()
        self.cautions.setVisible(bool(cautions))
        self.cautions.setToolTip("\n".join(cautions))
        self._write_verdict()
        currency = str(result.settings.get("currency", ""))
        self._show_figures(key_figures(result.metrics, currency))
        equity, holding = np.asarray(result.equity_values), np.asarray(result.benchmark_values)
        peak = np.maximum.accumulate(np.maximum(equity, float(result.metrics.get("capital", equity[0] if len(equity) else 1.0))))
        above = (Curve("Holding", LineData(holding), "faint"), Curve("Equity", LineData(equity), "accent", float(result.metrics.get("capital", 0.0))))
        below = Curve("Drawdown at candles", LineData(equity / peak - 1.0), "down", 0.0)
        self.curves.show_curves(result.time, (CurvePane(above, money), CurvePane((below,), percent, top=0.0)), calendars_of(result)[0])
        self.months.show_returns(monthly(result.daily_days, result.daily_returns))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._heat.setVisible(self.width() >= _HEAT_MAP_FROM)
        self._place_figures()
        self._give_way()

    def _give_way(self) -> None:
        """Lets the curves, and the line that says what ran, go where the panel is so low that they would cut the figures."""
        taken = (
            self._figures.sizeHint().height()
            + self.about.sizeHint().height()
            + (self.verdict.heightForWidth(self.verdict.width()) if self.verdict.width() > 0 else 0)
        )
        has_room = self.height() - taken >= _LEAST_CURVES
        self._below.setVisible(has_room)
        self.about.setVisible(has_room)
        layout = self.layout()
        if layout is not None:
            layout.activate()

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(14, 7, 14, 6)
        top.setSpacing(8)
        top.addWidget(self.verdict, 1)
        top.addWidget(self.cautions, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.changed, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.origin, 0, Qt.AlignmentFlag.AlignTop)
        right = QWidget()
        right.setProperty("surface", "clear")
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 8, 16, 8)
        column.setSpacing(4)
        column.addWidget(label("Monthly returns, %", "small"))
        column.addWidget(self.months)
        column.addStretch()
        self._heat.setWidget(right)
        self._heat.setMinimumWidth(510)
        self._below = QWidget()
        self._below.setProperty("surface", "clear")
        below = QHBoxLayout(self._below)
        below.setContentsMargins(6, 2, 0, 0)
        below.setSpacing(4)
        below.addWidget(self.curves, 5)
        below.addWidget(self._heat, 4)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addWidget(self.about)
        whole.addWidget(separator())
        whole.addLayout(self._figures)
        whole.addWidget(separator())
        whole.addWidget(self._below, 1)
        whole.addStretch()

    def _write_verdict(self) -> None:
        if self._run is None:
            return
        first, _, rest = self._run.result.verdict.partition(". ")
        end = "." if rest else ""
        self.verdict.setText(f'<span style="font-weight:600">{escape(first)}{end}</span> <span style="color:{current().second}">{escape(rest)}</span>')
        self.verdict.setAccessibleName(self._run.result.verdict)

    def _show_figures(self, figures: tuple[Figure, ...]) -> None:
        if len(self._shown) != len(figures):
            self._shown = [KeyFigure(figure.name, tooltip=figure.tooltip) for figure in figures]
            self._place_figures()
        for widget, figure in zip(self._shown, figures, strict=True):
            widget.show_value(figure.value, figure.note, state=figure.state)
            widget.setToolTip(figure.tooltip)

    def _place_figures(self) -> None:
        if not self._shown:
            return
        columns = min(len(self._shown), max(3, self.width() // _LEAST_FIGURE))
        if len(self._shown) / columns > 1:
            columns = -(-len(self._shown) // -(-len(self._shown) // columns))
        for index, widget in enumerate(self._shown):
            self._figures.addWidget(widget, index // columns, index % columns)
        for column in range(len(self._shown)):
            self._figures.setColumnStretch(column, 1 if column < columns else 0)


def about_words(run: "Run") -> str:
    """What ran over what: "EmaTrend · BTC/USDT 1h (demo) · 2023-11-22 to 2026-11-21 · 26,280 candles"; "ticks" where it traded ticks."""
    beside = f" and {len(run.info.beside)} beside" if run.info.beside else ""
    return f"{run.info.title}{beside} · {run.info.traded} · {iso(run.info.start)[:10]} to {iso(run.info.end)[:10]} · {run.result.went_over}"
