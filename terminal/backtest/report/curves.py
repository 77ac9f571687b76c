"""The curves of a report, thinned to what a page can show: equity, holding, depth below the peak, returns by month.

Shared by the HTML page and the picture, so that both draw the same numbers.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.result import Result

Values = NDArray[np.float64]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, eq=False)
class Curves:
    """At most about `most` points of each line; `below` is the fraction under the earlier peak, 0 or negative."""

    time: NDArray[np.int64]
    equity: Values
    holding: Values
    below: Values


def curves(result: Result, most: int = 1200) -> Curves:
    """The lines of `result`. Of each stretch of candles the lowest and the highest equity stay, so that no fall is thinned away."""
    equity = result.equity_values
    peak = np.maximum(np.maximum.accumulate(equity), float(result.metrics["capital"]))
    rows = telling_rows(equity, most)
    return Curves(result.time[rows], equity[rows], result.benchmark_values[rows], (equity / peak - 1.0)[rows])


def months(result: Result) -> tuple[list[int], NDArray[np.float64]]:
    """The years of the run and, a row for each, the return of its twelve months; NaN outside the run."""
    stamps = result.daily_days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    if not len(stamps):
        return [], np.empty((0, 12))
    first = np.flatnonzero(np.concatenate(([True], stamps[1:] != stamps[:-1])))
    grown = np.multiply.reduceat(1.0 + result.daily_returns, first) - 1.0
    year, month = stamps[first] // 12 + 1970, stamps[first] % 12
    table = np.full((int(year[-1] - year[0]) + 1, 12), np.nan)
    table[year - year[0], month] = grown
    return list(range(int(year[0]), int(year[-1]) + 1)), table


def round_steps(low: float, high: float, about: int = 5) -> list[float]:
    """Round values between `low` and `high`, some `about` of them, for an axis."""
    if not high > low:
        return [low]
    raw = (high - low) / about
    scale = 10.0 ** math.floor(math.log10(raw))
    step = next(scale * factor for factor in (1, 2, 2.5, 5, 10) if scale * factor >= raw)
    first = math.ceil(low / step)
    return [step * count for count in range(first, math.floor(high / step) + 1)]


def time_steps(first: int, last: int, about: int = 7) -> list[tuple[int, str]]:
    """Moments (UTC ns) and labels for a time axis from `first` to `last`: years, months, days or hours as the span asks."""
    for unit, counts in (("Y", (10, 5, 2, 1)), ("M", (6, 3, 2, 1)), ("D", (14, 7, 4, 2, 1)), ("h", (12, 6, 3, 1)), ("m", (30, 15, 5, 1))):
        begin = int(np.datetime64(first, "ns").astype(f"datetime64[{unit}]").astype(np.int64))
        end = int(np.datetime64(last, "ns").astype(f"datetime64[{unit}]").astype(np.int64))
        for count in counts:
            ticks = range(begin - begin % count + count, end + 1, count)
            if len(ticks) >= about - 3:
                return [_labelled(tick, unit) for tick in ticks]
    return []


def _labelled(tick: int, unit: str) -> tuple[int, str]:
    stamp = np.array(tick).astype(f"datetime64[{unit}]")
    text = str(stamp).replace("T", " ")
    label = {"h": f"{text[5:]}:00", "m": text[5:]}.get(unit, text)
    return int(stamp.astype("datetime64[ns]").astype(np.int64)), label


def telling_rows(values: Values, most: int) -> NDArray[np.intp]:
    """At most about `most` rows that draw `values`: first and last, and of each stretch the lowest and the highest."""
    count = len(values)
    if count <= most:
        return np.arange(count)
    width = -(-count // (most // 2))
    whole = count // width * width
    blocks = values[:whole].reshape(-1, width)
    starts = np.arange(0, whole, width)
    kept = [[0, count - 1], starts + blocks.argmin(axis=1), starts + blocks.argmax(axis=1)]
    if whole < count:
        kept.append([whole + int(values[whole:].argmin()), whole + int(values[whole:].argmax())])
    return np.unique(np.concatenate([np.asarray(rows, dtype=np.intp) for rows in kept]))
