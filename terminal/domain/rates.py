"""A real series of funding rates: what a long of a perpetual pays a short, at the moments the venue settled it.

Read from a file or handed in; a backtest demands that it covers its time without a hole.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terminal.domain.candles import iso
from terminal.domain.errors import BadInput

_SECOND = 1_000_000_000
_AROUND = 4
"""Intervals on each side that say how often a rate is due: venues have gone from eight hours to four."""


@dataclass(frozen=True, eq=False, slots=True)
class Funding:
    """Rates (fractions of the position's value, above 0 a long pays) at `time` (UTC ns, rising); `mark` is the price of each
    settlement, NaN = the last traded price. `name` says where they are from."""

    time: NDArray[np.int64]
    rate: NDArray[np.float64]
    mark: NDArray[np.float64]
    name: str = "funding"

    @classmethod
    def of(cls, given: Any, name: str = "funding") -> "Funding":
        """The series meant by `given`: one already, a pandas Series of rates by time, a mapping of them, or a pair (or three) of arrays
        (UTC ns, rates, prices). Raises BadInput in words."""
        if isinstance(given, cls):
            return cls.from_arrays(given.time, given.rate, given.mark, given.name)
        if hasattr(given, "index") and hasattr(given, "to_numpy"):
            return cls.from_arrays(given.index.to_numpy(), given.to_numpy(), None, name)
        if isinstance(given, dict):
            return cls.from_arrays(np.array(list(given)), np.array(list(given.values())), None, name)
        try:
            time, rate, *mark = given
        except (TypeError, ValueError):
            message = f"The funding is {type(given).__name__}, not a series of rates."
            raise BadInput(message, cure='Give (times, rates), a pandas Series by time, or "off" to leave funding out.') from None
        return cls.from_arrays(time, rate, mark[0] if mark else None, name)

    @classmethod
    def from_arrays(cls, time: ArrayLike, rate: ArrayLike, mark: ArrayLike | None = None, name: str = "funding") -> "Funding":
        """A series from columns; times to the second, since venues stamp a settlement some milliseconds late."""
        times = np.asarray(time)
        moments = times.astype("datetime64[ns]").astype(np.int64) if times.dtype.kind in "MOU" else times.astype(np.int64)
        rates = np.asarray(rate, np.float64)
        marks = np.full(len(rates), np.nan) if mark is None else np.asarray(mark, np.float64)
        if not len(moments) or rates.shape != moments.shape or marks.shape != moments.shape:
            raise BadInput(f"The funding of {name} has {len(moments):,} times and {len(rates):,} rates.", cure="Give one rate for each time.")
        moments = moments // _SECOND * _SECOND
        wrong = np.flatnonzero(~np.isfinite(rates) | (np.abs(rates) >= 1.0))
        if len(wrong):
            raise BadInput(f"The funding rate of {name} at {iso(int(moments[wrong[0]]))} is {rates[wrong[0]]:g}.", cure="Give a fraction, such as 0.0001.")
        falling = np.flatnonzero(np.diff(moments) <= 0)
        if len(falling):
            raise BadInput(f"The funding times of {name} do not rise at {iso(int(moments[falling[0] + 1]))}.", cure="Sort them and remove duplicates.")
        return cls(moments, rates, marks, name)

    def demand_cover(self, start: int, end: int) -> None:
        """Raises BadInput that names the first stretch between `start` and `end` (UTC ns) for which a rate is missing."""
        usual = _usual(np.diff(self.time)) if len(self.time) > 1 else 8 * 3600 * _SECOND
        for since, until, is_missing in (
            (start, int(self.time[0]), self.time[0] - start > usual),
            (int(self.time[-1]), end, end - self.time[-1] > usual),
        ):
            if is_missing:
                raise self._missing(since, min(until, end))
        for before, after in zip(self.time[:-1][self.holes()], self.time[1:][self.holes()], strict=True):
            if before < end and after > start:
                raise self._missing(int(before), int(after))

    def holes(self) -> NDArray[np.bool_]:
        """Which intervals between neighbouring rates are longer than those around them allow. Shape (n − 1,)."""
        gaps = np.diff(self.time)
        around = np.array([_usual(gaps[max(0, k - _AROUND) : k + _AROUND + 1]) for k in range(len(gaps))])
        return gaps > 1.5 * around

    def _missing(self, since: int, until: int) -> BadInput:
        message = f"The funding of {self.name} has no rate between {iso(since)} and {iso(until)}."
        return BadInput(message, cure='Give the whole series, choose a range that it covers, or leave funding out by "off".')


def _usual(gaps: NDArray[np.int64]) -> int:
    """The middle one of `gaps`, of two the shorter."""
    return int(np.sort(gaps)[(len(gaps) - 1) // 2])
