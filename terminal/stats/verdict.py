"""What a result says, as one sentence with its numbers, from fixed wordings that promise nothing.

Written beside every run by the backtest; the window, the report and the command line show the same sentence.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

LEAST_TRADES = 30
HOLDS_UP = 0.95
PROMISING = 0.90
MOST_OVERFITTING = 0.2


class Finding(StrEnum):
    """The four things a verdict can say."""

    TOO_LITTLE_DATA = "too little data"
    HOLDS_UP = "holds up"
    PROMISING = "promising"
    LUCK = "not distinguishable from luck"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict rests on. Returns are fractions; NaN where a figure can't be known."""

    total_return: float
    holding_return: float
    days: float
    """Calendar days from the first to the last candle."""
    positions: int
    """Closed positions, counted from flat to flat."""
    deflated_sharpe: float
    variants_tried: int
    independent_variants: float
    overfitting: float | None = None
    """Probability of backtest overfitting (PBO); exists only inside a study of ten or more trials."""
    simulated: bool = False
    """True where the prices are invented."""


def finding(evidence: Evidence) -> Finding:
    """The finding by the fixed rules: 30 trades at least, then the deflated Sharpe ratio, and PBO where there is one."""
    if evidence.positions < LEAST_TRADES or math.isnan(evidence.deflated_sharpe):
        return Finding.TOO_LITTLE_DATA
    if evidence.deflated_sharpe >= HOLDS_UP and (evidence.overfitting is None or evidence.overfitting < MOST_OVERFITTING):
        return Finding.HOLDS_UP
    return Finding.PROMISING if evidence.deflated_sharpe >= PROMISING else Finding.LUCK


def verdict(evidence: Evidence) -> str:
    """The sentence that stands first in every result, such as "Made +4.2 % in 3 years; holding made +12.0 %. 214 variants
    tried, about 9 independent: deflated Sharpe 0.71, below 0.95 — not distinguishable from luck."
    """
    origin = " Simulated prices." if evidence.simulated else ""
    return f"{_money_words(evidence)}. {_trial_words(evidence)}: {_judgement(evidence)}{origin}"


def _money_words(evidence: Evidence) -> str:
    own = f"{_made(evidence.total_return).capitalize()} in {span_words(evidence.days)}"
    return own if math.isnan(evidence.holding_return) else f"{own}; holding {_made(evidence.holding_return)}"


def _trial_words(evidence: Evidence) -> str:
    if evidence.variants_tried <= 1:
        return "1 variant tried"
    independent = max(1, round(evidence.independent_variants))
    return f"{evidence.variants_tried:,} variants tried, about {independent:,} independent"


def _judgement(evidence: Evidence) -> str:
    found = finding(evidence)
    if found is Finding.TOO_LITTLE_DATA:
        if evidence.positions < LEAST_TRADES:
            count = {0: "no trade", 1: "1 trade"}.get(evidence.positions, f"{evidence.positions} trades")
            return f"{count}, fewer than {LEAST_TRADES} — {found}."
        return f"no deflated Sharpe from so few days — {found}."
    level = _two_digits(evidence.deflated_sharpe)
    if evidence.deflated_sharpe >= HOLDS_UP:
        rest = f"deflated Sharpe {level}, at least {HOLDS_UP}"
    elif found is Finding.PROMISING:
        rest = f"deflated Sharpe {level}, at least {PROMISING:.2f}, below {HOLDS_UP}"
    else:
        rest = f"deflated Sharpe {level}, below {HOLDS_UP}"
    if evidence.overfitting is not None:
        sign = "below" if evidence.overfitting < MOST_OVERFITTING else "not below"
        return f"{rest}, PBO {_two_digits(evidence.overfitting)}, {sign} {MOST_OVERFITTING} — {found}."
    return f"{rest} — {found}. Rests on the deflated Sharpe alone."


def span_words(days: float) -> str:
    """A length of time as a person says it: "3 years", "7 months", "12 days"."""
    for length, unit in ((365.25, "year"), (30.44, "month")):
        if days >= 1.95 * length or (unit == "year" and days >= 0.95 * length):
            count = f"{days / length:.1f}".removesuffix(".0")
            return f"{count} {unit}" if count == "1" else f"{count} {unit}s"
    whole = max(1, round(days))
    return "1 day" if whole == 1 else f"{whole} days"


def _made(share: float) -> str:
    """ "made +4.2 %" or "lost 4.2 %"."""
    amount = f"{abs(share) * 100:,.1f} %"
    if amount == "0.0 %":
        return "made 0.0 %"
    return f"made +{amount}" if share > 0 else f"lost {amount}"


def _two_digits(share: float) -> str:
    """Two decimals, cut and not rounded, so that 0.949 is never shown as the 0.95 that it misses."""
    return f"{math.floor(share * 100 + 1e-9) / 100:.2f}"
