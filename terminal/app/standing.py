"""What an account was worth when its day began, and at its best: the figures that losses are measured from, kept over a restart.

Beside the account's journal; without them a daily loss or a drawdown would begin anew with every start.
"""

import json
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Self

from terminal.domain.timeframe import DAY
from terminal.market.store_disk import write_atomically


@dataclass(frozen=True, slots=True)
class Standing:
    """Equity at the start of a UTC day (counted from the epoch), and the highest so far."""

    day: int
    day_start: Decimal
    peak: Decimal

    def at(self, equity: Decimal, now: int) -> Self:
        """The standing once the account is worth `equity` at `now` (UTC ns); itself where nothing changed."""
        day = now // DAY
        if day == self.day and equity <= self.peak:
            return self
        return type(self)(day, self.day_start if day == self.day else equity, max(self.peak, equity))


class StandingFile:
    """The standing at `path`, or one that lives as long as this object."""

    def __init__(self, path: Path | None, equity: Decimal, now: int) -> None:
        self._path = path
        self.fault = ""
        """Why the kept standing could not be read, so that it begins anew; "" where it could."""
        self.known = self._read() or Standing(now // DAY, equity, equity)

    def update(self, equity: Decimal, now: int) -> Standing:
        """The standing now; written where it changed. Raises StoreError where it can't be."""
        newest = self.known.at(equity, now)
        if newest is not self.known:
            self.known = newest
            if self._path is not None:
                write_atomically(self._path, json.dumps(asdict(newest), default=str).encode())
        return self.known

    def _read(self) -> Standing | None:
        if self._path is None or not self._path.exists():
            return None
        try:
            kept = json.loads(self._path.read_bytes())
            found = Standing(int(kept["day"]), Decimal(kept["day_start"]), Decimal(kept["peak"]))
        except (OSError, ValueError, KeyError, TypeError, InvalidOperation) as error:
            self.fault = f"{self._path} can't be read ({type(error).__name__}): the day's loss and the drawdown are measured from now on."
            return None
        if not (found.day_start.is_finite() and found.peak.is_finite()):
            self.fault = f"{self._path} holds no amounts: the day's loss and the drawdown are measured from now on."
            return None
        return found
