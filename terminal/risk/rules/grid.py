"""Prices and quantities on the venue's grid, and worth its least: asked of every order; nothing is rounded here.

A silently rounded stop protects another quantity than the one shown (F23), so what is off the grid goes back to its author.
"""

from decimal import Decimal, InvalidOperation

from terminal.risk.limits import Limits
from terminal.risk.rules.exposures import Unknown
from terminal.risk.rules.figures import exact, money
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule

_PRICES = ("limit", "stop", "stop_loss", "take_profit")


def _on_grid(question: Question, _limits: Limits) -> Answer:
    market = question.view.markets.get(question.key)
    instrument = question.intent.instrument if market is None else market.instrument
    intent = question.intent
    if question.view.is_live and not question.is_closing:
        for name, step in (("price step", instrument.tick), ("quantity step", instrument.lot)):
            if step is None:
                return Refusal(f"The {name} of {instrument} is not known.", "Load the venue's instruments again.")
    if _is_off(intent.quantity, instrument.lot):
        return Refusal(
            f"Its quantity {exact(intent.quantity)} is not on the step {instrument.lot} of {instrument}.",
            f"Send {exact(instrument.round_quantity(intent.quantity))}."
            if instrument.round_quantity(intent.quantity) > 0
            else f"Send at least {instrument.lot}.",
        )
    for name in _PRICES:
        price = getattr(intent, name)
        if price is not None and _is_off(price, instrument.tick):
            return Refusal(
                f"Its {name.replace('_', ' ')} {exact(price)} is not on the price step {instrument.tick} of {instrument}.",
                f"Send {exact(instrument.round_price_down(price))} or {exact(instrument.round_price_up(price))}.",
            )
    return None


def _is_off(value: Decimal, step: Decimal | None) -> bool:
    if step is None:
        return False
    try:
        return bool(value % step)
    except InvalidOperation:  # more steps than a Decimal counts exactly
        return True


def _is_worth_enough(question: Question, _limits: Limits) -> Answer:
    market = question.view.markets.get(question.key)
    instrument = question.intent.instrument if market is None else market.instrument
    least = instrument.minimum_notional
    if least is None:
        return None
    intent = question.intent
    try:
        price = question.entry
    except Unknown:  # one that closes does without; one that adds was denied by the rules on price
        return None
    worth = intent.quantity * price * instrument.multiplier
    if worth >= least:
        return None
    reason = f"It is worth {money(worth, instrument.quote)}, the venue's least is {money(least, instrument.quote)}."
    if question.is_closing:  # many venues take a smaller one that only reduces
        return f"{reason} The venue may refuse it."
    return Refusal(reason, "Send a larger order.")


RULES = (Rule("grid", _on_grid), Rule("minimum notional", _is_worth_enough))
