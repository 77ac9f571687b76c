"""What is doubtful in a result, worst first, with what was looked at and found sound.

Answered by the reviewer of the terminal; shown under Doubts of the Results panel.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal.app.commands import ReviewRun
from terminal.ui.bridge import Bridge
from terminal.ui.numbers import count, number
from terminal.ui.panels.results.asked import AskedPage, Question
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.fitting import FittingTable
from terminal.ui.widgets.labels import label

if TYPE_CHECKING:
    from terminal.app.answers import Doubt, Review

_COLOURS = {3: "down", 2: "warn", 1: "second", 0: "up", -1: "faint"}
_MARKS = {3: "●●● ", 2: "●● ", 1: "● ", 0: "✓ ", -1: "– "}


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's answer and its place in the ranking."""

    place: int
    doubt: "Doubt"

    @property
    def weight(self) -> str:
        """Its severity with a mark for each step, so that colour is not the only sign."""
        return _MARKS[int(self.doubt.severity)] + self.doubt.severity.words


class FindingsPage(AskedPage["Review"]):
    """Asks as soon as it is looked at: the reviewer looks at what is there and runs the strategy a few times again."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.summary = label("", "heading", wraps=True)
        self.summary.setContentsMargins(12, 6, 12, 0)
        self.table: FittingTable[Finding] = FittingTable(_columns(), spare=("Rule", "Figure"), name="Doubts", key=lambda row: row.doubt.rule)
        column.addWidget(self.summary)
        column.addWidget(self.table, 1)
        question: Question[Review] = Question(
            "Review",
            "A reviewer asks what is doubtful in this result: too few trades, one month that carries it, costs, delay, liquidity.",
            "Review this result",
            lambda run: ReviewRun(run.id),
            is_eager=True,
        )
        super().__init__(bridge, question, content, self._fill, parent)

    def _fill(self, review: "Review") -> None:
        self.summary.setText(review.summary)
        answers = (*review.doubts, *review.not_asked, *review.sound)
        self.table.set_rows(Finding(place, doubt) for place, doubt in enumerate(answers))


def _columns() -> tuple[Column[Finding], ...]:
    return (
        Column("Weight", lambda row: row.weight, lambda row: row.place, width=104, colour=lambda row: _COLOURS[int(row.doubt.severity)]),
        Column("Finding", lambda row: row.doubt.words, stretches=True, colour=lambda row: "text" if row.doubt.severity > 0 else "second"),
        Column(
            "Figure",
            lambda row: figure_words(row.doubt.figure),
            lambda row: row.doubt.figure,
            is_number=True,
            width=90,
            help="The number the rule judged by",
        ),
        Column("Rule", lambda row: row.doubt.rule.replace("_", " "), width=190, colour=lambda _row: "second"),
    )


def figure_words(figure: float) -> str:
    """The number a rule judged by: whole ones without decimals, since they are counts; "–" where there is none."""
    return count(figure) if figure.is_integer() else number(figure)
