"""What every indicator demands of its input: columns of float64 and whole windows, refused in words.

Called first by each indicator, before TA-Lib or compiled code sees the arrays.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from terminal.domain.errors import BadInput

Column: TypeAlias = ArrayLike
"""One value per candle, oldest first; read-only arrays are welcome and nothing is written into them."""
Line: TypeAlias = NDArray[np.float64]
"""One value per candle, NaN where the indicator is not known yet."""

_LONGEST = 100_000
"""The longest window of TA-Lib, whose own refusal names neither indicator nor value."""


def column(values: Column) -> Line:
    """`values` as a contiguous float64 array of one dimension, copied only where it is something else."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise BadInput(f"An indicator was given an array of {array.ndim} dimensions.", cure="Give it one column, such as candles.close.")
    return array


def columns(*values: Column) -> tuple[Line, ...]:
    """Each of `values` as `column` makes it; raises BadInput where their lengths differ."""
    arrays = tuple(column(value) for value in values)
    lengths = {len(array) for array in arrays}
    if len(lengths) > 1:
        raise BadInput(f"An indicator was given columns of {' and '.join(f'{length:,}' for length in sorted(lengths))} rows.", cure="Use the same candles.")
    return arrays


def whole(name: str, value: object, *, low: int = 1) -> int:
    """`value` as a whole number of candles, from `low` to 100,000; raises BadInput that names it."""
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool) and low <= value <= _LONGEST and value == int(value):
        return int(value)
    raise BadInput(f"The {name} of an indicator is {value!r}.", cure=f"Give a whole number of candles from {low} to {_LONGEST:,}.")
