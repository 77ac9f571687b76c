"""Is the price an order is decided on known, fresh, sane and not delayed? Faults F08 and F21, invariant I14.

An order that only closes passes without a good price, since a dead feed is when one wants out; the approval then says so.
"""

from decimal import Decimal

from terminal.risk.limits import Limits, limit_declarations
from terminal.risk.rules.exposures import Unknown
from terminal.risk.rules.figures import exact, share
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule

_NS = 1_000_000_000
CLOSES_ANYHOW = "let through because it only closes:"
_WAIT = "Wait for a fresh price; exits still leave."


def _is_sane(question: Question, limits: Limits) -> Answer:
    market = question.market
    for name, price in (("bid", market.bid), ("ask", market.ask), ("last price", market.last)):
        if price is not None and (not isinstance(price, Decimal) or not price.is_finite() or price <= 0):
            return Refusal(f"The {name} of {market.instrument} is {price}.", _WAIT)
    if market.bid is not None and market.ask is not None and market.bid > market.ask:
        return Refusal(f"The book of {market.instrument} is crossed: bid {exact(market.bid)} above ask {exact(market.ask)}.", _WAIT)
    if market.bid is None and market.ask is None and market.last is None:
        return Refusal(f"{market.instrument} has neither a quote nor a last price.", _WAIT)
    if market.last is None or market.bid is None or market.ask is None:
        return None
    middle = (market.bid + market.ask) / 2
    apart = abs(market.last - middle) / middle
    if apart > limits.price_collar and not market.bid <= market.last <= market.ask:
        far = f"{share(apart, limits.price_collar)} from the quote's middle {exact(middle)}; the collar is {share(limits.price_collar)}"
        return Refusal(f"The last price {exact(market.last)} of {market.instrument} is {far}.", _WAIT)
    return None


def _is_fresh(question: Question, limits: Limits) -> Answer:
    market, now = question.market, question.view.now
    age = Decimal(now - market.at) / _NS
    if abs(age) <= limits.price_age:
        return None
    said = limit_declarations()["price_age"].said
    if age < 0:
        return Refusal(f"The price of {market.instrument} is dated {exact(-age)} s ahead of the clock.", "Set the clock, then send again.")
    return Refusal(f"The price of {market.instrument} is {exact(age.quantize(Decimal('0.1')))} s old; the limit is {said(limits.price_age)}.", _WAIT)


def _is_not_delayed(question: Question, _limits: Limits) -> Answer:
    if question.view.is_live and question.market.is_delayed:
        return Refusal(
            f"The prices of {question.intent.instrument} are delayed: no live order is decided on them.", "Subscribe to live prices, or trade on paper."
        )
    return None


def noted_prices(question: Question, limits: Limits) -> Answer:
    """What is wrong with the price that an order which only closes goes without."""
    try:
        for judge in (_is_sane, _is_fresh, _is_not_delayed):
            answer = judge(question, limits)
            if isinstance(answer, Refusal):
                return f"{CLOSES_ANYHOW} {answer.reason}"
    except Unknown as missing:
        return f"{CLOSES_ANYHOW} {missing.reason}"
    return None


RULES = (Rule("price", _is_sane), Rule("price age", _is_fresh), Rule("delayed data", _is_not_delayed))
NOTES = (Rule("price", noted_prices),)
