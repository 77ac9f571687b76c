"""The benchmark of every run: the same capital held in the instrument, bought by the same rules at the same costs.

Its curve is drawn beside the strategy's; it is worked out only where it is asked for.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.ledger.fast import marked


@dataclass(frozen=True, eq=False)
class Holding:
    """An account that bought at row `bought` of `closes` and did nothing more; `account` is its record after the purchase."""

    account: Any
    capital: float
    closes: NDArray[np.float64]
    bought: int
    carried: NDArray[np.float64] | None = None
    """What holding cost up to each of `closes`, None = nothing."""

    def final(self) -> float:
        """Its value at the last close."""
        value = float(marked.py_func(self.account.cash, self.account, float(self.closes[-1])))
        return value if self.carried is None else value - float(self.carried[-1])

    def curve(self) -> NDArray[np.float64]:
        """Its value at each close."""
        values: NDArray[np.float64] = marked.py_func(self.account.cash, self.account, self.closes)
        if self.carried is not None:
            values -= self.carried
        values[: self.bought] = self.capital
        values.flags.writeable = False
        return values
