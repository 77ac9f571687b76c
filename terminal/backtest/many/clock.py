"""One clock for candles of several instruments: their opens and closes in the order in which they happen.

The drivers of several instruments live through it moment by moment; candles whose clocks clash are refused here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import MINUTE


@dataclass(frozen=True, eq=False)
class Clock:
    """The moments at which candles close, rising, shape (m,): one row of the account's equity each.

    `opens_at` and `closes_at` hold, for each instrument, the moment (a row of `moments`) before which each of its candles opens
    and at which it closes; `first` its first candle that takes part.
    """

    moments: NDArray[np.int64]
    opens_at: tuple[NDArray[np.int64], ...]
    closes_at: tuple[NDArray[np.int64], ...]
    first: tuple[int, ...]
    step: int
    """Length of the finest candles, in ns."""

    def __len__(self) -> int:
        return len(self.moments)

    @property
    def time(self) -> NDArray[np.int64]:
        """The open of a finest candle that closes at each moment, UTC ns."""
        return self.moments - self.step


def clock_of(candles: Sequence[Candles], start: int | None) -> Clock:
    """The clock of all candles that open at or after `start` (UTC ns, None = all); raises BadInput where clocks clash."""
    demand_one_world(candles)
    first = tuple(0 if start is None else int(np.searchsorted(each.time, start)) for each in candles)
    closes = [each.time + each.timeframe.nanoseconds for each in candles]
    moments = _merged([close[row:] for close, row in zip(closes, first, strict=True)])
    if len(moments) < 2:
        raise BadInput(f"A backtest needs at least two candles; {len(moments):,} lie at or after the start.", cure="Choose a longer range.")
    opens_at = _for_each([each.time for each in candles], lambda times: np.searchsorted(moments, times, side="right"))
    closes_at = _for_each(closes, lambda times: np.searchsorted(moments, times))
    return Clock(moments, opens_at, closes_at, first, min(each.timeframe.nanoseconds for each in candles))


def demand_one_world(candles: Sequence[Candles]) -> None:
    """Raises BadInput for impossible prices, a symbol given twice, candles that never meet, and grids that do not fit each other."""
    if not candles:
        raise BadInput("No candles were given.", cure="Give the candles of at least one instrument.")
    for each in candles:
        if not len(each):
            raise BadInput(f"There are no candles of {each.instrument.symbol}.", cure="Choose a longer range, or leave it out.")
        if each.price_fault:
            raise BadInput(f"{each.instrument.symbol}: {each.price_fault}", cure="Check the series for bad candles, or repair it from a second source.")
    _demand_names(candles)
    _demand_overlap(candles)
    _demand_grids(candles)


def _demand_names(candles: Sequence[Candles]) -> None:
    names = [each.instrument.symbol for each in candles]
    twice = next((name for place, name in enumerate(names) if name in set(names[:place])), None) if len(set(names)) < len(names) else None
    if twice is not None:
        raise BadInput(f"{twice} is given twice.", cure="Give each instrument once; a strategy sees higher timeframes by `candles.at(...)`.")


def _demand_overlap(candles: Sequence[Candles]) -> None:
    """Refuses an instrument that was traded at no time together with any other."""
    begins = np.array([each.time[0] for each in candles])
    ends = np.array([each.time[-1] + each.timeframe.nanoseconds for each in candles])
    for place, each in enumerate(candles if len(candles) > 1 else ()):
        meets = (begins < ends[place]) & (ends > begins[place])
        if meets.sum() < 2:
            other = candles[0 if place else 1]
            spans = "; ".join(f"{one.instrument.symbol} from {one.start_text} to {one.end_text}" for one in (each, other))
            raise BadInput(f"The candles of {each.instrument.symbol} never overlap in time with others: {spans}.", cure="Choose ranges that overlap.")


def _demand_grids(candles: Sequence[Candles]) -> None:
    """Refuses candles of one calendar of which the finer grid never meets the coarser one's borders."""
    of_calendar: dict[str, list[Candles]] = {}
    for each in candles:
        of_calendar.setdefault(each.instrument.calendar, []).append(each)
    for together in of_calendar.values():
        one, *others = sorted(together, key=lambda each: each.timeframe.nanoseconds)
        step = one.timeframe.nanoseconds
        phases, *others_phases = _for_each([each.time for each in (one, *others)], partial(_phases, step=step))
        for other, found in zip(others, others_phases, strict=True):
            if found is not phases and not len(np.intersect1d(phases, found)):
                off = abs(int(phases[0]) - int(found[0])) / MINUTE
                names = f"{one.instrument.symbol} and {other.instrument.symbol}"
                raise BadInput(
                    f"The clocks of {names} clash: their {one.timeframe.value} and {other.timeframe.value} candles open {off:g} minutes apart.",
                    cure="Check the time zones of the two sources, or extract one of them anew.",
                )


def _phases(times: NDArray[np.int64], step: int) -> NDArray[np.int64]:
    """Where between two steps the times lie."""
    return np.unique(times % step)


def _for_each(times: Sequence[NDArray[np.int64]], ask: Callable[[NDArray[np.int64]], NDArray[np.int64]]) -> tuple[NDArray[np.int64], ...]:
    """What `ask` answers for each of `times`; it is asked once for neighbours that are the same, as of one calendar they are."""
    answers: list[NDArray[np.int64]] = []
    for place, each in enumerate(times):
        is_as_before = place > 0 and len(each) == len(times[place - 1]) and np.array_equal(each, times[place - 1])
        answers.append(answers[-1] if is_as_before else ask(each))
    return tuple(answers)


def _merged(rising: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """All distinct values of arrays that rise, in order; at once where they are all the same."""
    longest = max(rising, key=len)
    if all(len(each) == len(longest) and np.array_equal(each, longest) for each in rising):
        return longest
    return np.unique(np.concatenate(rising))
