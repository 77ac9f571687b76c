"""Random numbers as a pure function of (seed, symbol, purpose, block): the same place always holds the same numbers.

Philox (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011) is keyed, so no block needs the one before it.
"""

from enum import IntEnum

import numpy as np

MARKET = 0
"""The number of no symbol: shocks that all symbols share."""
_FIELD = 2**64


class Purpose(IntEnum):
    """What a block of numbers is for; distinct purposes never share numbers."""

    HOURS = 1
    MINUTES = 2
    SECONDS = 3
    LEVEL = 4


def generator(seed: int, symbol: int, purpose: Purpose, block: int) -> np.random.Generator:
    """A fresh generator that stands at the start of that block."""
    key = (seed * 64 + symbol * 8 + purpose) % _FIELD
    return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 0, block % _FIELD]))
