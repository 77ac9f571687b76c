"""What every measure of a finished run is computed from, each part worked out when it is first asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.stats import periods
from terminal.stats.falls import Falls, falls
from terminal.stats.measures import Daily, resample
from terminal.stats.returns import compound_annual_growth

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sample:
    """One account's days and trades. Rates are fractions; `risk_free` is a rate a year, `required` a return a day."""

    daily: Daily
    capital: float
    trades: NDArray[Any]
    """A structured table as `measures.measure` takes it, with entry_time, exit_time, side, gross, slippage, return, mae, mfe and bars too."""
    rows: int
    """Candles of the run."""
    time: NDArray[np.int64]
    holding: Callable[[], Values] | None = None
    """The equity of the benchmark at each candle, None where there is none."""
    multiplier: float = 1.0
    risk_free: float = 0.0
    required: float = 0.0

    @property
    def returns(self) -> Values:
        """The return of each day."""
        return self.daily.returns

    @property
    def year(self) -> float:
        """Return days of a year."""
        return self.daily.annual_days

    @cached_property
    def benchmark(self) -> Values:
        """The benchmark's return of each day; zeros without one, of which no ratio can be made."""
        if self.holding is None:
            return np.zeros(len(self.returns))
        return resample(self.time, self.holding(), self.capital).returns

    @cached_property
    def growth(self) -> float:
        """Return a year."""
        return compound_annual_growth(self.returns, self.year)

    @cached_property
    def falls(self) -> Falls:
        """Every fall of the daily equity."""
        return falls(self.daily.days, self.daily.values, self.capital)

    @cached_property
    def weeks(self) -> Values:
        """The return of each calendar week."""
        return periods.compounded(self.returns, periods.weeks_of(self.daily.days))[1]

    @cached_property
    def months(self) -> Values:
        """The return of each calendar month."""
        return periods.compounded(self.returns, periods.months_of(self.daily.days))[1]

    @cached_property
    def quarters(self) -> Values:
        """The return of each calendar quarter."""
        return periods.compounded(self.returns, periods.quarters_of(self.daily.days))[1]

    @cached_property
    def years(self) -> Values:
        """The return of each calendar year."""
        return periods.compounded(self.returns, periods.years_of(self.daily.days))[1]

    @cached_property
    def closed(self) -> NDArray[Any]:
        """The trades that were left."""
        return np.asarray(self.trades[self.trades["reason"] != 0])

    @property
    def profits(self) -> Values:
        """The net profit of each closed trade, in the order of entry."""
        return np.ascontiguousarray(self.closed["profit"])

    @property
    def is_long(self) -> NDArray[np.bool_]:
        """Which of the closed trades were long."""
        return np.asarray(self.closed["side"] > 0)

    @property
    def kept(self) -> Values:
        """What each closed trade made of its entry price, at the prices of its fills and before commissions."""
        closed = self.closed
        return np.asarray(closed["side"] * (closed["exit_price"] / closed["entry_price"] - 1.0))
