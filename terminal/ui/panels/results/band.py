"""What fills leave open: the equity between the kind and the unkind path inside candles at low and high costs, as a band.

Shown under Doubts of the Results panel, with a warning where the sign of the result depends on which is true.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.app.commands import RunEnvelope
from terminal.ui.bridge import Bridge
from terminal.ui.charts.curves import CurveCanvas
from terminal.ui.charts.decimate import LineData
from terminal.ui.charts.paint_curves import Curve, CurvePane
from terminal.ui.numbers import money, percent
from terminal.ui.panels.results.asked import AskedPage, Question
from terminal.ui.panels.results.tables import calendars_of
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.labels import label, set_state
from terminal.ui.widgets.table import Table

if TYPE_CHECKING:
    from terminal.app.answers import Envelope


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the runs that the band is made of; `made` is its total return."""

    name: str
    made: float


class BandPage(AskedPage["Envelope"]):
    """The band, and what each of its runs made."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        content = QWidget()
        self.words = label("", "second", wraps=True)
        self.words.setContentsMargins(12, 6, 12, 0)
        self.curves = CurveCanvas("Equity between kind and unkind fills", bridge.zones)
        self.runs: Table[Reading] = Table(_columns(), name="Runs of the band", key=lambda row: row.name)
        self.runs.setMinimumWidth(270)
        row = QHBoxLayout()
        row.setContentsMargins(6, 0, 0, 0)
        row.addWidget(self.curves, 3)
        row.addWidget(self.runs, 1)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addLayout(row, 1)
        question: Question[Envelope] = Question(
            "Fill band",
            "Runs this strategy four times more: stops and targets met in the kind and in the unkind order inside candles, at half and at twice the costs.",
            "Draw the band",
            lambda run: RunEnvelope(run.id),
        )
        super().__init__(bridge, question, content, self._fill, parent)

    def _fill(self, band: "Envelope") -> None:
        self.words.setText(("⚠ " if band.sign_depends else "") + band.words)
        set_state(self.words, "warn" if band.sign_depends else "")
        curves = (band_curve(band), Curve("Equity", LineData(np.asarray(band.base)), "accent"))
        calendar = calendars_of(self.run.result)[0] if self.run is not None else ""
        self.curves.show_curves(band.time, (CurvePane(curves, money),), calendar)
        base = Reading("as it was", float(band.base[-1] / self._capital(band) - 1.0)) if len(band.base) else None
        rows = [Reading(name, made) for name, made in zip(band.names, band.finals, strict=True)]
        self.runs.set_rows(sorted([*rows, *([base] if base is not None else [])], key=lambda row: row.made))

    def _capital(self, band: "Envelope") -> float:
        return float(self.run.result.metrics.get("capital", band.base[0])) if self.run is not None else float(band.base[0])


def band_curve(band: "Envelope") -> Curve:
    """The band as a curve over its own times."""
    return Curve("Fills and costs leave open", LineData(np.asarray(band.high)), "violet", under=LineData(np.asarray(band.low)))


def _columns() -> tuple[Column[Reading], ...]:
    return (
        Column("Fills and costs", lambda row: row.name, stretches=True),
        Column(
            "Net return",
            lambda row: percent(row.made, signed=True),
            lambda row: row.made,
            is_number=True,
            width=100,
            colour=lambda row: "up" if row.made > 0 else "down" if row.made < 0 else "",
        ),
    )
