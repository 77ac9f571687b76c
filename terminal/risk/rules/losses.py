"""Enough lost for today, or from the peak: no new risk. Stops stay, exits leave; the engine halts the account by the same figures."""

from decimal import Decimal

from terminal.risk.limits import Limits
from terminal.risk.rules.exposure import ZERO
from terminal.risk.rules.figures import money, share
from terminal.risk.rules.question import Question, known_equity
from terminal.risk.rules.rule import Answer, Refusal, Rule
from terminal.risk.view import GateView

_RECONCILE = "Reconcile the balances with the venue."


def daily_loss(view: GateView) -> Decimal:
    """What today lost as a share of the equity it began with, 0 on a day that gained; raises Unknown."""
    return _fall(view, view.day_start_equity, "The equity at the start of the day")


def drawdown(view: GateView) -> Decimal:
    """How far equity is below its highest, as a share of that; raises Unknown."""
    return _fall(view, view.peak_equity, "The highest equity")


def _fall(view: GateView, high: Decimal | None, thing: str) -> Decimal:
    start = known_equity(high, thing, _RECONCILE)
    if view.equity is None or not view.equity.is_finite():
        known_equity(view.equity, "The account's equity", _RECONCILE)
    equity = view.equity if view.equity is not None else ZERO
    return max(ZERO, (start - equity) / start)


def _today(question: Question, limits: Limits) -> Answer:
    lost = daily_loss(question.view)
    if lost < limits.daily_loss:
        return None
    return Refusal(
        f"Today lost {share(lost, limits.daily_loss)} of {_said(question, question.view.day_start_equity)}; the limit is {share(limits.daily_loss)}.",
        "New risk waits for 00:00 of the account's zone.",
    )


def _from_the_peak(question: Question, limits: Limits) -> Answer:
    fell = drawdown(question.view)
    if fell < limits.drawdown:
        return None
    return Refusal(
        f"Equity is {share(fell, limits.drawdown)} below its highest {_said(question, question.view.peak_equity)}; the limit is {share(limits.drawdown)}.",
        "Look at what lost, then arm the account again.",
    )


def _said(question: Question, amount: Decimal | None) -> str:
    return money(ZERO if amount is None else amount, question.view.currency)


RULES = (Rule("daily loss", _today), Rule("drawdown", _from_the_peak))
