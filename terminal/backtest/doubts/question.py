"""What a rule of the reviewer says, and what it may look at: the run, its candles, and the means to run it again.

The rules stand in `review_trades`, `review_time`, `review_fills` and `review_again`; `review` asks them all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from terminal.backtest.doubts.subject import Over, Players, Subject
from terminal.backtest.options import Options
from terminal.backtest.result import Result
from terminal.domain.work import CancelQuestion, never


class Severity(IntEnum):
    """How much a finding weighs."""

    NOT_ASKED = -1
    """The rule could not be put, and its words say why."""
    SOUND = 0
    SLIGHT = 1
    """Worth knowing."""
    SERIOUS = 2
    """The figures mislead unless this is settled."""
    GRAVE = 3
    """The figures mean nothing as they stand."""

    @property
    def words(self) -> str:
        """As a person reads it."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One rule's finding, a sentence with its numbers; `figure` is the number it was judged by."""

    rule: str
    severity: Severity
    words: str
    figure: float


@dataclass(frozen=True, eq=False)
class Case:
    """A run under review. Without `candles` the rules about fills, and without `strategy` those that run it again, are not asked."""

    result: Result
    candles: Over | None = None
    """The whole series it ran on, warm-up included; of several instruments a list, or the ticks."""
    strategy: Players | None = None
    options: Options | None = None
    cancelled: CancelQuestion = never

    @property
    def subject(self) -> Subject | None:
        """What it ran over, None where that is not at hand."""
        return None if self.candles is None else Subject.of(self.candles)

    @property
    def makings(self) -> tuple[Players, Over, Options] | None:
        """What it is run again with, None where a part of that is not at hand."""
        if self.strategy is None or self.candles is None or self.options is None:
            return None
        return self.strategy, self.candles, self.options


Rule = Callable[[Case], Doubt]


def graded(figure: float, slight: float, serious: float, grave: float) -> Severity:
    """The severity of a figure that is worse the higher it is, by the least figure of each."""
    return Severity.GRAVE if figure >= grave else Severity.SERIOUS if figure >= serious else Severity.SLIGHT if figure >= slight else Severity.SOUND


def not_asked(rule: str, why: str) -> Doubt:
    """The answer of a rule that could not be put."""
    return Doubt(rule, Severity.NOT_ASKED, why, float("nan"))
