"""The band of what fills leave open: the equity between the kind and the unkind path inside candles, at low and at high costs.

Asked by commands and scripts; four runs beside the plain one, and a warning where the sign of the result depends on which is true.
"""

from dataclasses import dataclass, fields
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.doubts.rerun import rerun
from terminal.backtest.doubts.subject import Over, Players
from terminal.backtest.options import Options
from terminal.domain.ticks import Ticks
from terminal.domain.words import percent
from terminal.domain.work import CancelQuestion, Report, never, silent, stop_if

LOW_COSTS, HIGH_COSTS = 0.5, 2.0
"""Factors on every cost of the run."""
FACTORS = (("low", LOW_COSTS), ("high", HIGH_COSTS))
_MOST_RATE = 0.49
PATHS = ("pessimistic", "optimistic")
COSTS = ("commission", "maker", "taker", "fee_minimum", "per_unit", "slippage", "borrow", "liquidation_fee")


@dataclass(frozen=True, eq=False)
class Envelope:
    """The lowest and the highest of the runs at each candle, and the run as it was; equity in quote currency, times in UTC ns."""

    time: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    base: NDArray[np.float64]
    names: tuple[str, ...]
    """The runs of which the band is made, such as "pessimistic, high costs"."""
    finals: tuple[float, ...]
    """Total return of each, as a fraction."""
    sign_depends: bool
    """Whether some of them gain and some lose."""
    words: str


def envelope(
    strategy: Players,
    candles: Over,
    options: Options | None = None,
    *,
    report: Report = silent,
    cancelled: CancelQuestion = never,
) -> Envelope:
    """The band about the run of `strategy` on `candles` by `options`; raises what `backtest` raises, Cancelled.

    Over ticks the messages say what came first: the band is that of the costs alone.
    """
    chosen, is_known = options or Options(), isinstance(candles, Ticks)
    runs = [("", word, factor) for word, factor in FACTORS] if is_known else [(path, word, factor) for path, (word, factor) in product(PATHS, FACTORS)]
    report(0, len(runs) + 1, "as it was")
    base = rerun(strategy, candles, chosen, cancelled)
    low, high = base.equity_values.copy(), base.equity_values.copy()
    names, finals = [], []
    for number, (path, word, factor) in enumerate(runs, 1):
        stop_if(cancelled)
        names.append(", ".join(part for part in (path, f"{word} costs") if part))
        report(number, len(runs) + 1, names[-1])
        result = rerun(strategy, candles, chosen, cancelled, **({"path": path} if path else {}), **_scaled(chosen, factor))
        np.minimum(low, result.equity_values, out=low)
        np.maximum(high, result.equity_values, out=high)
        finals.append(result.metrics["total_return"])
    every = [*finals, base.metrics["total_return"]]
    depends = min(every) < 0 < max(every)
    for array in (low, high):
        array.flags.writeable = False
    report(len(runs) + 1, len(runs) + 1, "Done")
    return Envelope(base.time, low, high, base.equity_values, tuple(names), tuple(finals), depends, _words(min(every), max(every), depends, is_known))


def _scaled(options: Options, factor: float) -> dict[str, Any]:
    """Every cost of `options` times `factor`; a rate stays below the half that settings allow."""
    known = {item.name for item in fields(Options)}
    found: dict[str, Any] = {}
    for name in COSTS:
        value = getattr(options, name) if name in known else None
        if isinstance(value, int | float) and not isinstance(value, bool) and value:
            found[name] = min(value * factor, _MOST_RATE) if value < _MOST_RATE else value * factor
    tiers = getattr(options, "tiers", ())
    if tiers:
        found["tiers"] = tuple((volume, maker * factor, taker * factor) for volume, maker, taker in tiers)
        found.pop("commission", None)
    return found


def _words(lowest: float, highest: float, depends: bool, is_known: bool) -> str:
    what = "half to twice the costs" if is_known else "the path inside candles and half to twice the costs"
    span = f"From {percent(lowest, signed=True)} to {percent(highest, signed=True)}, by {what}."
    return f"{span} The sign of the result depends on which is true." if depends else span
