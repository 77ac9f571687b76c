"""What a rule of the gate is: a name, and a function from the question and the limits to nothing, a note or a refusal.

A new rule is a file beside this one with its `RULES`, and its place in the order of `gate.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from terminal.risk.limits import Limits
from terminal.risk.rules.question import Question


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an order may not leave, with its figures, and what would help."""

    reason: str
    cure: str = ""


Answer = Refusal | str | None
"""A refusal, a note that travels with the approved order, or nothing to say."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule by the name that a denial carries."""

    name: str
    judge: Callable[[Question, Limits], Answer]
    of_opening: bool = False
    """True where only that part of an order counts which opens or widens a position: one that closes at the worst is not asked."""
