"""What every indicator demands of its input: columns of float64 and whole windows, refused in words.

Called first by each indicator, before TA-Lib or compiled code sees the arrays.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeAlias, TypeVar

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


Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
_known: ContextVar[dict[Any, Any] | None] = ContextVar("known_lines", default=None)


@contextmanager
def remembering(known: dict[Any, Any]) -> Iterator[None]:
    """While it lasts, an indicator asked twice for the same columns and parameters answers from `known`, which several threads may share.

    For a sweep over parameters. Answers are shared, so they are handed out read-only.
    """
    token = _known.set(known)
    try:
        yield
    finally:
        _known.reset(token)


def remembered(indicator: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """`indicator`, which answers from memory where `remembering` says so; columns are told apart by identity."""

    @functools.wraps(indicator)
    def asked(*values: Asked.args, **named: Asked.kwargs) -> Answer:
        known = _known.get()
        if known is None:
            return indicator(*values, **named)
        key = (indicator, *(id(value) if isinstance(value, np.ndarray) else value for value in values), *named.items())
        try:
            found: tuple[Any, Answer] | None = known.get(key)
        except TypeError:  # a column given as a list
            return indicator(*values, **named)
        if found is None:
            found = known[key] = (values, _shared(indicator(*values, **named)))  # keeps the columns, so that no other gets their identity
        return found[1]

    return asked


def _shared(answer: Answer) -> Answer:
    for line in answer if isinstance(answer, tuple) else (answer,):
        if isinstance(line, np.ndarray):
            line.flags.writeable = False
    return answer
