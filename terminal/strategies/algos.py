"""Ways to work a large order off in slices: which share of it goes out when. A strategy names one with `algo=`.

A schedule is a value with `plan(now)`; whoever runs the strategy sends each slice as an order of its own.
"""

from dataclasses import dataclass
from typing import Protocol

from terminal.domain.errors import BadInput
from terminal.strategies.spans import span

_MOST = 500


class Schedule(Protocol):
    """Divides one order over time. Any value with this method can be given as `algo=`."""

    def plan(self, now: int) -> tuple[tuple[int, float], ...]:
        """The time (UTC ns) from which each slice may fill, and its share of the order; shares add up to 1."""


@dataclass(frozen=True, slots=True)
class TWAP:
    """Equal slices at equal steps over a length of time: `TWAP("30m", slices=6)` sends one sixth every five minutes, the first at once.

    On candles longer than a step, slices that come due within one candle fill together at the next open.
    """

    over: str | int
    slices: int = 6

    def __post_init__(self) -> None:
        if span("over", self.over) == 0:
            raise BadInput("A TWAP needs the length of time it takes.", cure='Write TWAP("30m", slices=6).')
        if isinstance(self.slices, bool) or not isinstance(self.slices, int) or not 1 <= self.slices <= _MOST:
            raise BadInput(f"`slices` is {self.slices!r}.", cure=f"Give a whole number from 1 to {_MOST}.")

    def plan(self, now: int) -> tuple[tuple[int, float], ...]:
        """Equal shares, one a step, the first at `now` (UTC ns)."""
        step = span("over", self.over) // self.slices
        return tuple((now + place * step, 1 / self.slices) for place in range(self.slices))
