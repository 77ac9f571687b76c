"""What the look-ahead firewall finds, the other futures it shows, and how two answers are compared.

Shared by `causality` and `causality_events`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import VALUE_COLUMNS, Candles, Provenance
from terminal.domain.signals import minute

_BUMPED = 20
_BUMP = 0.03
_TOLERANCE = 1e-9
Column = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Leak:
    """The first decision that changed with what came after it."""

    row: int
    time: int
    """Open of the candle at whose close it was decided, UTC ns."""
    field: str
    decided: str
    otherwise: str
    cut: int
    """Row from which on the candles were hidden or changed."""
    how: str


@dataclass(frozen=True, slots=True)
class Causality:
    """What the firewall found. Passing is no proof: a future that changes no decision at the cuts cannot be seen."""

    sound: bool
    leak: Leak | None
    cuts: int
    decisions: int
    """Rows, or orders of an event strategy, that were compared."""
    words: str


def futures(candles: Candles, cut: int, length: int | None = None) -> tuple[tuple[str, Candles], ...]:
    """The same candles to before row `cut`, and after it: nothing, a rise, and a fall. Of those `length` candles, None = all."""
    last = len(candles) if length is None else min(len(candles), cut + length)
    shown = candles.rows(0, last)
    return (
        ("cut off", candles.rows(0, cut)),
        ("made to rise", _bent(shown, cut, _BUMP)),
        ("made to fall", _bent(shown, cut, -_BUMP)),
    )


def _bent(candles: Candles, cut: int, bump: float) -> Candles:
    """`candles` with the returns from row `cut` on turned round, the first twenty moved by `bump` each, and the volumes reversed."""
    before = candles.close[cut - 1 : -1]
    gaps, bodies = np.log(candles.open[cut:] / before), np.log(candles.close[cut:] / candles.open[cut:])
    top, bottom = np.maximum(candles.open[cut:], candles.close[cut:]), np.minimum(candles.open[cut:], candles.close[cut:])
    above, below = candles.high[cut:] / top, bottom / candles.low[cut:]
    returns = -(gaps + bodies)
    returns[:_BUMPED] += bump
    closes = candles.close[cut - 1] * np.exp(np.cumsum(returns))
    opens = np.concatenate((candles.close[cut - 1 : cut], closes[:-1])) * np.exp(-gaps)
    drawn = {
        "open": opens,
        "high": np.maximum(opens, closes) * below,
        "low": np.minimum(opens, closes) / above,
        "close": closes,
        "volume": candles.volume[cut:][::-1] * (1.5 if bump > 0 else 0.5),
    }
    columns = {name: np.concatenate((getattr(candles, name)[:cut], drawn[name])) for name in VALUE_COLUMNS}
    origin = Provenance(candles.provenance.source, simulated=True, detail="another future, to look for look-ahead")
    return Candles(candles.instrument, candles.timeframe, candles.time, **columns, provenance=origin)


def first_difference(whole: dict[str, Column], again: dict[str, Column], cut: int) -> tuple[int, str, str, str] | None:
    """Row, field and both values of the first decision before `cut` that differs; None where none does."""
    first: tuple[int, str, str, str] | None = None
    for name, values in whole.items():
        one, two = values[:cut], again[name][:cut]
        if one.strides == (0,) and two.strides == (0,) and len(one):
            one, two = one[:1], two[:1]
        differ = np.flatnonzero(~_same(one, two))
        if len(differ) and (first is None or int(differ[0]) < first[0]):
            row = int(differ[0])
            first = (row, name, _shown(one[row]), _shown(two[row]))
    return first


def _same(one: Column, two: Column) -> NDArray[np.bool_]:
    if one.dtype.kind == "f":
        same: NDArray[np.bool_] = np.isclose(one, two, rtol=_TOLERANCE, atol=0.0, equal_nan=True)
        return same
    return np.asarray(one == two)


def _shown(value: Any) -> str:
    return str(bool(value)) if isinstance(value, np.bool_) else f"{value:.10g}"


def leak_words(leak: Leak) -> str:
    when = f"`{leak.field}` at {minute(leak.time)} (row {leak.row:,}) is {leak.decided}"
    return f"{when}, and {leak.otherwise} once the candles from row {leak.cut:,} on are {leak.how}: it knew what came after."
