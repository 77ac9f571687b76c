"""What a chart needs to know of each indicator: its title, its pane, its parameters, its lines and when it begins.

Read by the chart's indicator menu and by the watchlist's columns; importing it costs nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import UnknownName
from terminal.domain.names import nearest
from terminal.domain.parameters import Declaration, Float, Int, checked

Columns = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class IndicatorInfo:
    """One indicator as a chart sees it. `pane` is "price" where it shares the price axis, else "own"."""

    id: str
    title: str
    module: str
    inputs: tuple[str, ...]
    """Candle columns the function takes first, in its order."""
    lines: tuple[str, ...]
    pane: str = "own"
    parameters: Mapping[str, Declaration[Any]] = field(default_factory=dict)
    first_row: Callable[[Mapping[str, Any]], int] = lambda values: values["window"] - 1
    levels: tuple[float, ...] = ()
    """Values worth a faint horizontal line, such as 30 and 70 of the RSI."""
    is_running_sum: bool = False
    """True where a value is the one before it plus what its own candle adds, however far back that began."""

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`given` merged over the defaults and checked; raises BadInput or UnknownName in words."""
        return checked(self.parameters, given)

    def warm_up(self, given: Mapping[str, Any]) -> int:
        """The first row on which every line is known."""
        return self.first_row(self.values(given))

    def label(self, given: Mapping[str, Any]) -> str:
        """The legend's words, such as "EMA 89"."""
        return " ".join([self.title, *(f"{value:g}" if isinstance(value, int | float) else str(value) for value in self.values(given).values())])

    def calculate(self, columns: Columns, **given: Any) -> tuple[NDArray[np.float64], ...]:
        """One array of the columns' length for each of `lines`; NaN where a line is not known yet."""
        function = getattr(import_module(f"terminal.indicators.{self.module}"), self.id)
        answer = function(*(columns[name] for name in self.inputs), **self.values(given))
        return answer if isinstance(answer, tuple) else (answer,)


def find(name: str) -> IndicatorInfo:
    """The indicator of that id; raises UnknownName with the nearest ids."""
    found = next((info for info in CATALOGUE if info.id == name), None)
    if found is None:
        raise UnknownName("indicator", name, nearest=nearest(name, (info.id for info in CATALOGUE)))
    return found


def _named(**declared: Declaration[Any]) -> dict[str, Declaration[Any]]:
    for name, declaration in declared.items():
        declaration.__set_name__(IndicatorInfo, name)
    return declared


def _window(default: int, low: int = 1) -> Int:
    return Int(default, low=low, high=1000, unit="bars", help="window")


def _width(default: float, unit: str) -> Float:
    return Float(default, low=0.1, high=10.0, step=0.1, unit=unit, help="width")


_HLC, _CLOSE = ("high", "low", "close"), ("close",)
_BANDS = ("upper", "middle", "lower")

CATALOGUE: tuple[IndicatorInfo, ...] = (
    IndicatorInfo("sma", "SMA", "averages", _CLOSE, ("average",), "price", _named(window=_window(50))),
    IndicatorInfo("ema", "EMA", "averages", _CLOSE, ("average",), "price", _named(window=_window(50))),
    IndicatorInfo("wma", "WMA", "averages", _CLOSE, ("average",), "price", _named(window=_window(50))),
    IndicatorInfo("vwap", "VWAP", "averages", (*_HLC, "volume"), ("average",), "price", _named(window=_window(24, 2))),
    IndicatorInfo("bollinger", "Bollinger", "trend", _CLOSE, _BANDS, "price", _named(window=_window(20, 2), width=_width(2.0, "σ"))),
    IndicatorInfo("donchian", "Donchian", "trend", ("high", "low"), _BANDS, "price", _named(window=_window(20))),
    IndicatorInfo(
        "keltner",
        "Keltner",
        "trend",
        _HLC,
        _BANDS,
        "price",
        _named(window=_window(20), width=_width(2.0, "ATR"), range_window=_window(10)),
        lambda values: max(values["window"] - 1, values["range_window"]),
    ),
    IndicatorInfo(
        "supertrend",
        "Supertrend",
        "trend",
        _HLC,
        ("line", "direction"),
        "price",
        _named(window=_window(10), width=_width(3.0, "ATR")),
        lambda values: values["window"],
    ),
    IndicatorInfo("rsi", "RSI", "momentum", _CLOSE, ("rsi",), "own", _named(window=_window(14, 2)), lambda values: values["window"], (30.0, 70.0)),
    IndicatorInfo(
        "macd",
        "MACD",
        "momentum",
        _CLOSE,
        ("macd", "signal", "difference"),
        "own",
        _named(fast=_window(12, 2), slow=_window(26, 2), signal=_window(9)),
        lambda values: max(values["fast"], values["slow"]) + values["signal"] - 2,
        (0.0,),
    ),
    IndicatorInfo(
        "stochastic",
        "Stochastic",
        "momentum",
        _HLC,
        ("%K", "%D"),
        "own",
        _named(window=_window(14), smooth=_window(3), signal=_window(3)),
        lambda values: values["window"] + values["smooth"] + values["signal"] - 3,
        (20.0, 80.0),
    ),
    IndicatorInfo("cci", "CCI", "momentum", _HLC, ("cci",), "own", _named(window=_window(20, 2)), levels=(-100.0, 100.0)),
    IndicatorInfo("williams_r", "Williams %R", "momentum", _HLC, ("%R",), "own", _named(window=_window(14, 2)), levels=(-80.0, -20.0)),
    IndicatorInfo("mfi", "MFI", "momentum", (*_HLC, "volume"), ("mfi",), "own", _named(window=_window(14, 2)), lambda values: values["window"], (20.0, 80.0)),
    IndicatorInfo("obv", "OBV", "momentum", ("close", "volume"), ("obv",), first_row=lambda _values: 0, is_running_sum=True),
    IndicatorInfo("atr", "ATR", "trend", _HLC, ("atr",), "own", _named(window=_window(14)), lambda values: values["window"]),
    IndicatorInfo("adx", "ADX", "trend", _HLC, ("adx",), "own", _named(window=_window(14, 2)), lambda values: 2 * values["window"] - 1, (25.0,)),
    IndicatorInfo("plus_di", "+DI", "trend", _HLC, ("+DI",), "own", _named(window=_window(14)), lambda values: values["window"]),
    IndicatorInfo("minus_di", "−DI", "trend", _HLC, ("−DI",), "own", _named(window=_window(14)), lambda values: values["window"]),
    IndicatorInfo("deviation", "Deviation", "averages", _CLOSE, ("deviation",), "own", _named(window=_window(20, 2))),
)
