"""The survival matrix: the strategy simulated anew on shocked candles, and what it made of the crises its candles cover.

Shown under Doubts of the Results panel.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal.app.commands import RunStress
from terminal.ui.bridge import Bridge
from terminal.ui.charts.grid_map import GridCell, GridMap
from terminal.ui.numbers import percent
from terminal.ui.panels.results.asked import AskedPage, Question
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.labels import label, set_state
from terminal.ui.widgets.table import Table

if TYPE_CHECKING:
    from terminal.app.answers import CrisisReplay, StressReport

_FULL_COLOUR_AT = 0.5


@dataclass(frozen=True, slots=True)
class Replay:
    """One crisis as one strategy lived through it."""

    crisis: "CrisisReplay"


class StressPage(AskedPage["StressReport"]):
    """The matrix above, the crises below."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        content = QWidget()
        self.words = label("", "second", wraps=True)
        self.words.setContentsMargins(12, 6, 12, 0)
        self.matrix = GridMap("Survival matrix")
        self.crises: Table[Replay] = Table(_columns(), name="Crises", key=lambda row: (row.crisis.crisis, row.crisis.strategy))
        column = QVBoxLayout(content)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addWidget(self.matrix, 2)
        column.addWidget(self.crises, 3)
        question: Question[StressReport] = Question(
            "Stress test",
            "Shocks these candles in six ways, a crash and a flash crash among them, runs the strategy on each anew, and replays the crises they cover.",
            "Run the stress test",
            lambda run: RunStress(run.id),
        )
        super().__init__(bridge, question, content, self._fill, parent)

    def _fill(self, report: "StressReport") -> None:
        self.words.setText("\n".join(report.findings))
        set_state(self.words, "warn" if any(report.failed) else "")
        cells = {}
        for row, name in enumerate(report.strategies):
            for place, cell in enumerate((report.plain[row], *report.cells[row])):
                is_shocked = place > 0
                title = f"{name}, {report.shocks[place - 1].name}: {report.shocks[place - 1].words}" if is_shocked else f"{name} as it was"
                mark = ("✓ " if cell.survived else "✗ ") if is_shocked else ""
                told = f"{title}\nNet {percent(cell.total_return, signed=True)}, deepest fall {percent(cell.max_drawdown)}. {cell.words}"
                strength = max(-1.0, min(1.0, cell.total_return / _FULL_COLOUR_AT))
                cells[row, place] = GridCell(mark + percent(cell.total_return, signed=True), strength, told, is_marked=is_shocked and not cell.survived)
        self.matrix.show_cells(report.strategies, ("as it was", *(shock.name for shock in report.shocks)), cells)
        rows = [Replay(replay) for line in report.crises for replay in line]
        self.crises.set_rows(sorted(rows, key=lambda row: not row.crisis.covered))


def _columns() -> tuple[Column[Replay], ...]:
    return (
        Column("Crisis", lambda row: row.crisis.crisis, width=230),
        Column("Market", lambda row: percent(row.crisis.market_return, signed=True), lambda row: row.crisis.market_return, is_number=True, width=90),
        Column("Strategy made", lambda row: percent(row.crisis.total_return, signed=True), lambda row: row.crisis.total_return, is_number=True, width=110),
        Column("Deepest fall", lambda row: percent(row.crisis.max_drawdown), lambda row: row.crisis.max_drawdown, is_number=True, width=100),
        Column(
            "Survived",
            lambda row: "" if not row.crisis.covered else "✓ survived" if row.crisis.survived else "✗ did not",
            width=100,
            colour=lambda row: "up" if row.crisis.survived else "down",
        ),
        Column("In words", lambda row: row.crisis.words, stretches=True, colour=lambda row: "text" if row.crisis.covered else "faint"),
    )
