"""Limits on figures that need history: VaR, correlation, diversification. Where there is too little history they warn and hold nothing."""

from decimal import Decimal

from terminal.risk.limits import Limits
from terminal.risk.rules.exposures import Unknown
from terminal.risk.rules.figures import exact, share
from terminal.risk.rules.leverage import gross
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule

_LESS = "Close or reduce something first."


def _finite(value: Decimal | None, thing: str) -> Decimal | None:
    if value is not None and not value.is_finite():
        raise Unknown(f"{thing} is {value}.", "Compute it again.")
    return value


def _var(question: Question, limits: Limits) -> Answer:
    figures = question.view.statistics
    day, month = _finite(figures.var_day, "VaR of a day"), _finite(figures.var_month, "VaR of a month")
    if day is not None and day > limits.var_day_ceiling:
        return Refusal(f"VaR 95 of one day is {share(day, limits.var_day_ceiling)} of equity; the ceiling is {share(limits.var_day_ceiling)}.", _LESS)
    if month is not None and month > limits.var_month:
        return Refusal(f"VaR 95 of a month is {share(month, limits.var_month)} of equity; the limit is {share(limits.var_month)}.", _LESS)
    if day is None or month is None:
        return "VaR: not enough history"
    if day > limits.var_day:
        return f"VaR 95 of one day is {share(day)} of equity, above {share(limits.var_day)}"
    return None


def _correlated(question: Question, limits: Limits) -> Answer:
    clusters = question.view.statistics.clusters
    if clusters is None:
        return "correlation: not enough history"
    total = gross(question)
    for cluster in clusters:
        if question.key not in cluster or not total:
            continue
        others = question.exposures.rest(question.key, cluster).value
        part = (others + question.after.worst.value) / total
        if not others or part <= limits.correlated_exposure:
            continue
        names = ", ".join(sorted(symbol for _, symbol in cluster))
        most = limits.correlated_exposure
        reason = f"{share(part, most)} of gross exposure would move together ({names}); the limit is {share(most)}"
        if total / question.equity > limits.correlated_from:
            return Refusal(f"{reason}.", "Send less, or trade something that moves otherwise.")
        return reason
    return None


def _index(question: Question, limits: Limits) -> Answer:
    correlation = _finite(question.view.statistics.index_correlation, "The correlation with the index")
    if correlation is None or correlation <= limits.index_correlation:
        return None
    return f"the account correlates {exact(correlation)} with its index, above {exact(limits.index_correlation)}"


def _diversification(question: Question, limits: Limits) -> Answer:
    independent = question.view.statistics.independent
    held = len(question.exposures.all)
    if independent is None or independent > limits.diversification or held <= limits.diversification:
        return None
    return f"{independent} of {held} positions move apart (ρ < 0.5); more than {exact(limits.diversification)} are wanted"


RULES = (
    Rule("VaR", _var, of_opening=True),
    Rule("correlated exposure", _correlated, of_opening=True),
    Rule("index correlation", _index, of_opening=True),
    Rule("diversification", _diversification, of_opening=True),
)
