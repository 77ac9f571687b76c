"""One value of a strategy's answer at a time: spread over the rows, and refused with its name, its value and its place.

Called by `Signals.checked`.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terminal.domain.errors import BadInput

T = TypeVar("T", bound=np.generic)
REBALANCES = ("change", "every_bar", "drift")
"""When a target is traded: where its value changes, at every candle, or where the position has drifted from it."""
MOST_ENTRIES = 1_000
"""The most entries of one side that may follow the first."""


class WrongSignal(BadInput):
    """A value in a strategy's answer that cannot be traded; `row` is where, None where it concerns all rows."""

    def __init__(self, complaint: str, *, row: int | None = None, time: int | None = None, value: str = "", cure: str = "") -> None:
        place = "" if row is None else f" at row {row:,}" if time is None else f" at {minute(time)}"
        super().__init__(f"{complaint}{place}{f' ({value})' if value else ''}.", cure=cure)
        self.complaint = complaint
        self.row = row
        self.value = value


def minute(time_ns: int) -> str:
    """`time_ns` (UTC ns) as a person reads it, such as 2021-05-19 12:00."""
    return str(np.datetime64(time_ns, "ns").astype("datetime64[m]")).replace("T", " ")


def is_given(value: object) -> bool:
    """Whether a field was set to something other than its default: none of False, NaN, None."""
    if isinstance(value, bool | float | np.bool_ | np.floating):
        return bool(value) and not np.isnan(value)
    return value is not None


def is_none(value: object) -> bool:
    """Whether a number is NaN, which stands for none on every row."""
    return type(value) is float and math.isnan(value)


def condition(name: str, value: ArrayLike, rows: int) -> NDArray[np.bool_]:
    """A condition on every row."""
    array = np.asarray(value)
    if array.dtype != np.bool_:
        array = _bool_from(name, array)
    return broadcast(name, array, rows)


def _bool_from(name: str, array: NDArray[np.generic]) -> NDArray[np.bool_]:
    if array.dtype == object or array.dtype.kind not in "iuf":
        raise WrongSignal(f"`{name}` holds {array.dtype} values", cure="A condition must be True or False on every row.")
    if array.dtype.kind == "f":
        bad = np.flatnonzero(~np.isfinite(np.atleast_1d(array)))
        if len(bad):
            raise WrongSignal(f"`{name}` is {np.atleast_1d(array)[bad[0]]}", row=int(bad[0]), cure="A condition must be True or False on every row.")
    return np.asarray(array != 0)


def fraction(name: str, value: ArrayLike, rows: int, *, below_one: bool) -> NDArray[np.float64]:
    """A distance from the entry as a fraction of its price, NaN = none."""
    array = number(name, value, rows)
    if is_none(value):
        return array
    demand(name, array, lambda value: (value > 0) | np.isnan(value), "is not above zero, where 0.02 means 2 %")
    if below_one:
        demand(name, array, lambda value: (value < 1) | np.isnan(value), "is a fraction of 1 or more; for an absolute level write Price(level)")
    return array


def price(name: str, value: ArrayLike, rows: int) -> NDArray[np.float64]:
    """Absolute prices, NaN = none."""
    array = number(name, value, rows)
    demand(name, array, lambda value: (value > 0) | np.isnan(value), "is not a price above zero")
    return array


def number(name: str, value: ArrayLike, rows: int) -> NDArray[np.float64]:
    """Finite numbers or NaN on every row."""
    if type(value) is float and not math.isinf(value):
        return _same_on_every_row(value, rows)
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise WrongSignal(f"`{name}` does not hold numbers", cure="Give one number, or an array with one number per candle.") from None
    array = broadcast(name, array, rows)
    demand(name, array, lambda value: ~np.isinf(value), "is infinite")
    return array


@lru_cache(maxsize=256)
def _same_on_every_row(value: float, rows: int) -> NDArray[np.float64]:
    return np.broadcast_to(np.float64(value), (rows,))


def broadcast(name: str, array: NDArray[T], rows: int) -> NDArray[T]:
    """One value on every row, a scalar without copying it."""
    if array.ndim == 0:
        return np.broadcast_to(array, (rows,))
    if array.shape != (rows,):
        found = f"{len(array):,} rows" if array.ndim == 1 else f"the shape {array.shape}"
        raise WrongSignal(f"`{name}` has {found}, candles have {rows:,}", cure="Return one value per candle.")
    return array


def demand(name: str, array: NDArray[T], is_good: Callable[[NDArray[T]], NDArray[np.bool_]], complaint: str) -> None:
    """Refuses the first value that is not good, with its place where rows differ."""
    is_one_value = array.strides == (0,)
    judged = array[:1] if is_one_value else array
    if is_one_value and len(judged) and array.dtype.kind == "f" and math.isnan(judged[0]):
        return  # none, everywhere
    bad = np.flatnonzero(~is_good(judged))
    if len(bad):
        raise WrongSignal(f"`{name}` {complaint}", row=None if is_one_value else int(bad[0]), value=f"{judged[bad[0]]:g}")
