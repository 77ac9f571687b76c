"""One answer of a venue to one request for candles: raw columns and how far the question is answered.

Made by venues from bytes, joined to a series by `market.download`, which asks on where an answer ends.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Page:
    """Rows that open in the asked range, oldest first, without duplicates; the last one may still be forming.

    `time`: shape (n,), int64, open of each candle in UTC ns. `values`: shape (n, 5), float64: open, high, low, close, volume.
    """

    time: NDArray[np.int64]
    values: NDArray[np.float64]
    answered_until: int
    """UTC ns, excluded: the venue has said everything about the range before it. Equal to the asked end when nothing is left."""
    earliest: int | None = None
    """UTC ns: nothing older can be had from this venue (it keeps only the newest candles), None where it keeps all."""

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def empty(cls, answered_until: int) -> "Page":
        """An answer without candles: the venue has none before `answered_until`."""
        return cls(np.empty(0, dtype=np.int64), np.empty((0, 5)), answered_until)
