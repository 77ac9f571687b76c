"""What a run was over — candles of one or several instruments, or ticks — as one value, so that every doubt can be put to each of them alike.

Shared by stress, crises, causality, envelope, sensitivity and review.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from terminal.domain.candles import Candles
from terminal.domain.ticks import Ticks
from terminal.strategies.contract import Strategy

Over = Candles | Ticks | Sequence[Candles]
"""What `backtest` runs over."""
Players = Strategy | Sequence[Strategy]
"""One strategy, or several on one account."""


@dataclass(frozen=True, eq=False)
class Subject:
    """`candles` of each instrument; those made of `ticks` where a run was over them."""

    candles: tuple[Candles, ...]
    ticks: Ticks | None = None
    is_list: bool = False
    """Whether the candles were given as a list, so that the run keeps the clock of several."""

    @classmethod
    def of(cls, over: Over) -> "Subject":
        if isinstance(over, Ticks):
            return cls((over.candles,), over)
        return cls((over,)) if isinstance(over, Candles) else cls(tuple(over), is_list=True)

    @property
    def over(self) -> Over:
        """As `backtest` takes it."""
        if self.ticks is not None:
            return self.ticks
        return list(self.candles) if self.is_list else self.candles[0]

    @property
    def step(self) -> int:
        """Length of the finest candles, in ns: each row of a result is the close of one."""
        return min(each.timeframe.nanoseconds for each in self.candles)

    def with_candles(self, candles: Sequence[Candles]) -> "Subject":
        """The same instruments with other candles."""
        return replace(self, candles=tuple(candles))

    def between(self, start: int | None, end: int | None) -> "Subject":
        """What opened, or was sent, at or after `start` and before `end` (UTC ns, None = open end)."""
        if self.ticks is not None:
            return Subject.of(self.ticks.between(start, end))
        return self.with_candles([each.between(start, end) for each in self.candles])

    def last(self, rows: int) -> "Subject":
        """The last so many rows of the finest candles, or messages, and what else there is of that time."""
        times = max((each.time for each in self.candles), key=len) if self.ticks is None else self.ticks.time
        return self if len(times) <= rows else self.between(int(times[-rows]), None)


def players_of(strategy: Players) -> tuple[Strategy, ...]:
    """The strategies of a run, one or several."""
    return (strategy,) if isinstance(strategy, Strategy) else tuple(strategy)


def closed_by(candles: Candles, moment: int) -> int:
    """How many candles have closed by `moment` (UTC ns)."""
    return int(np.searchsorted(candles.time, moment - candles.timeframe.nanoseconds, side="right"))
