"""Figures of a report as a person reads them: thin groups, a real minus sign, a space before a unit.

Used by the HTML page and the picture.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from terminal.domain.candles import iso
from terminal.domain.words import ABSENT, count, number, percent, price
from terminal.stats.glossary import Form

if TYPE_CHECKING:
    from terminal.backtest.result import Result

__all__ = ["ABSENT", "CAUTION", "day", "moment", "number", "origin_of", "price", "settings_told", "title_of", "told", "written"]
CAUTION = "Past results say nothing certain about future ones."
_TIMES = ("data_start", "data_starts", "data_ends")
"""Settings that are UTC ns, or lists of such."""


def written(value: float, form: Form, *, signed: bool = False) -> str:
    """`value` in the form of its measure, such as −1.9 % or 26,280; a dash where it is not known."""
    if not math.isfinite(value):
        return "∞" if value == math.inf else ABSENT
    if form is Form.PERCENT:
        return percent(value, signed=signed)
    if form is Form.COUNT:
        return number(value, 0, signed=signed)
    if form is Form.DAYS:
        return f"{count(value)} d"
    return number(value, 2, signed=signed)


def title_of(result: "Result") -> str:
    """What ran on what, such as "EmaTrend · BTC/USDT 1h"."""
    return f"{result.settings['strategy']} · {result.traded}"


def origin_of(result: "Result") -> str:
    """What was traded, where and when, and how much the strategy saw of it, such as "BTC/USDT 1h · binance · 2021-01-01 → 2021-12-31 · 8,760 candles"."""
    return f"{result.traded} · {result.settings['venue']} · {day(int(result.time[0]))} → {day(int(result.time[-1]))} · {result.went_over}"


def day(time_ns: int) -> str:
    """The UTC day of `time_ns`, such as 2021-05-19."""
    return str(np.datetime64(time_ns, "ns").astype("datetime64[D]"))


def moment(time_ns: int) -> str:
    """The UTC minute of `time_ns`, such as 2021-05-19 12:00."""
    return str(np.datetime64(time_ns, "ns").astype("datetime64[m]")).replace("T", " ")


def settings_told(settings: Mapping[str, Any]) -> dict[str, str]:
    """Every setting but the parameters by name, as a person reads it; times as ISO in UTC."""
    plain = {name: _iso(value) if name in _TIMES else value for name, value in settings.items() if name != "parameters"}
    return {name: told(value) for name, value in plain.items()}


def _iso(value: Any) -> Any:
    return [iso(time) for time in value] if isinstance(value, list | tuple) else iso(value)


def told(value: object) -> str:
    """A setting as a person reads it; lists and named values on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, list | tuple):
        return "; ".join(told(each) for each in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {told(each)}" for name, each in value.items()) or "none"
    return "none" if value is None else str(value)
