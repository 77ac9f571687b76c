"""Candles, instruments and strategies made for tests of the simulation."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from terminal.backtest.result import Result
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles, Provenance
from terminal.domain.instrument import Instrument
from terminal.domain.signals import Signals
from terminal.domain.timeframe import HOUR, Timeframe
from terminal.strategies.contract import Strategy

START = 1_609_459_200_000_000_000  # 2021-01-01T00:00:00Z
Rows = Sequence[tuple[float, float, float, float]]


def instrument(tick: str | None = None, lot: str | None = None, **values: Any) -> Instrument:
    return Instrument("test", "BTC/USDT", tick=None if tick is None else Decimal(tick), lot=None if lot is None else Decimal(lot), **values)


def candles(rows: Rows, what: Instrument | None = None, timeframe: Timeframe = Timeframe.H1) -> Candles:
    prices = np.array(rows, dtype=np.float64)
    time = START + np.arange(len(rows)) * (timeframe.nanoseconds if timeframe else HOUR)
    return Candles(what or instrument(), timeframe, time, *prices.T, np.ones(len(rows)), provenance=Provenance("test"))


def strategy(**signals: Any) -> Strategy:
    """A strategy that answers these signals whatever the candles."""

    class Fixed(Strategy):
        def signals(self, candles: Candles) -> Signals:
            return Signals(**signals)

    return Fixed()


def at(rows: int, *true: int) -> np.ndarray:
    """A condition that holds on the rows `true`."""
    condition = np.zeros(rows, dtype=bool)
    condition[list(true)] = True
    return condition


def run(rows: Rows, *, what: Instrument | None = None, options: dict[str, Any] | None = None, **signals: Any) -> Result:
    """A run without costs over `rows`, unless `options` say otherwise."""
    settings = {"commission": 0.0, "slippage": 0.0} | (options or {})
    return backtest(strategy(**signals), candles(rows, what), **settings)
