"""Is it an order at all, of this account, and new? The first questions, asked of every order, exits among them.

Invariant I10: no NaN, infinite, zero or negative number leaves; an order between two accounts is nobody's (F45).
"""

from decimal import Decimal

from terminal.risk.limits import Limits
from terminal.risk.rules.figures import exact
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule

_NUMBERS = ("quantity", "limit", "stop", "stop_loss", "take_profit")


def _is_number(question: Question, _limits: Limits) -> Answer:
    # the type refuses these as well; an intent that came through a wire, a copy or a test's back door is looked at again
    for name in _NUMBERS:
        value = getattr(question.intent, name)
        if value is None and name != "quantity":
            continue
        if not isinstance(value, Decimal) or not value.is_finite() or value <= 0:
            return Refusal(f"Its {name.replace('_', ' ')} is {value!r}.", "Give a finite number above zero.")
    return None


def _is_known(question: Question, _limits: Limits) -> Answer:
    intent, view = question.intent, question.view
    if intent.account != view.account:
        return Refusal(f"It is an order of account {intent.account}, held against account {view.account}.", "Send it to its own account.")
    if any(each.id == intent.id for each in question.others):
        return Refusal(f"An order with the id {intent.id} is working already.", "Give each order an id of its own; change the working one by a modification.")
    if intent.expires is not None and intent.expires <= view.now:
        return Refusal("It ends before it is sent.", "Give an end in the future.")
    return None


def _is_small_enough(question: Question, limits: Limits) -> Answer:
    if question.is_closing or question.intent.quantity <= limits.order_quantity:
        return None
    return Refusal(
        f"Its quantity {exact(question.intent.quantity)} is above {exact(limits.order_quantity)} of one order.", "Send a smaller order, or raise the limit."
    )


RULES = (Rule("account", _is_known), Rule("number", _is_number), Rule("order quantity", _is_small_enough))
