"""What an array strategy answers: at each candle, whether to enter or leave, how, and with what protection.

Returned by `Strategy.signals`, checked here once, read by the compiled backtest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terminal.domain.signal_checks import (
    MOST_ENTRIES,
    REBALANCES,
    WrongSignal,
    broadcast,
    condition,
    demand,
    fraction,
    is_given,
    is_none,
    minute,
    number,
    price,
)
from terminal.domain.timeframe import Timeframe

__all__ = ["CONDITIONS", "CheckedSignals", "Limit", "Price", "Signals", "Stop", "StopLimit", "WrongSignal", "minute"]

CONDITIONS = ("enter_long", "exit_long", "enter_short", "exit_short")
DISTANCES = ("stop_loss", "take_profit", "trailing_stop")
_BESIDE_TARGET = (*CONDITIONS, "size", "order", "pyramiding")
_MOST_CANDLES = 1_000_000


@dataclass(frozen=True, eq=False)
class Price:
    """Absolute price levels, one per candle, where a fraction of the entry price would otherwise be meant."""

    level: ArrayLike


@dataclass(frozen=True, eq=False)
class Limit:
    """An entry that waits to be filled at `price` or better, where the candle trades through it."""

    price: ArrayLike


@dataclass(frozen=True, eq=False)
class Stop:
    """An entry that waits until `price` is touched, and is filled at the market there."""

    price: ArrayLike


@dataclass(frozen=True, eq=False)
class StopLimit:
    """An entry that waits until `stop` is touched, and from there on to be filled at `limit` or better."""

    stop: ArrayLike
    limit: ArrayLike


@dataclass(frozen=True, eq=False)
class Signals:
    """Arrays of shape (n,) or scalars; row t is decided at the close of candle t and can act from the open of t + 1.

    Conditions are bool. `target` instead of them is the position wanted, as a signed fraction of equity (−1…1); NaN keeps what
    there is. It is traded where its value changes, or by `rebalance` "every_bar", or "drift": also where the position's share has
    moved more than `drift` away from it. `stop_loss`, `take_profit` and `trailing_stop` are fractions of the entry price
    (0.02 = 2 %) or `Price(levels)`; NaN means none. `size` overrides the run's size for that entry, as a fraction of equity;
    `confidence` lies in 0…1. `reason` holds codes into `reasons`, words shown with the trade.

    Entries go to the market, or as `order` says: `Limit(price)`, `Stop(price)` or `StopLimit(stop, limit)`. Such an entry lives
    `expires` candles, a length of time such as "1d", or, with None, until an exit or an entry of the other side cancels it.
    `pyramiding` further entries of one side may follow the first. None leaves `pyramiding`, `rebalance` and `drift` to the run.
    """

    enter_long: ArrayLike = False
    exit_long: ArrayLike = False
    enter_short: ArrayLike = False
    exit_short: ArrayLike = False
    stop_loss: ArrayLike | Price = np.nan
    take_profit: ArrayLike | Price = np.nan
    trailing_stop: ArrayLike | Price = np.nan
    size: ArrayLike = np.nan
    confidence: ArrayLike = np.nan
    reason: ArrayLike = -1
    reasons: Sequence[str] = field(default=())
    target: ArrayLike = np.nan
    order: Limit | Stop | StopLimit | None = None
    expires: int | str | None = 1
    pyramiding: int | None = None
    rebalance: str | None = None
    drift: float | None = None

    def checked(self, rows: int, time: NDArray[np.int64] | None = None, *, leverage: float = 1.0) -> "CheckedSignals":
        """These signals as arrays of exactly `rows` rows; raises WrongSignal that names the field, the value and its place.

        The place is the candle's open time where `time` (UTC ns, shape (rows,)) is given, else the row. A target may not be
        more than `leverage` times the equity.
        """
        try:
            return self._checked(rows, leverage)
        except WrongSignal as error:
            if time is None or error.row is None or not 0 <= error.row < len(time):
                raise
            raise WrongSignal(error.complaint, row=error.row, time=int(time[error.row]), value=error.value, cure=error.cure) from None

    def _checked(self, rows: int, leverage: float) -> "CheckedSignals":
        checked: dict[str, Any] = {name: condition(name, getattr(self, name), rows) for name in CONDITIONS}
        for name in DISTANCES:
            value = getattr(self, name)
            checked[f"{name}_is_price"] = isinstance(value, Price)
            checked[name] = price(name, value.level, rows) if isinstance(value, Price) else fraction(name, value, rows, below_one=name == "stop_loss")
        size = number("size", self.size, rows)
        confidence = number("confidence", self.confidence, rows)
        if not is_none(self.size):
            demand("size", size, lambda value: (value > 0) | np.isnan(value), "is not above zero")
        if not is_none(self.confidence):
            demand("confidence", confidence, lambda value: ((value >= 0) & (value <= 1)) | np.isnan(value), "is outside 0 to 1")
        given = np.asarray(self.reason)
        if given.dtype.kind not in "iu":
            raise WrongSignal(
                f"`reason` holds {given.dtype} values", cure='Give whole numbers, with their words in `reasons`, such as reason=0, reasons=["pullback"].'
            )
        reason = broadcast("reason", given.astype(np.int64, copy=False), rows)
        demand("reason", reason, lambda code: (code >= -1) & (code < len(self.reasons)), f"has no words; `reasons` has {len(self.reasons)}")
        checked |= {"size": size, "confidence": confidence, "reason": reason, "reasons": tuple(self.reasons)}
        return CheckedSignals(**checked, **self._target(rows, leverage), **self._entry(rows, checked), **self._lives())

    def _target(self, rows: int, leverage: float) -> dict[str, Any]:
        """The target and how it is followed, refused beside what contradicts it."""
        target, is_target = number("target", self.target, rows), is_given(self.target)
        words = "1" if leverage == 1.0 else f"{leverage:g}"
        if is_target:
            demand("target", target, lambda value: (np.abs(value) <= leverage) | np.isnan(value), f"is outside −{words} to {words}, a fraction of equity")
        for name in _BESIDE_TARGET if is_target else ():
            if is_given(getattr(self, name)):
                raise WrongSignal(f"`target` and `{name}` are both given", cure="A target alone says what to hold; give it, or conditions to enter and exit.")
        for name in () if is_target else ("rebalance", "drift"):
            if is_given(getattr(self, name)):
                raise WrongSignal(f"`{name}` is given without a `target`", cure="Leave it out, or give a `target`.")
        if self.rebalance is not None and self.rebalance not in REBALANCES:
            raise WrongSignal(f"`rebalance` is {self.rebalance!r}", cure=f"Write one of {', '.join(REBALANCES)}.")
        if self.drift is not None and not (isinstance(self.drift, int | float) and 0 < self.drift <= 1):
            raise WrongSignal(f"`drift` is {self.drift!r}", cure="Give a fraction of equity above 0, such as 0.05.")
        return {"target": target, "is_target": is_target, "rebalance": self.rebalance, "drift": self.drift}

    def _entry(self, rows: int, checked: dict[str, Any]) -> dict[str, Any]:
        """The prices that entries wait for: `limit` and `trigger`, NaN where there are none."""
        order, none = self.order, np.broadcast_to(np.float64(np.nan), (rows,))
        if order is None:
            return {"limit": none, "trigger": none}
        if not isinstance(order, Limit | Stop | StopLimit):
            raise WrongSignal(f"`order` is {order!r}"[:80], cure="Leave it out for the market, or give Limit(price), Stop(price) or StopLimit(stop, limit).")
        stop = order.stop if isinstance(order, StopLimit) else order.price if isinstance(order, Stop) else np.nan
        limit = order.limit if isinstance(order, StopLimit) else order.price if isinstance(order, Limit) else np.nan
        found = {"limit": price("order", limit, rows), "trigger": price("order", stop, rows)}
        enters = checked["enter_long"] ^ checked["enter_short"]
        for name, is_used in (("limit", not isinstance(order, Stop)), ("trigger", not isinstance(order, Limit))):
            missing = np.flatnonzero(enters & np.isnan(found[name]))
            if is_used and len(missing):
                raise WrongSignal("`order` has no price for the entry", row=int(missing[0]), cure="Enter only on rows where the order's price is known.")
        return found

    def _lives(self) -> dict[str, Any]:
        """How long a waiting entry lives, in candles or ns (0 = not limited so), and how many entries may follow the first."""
        rows, span = 0, 0
        if isinstance(self.expires, str) and self.expires in tuple(Timeframe):
            span = Timeframe(self.expires).nanoseconds
        elif self.expires is not None:
            if not _is_whole(self.expires) or not 1 <= int(self.expires) <= _MOST_CANDLES:
                lengths = ", ".join(f'"{item.value}"' for item in Timeframe)
                raise WrongSignal(f"`expires` is {self.expires!r}", cure=f"Give a number of candles from 1, one of {lengths}, or None for no end.")
            rows = int(self.expires)
        if self.pyramiding is not None and (not _is_whole(self.pyramiding) or not 0 <= self.pyramiding <= MOST_ENTRIES):
            raise WrongSignal(f"`pyramiding` is {self.pyramiding!r}", cure=f"Give how many entries may follow the first, from 0 to {MOST_ENTRIES:,}.")
        return {"expires_rows": rows, "expires_span": span, "pyramiding": self.pyramiding}


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


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
    target: NDArray[np.float64]
    is_target: bool
    limit: NDArray[np.float64]
    trigger: NDArray[np.float64]
    expires_rows: int
    expires_span: int
    pyramiding: int | None
    rebalance: str | None
    drift: float | None

    def __len__(self) -> int:
        return len(self.enter_long)

    @property
    def waits_for(self) -> str:
        """What an entry waits for: "market", "limit", "stop" or "stop limit"."""
        is_limit, is_stop = (values.strides != (0,) or (len(values) > 0 and not np.isnan(values[0])) for values in (self.limit, self.trigger))
        return ("stop limit" if is_limit else "stop") if is_stop else "limit" if is_limit else "market"

    def turns(self, first: int = 0) -> NDArray[np.bool_]:
        """Where the target's value changes from what it last was, for an account that is flat before row `first`."""
        turns = np.zeros(len(self), np.bool_)
        known = np.flatnonzero(~np.isnan(self.target[first:])) + first
        values = self.target[known]
        turns[known] = values != np.concatenate(([0.0], values[:-1]))
        return turns

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """The array fields by name."""
        return {item.name: value for item in fields(self) if isinstance(value := getattr(self, item.name), np.ndarray)}
