"""What a run counts beside its measures, the same whichever way it was simulated.

Read from the desk's log of events; the fast loop counts what can happen there itself.
"""

import numpy as np

from terminal.trading.causes import CAUSES
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


def refusals(desk: Desk) -> tuple[str, ...]:
    """What a person should know about orders that the desk refused, in one sentence with the causes, the most common first; () where it refused none."""
    events = desk.events[: int(desk.totals["events"][0])]
    causes = events["cause"][(events["kind"] == REJECTED) & (events["cause"] != TOO_SMALL)]
    if not len(causes):
        return ()
    kinds, counts = np.unique(causes, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    told = "; ".join(f"{CAUSES[int(kinds[place])]} ({counts[place]:,})" for place in order)
    many = "1 order was" if len(causes) == 1 else f"{len(causes):,} orders were"
    return (f"{many} refused: {told}. The strategy hears of each in `on_order`.",)
