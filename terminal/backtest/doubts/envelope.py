"""The band of what fills leave open: the equity between the kind and the unkind path inside candles, at low and at high costs.

Asked by commands and scripts; four runs beside the plain one, and a warning where the sign of the result depends on which is true.
"""

from dataclasses import dataclass, fields
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.doubts.rerun import rerun
from terminal.backtest.options import Options
from terminal.domain.candles import Candles
from terminal.domain.words import percent
from terminal.domain.work import CancelQuestion, Report, never, silent, stop_if
from terminal.strategies.contract import Strategy

LOW_COSTS, HIGH_COSTS = 0.5, 2.0
"""Factors on every cost of the run."""
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
    strategy: Strategy,
    candles: Candles,
    options: Options | None = None,
    *,
    report: Report = silent,
    cancelled: CancelQuestion = never,
) -> Envelope:
    """The band about the run of `strategy` on `candles` by `options`; raises what `backtest` raises, Cancelled."""
    chosen = options or Options()
    report(0, 5, "as it was")
    base = rerun(strategy, candles, chosen, cancelled)
    low, high = base.equity_values.copy(), base.equity_values.copy()
    names, finals = [], []
    for number, (path, (word, factor)) in enumerate(product(PATHS, (("low", LOW_COSTS), ("high", HIGH_COSTS))), 1):
        stop_if(cancelled)
        names.append(f"{path}, {word} costs")
        report(number, 5, names[-1])
        result = rerun(strategy, candles, chosen, cancelled, path=path, **_scaled(chosen, factor))
        np.minimum(low, result.equity_values, out=low)
        np.maximum(high, result.equity_values, out=high)
        finals.append(result.metrics["total_return"])
    every = [*finals, base.metrics["total_return"]]
    depends = min(every) < 0 < max(every)
    for array in (low, high):
        array.flags.writeable = False
    report(5, 5, "Done")
    return Envelope(base.time, low, high, base.equity_values, tuple(names), tuple(finals), depends, _words(min(every), max(every), depends))


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


def _words(lowest: float, highest: float, depends: bool) -> str:
    span = f"From {percent(lowest, signed=True)} to {percent(highest, signed=True)}, by the path inside candles and half to twice the costs."
    return f"{span} The sign of the result depends on which is true." if depends else span
