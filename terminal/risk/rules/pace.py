"""How many orders leave, and whether one leaves twice: signal storms (F26) and double clicks.

Exits are counted too, against their own instrument only: flattening two hundred positions is no storm, closing one of them over and over is.
"""

from decimal import Decimal

from terminal.domain.intents import AuthorKind, Purpose
from terminal.risk.limits import Limits, limit_declarations
from terminal.risk.rules.figures import act, exact
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule

_NS = 1_000_000_000
_MINUTE = 60 * _NS


def _is_no_storm(question: Question, limits: Limits) -> Answer:
    since = question.view.now - _MINUTE
    total = own = 0
    author = question.intent.author.name
    for sent in question.view.sent:
        if sent.time > since and (not question.is_closing or sent.key == question.key):
            total += 1
            own += sent.strategy == author
    # what adds may use up the limit by itself: as many again are kept aside for what closes
    most = limits.orders_per_minute * (2 if question.is_closing else 1)
    if total >= most:
        where = f" in {question.intent.instrument}" if question.is_closing else ""
        return Refusal(f"{total} orders left in the last minute{where}; the limit is {exact(most)}.", "Wait, or raise the limit.")
    if not question.is_closing and own >= limits.strategy_orders_per_minute:
        return Refusal(
            f"{own} orders of {author} left in the last minute; the limit is {exact(limits.strategy_orders_per_minute)}.",
            "Wait, or look at why it trades so often.",
        )
    return None


def _is_no_duplicate(question: Question, limits: Limits) -> Answer:
    intent = question.intent
    # a stop is put back after a cancel, and an iceberg shows the same slice again: both on purpose, both bounded otherwise
    if intent.purpose is Purpose.PROTECTION or intent.author.kind is AuthorKind.ALGO or question.replaced is not None:
        return None
    since = question.view.now - int(limits.duplicate_window * _NS)
    price = intent.limit if intent.limit is not None else intent.stop
    for sent in reversed(question.view.sent):
        if sent.time <= since:
            break
        if (
            sent.key == question.key
            and sent.side is intent.side
            and sent.quantity == intent.quantity
            and sent.price == price
            and sent.strategy == intent.author.name
            and sent.purpose is intent.purpose
        ):
            ago = Decimal(question.view.now - sent.time) / _NS
            window = limit_declarations()["duplicate_window"].said(limits.duplicate_window)
            return Refusal(
                f"The same order, {act(intent)}, left {ago:.1f} s ago; within {window} that is taken for a mistake.",
                "If it is meant, send it again after that.",
            )
    return None


def _is_within_the_day(question: Question, limits: Limits) -> Answer:
    sent = question.view.orders_today
    if sent is None:
        return Refusal("How many orders were sent today is not known.", "Restart the session, so that its journal is read again.")
    if sent < limits.orders_per_day:
        return None
    return Refusal(
        f"{sent:,} orders were sent today; the limit is {int(limits.orders_per_day):,}.", "Wait for 00:00 of the account's zone, or raise the limit."
    )


STORM = Rule("orders per minute", _is_no_storm)
DUPLICATE = Rule("duplicate order", _is_no_duplicate)
DAY = Rule("orders per day", _is_within_the_day)
