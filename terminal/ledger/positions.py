"""What one strategy holds of one instrument on one account: the lots its fills opened, and what closing them made.

Fills stand in the order of their times, however they arrived; a late or corrected one is put into its place and what follows is booked again.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.instrument import AssetClass, Instrument
from terminal.ledger.amounts import ZERO, add, multiply, rounded, subtract
from terminal.ledger.exact import Method
from terminal.ledger.lots import Closing, Lot, Lots, Part
from terminal.ledger.reports import Place

FINANCED = frozenset((AssetClass.PERPETUAL, AssetClass.FUTURE, AssetClass.INDEX))
"""Classes whose price is not paid when they are bought: only what closing made or lost moves cash."""
_WITH_TWO_CURRENCIES = frozenset((AssetClass.CRYPTO, AssetClass.FOREX))
_BETWEEN = 512
"""Fills between two states that are kept to book again from."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """The state after so many fills."""

    count: int
    side: int
    lots: tuple[Lot, ...]
    realised: Decimal


class Holding:
    """Fills of one strategy in one instrument on one account. Sums that no order of fills changes are kept at once; lots and what
    was realised when they are asked for."""

    def __init__(self, instrument: Instrument, unit: Decimal, method: Method) -> None:
        self.instrument = instrument
        self.quantity = ZERO
        """Signed."""
        self.spent = ZERO
        """Σ side × worth: what the fills cost, exits taken off."""
        self.unpaid = ZERO
        """What of it no cash was paid for, though such things are paid."""
        self.fees: dict[str, Decimal] = {}
        self._unit = unit
        self._method = method
        self._parts: list[Part] = []
        self._booked = 0
        self._lots = Lots(unit, method)
        self._realised = ZERO
        self._kept: list[_Kept] = []
        self._next_kept = _BETWEEN

    @property
    def is_blank(self) -> bool:
        """True once everything that was put has been taken out again."""
        return not self._parts

    @property
    def is_financed(self) -> bool:
        """True where buying does not pay the price."""
        return self.instrument.asset_class in FINANCED

    @property
    def base(self) -> str:
        """The currency that buying brings into the account, such as BTC of BTC/USDT; "" for what is no currency."""
        symbol = self.instrument.symbol
        return symbol.partition("/")[0] if self.instrument.asset_class in _WITH_TWO_CURRENCIES and "/" in symbol else ""

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its fills, oldest first."""
        return tuple(self._parts)

    @property
    def lots(self) -> tuple[Lot, ...]:
        """What is held, oldest first."""
        self._settle()
        return tuple(self._lots.open)

    @property
    def realised(self) -> Decimal:
        """What closing made, before fees, to the unit."""
        self._settle()
        return self._realised

    @property
    def cost(self) -> Decimal:
        """What the lots cost, below zero for a short position: spent + realised, exactly."""
        return add(self.spent, self.realised)

    def cash(self, currency: str) -> Decimal:
        """What its fills did to the cash of the currency, fees taken off."""
        fees = self.fees.get(currency, ZERO)
        if currency != self.instrument.quote:
            return subtract(ZERO, fees)
        return subtract(self.realised if self.is_financed else subtract(self.unpaid, self.spent), fees)

    def put(self, part: Part) -> None:
        """Books a fill at its place."""
        self._count(part, 1)
        parts = self._parts
        if not parts or part.place >= parts[-1].place:
            parts.append(part)
            return
        index = bisect_left(parts, part.place, key=_place)
        parts.insert(index, part)
        self._go_back(index)

    def take_out(self, place: Place) -> None:
        """Unbooks the fill at this place, where it has one there."""
        index = bisect_left(self._parts, place, key=_place)
        if index < len(self._parts) and self._parts[index].place == place:
            part = self._parts.pop(index)
            self._count(part, -1)
            self._go_back(index)

    def booked(self) -> Iterator[tuple[Part, list[Closing]]]:
        """Each fill, oldest first, and what it closed; reckoned anew, since most fills are never asked about."""
        lots = Lots(self._unit, self._method)
        for part in self._parts:
            closings: list[Closing] = []
            lots.book(part, closings)
            yield part, closings

    def closings(self) -> Iterator[Closing]:
        """What was closed, in order."""
        for _, closings in self.booked():
            yield from closings

    def _count(self, part: Part, sign: int) -> None:
        """Books (1) or unbooks (−1) what does not depend on order."""
        change = add if part.side == sign else subtract
        self.quantity, self.spent = change(self.quantity, part.quantity), change(self.spent, part.worth)
        if not (part.is_paid or self.is_financed):
            self.unpaid = change(self.unpaid, part.worth)
        if part.fee:
            fee = self.fees.get(part.fee_currency, ZERO)
            self.fees[part.fee_currency] = add(fee, part.fee) if sign > 0 else subtract(fee, part.fee)

    def _go_back(self, index: int) -> None:
        """Forgets what was booked after the first `index` fills."""
        if index >= self._booked:
            return
        while self._kept and self._kept[-1].count > index:
            self._kept.pop()
        kept = self._kept[-1] if self._kept else _Kept(0, 1, (), ZERO)
        self._booked, self._realised = kept.count, kept.realised
        self._lots = Lots(self._unit, self._method, kept.side, kept.lots)
        self._next_kept = self._booked + max(_BETWEEN, len(kept.lots))

    def _settle(self) -> None:
        """Books the fills that are not booked yet."""
        parts, lots, count, realised = self._parts, self._lots, self._booked, self._realised
        while count < len(parts):
            made = lots.book(parts[count])
            if made:
                realised = add(realised, made)
            count += 1
            if count >= self._next_kept:
                self._kept.append(_Kept(count, lots.side, tuple(lots.open), realised))
                self._next_kept = count + max(_BETWEEN, len(lots.open))  # so that keeping costs no more than booking did
        self._booked, self._realised = count, realised


def _place(part: Part) -> Place:
    return part.place


def worth_of(price: Decimal, quantity: Decimal, instrument: Instrument, unit: Decimal) -> Decimal:
    """price × quantity × multiplier to the unit of the quote currency."""
    product = multiply(price, quantity)
    return rounded(product if instrument.multiplier == 1 else multiply(product, instrument.multiplier), unit)
