"""Several runs side by side: their equity on one scale, and the measures and settings in which they differ.

Shown over the list of runs by the Results panel.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.stats.glossary import GROUPS, Form
from terminal.ui.charts.curves import CurveCanvas
from terminal.ui.charts.decimate import LineData
from terminal.ui.charts.paint_curves import Curve, CurvePane
from terminal.ui.numbers import ABSENT, percent
from terminal.ui.panels.results.measures import written
from terminal.ui.widgets.buttons import LinkButton
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.labels import label, set_state
from terminal.ui.widgets.table import Table
from terminal.ui.zones import Zones

if TYPE_CHECKING:
    from terminal.app.answers import Comparison

_FIRST = ("total_return", "holding_return", "max_drawdown", "sharpe_ratio", "deflated_sharpe", "trades", "win_rate", "profit_factor")
"""Measures that stand on top; the others follow by group."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One line: a measure or setting with a text for each run, and what it is sorted by."""

    kind: str
    name: str
    texts: tuple[str, ...]
    values: tuple[Any, ...]
    best: int | None
    meaning: str


class ComparePage(QWidget):
    """`back` returns to the list of runs."""

    def __init__(self, zones: Zones, back: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves = CurveCanvas("Equity of several runs", zones)
        self.words = label("", "second", wraps=True)
        self.table: Table[Difference] | None = None
        top = QHBoxLayout()
        top.setContentsMargins(10, 4, 10, 0)
        top.addWidget(LinkButton("Back to the list", back))
        top.addWidget(self.words, 1)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(6, 0, 0, 0)
        self._row.addWidget(self.curves, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addLayout(self._row, 1)

    def show_comparison(self, comparison: "Comparison") -> None:
        """Shows these runs."""
        self.words.setText(" ".join(comparison.warnings))
        set_state(self.words, "warn" if comparison.warnings else "")
        self._show_curves(comparison)
        if self.table is not None:
            self.table.deleteLater()
        names = names_of(comparison.titles)
        self.table = Table(_columns(names), name="Differences", key=lambda row: (row.kind, row.name))
        self._row.addWidget(self.table, 5)
        self.table.set_rows(differences(comparison))

    def _show_curves(self, comparison: "Comparison") -> None:
        times = [curve.time for curve in comparison.curves]
        moments = np.unique(np.concatenate(times)) if times else np.empty(0, np.int64)
        curves = []
        for number, (curve, name) in enumerate(zip(comparison.curves, names_of(comparison.titles), strict=True)):
            place = np.searchsorted(curve.time, moments, side="right") - 1
            is_within = (place >= 0) & (moments <= curve.time[-1])
            values = np.where(is_within, curve.growth[np.maximum(place, 0)] - 1.0, np.nan)
            curves.append(Curve(name, LineData(values), str(number)))
        self.curves.show_curves(moments, (CurvePane(tuple(curves), lambda value: percent(value, signed=True)),))


def differences(comparison: "Comparison") -> list[Difference]:
    """The settings and measures that are not the same in every run; settings first, the telling measures before the others."""
    rows = [
        Difference("setting", name.replace("_", " "), tuple(_plain(value) for value in values), values, None, "")
        for name, values in comparison.settings.items()
    ]
    terms = {name: (term, group) for group, named in GROUPS.items() for name, term in named.items()}
    order = [*_FIRST, *(name for name in terms if name not in _FIRST)]
    for name in sorted(comparison.metrics, key=lambda name: order.index(name) if name in order else len(order)):
        values = comparison.metrics[name]
        if name not in terms or len(set(values)) < 2:
            continue
        term, group = terms[name]
        texts = tuple(ABSENT if value is None else written(term.form, value, "", signed="return" in name) for value in values)
        rows.append(Difference(group.lower(), term.title, texts, values, _best(name, values, term.form), term.meaning))
    rows += [Difference("fingerprint", name, tuple(str(value)[:12] for value in values), values, None, "") for name, values in comparison.fingerprints.items()]
    return rows


def _best(name: str, values: Sequence[float | None], form: Form) -> int | None:
    """Which run has the highest of a measure of which more is better; None where that is no matter of more or less."""
    known = [value for value in values if value is not None and value == value]
    if len(known) < 2 or form in (Form.COUNT, Form.DAYS) or name not in _FIRST or name == "holding_return" or max(known) == min(known):
        return None
    return values.index(max(known))


def _columns(names: Sequence[str]) -> tuple[Column[Difference], ...]:
    def of(number: int, name: str) -> Column[Difference]:
        return Column(
            name,
            lambda row: row.texts[number],
            lambda row: row.values[number] if isinstance(row.values[number], int | float) else None,
            is_number=True,
            colour=lambda row: "up" if row.best == number else "text",
            tooltip=lambda row: f"{name}: {row.texts[number]}{', the best of these' if row.best == number else ''}",
        )

    return (
        Column("", lambda row: row.kind, colour=lambda _row: "second", width=84),
        Column("Differs in", lambda row: row.name, width=150, tooltip=lambda row: row.meaning),
        *(of(number, name) for number, name in enumerate(names)),
    )


def names_of(titles: Sequence[str]) -> list[str]:
    """A short name for each run, its number first; what all titles begin with is left out."""
    parts = [title.split(" · ") for title in titles]
    same = 0
    while all(len(part) > same + 1 for part in parts) and len({part[same] for part in parts}) == 1:
        same += 1
    return [f"{number} · {' · '.join(part[same:])}" for number, part in enumerate(parts, start=1)]


def _plain(value: Any) -> str:
    return ABSENT if value is None else f"{value:g}" if isinstance(value, float) else str(value)
