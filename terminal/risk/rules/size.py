"""How large one order may be: its notional, the risk of its trade, and the position it would leave at the worst.

These cut a size that was worked out from risk or equity, and refuse a quantity that somebody wrote down.
"""

from decimal import ROUND_DOWN, Context, Decimal

from terminal.domain.instrument import AssetClass
from terminal.risk.limits import Limits
from terminal.risk.rules.closing import closable_quantity
from terminal.risk.rules.exposure import ZERO
from terminal.risk.rules.exposures import Unknown
from terminal.risk.rules.figures import exact, money, share
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule

_SHORTER = Context(prec=18, rounding=ROUND_DOWN)
"""What a cut is rounded down to where there is no lot: a quotient's last digit must not put it beyond the limit again."""
_ON_MARGIN = frozenset((AssetClass.FUTURE, AssetClass.FOREX, AssetClass.PERPETUAL))


def most_by_notional(question: Question, limits: Limits) -> Decimal:
    """The largest quantity whose opening part is worth no more than one order may be."""
    return question.reducible + limits.order_notional * question.equity / question.unit_value


def most_by_risk(question: Question, limits: Limits) -> Decimal:
    """The largest quantity whose opening part risks no more than a trade may."""
    if not question.unit_risk:
        return question.quantity
    return question.reducible + limits.risk_of_a_trade * question.equity / question.unit_risk


def most_by_position(question: Question, limits: Limits) -> Decimal:
    """The largest quantity that leaves the instrument within the position limit when every order of its side fills."""
    bound = limits.position * question.equity / _margin_share(question)
    return question.reducible + max(ZERO, bound - question.before.stake(question.intent.side).value) / question.unit_value


def _margin_share(question: Question) -> Decimal:
    """What a unit of notional binds: all of it, on margin the initial margin where it is known."""
    rate = question.market.margin_rate
    if question.market.instrument.asset_class not in _ON_MARGIN or rate is None:
        return Decimal(1)
    if not rate.is_finite() or not 0 < rate <= 1:
        raise Unknown(f"The margin rate of {question.market.instrument} is {rate}.", "Load the venue's instruments again.")
    return rate


def _notional(question: Question, limits: Limits) -> Answer:
    worth = question.added * question.unit_value
    if worth <= limits.order_notional * question.equity:
        return None
    most = money(limits.order_notional * question.equity, question.view.currency)
    return Refusal(
        f"It would open {money(worth, question.view.currency)}; one order may open {most}.",
        "Send a smaller order, or raise the limit.",
    )


def _risk(question: Question, limits: Limits) -> Answer:
    risk, most = question.added * question.unit_risk / question.equity, limits.risk_of_a_trade
    stop = question.intent.stop_loss
    if risk > most:
        how = "to its stop" if stop is not None else "over an assumed distance, since it has no stop"
        return Refusal(f"It risks {share(risk, most)} of equity {how}; the limit is {share(most)}.", "Send less, or set a nearer stop.")
    if stop is None:
        return f"unprotected: risk assumed at {share(risk)} of equity"
    return None


def position(question: Question, limits: Limits) -> Answer:
    """Refuses what leaves the instrument beyond the position limit with every order of its side filled."""
    side = question.intent.side
    bound = _margin_share(question)
    held = question.after.stake(side).value * bound / question.equity
    if held <= limits.position:
        return None
    what = "margin" if bound != 1 else "notional"
    before = question.before.stake(side).value * bound / question.equity
    return Refusal(
        f"With it {question.intent.instrument} would be {share(held, limits.position)} of equity by {what}, {share(before)} without it; "
        f"the limit is {share(limits.position)}.",
        "Send less, or cancel orders that work there.",
    )


RULES = (Rule("order notional", _notional, of_opening=True), Rule("risk of a trade", _risk, of_opening=True), Rule("position", position, of_opening=True))
CUTS = (("order notional", most_by_notional), ("risk of a trade", most_by_risk), ("position", most_by_position))
"""What cuts a size: the limit's name, and the largest quantity that it lets through."""


def cut(question: Question, limits: Limits) -> tuple[Decimal, str]:
    """The quantity that every cutting limit lets through, rounded down to the lot, and which of them cut it; raises Unknown."""
    instrument, wanted = question.market.instrument, question.intent.quantity
    if question.is_closing:
        most = min(wanted, closable_quantity(question))
        return instrument.round_quantity(most), "" if most == wanted else f"cut from {exact(wanted)} to {exact(most)}, all that may be closed"
    most, name = wanted, ""
    for limit, largest in CUTS:
        room = largest(question, limits)
        if room < most:
            most, name = room, limit
    if not name:
        return instrument.round_quantity(most), ""
    most = instrument.round_quantity(_SHORTER.plus(max(ZERO, most)))
    before, after = (quantity * question.unit_value / question.equity for quantity in (wanted, most))
    return most, f"cut from {share(before)} to {share(after)} of equity by the {name} limit"
