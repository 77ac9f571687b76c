"""Candles and a strategy folder for the tests of this room."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from terminal.domain.candles import Candles
from terminal.domain.instrument import Instrument
from terminal.domain.timeframe import HOUR, Timeframe
from terminal.strategies.library import StrategyLibrary

START = 1_577_836_800_000_000_000  # 2020-01-01


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty strategy folder."""
    made = tmp_path / "strategies"
    made.mkdir()
    return made


@pytest.fixture
def library(folder: Path) -> StrategyLibrary:
    """The library over `folder`."""
    return StrategyLibrary(folder)


@pytest.fixture
def candles() -> Callable[[int], Candles]:
    """Builds that many one-hour candles of a random walk."""

    def build(rows: int) -> Candles:
        rng = np.random.default_rng(1)
        close = 1000 * np.exp(np.cumsum(rng.normal(0, 0.01, rows)))
        return Candles(
            Instrument("demo", "BTC/USDT"),
            Timeframe.H1,
            START + np.arange(rows) * HOUR,
            close,
            close * 1.01,
            close * 0.99,
            close,
            rng.uniform(1, 9, rows),
        )

    return build
