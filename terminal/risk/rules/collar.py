"""No order may trade far from the market: fat fingers, swapped digits and stops on the wrong side (F21).

A limit far on its own side waits and harms nobody; one far through the market would buy at any price.
"""

from decimal import Decimal

from terminal.domain.intents import Purpose
from terminal.domain.orders import OrderType, Side
from terminal.risk.limits import Limits
from terminal.risk.rules.figures import exact, share
from terminal.risk.rules.prices import CLOSES_ANYHOW, noted_prices
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule


def _is_near(question: Question, limits: Limits) -> Answer:
    intent = question.intent
    if intent.stop is not None:
        return _stop_is_near(question, limits, intent.stop)
    if intent.limit is not None:
        return _limit_is_near(question, limits, intent.limit)
    return _market_is_near(question, limits)


def _market_is_near(question: Question, limits: Limits) -> Answer:
    instrument, quoted, last, collar = question.intent.instrument, question.quoted, question.market.last, limits.price_collar
    if last is None:
        return Refusal(f"{instrument} has no last price to hold a market order against.", "Send a limit order, or wait for a trade.")
    away = abs(quoted - last) / last
    if away <= collar:
        return None
    reason = f"A market order would meet {exact(quoted)}, {share(away, collar)} from the last price {exact(last)}; the collar is {share(collar)}."
    return Refusal(reason, "Send a limit order.")


def _limit_is_near(question: Question, limits: Limits, limit: Decimal) -> Answer:
    quoted, collar = question.quoted, limits.price_collar
    through = question.intent.side * (limit - quoted) / quoted
    if through <= collar:
        return None
    reason = f"Its limit {exact(limit)} is {share(through, collar)} through the market at {exact(quoted)}; the collar is {share(collar)}."
    return Refusal(reason, f"Set a limit nearer to {exact(quoted)}.")


def _stop_is_near(question: Question, limits: Limits, stop: Decimal) -> Answer:
    """A stop entry triggers on its own side of the market; a stop limit's limit lies within the collar of its trigger."""
    intent, quoted, collar = question.intent, question.quoted, limits.price_collar
    if intent.type is OrderType.TRAILING_STOP:
        if stop >= quoted:
            return Refusal(f"Its trailing distance {exact(stop)} is not below the price {exact(quoted)}.", "Give the distance, not a level.")
        return None
    if intent.side * (quoted - stop) > 0:
        where = "below" if intent.side is Side.LONG else "above"
        return Refusal(
            f"Its stop {exact(stop)} is {where} the market at {exact(quoted)}: it would trigger at once.", "Send a market or limit order, or move the stop."
        )
    if intent.limit is not None:
        through = intent.side * (intent.limit - stop) / stop
        if through > collar:
            return Refusal(
                f"Its limit {exact(intent.limit)} is {share(through, collar)} beyond its stop {exact(stop)}; the collar is {share(collar)}.",
                f"Set a limit nearer to {exact(stop)}.",
            )
    return None


def _exits_are_apart(question: Question, _limits: Limits) -> Answer:
    """The stop loss lies where the position loses, the target where it gains."""
    intent, entry = question.intent, question.entry
    if intent.stop_loss is not None and intent.side * (entry - intent.stop_loss) <= 0:
        where = "below" if intent.side is Side.LONG else "above"
        return Refusal(f"Its stop loss {exact(intent.stop_loss)} is not {where} the entry at {exact(entry)}.", f"Put the stop loss {where} the entry.")
    if intent.take_profit is not None and intent.side * (intent.take_profit - entry) <= 0:
        where = "above" if intent.side is Side.LONG else "below"
        return Refusal(f"Its target {exact(intent.take_profit)} is not {where} the entry at {exact(entry)}.", f"Put the target {where} the entry.")
    return None


def _exit_is_near(question: Question, limits: Limits) -> Answer:
    """A limit exit is held against a price that is good; a market exit leaves anyhow, and what protects is the venue's to judge."""
    intent = question.intent
    if intent.purpose is Purpose.PROTECTION or noted_prices(question, limits) is not None:
        return None
    answer = _is_near(question, limits)
    if isinstance(answer, Refusal) and intent.type is not OrderType.LIMIT:
        return f"{CLOSES_ANYHOW} {answer.reason}"
    return answer


EXITS = (Rule("price collar", _exit_is_near),)
RULES = (Rule("price collar", _is_near), Rule("stop and target", _exits_are_apart))
