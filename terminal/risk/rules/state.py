"""May the account, and this instrument, take new risk at all? An order that only closes is not asked.

Kill switch and emergency stop act through the trading state (I15); a difference between broker and journal freezes its instrument (I08).
"""

from terminal.risk.limits import Limits
from terminal.risk.rules.figures import exact
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule
from terminal.risk.view import TradingState

_CURES = {
    TradingState.REDUCING: "Mark it as reduce only, or let the account take risk again.",
    TradingState.HALTED: "Mark it as reduce only, or arm the account again.",
}


def _may_trade(question: Question, _limits: Limits) -> Answer:
    state = question.view.state
    if state is TradingState.ACTIVE:
        return None
    cure = _CURES.get(state, "Reconcile the account.")
    return Refusal(f"The account is {getattr(state, 'value', state)}: nothing that adds risk leaves.", cure)


def _is_not_frozen(question: Question, _limits: Limits) -> Answer:
    reason = question.view.frozen.get(question.key)
    if reason is None:
        return None
    return Refusal(f"{question.intent.instrument} is frozen: {reason or 'no reason was given'}.", "Settle that first; exits and cancels still leave.")


def _has_nothing_unknown(question: Question, _limits: Limits) -> Answer:
    for each in question.others:
        if each.is_unknown and each.key == question.key:
            return Refusal(
                f"Order {each.id} of {exact(each.worst_quantity)} in {question.intent.instrument} is UNKNOWN: it may be at the venue.",
                "Wait until the venue has answered, or decide it by hand.",
            )
    return None


RULES = (Rule("trading state", _may_trade), Rule("frozen instrument", _is_not_frozen), Rule("unknown order", _has_nothing_unknown))
