"""What a run counts beside its measures, the same whichever way it was simulated.

Read from the desk's log of events; the fast loop counts what can happen there itself.
"""

import numpy as np

from terminal.trading.desk import EXPIRED, REJECTED, TOO_SMALL, UNAFFORDABLE, Desk

COUNTED = ("conflicts", "cut", "unaffordable", "too_small", "stops_passed", "refused", "expired")
"""Rows that wanted both sides; sizes cut to what could be paid; explicit quantities that could not be paid; entries below the lot or
the minimum; stops that a gap had passed before the entry filled; orders refused for another reason, such as a stop entry that the
market has already passed; orders whose time was over before they filled."""


def counts_of(desk: Desk, conflicts: int = 0) -> dict[str, int]:
    """The counts of a run on `desk`, by name."""
    totals, events = desk.totals[0], desk.events[: int(desk.totals["events"][0])]
    kinds, causes = events["kind"], events["cause"]
    counts = {"conflicts": conflicts} | {name: int(totals[name]) for name in ("cut", "unaffordable", "too_small", "stops_passed")}
    counts["refused"] = int(np.count_nonzero((kinds == REJECTED) & (causes != TOO_SMALL) & (causes != UNAFFORDABLE)))
    counts["expired"] = int(np.count_nonzero(kinds == EXPIRED))
    return counts
