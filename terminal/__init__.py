"""Outcry, an open trading terminal. Names for users resolve on first use, so that importing the package costs nothing."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

__version__ = "0.1.0"

_HOME_OF = {
    "Strategy": "terminal.strategies.contract",
    "Signals": "terminal.domain.signals",
    "Price": "terminal.domain.signals",
    "Weights": "terminal.domain.weights",
    "Limit": "terminal.domain.signals",
    "Stop": "terminal.domain.signals",
    "StopLimit": "terminal.domain.signals",
    "Int": "terminal.domain.parameters",
    "Float": "terminal.domain.parameters",
    "Choice": "terminal.domain.parameters",
    "Bool": "terminal.domain.parameters",
    "Candles": "terminal.domain.candles",
    "Ticks": "terminal.domain.ticks",
    "read_candles": "terminal.app.research",
    "read_ticks": "terminal.app.research",
    "backtest": "terminal.app.research",
    "sma": "terminal.indicators.averages",
    "ema": "terminal.indicators.averages",
    "wma": "terminal.indicators.averages",
    "deviation": "terminal.indicators.averages",
    "vwap": "terminal.indicators.averages",
    "rsi": "terminal.indicators.momentum",
    "macd": "terminal.indicators.momentum",
    "stochastic": "terminal.indicators.momentum",
    "cci": "terminal.indicators.momentum",
    "williams_r": "terminal.indicators.momentum",
    "obv": "terminal.indicators.momentum",
    "mfi": "terminal.indicators.momentum",
    "atr": "terminal.indicators.trend",
    "adx": "terminal.indicators.trend",
    "plus_di": "terminal.indicators.trend",
    "minus_di": "terminal.indicators.trend",
    "bollinger": "terminal.indicators.trend",
    "donchian": "terminal.indicators.trend",
    "keltner": "terminal.indicators.trend",
    "supertrend": "terminal.indicators.trend",
    "crossed_above": "terminal.indicators.crossing",
    "crossed_below": "terminal.indicators.crossing",
    "previous": "terminal.indicators.crossing",
    "TWAP": "terminal.strategies.algos",
}

__all__ = list(_HOME_OF)


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'terminal' has no attribute {name!r}")
    _prepare_compile_cache()
    value = getattr(import_module(home), name)
    if name != "backtest":
        globals()[name] = value
    return value


def _prepare_compile_cache() -> None:
    """Compiled kernels are kept with the person's cache, which numba must hear of before it is imported."""
    from terminal.app.paths import Paths, prepare_compile_cache

    prepare_compile_cache(Paths.of())


class _Package(ModuleType):
    """Keeps `terminal.backtest` the function: importing the room of that name would otherwise put the module in its place."""

    @property
    def backtest(self) -> Any:
        return __getattr__("backtest")

    @backtest.setter
    def backtest(self, room: ModuleType) -> None:
        """Leaves the room where imports find it, in `sys.modules`."""


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    return sorted(__all__)
