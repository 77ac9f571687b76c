"""Lots of one position: fills open them, fills of the other side close them by the method, and what that made is told.

The loop of `positions`, walked once for every fill and once more for those behind a late one.
"""

from collections import deque
from decimal import Decimal
from typing import NamedTuple

from terminal.ledger.amounts import ZERO, add, share, subtract
from terminal.ledger.exact import Method
from terminal.ledger.reports import Place


class Part(NamedTuple):
    """A fill, or a strategy's part of it, as it is booked: `worth` is price × quantity × multiplier in units of the quote currency.
    These are tuples, since a replay makes millions of them."""

    place: Place
    side: int
    quantity: Decimal
    worth: Decimal
    fee: Decimal
    fee_currency: str
    is_paid: bool
    """False where nothing was paid for it, as for a holding that was there before."""

    def signed(self, amount: Decimal) -> Decimal:
        """The amount of a purchase, below zero of a sale."""
        return amount if self.side > 0 else amount.copy_negate()


class Lot(NamedTuple):
    """What a fill opened and is still held, and what that cost."""

    place: Place
    quantity: Decimal
    paid: Decimal


class Closing(NamedTuple):
    """A part of a lot that was left: what it had cost, what it was worth, and the profit before fees."""

    opened: Place
    closed: Place
    side: int
    quantity: Decimal
    cost: Decimal
    worth: Decimal
    profit: Decimal


class Lots:
    """What is held on one side, oldest first. Money is split to the unit, and what rounding leaves goes with the last part."""

    __slots__ = ("_is_average", "_is_last_first", "_unit", "open", "side")

    def __init__(self, unit: Decimal, method: Method, side: int = 1, lots: tuple[Lot, ...] = ()) -> None:
        self.side = side
        self.open = deque(lots)
        self._unit = unit
        self._is_average = method is Method.AVERAGE
        self._is_last_first = method is Method.LIFO

    def book(self, part: Part, closings: list[Closing] | None = None) -> Decimal:
        """The profit of what the fill closes; the rest of it opens a lot. What was closed is added to `closings`."""
        side, left, worth, made = self.side, part.quantity, part.worth, ZERO
        if side != part.side:
            while left and self.open:
                lot = self.open[-1 if self._is_last_first else 0]
                quantity, cost, proceeds = lot.quantity, lot.paid, worth
                if left < quantity:
                    cost = share(cost, left, quantity, self._unit)
                    self._keep(Lot(lot.place, subtract(quantity, left), subtract(lot.paid, cost)))
                    quantity = left
                else:
                    proceeds = worth if left == quantity else share(worth, quantity, left, self._unit)
                    self._drop()
                left, worth = subtract(left, quantity), subtract(worth, proceeds)
                profit = subtract(proceeds, cost) if side > 0 else subtract(cost, proceeds)
                made = add(made, profit)
                if closings is not None:
                    closings.append(Closing(lot.place, part.place, side, quantity, cost, proceeds, profit))
        if left:
            self._enter(part, left, worth)
        return made

    def _keep(self, lot: Lot) -> None:
        self.open[-1 if self._is_last_first else 0] = lot

    def _drop(self) -> None:
        if self._is_last_first:
            self.open.pop()
        else:
            self.open.popleft()

    def _enter(self, part: Part, quantity: Decimal, paid: Decimal) -> None:
        self.side = part.side
        if self._is_average and self.open:
            lot = self.open[0]
            self.open[0] = Lot(lot.place, add(lot.quantity, quantity), add(lot.paid, paid))
        else:
            self.open.append(Lot(part.place, quantity, paid))
