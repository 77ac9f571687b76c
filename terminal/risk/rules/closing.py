"""An order that says it only closes may close what is held and nothing more, with every other order that closes counted.

Invariant I09 and fault F24: a close that is too large, of the wrong side or sent twice opens the opposite position.
"""

from decimal import Decimal

from terminal.domain.intents import Purpose
from terminal.domain.orders import Side
from terminal.risk.limits import Limits
from terminal.risk.rules.exposure import ZERO
from terminal.risk.rules.figures import act, exact
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule
from terminal.risk.view import Working


def closable_quantity(question: Question) -> Decimal:
    """How much an order of this kind may still close, with the other orders that close counted; raises Unknown."""
    held = max(ZERO, -question.intent.side * question.position)
    return max(ZERO, held - sum((quantity for quantity, _ in _counted(question)), ZERO))


def _counted(question: Question) -> list[tuple[Decimal, Working]]:
    """The other orders that close the same position. Two that the venue keeps from opening one never meet, unless of one kind."""
    intent = question.intent
    largest: dict[str, tuple[Decimal, Working]] = {}
    for each in question.others:
        if each.key != question.key or each.side is not intent.side or not closes(each) or (each.group and each.group == question.view.group):
            continue
        is_other_kind = (each.purpose is Purpose.PROTECTION) is not (intent.purpose is Purpose.PROTECTION)
        if question.is_kept and each.reduce_only and is_other_kind:
            continue
        name = f"group {each.group}" if each.group else f"order {each.id}"
        if name not in largest or each.worst_quantity > largest[name][0]:
            largest[name] = each.worst_quantity, each
    return list(largest.values())


def closes(order: Working) -> bool:
    """True for an order that was let through as one that only closes."""
    return order.reduce_only or order.purpose is not Purpose.ENTRY


def _only_closes(question: Question, _limits: Limits) -> Answer:
    intent, position = question.intent, question.position
    if question.only_shrinks:  # of a stop that is too large after a partial close, the smaller one is the cure
        return None
    if intent.side * position >= 0:
        held = "nothing is held" if not position else f"{exact(abs(position))} is held {'long' if position > 0 else 'short'}"
        wanted = "sell" if position > 0 else "buy"
        cure = f"To close it, {wanted}." if position else "There is nothing to close."
        return Refusal(f"It would only close, but {act(intent)} closes nothing: {held}.", cure)
    others = _counted(question)
    room = abs(position) - sum((quantity for quantity, _ in others), ZERO)
    if question.quantity <= room:
        return None
    side = "sell" if intent.side is Side.SHORT else "buy"
    working = f", of which working orders ({', '.join(each.id for _, each in others[:3])}) {side} {exact(abs(position) - room)} already" if others else ""
    cure = f"Send at most {exact(room)}." if room > 0 else "Cancel those first, and wait for the venue's word."
    return Refusal(f"It would only close {exact(question.quantity)}, but {exact(abs(position))} is held{working}.", cure)


RULES = (Rule("close only", _only_closes),)
