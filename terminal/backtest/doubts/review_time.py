"""Rules about the run as a stretch of time: how long it is, how much of it was spent under water, and whether holding did better."""

import numpy as np

from terminal.backtest.doubts.question import Case, Doubt, Rule, Severity, graded, not_asked
from terminal.domain.words import count, percent
from terminal.stats.verdict import span_words

_LEAST_DAYS = 60


def short_sample(case: Case) -> Doubt:
    """Calendar days from the first to the last candle."""
    days = case.result.metrics["calendar_days"]
    severity = Severity.SERIOUS if days < 90 else Severity.SLIGHT if days < 365 else Severity.SOUND
    rest = ": it has seen few kinds of market." if severity else "."
    return Doubt("short sample", severity, f"The run lasts {span_words(days)}{rest}", days)


def long_flat_drawdown(case: Case) -> Doubt:
    """The longest time below an earlier peak, as a share of the run."""
    metrics = case.result.metrics
    days, longest = metrics["calendar_days"], metrics["max_drawdown_days"]
    if days < _LEAST_DAYS or not np.isfinite(longest):
        return not_asked("long flat drawdown", f"The run is shorter than {_LEAST_DAYS} days.")
    share = longest / days
    words = f"The longest time below an earlier peak is {count(longest)} of {count(days)} days, {percent(share, 0)} of the run."
    return Doubt("long flat drawdown", graded(share, 1 / 3, 0.5, 0.8), words, share)


def benchmark_does_better(case: Case) -> Doubt:
    """The return of holding the same instrument, and how far each fell on the way."""
    result = case.result
    own, held = result.metrics["total_return"], result.metrics.get("holding_return", float("nan"))
    if not np.isfinite(held):
        return not_asked("the benchmark does better", "There is no benchmark.")
    told = f"Holding made {percent(held, signed=True)}, the run {percent(own, signed=True)}"
    if own >= held:
        return Doubt("the benchmark does better", Severity.SOUND, f"{told}.", own - held)
    curve = result.benchmark_values
    peak = np.maximum(np.maximum.accumulate(curve), float(result.metrics["capital"]))
    fall, own_fall = float((curve / peak - 1.0).min()), result.metrics["max_drawdown_at_candles"]
    is_calmer = own_fall > fall / 2
    words = f"{told}; the deepest falls on the way were {percent(fall)} and {percent(own_fall)}."
    return Doubt("the benchmark does better", Severity.SLIGHT if is_calmer and own > 0 else Severity.SERIOUS, words, own - held)


RULES: tuple[Rule, ...] = (short_sample, long_flat_drawdown, benchmark_does_better)
