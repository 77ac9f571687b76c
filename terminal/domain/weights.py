"""What a portfolio strategy answers: the share of the account that each instrument shall have, and when that is put right.

Returned by `Strategy.weights`, checked here once, traded by `backtest.many.weights_loop`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terminal.domain.errors import BadInput
from terminal.domain.signals import WrongSignal
from terminal.domain.timeframe import DAY

_EVERY = re.compile(r"every\s+(\d+)")
_DRIFT = re.compile(r"drift\s+(\d+(?:\.\d+)?)\s*%")
_MONDAY = 3 * DAY  # 1970-01-01 was a Thursday
SLACK = 1e-9
"""How far weights may add up to more than the account before that is a mistake: what adding them rounds."""


@dataclass(frozen=True, eq=False)
class Weights:
    """`target` holds for each symbol the fraction of the account's value to hold: one number, or one per row of the candles handed in.

    Row t is decided at the close of candle t. NaN keeps what is held; symbols left out get nothing. A negative weight is short.
    `rebalance` says on which rows they are put right: "monthly" and "weekly" at the first close of each month and week, "daily",
    "every 21" rows, "drift 5%" where a share of the account is further than that from its weight.
    """

    target: Mapping[str, ArrayLike]
    rebalance: str = "monthly"

    def checked(self, symbols: Sequence[str], time: NDArray[np.int64], leverage: float = 1.0) -> "CheckedWeights":
        """The weights as an array (rows, symbols) on the rows that trade; raises BadInput or WrongSignal that names symbol, row and value.

        `time` is the open of each candle in UTC ns, `leverage` what the weights of a row may add up to.
        """
        unknown = [name for name in self.target if name not in symbols]
        if unknown:
            raise BadInput(f"`weights` names {unknown[0]!r}, which takes no part in the run.", cure=f"It has {', '.join(symbols)}.")
        due, drift = rows_due(self.rebalance, time)
        columns = [_column(name, self.target.get(name, 0.0), len(time)) for name in symbols]
        rows = np.flatnonzero(due)
        target = np.stack([column[rows] for column in columns], 1) if columns else np.zeros((len(rows), 0))
        total = np.nansum(np.abs(target), axis=1)
        if len(total) and total.max() > leverage + SLACK:
            row = int(np.argmax(total > leverage + SLACK))
            cure = f"Let their absolute values add up to at most {leverage:g}, or give the account leverage."
            raise WrongSignal("The weights add up to more than the account", row=int(rows[row]), time=int(time[rows[row]]), value=f"{total[row]:g}", cure=cure)
        known = ~np.isnan(target).all(axis=1)
        return CheckedWeights(rows[known], np.ascontiguousarray(target[known]), drift)


@dataclass(frozen=True, eq=False)
class CheckedWeights:
    """`rows` (r,) are those that may trade, rising; `target` (r, symbols) what they ask for, NaN = keep; `drift` the band, 0 = trade on each."""

    rows: NDArray[np.int64]
    target: NDArray[np.float64]
    drift: float


def rows_due(rebalance: str, time: NDArray[np.int64]) -> tuple[NDArray[np.bool_], float]:
    """The rows on which weights may be put right, shape (n,), and the drift that they wait for (0 = none); raises BadInput."""
    text = rebalance.strip().lower()
    due = np.ones(len(time), bool)
    if text == "daily":
        return _first_of(time // DAY), 0.0
    if text == "weekly":
        return _first_of((time + _MONDAY) // (7 * DAY)), 0.0
    if text == "monthly":
        return _first_of(time.view("datetime64[ns]").astype("datetime64[M]").astype(np.int64)), 0.0
    every, drift = _EVERY.fullmatch(text), _DRIFT.fullmatch(text)
    if every is not None and int(every[1]) > 0:
        due[:] = np.arange(len(time)) % int(every[1]) == 0
        return due, 0.0
    if drift is not None and 0 < float(drift[1]) < 100:
        return due, float(drift[1]) / 100
    raise BadInput(f"`rebalance` is {rebalance!r}.", cure='Use "monthly", "weekly", "daily", "every 21" or "drift 5%".')


def _first_of(period: NDArray[np.int64]) -> NDArray[np.bool_]:
    """True on the first row of each period."""
    return np.concatenate((np.ones(min(1, len(period)), bool), period[1:] != period[:-1]))


def _column(symbol: str, given: ArrayLike, rows: int) -> NDArray[np.float64]:
    try:
        array = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise BadInput(f"The weights of {symbol} are no numbers.", cure="Give one number, or one for each candle.") from None
    if array.ndim > 1 or (array.ndim == 1 and len(array) != rows):
        found = f"{len(array):,} rows" if array.ndim == 1 else f"the shape {array.shape}"
        raise WrongSignal(f"The weights of {symbol} have {found}, candles have {rows:,}", cure="Give one weight per candle, or one for all.")
    wrong = np.flatnonzero(np.isinf(np.atleast_1d(array)))
    if len(wrong):
        raise WrongSignal(f"The weight of {symbol} is infinite", row=int(wrong[0]), cure="Give a fraction of the account, such as 0.25.")
    return np.broadcast_to(array, (rows,))
