"""What one instrument has at stake at the worst: the position, with every order that may fill, on each side by itself.

`exposures.py` reads it off a view; the rules on position, heat, leverage and correlation compare it before and after an order. I11.
"""

from decimal import Decimal
from typing import NamedTuple

from terminal.domain.orders import Side

ZERO = Decimal(0)


class Tally(NamedTuple):
    """The orders of one side in one instrument that could open a position: quantity, value and risk in account currency."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    risk: Decimal = ZERO
    dearest: Decimal = ZERO
    """Highest value of one unit."""
    riskiest: Decimal = ZERO
    """Highest risk of one unit."""

    def plus(self, quantity: Decimal, unit_value: Decimal, unit_risk: Decimal) -> "Tally":
        return Tally(
            self.quantity + quantity,
            self.value + quantity * unit_value,
            self.risk + quantity * unit_risk,
            max(self.dearest, unit_value),
            max(self.riskiest, unit_risk),
        )


class Stake(NamedTuple):
    """Notional and what is lost at the stops, both in account currency."""

    value: Decimal = ZERO
    risk: Decimal = ZERO

    def or_worse(self, other: "Stake") -> "Stake":
        """The larger of each."""
        return Stake(max(self.value, other.value), max(self.risk, other.risk))


class Exposure(NamedTuple):
    """One instrument. `scale` turns price × quantity into account currency; `unit_value` is one unit held, at the market."""

    position: Decimal
    scale: Decimal
    unit_value: Decimal
    position_risk: Decimal
    """What the open position loses at its stop; assumed where it has none."""
    buys: Tally = Tally()
    sells: Tally = Tally()
    kept_buys: Decimal = ZERO
    """Buys that the venue keeps from opening a position: they only use up what could be closed."""
    kept_sells: Decimal = ZERO

    def plus(self, side: Side, quantity: Decimal, unit_value: Decimal, unit_risk: Decimal, *, is_kept: bool = False) -> "Exposure":
        """With one more order that may fill."""
        if is_kept:
            return self._replace(kept_buys=self.kept_buys + quantity) if side is Side.LONG else self._replace(kept_sells=self.kept_sells + quantity)
        if side is Side.LONG:
            return self._replace(buys=self.buys.plus(quantity, unit_value, unit_risk))
        return self._replace(sells=self.sells.plus(quantity, unit_value, unit_risk))

    def closable(self, side: Side) -> Decimal:
        """How much an order of `side` may take off the position before another one could turn it round."""
        tally, kept, held = self._of(side)
        return max(ZERO, -held - kept - tally.quantity)

    def stake(self, side: Side) -> Stake:
        """What is held on `side` where every order of that side fills and none of the other: what they open beyond closing what is held
        against them, which is at most all of them, and at most so many of the dearest units."""
        tally, kept, held = self._of(side)
        own = Stake(held * self.unit_value, self.position_risk) if held > 0 else Stake()
        if not tally.quantity:
            return own
        opened = tally.quantity if held >= 0 else max(ZERO, tally.quantity - max(ZERO, -held - kept))
        return Stake(own.value + min(tally.value, opened * tally.dearest), own.risk + min(tally.risk, opened * tally.riskiest))

    @property
    def worst(self) -> Stake:
        """The larger of both sides."""
        return self.stake(Side.LONG).or_worse(self.stake(Side.SHORT))

    def _of(self, side: Side) -> tuple[Tally, Decimal, Decimal]:
        """The orders of `side`, those of it that the venue keeps from opening, and what is held on it, below zero = on the other."""
        if side is Side.LONG:
            return self.buys, self.kept_buys, self.position
        return self.sells, self.kept_sells, -self.position
