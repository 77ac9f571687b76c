"""What a run's figures are worth, given how many variants were tried: deflated Sharpe and the verdict.

Called for every result; `app.runs` hands in the trials that its ledger knows.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terminal.stats.significance import deflated_sharpe, minimum_track_record
from terminal.stats.verdict import Evidence, verdict


@dataclass(frozen=True, slots=True)
class Trials:
    """How many variants were tried on the same data, about how many of them are independent, and how their Sharpe ratios vary.

    `variance` is that of daily Sharpe ratios across the trials.
    """

    tried: int = 1
    independent: float = 1.0
    variance: float = 0.0


def judged(metrics: Mapping[str, float], daily_returns: NDArray[np.float64], trials: Trials, simulated: bool) -> tuple[dict[str, float], str]:
    """`metrics` with the figures that depend on the number of trials, and the sentence that says what they mean."""
    daily_sharpe = metrics["sharpe_ratio"] / math.sqrt(metrics["annual_days"]) if metrics["annual_days"] > 0 else math.nan
    deflated = deflated_sharpe(daily_sharpe, len(daily_returns), metrics["skew"], metrics["kurtosis"], trials.independent, trials.variance)
    grown = dict(metrics)
    grown["deflated_sharpe"] = deflated
    grown["variants_tried"] = float(trials.tried)
    grown["independent_variants"] = trials.independent
    grown["minimum_track_record_days"] = minimum_track_record(daily_sharpe, metrics["skew"], metrics["kurtosis"])
    evidence = Evidence(
        total_return=metrics["total_return"],
        holding_return=metrics["holding_return"],
        days=metrics["calendar_days"],
        positions=int(metrics["trades"]),
        deflated_sharpe=deflated,
        variants_tried=trials.tried,
        independent_variants=trials.independent,
        simulated=simulated,
    )
    return grown, verdict(evidence)
