"""When a market trades: round the clock, the forex week, or an exchange's sessions; a night is then no gap.

Asked by gap detection and resampling; exchange_calendars is imported only for an exchange.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from terminal.domain.timeframe import Timeframe


class Calendar(Protocol):
    """What gap detection asks of a market's opening times."""

    def missing_bars(self, timeframe: Timeframe, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many candles the market would have opened in each [start, end), UTC ns."""
        ...


class RoundTheClock:
    """A market that never closes."""

    def missing_bars(self, timeframe: Timeframe, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """Every step of the timeframe counts."""
        return (ends - starts) // timeframe.nanoseconds


def calendar_of(name: str) -> Calendar:
    """The calendar called `name`: "24/7"."""
    return RoundTheClock()
