"""Gross exposure over equity, with every working order filled on the worse side of its instrument."""

from decimal import Decimal

from terminal.risk.limits import Limits
from terminal.risk.rules.figures import exact
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule


def gross(question: Question) -> Decimal:
    """Σ of the larger side of every instrument with the order counted, in account currency; raises Unknown."""
    return question.rest.value + question.after.worst.value


def leverage(question: Question, limits: Limits) -> Answer:
    """Refuses what takes gross exposure beyond its multiple of equity."""
    times = gross(question) / question.equity
    if times <= limits.leverage:
        return None
    return Refusal(f"Gross exposure would be {times:.2f} × equity; the limit is {exact(limits.leverage)}.", "Send less, or close something.")


RULES = (Rule("leverage", leverage, of_opening=True),)
