"""An exit or a stop, and the entries that work beside it on the same side: an entry to sell opens more once the position is gone.

Invariant I11: the worst case stays within the limits also after an order that only closes, so that those entries go first.
"""

from terminal.risk.limits import Limits
from terminal.risk.rules.closing import closes
from terminal.risk.rules.exposures import Unknown
from terminal.risk.rules.leverage import leverage
from terminal.risk.rules.prices import CLOSES_ANYHOW
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule
from terminal.risk.rules.size import position


def _leaves_room(question: Question, limits: Limits) -> Answer:
    """Entries that work on the same side were let through while there was something to close first: without it they open all they are."""
    side = question.intent.side
    entries = [each for each in question.others if each.key == question.key and each.side is side and not closes(each)]
    if not entries or question.only_shrinks:
        return None
    try:
        if question.after.stake(side).value <= question.before.stake(side).value:
            return None
        answer = position(question, limits) or leverage(question, limits)
    except Unknown as missing:  # as with its own price: what closes does not wait for a figure
        return f"{CLOSES_ANYHOW} {missing.reason}"
    if not isinstance(answer, Refusal):
        return None
    names = ", ".join(each.id for each in entries[:3])
    return Refusal(f"Once it has closed, entries that work on its side ({names}) would open too much. {answer.reason}", "Cancel those entries first.")


RULES = (Rule("entries beside it", _leaves_room),)
