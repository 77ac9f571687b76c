"""What all open positions lose at their stops: the portfolio's heat, that of each strategy, and with working orders counted."""

from decimal import Decimal

from terminal.risk.limits import Limits
from terminal.risk.rules.exposure import ZERO
from terminal.risk.rules.exposures import Unknown
from terminal.risk.rules.figures import share
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule

_LESS = "Send less, close something, or move a stop nearer."


def _own(question: Question) -> Decimal:
    """What the opening part of the order risks, in account currency."""
    return question.added * question.unit_risk


def _portfolio(question: Question, limits: Limits) -> Answer:
    open_heat = sum((each.position_risk for each in question.exposures.all.values()), ZERO)
    heat, most = (open_heat + _own(question)) / question.equity, limits.portfolio_heat
    if heat <= most:
        return None
    without = share(open_heat / question.equity)
    return Refusal(f"Portfolio heat would be {share(heat, most)} of equity, {without} without it; the limit is {share(most)}.", _LESS)


def _at_risk(question: Question, limits: Limits) -> Answer:
    heat, most = (question.rest.risk + question.after.worst.risk) / question.equity, limits.exposure_at_risk
    if heat <= most:
        return None
    return Refusal(f"With every working order filled {share(heat, most)} of equity would be at risk; the limit is {share(most)}.", _LESS)


def _strategy(question: Question, limits: Limits) -> Answer:
    name = question.strategy
    if not name:
        return None
    facts = question.view.strategies.get(name)
    if facts is None or facts.heat < 0:
        raise Unknown(f"What {name} has at risk is not known.", "Start it as a session of this account.")
    budget = limits.strategy_heat if facts.heat_budget is None else min(limits.strategy_heat, facts.heat_budget)
    heat = (facts.heat + _own(question)) / question.equity
    if heat > budget:
        return Refusal(f"{name} would have {share(heat, budget)} of equity at risk; its budget is {share(budget)}.", _LESS)
    total = (sum((each.heat for each in question.view.strategies.values()), ZERO) + _own(question)) / question.equity
    most = limits.strategies_heat
    if total > most:
        return Refusal(f"All strategies together would have {share(total, most)} of equity at risk; the limit is {share(most)}.", _LESS)
    return None


def _positions(question: Question, limits: Limits) -> Answer:
    name = question.strategy
    facts = question.view.strategies.get(name)
    if not name or facts is None or question.key in facts.holds:
        return None
    most = int(limits.positions) if facts.max_positions is None else min(int(limits.positions), facts.max_positions)
    if len(facts.holds) < most:
        return None
    return Refusal(f"{name} holds or works {len(facts.holds)} positions; the limit is {most}.", "Close one, or raise the limit.")


RULES = (
    Rule("portfolio heat", _portfolio, of_opening=True),
    Rule("exposure at risk", _at_risk, of_opening=True),
    Rule("strategy budget", _strategy, of_opening=True),
    Rule("positions", _positions, of_opening=True),
)
