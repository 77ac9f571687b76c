"""What an array strategy answers: at each candle, whether to enter or leave, and with what protection.

Returned by `Strategy.signals`, checked here once, read by the compiled backtest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terminal.domain.errors import BadInput

CONDITIONS = ("enter_long", "exit_long", "enter_short", "exit_short")
T = TypeVar("T", bound=np.generic)
DISTANCES = ("stop_loss", "take_profit", "trailing_stop")


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


@dataclass(frozen=True, eq=False)
class Price:
    """Absolute price levels, one per candle, where a fraction of the entry price would otherwise be meant."""

    level: ArrayLike


@dataclass(frozen=True, eq=False)
class Signals:
    """Arrays of shape (n,) or scalars; row t is decided at the close of candle t and can act from the open of t + 1.

    Conditions are bool. `stop_loss`, `take_profit` and `trailing_stop` are fractions of the entry price (0.02 = 2 %) or
    `Price(levels)`; NaN means none. `size` overrides the run's size for that entry, as a fraction of equity; `confidence`
    lies in 0…1. `reason` holds codes into `reasons`, words shown with the trade.
    """

    enter_long: ArrayLike = False
    exit_long: ArrayLike = False
    enter_short: ArrayLike = False
    exit_short: ArrayLike = False
    stop_loss: ArrayLike | Price = np.nan
    take_profit: ArrayLike | Price = np.nan
    trailing_stop: ArrayLike = np.nan
    size: ArrayLike = np.nan
    confidence: ArrayLike = np.nan
    reason: ArrayLike = -1
    reasons: Sequence[str] = field(default=())

    def checked(self, rows: int, time: NDArray[np.int64] | None = None) -> "CheckedSignals":
        """These signals as arrays of exactly `rows` rows; raises WrongSignal that names the field, the value and its place.

        The place is the candle's open time where `time` (UTC ns, shape (rows,)) is given, else the row.
        """
        try:
            return self._checked(rows)
        except WrongSignal as error:
            if time is None or error.row is None or not 0 <= error.row < len(time):
                raise
            raise WrongSignal(error.complaint, row=error.row, time=int(time[error.row]), value=error.value, cure=error.cure) from None

    def _checked(self, rows: int) -> "CheckedSignals":
        checked: dict[str, Any] = {name: _condition(name, getattr(self, name), rows) for name in CONDITIONS}
        for name in DISTANCES:
            value = getattr(self, name)
            checked[f"{name}_is_price"] = isinstance(value, Price)
            checked[name] = _distance(name, value, rows)
        size = _number("size", self.size, rows)
        confidence = _number("confidence", self.confidence, rows)
        _demand("size", size, lambda value: (value > 0) | np.isnan(value), "is not above zero")
        _demand("confidence", confidence, lambda value: ((value >= 0) & (value <= 1)) | np.isnan(value), "is outside 0 to 1")
        given = np.asarray(self.reason)
        if given.dtype.kind not in "iu":
            raise WrongSignal(
                f"`reason` holds {given.dtype} values", cure='Give whole numbers, with their words in `reasons`, such as reason=0, reasons=["pullback"].'
            )
        reason = _broadcast("reason", given, rows).astype(np.int64)
        _demand("reason", reason, lambda code: (code >= -1) & (code < len(self.reasons)), f"has no words; `reasons` has {len(self.reasons)}")
        return CheckedSignals(**checked, size=size, confidence=confidence, reason=reason, reasons=tuple(self.reasons))


@dataclass(frozen=True, eq=False)
class CheckedSignals:
    """Signals after checking: every field an array of one length, conditions bool, the rest float64 or int64."""

    enter_long: NDArray[np.bool_]
    exit_long: NDArray[np.bool_]
    enter_short: NDArray[np.bool_]
    exit_short: NDArray[np.bool_]
    stop_loss: NDArray[np.float64]
    take_profit: NDArray[np.float64]
    trailing_stop: NDArray[np.float64]
    stop_loss_is_price: bool
    take_profit_is_price: bool
    trailing_stop_is_price: bool
    size: NDArray[np.float64]
    confidence: NDArray[np.float64]
    reason: NDArray[np.int64]
    reasons: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.enter_long)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """The array fields by name."""
        return {item.name: value for item in fields(self) if isinstance(value := getattr(self, item.name), np.ndarray)}


def _condition(name: str, value: ArrayLike, rows: int) -> NDArray[np.bool_]:
    array = np.asarray(value)
    if array.dtype != np.bool_:
        array = _bool_from(name, array)
    return _broadcast(name, array, rows)


def _bool_from(name: str, array: NDArray[np.generic]) -> NDArray[np.bool_]:
    if array.dtype == object or array.dtype.kind not in "iuf":
        raise WrongSignal(f"`{name}` holds {array.dtype} values", cure="A condition must be True or False on every row.")
    if array.dtype.kind == "f":
        bad = np.flatnonzero(~np.isfinite(np.atleast_1d(array)))
        if len(bad):
            raise WrongSignal(f"`{name}` is {np.atleast_1d(array)[bad[0]]}", row=int(bad[0]), cure="A condition must be True or False on every row.")
    return np.asarray(array != 0)


def _distance(name: str, value: ArrayLike | Price, rows: int) -> NDArray[np.float64]:
    if isinstance(value, Price):
        array = _number(name, value.level, rows)
        _demand(name, array, lambda value: (value > 0) | np.isnan(value), "is not a price above zero")
        return array
    array = _number(name, value, rows)
    _demand(name, array, lambda value: (value > 0) | np.isnan(value), "is not above zero, where 0.02 means 2 %")
    if name == "stop_loss":
        _demand(name, array, lambda value: (value < 1) | np.isnan(value), "is a fraction of 1 or more; for an absolute level write Price(level)")
    return array


def _number(name: str, value: ArrayLike, rows: int) -> NDArray[np.float64]:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise WrongSignal(f"`{name}` does not hold numbers", cure="Give one number, or an array with one number per candle.") from None
    array = _broadcast(name, array, rows)
    _demand(name, array, lambda value: ~np.isinf(value), "is infinite")
    return array


def _broadcast(name: str, array: NDArray[T], rows: int) -> NDArray[T]:
    if array.ndim == 0:
        return np.broadcast_to(array, (rows,))
    if array.shape != (rows,):
        found = f"{len(array):,} rows" if array.ndim == 1 else f"the shape {array.shape}"
        raise WrongSignal(f"`{name}` has {found}, candles have {rows:,}", cure="Return one value per candle.")
    return array


def _demand(name: str, array: NDArray[T], is_good: Callable[[NDArray[T]], NDArray[np.bool_]], complaint: str) -> None:
    is_one_value = array.strides == (0,)
    judged = array[:1] if is_one_value else array
    bad = np.flatnonzero(~is_good(judged))
    if len(bad):
        raise WrongSignal(f"`{name}` {complaint}", row=None if is_one_value else int(bad[0]), value=f"{judged[bad[0]]:g}")
