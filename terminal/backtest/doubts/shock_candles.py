"""Draws shocked candles: each keeps its shape in log distances, stretched and moved, so that it stays possible and above zero.

Used by `shocks`; what it makes says that it is invented, and how.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import PRICE_COLUMNS, Candles, Provenance
from terminal.domain.errors import BadInput

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ShockedCandles(Candles):
    """Candles made from others by a shock; known by those and by the shock, so that nothing has to be hashed for each."""

    basis: str = ""
    origin_fault: str = ""

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the fingerprint of the candles they were made from, and of the shock."""
        return hashlib.sha256(self.basis.encode(), usedforsecurity=False).hexdigest()[:32]

    @cached_property
    def price_fault(self) -> str:
        """That of the candles they were made from: a drawn candle is possible, and `finished` refuses one that grew beyond all numbers."""
        return self.origin_fault


@dataclass(frozen=True, eq=False)
class Shape:
    """Candles as log distances: from the close before to the open, from open to close, and the two wicks."""

    gaps: Values
    bodies: Values
    above: Values
    below: Values

    @classmethod
    def of(cls, candles: Candles, window: slice) -> "Shape":
        opens, highs, lows, closes = (getattr(candles, name)[window] for name in PRICE_COLUMNS)
        before = candles.close[window.start - 1 : window.stop - 1]
        return cls(np.log(opens / before), np.log(closes / opens), np.log(highs / np.maximum(opens, closes)), np.log(np.minimum(opens, closes) / lows))

    @property
    def returns(self) -> Values:
        """Log return of each candle from the close before it."""
        return self.gaps + self.bodies

    def redrawn(self, before: float, returns: Values, gaps: Values, strength: Values) -> dict[str, Values]:
        """The four prices of candles with these `returns` and `gaps` after a close of `before`, their wicks stretched by `strength`."""
        closes = before * np.exp(np.cumsum(returns))
        opens = np.concatenate(([before], closes[:-1])) * np.exp(gaps)
        highs = np.maximum(opens, closes) * np.exp(strength * self.above)
        lows = np.minimum(opens, closes) * np.exp(-strength * self.below)
        return {"open": opens, "high": highs, "low": lows, "close": closes}


def spliced(values: Values, window: slice, drawn: Values, shift: float) -> Values:
    """`values` with those in `window` replaced by `drawn` and those after it times `shift`."""
    whole = np.empty(len(values))
    whole[: window.start] = values[: window.start]
    whole[window] = drawn
    np.multiply(values[window.stop :], shift, out=whole[window.stop :])
    return whole


def finished(candles: Candles, columns: dict[str, Values], volume: Values, changed: slice, detail: str, mark: str) -> ShockedCandles:
    """The finished candles; what changed is put on the instrument's ticks where they are known. Raises BadInput for prices without bounds."""
    tick = float(candles.instrument.tick or 0)
    for values in columns.values():
        if tick:
            values[changed] = np.maximum(np.round(values[changed] / tick), 1.0) * tick
        values.flags.writeable = False
    volume.flags.writeable = False
    drawn = slice(changed.start, None)
    if not (np.isfinite(columns["high"][drawn]).all() and (columns["low"][drawn] > 0).all()):
        raise BadInput(f"The shock {detail} drives prices beyond all numbers.", cure="Choose a smaller move or a lower volatility.")
    origin = Provenance(f"{candles.provenance.source}, shocked", simulated=True, detail=detail)
    basis = f"{candles.fingerprint}|{mark}"
    columns = {**columns, "volume": volume}
    return ShockedCandles(candles.instrument, candles.timeframe, candles.time, **columns, provenance=origin, basis=basis, origin_fault=candles.price_fault)
