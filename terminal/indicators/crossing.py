"""When one line crosses another, and the one rule for ties that every strategy shares.

Strategies turn indicator lines into conditions with these.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terminal.domain.errors import BadInput


def crossed_above(line: ArrayLike, other: ArrayLike) -> NDArray[np.bool_]:
    """True on the rows where `line` is above `other` and was not above it one row before: equal, then above, is a cross.

    Either may be a number. Row 0 and rows where one of the four values is NaN are False. Values that differ by less than
    1e-12 of their size are equal: that is what the rounding of a running sum leaves (TA-Lib's averages add the newest value
    and subtract the oldest), and it must not decide a trade where two averages are equal on paper.
    """
    from terminal.indicators.compiled import crossings

    left, right = _pair(line, other)
    return crossings(_read_only(left), _read_only(right))


def crossed_below(line: ArrayLike, other: ArrayLike) -> NDArray[np.bool_]:
    """True on the rows where `line` is below `other` and was not below it one row before: equal, then below, is a cross."""
    return crossed_above(other, line)


def previous(line: ArrayLike, rows: int = 1) -> NDArray[np.float64]:
    """`line` as it stood `rows` candles earlier; NaN on the first `rows`."""
    values = np.asarray(line, dtype=np.float64)
    if rows < 0:
        raise BadInput(f"`previous` was asked for {rows} rows back.", cure="Give 0 or more; a negative number would look into the future.")
    shifted = np.full(len(values), np.nan)
    shifted[rows:] = values[: len(values) - rows]
    return shifted


def _pair(line: ArrayLike, other: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    left, right = np.asarray(line, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if left.ndim == right.ndim == 1 and len(left) == len(right):
        return left, right
    if left.ndim == 1 and right.ndim == 1 and len(left) != len(right):
        raise BadInput(f"A line of {len(left):,} rows cannot cross one of {len(right):,}.", cure="Use lines of the same candles.")
    if max(left.ndim, right.ndim) != 1:
        raise BadInput("A crossing was given two single numbers or a table.", cure="Give it at least one line with a value per candle.")
    return tuple(np.broadcast_arrays(left, right))  # type: ignore[return-value] # two in, two out


def _read_only(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """`line` as a contiguous array that can't be written to: compiled code is made for each kind of array it meets."""
    view = np.ascontiguousarray(line).view()
    view.flags.writeable = False
    return view
