"""Is it an order at all, of this account, and new? The first questions, asked of every order, exits among them.

Invariant I10: no NaN, infinite, zero or negative number leaves, and no limit order without a limit; of another account is nobody's (F45).
"""

from terminal.domain.errors import BadInput
from terminal.domain.intents import OrderIntent
from terminal.risk.limits import Limits
from terminal.risk.rules.figures import exact
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule


def _is_whole(question: Question, _limits: Limits) -> Answer:
    # the type asked this when it was made; an intent that came through a wire, a copy or a test's back door is asked again
    try:
        OrderIntent.__post_init__(question.intent)
    except BadInput as error:
        return Refusal(error.message, error.cure or "Make the order again.")
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


RULES = (Rule("order", _is_whole), Rule("account", _is_known), Rule("order quantity", _is_small_enough))
