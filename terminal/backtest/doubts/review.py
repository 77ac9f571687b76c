"""The reviewer: asks every rule about a run and ranks what is doubtful, worst first.

Asked by commands and scripts; a rule is one function, and its text is what the person reads.
"""

from dataclasses import dataclass

from terminal.backtest.doubts import review_again, review_fills, review_time, review_trades
from terminal.backtest.doubts.question import Case, Doubt, Rule, Severity
from terminal.backtest.doubts.subject import Over, Players
from terminal.backtest.options import Options
from terminal.backtest.result import Result
from terminal.domain.work import CancelQuestion, Report, never, silent, stop_if

__all__ = ["RULES", "Doubt", "Review", "Severity", "examine", "review"]

RULES: tuple[Rule, ...] = (*review_again.RULES, *review_trades.RULES, *review_fills.RULES, *review_time.RULES)
"""In the order in which equal doubts are ranked."""


@dataclass(frozen=True, slots=True)
class Review:
    """What was found in a run."""

    run_id: str
    doubts: tuple[Doubt, ...]
    """Worst first."""
    sound: tuple[Doubt, ...]
    """Rules that found nothing, with the figures that say so."""
    not_asked: tuple[Doubt, ...]
    """Rules that could not be put, and why."""
    verdict: str = ""
    changes: tuple[str, ...] = ()
    """What is no longer as it was when the run was made: rules that run it again saw the new state."""

    @property
    def summary(self) -> str:
        """One sentence on the whole, such as "2 grave, 1 serious of 15 rules asked"."""
        asked = len(self.doubts) + len(self.sound)
        counts = {level: sum(doubt.severity is level for doubt in self.doubts) for level in reversed(Severity)}
        parts = [f"{count} {level.words}" for level, count in counts.items() if count]
        told = f"{', '.join(parts)} of {asked} rules asked" if parts else f"No doubt from {asked} rules asked"
        return f"{told}; {len(self.not_asked)} could not be asked." if self.not_asked else f"{told}."


def review(
    result: Result,
    candles: Over | None = None,
    strategy: Players | None = None,
    options: Options | None = None,
    *,
    report: Report = silent,
    cancelled: CancelQuestion = never,
) -> tuple[Doubt, ...]:
    """What is doubtful in `result`, worst first. `candles` is its whole series, a list of several, or ticks.

    With `strategy` and `options` it is also run again.
    """
    return examine(Case(result, candles, strategy, options, cancelled), report=report).doubts


def examine(case: Case, run_id: str = "", *, report: Report = silent, changes: tuple[str, ...] = ()) -> Review:
    """Every rule's answer, sorted; raises Cancelled."""
    answers = []
    for number, rule in enumerate(RULES):
        stop_if(case.cancelled)
        report(number, len(RULES), rule.__name__.replace("_", " "))
        answers.append(rule(case))
    report(len(RULES), len(RULES), "Done")
    doubts = sorted((answer for answer in answers if answer.severity > Severity.SOUND), key=lambda doubt: -doubt.severity)
    sound = tuple(answer for answer in answers if answer.severity is Severity.SOUND)
    unasked = tuple(answer for answer in answers if answer.severity is Severity.NOT_ASKED)
    return Review(run_id, tuple(doubts), sound, unasked, case.result.verdict, changes)
