"""Fills become lots, cash and costs in exact decimals: the ledger of a session, and the measure that `fast` is held against.

The paper broker books every fill here; statements and tax years are read from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.orders import Fill, Side

ZERO = Decimal(0)
_PRECISION = Decimal("1e-18")
"""Average prices that no decimal can hold are kept to so many digits; money is kept to the smallest unit of its currency."""


class Method(StrEnum):
    """Which lots an exit closes."""

    FIFO = "fifo"
    LIFO = "lifo"
    AVERAGE = "average"


@dataclass(slots=True)
class Lot:
    """What the fills of one entry order bought and still hold. `paid` is what that cost, price × quantity × multiplier, unrounded."""

    order_id: str
    instrument: Instrument
    side: Side
    time: int
    quantity: Decimal
    paid: Decimal

    @property
    def price(self) -> Decimal:
        """The average entry price of what is held."""
        return (self.paid / (self.quantity * self.instrument.multiplier)).quantize(_PRECISION).normalize()


@dataclass(frozen=True, slots=True)
class Closing:
    """A part of a lot that was left: its gross result, to the smallest unit; costs are lines of their own."""

    order_id: str
    exit_id: str
    instrument: Instrument
    side: Side
    opened: int
    closed: int
    quantity: Decimal
    entry: Decimal
    exit: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One amount that came or went for another reason than a price: a commission, funding, borrow, interest, a dividend, a deposit."""

    time: int
    kind: str
    amount: Decimal
    order_id: str = ""


@dataclass(slots=True)
class ExactLedger:
    """One account in one currency. `unit` is the currency's smallest amount, to which every amount is rounded, half to even.

    `cash` holds the capital, what was realised and the lines; open lots are worth their profit so far on top of it.
    """

    capital: Decimal
    unit: Decimal = Decimal("0.01")
    method: Method = Method.FIFO
    cash: Decimal = ZERO
    lots: list[Lot] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.unit.is_finite() or self.unit <= 0:
            raise BadInput(f"The smallest unit of the currency is {self.unit}.", cure='Give an amount above zero, such as Decimal("0.01").')
        if not self.capital.is_finite():
            raise BadInput(f"The capital is {self.capital}.", cure="Give a finite amount.")
        self.cash = self.rounded(self.capital)

    def rounded(self, amount: Decimal) -> Decimal:
        """`amount` to the smallest unit of the currency."""
        return (amount / self.unit).to_integral_value(ROUND_HALF_EVEN) * self.unit

    def book(self, fill: Fill, lot: str = "") -> tuple[Closing, ...]:
        """Books a fill: lots of the other side are closed first (of the entry `lot` alone where one is named), the rest opens or
        enlarges the lot of its order. Its cost becomes a line. Returns what was closed."""
        left, closed = fill.quantity, []
        for item, share in self._against(fill, lot):
            part = min(share, left)
            if part > 0:
                closed.append(self._close(item, fill, part))
                left -= part
        self.lots = [item for item in self.lots if item.quantity > 0]
        if left > 0:
            self._open(fill, left)
        if fill.cost:
            self.charge(fill.time, "commission", fill.cost, fill.order_id)
        return tuple(closed)

    def charge(self, time: int, kind: str, amount: Decimal, order_id: str = "") -> None:
        """Takes a cost (below zero: a credit) out of the cash as a line of its own."""
        self.lines.append(Line(time, kind, self.rounded(amount), order_id))
        self.cash -= self.lines[-1].amount

    def position(self, instrument: Instrument) -> Decimal:
        """The signed quantity held."""
        return sum((lot.side * lot.quantity for lot in self.lots if lot.instrument == instrument), ZERO)

    def equity(self, marks: "dict[Instrument, Decimal]") -> Decimal:
        """The account's value with every lot at its mark, to the smallest unit; raises BadInput where a mark is missing."""
        return self.cash + sum((self.rounded(self._open_profit(lot, marks)) for lot in self.lots), ZERO)

    def total(self, kind: str) -> Decimal:
        """The sum of the lines of one kind."""
        return sum((line.amount for line in self.lines if line.kind == kind), ZERO)

    @property
    def gross(self) -> Decimal:
        """What was realised before costs; gross − every line = cash − capital, exactly."""
        return sum((closing.gross for closing in self.closings), ZERO)

    def _open_profit(self, lot: Lot, marks: "dict[Instrument, Decimal]") -> Decimal:
        if lot.instrument not in marks:
            raise BadInput(f"There is no price to value {lot.instrument} at.", cure="Give the last price of everything that is held.")
        return lot.side * (marks[lot.instrument] * lot.quantity * lot.instrument.multiplier - lot.paid)

    def _against(self, fill: Fill, lot: str) -> Iterable[tuple[Lot, Decimal]]:
        """The lots that the fill may close, in order, with how much of each."""
        found = [item for item in self.lots if item.instrument == fill.instrument and item.side == -fill.side and lot in ("", item.order_id)]
        held = sum((item.quantity for item in found), ZERO)
        if self.method is Method.AVERAGE and not lot and fill.quantity < held:
            last = found[-1]
            shares = [(item, (item.quantity * fill.quantity / held).quantize(_PRECISION)) for item in found[:-1]]
            return [*shares, (last, fill.quantity - sum((share for _, share in shares), ZERO))]
        if self.method is Method.LIFO:
            found.reverse()
        return [(item, item.quantity) for item in found]

    def _close(self, lot: Lot, fill: Fill, part: Decimal) -> Closing:
        paid = lot.paid if part == lot.quantity else lot.paid * part / lot.quantity
        gross = self.rounded(lot.side * (part * fill.price * lot.instrument.multiplier - paid))
        closing = Closing(lot.order_id, fill.order_id, lot.instrument, lot.side, lot.time, fill.time, part, lot.price, fill.price, gross)
        lot.quantity -= part
        lot.paid -= paid
        self.cash += gross
        self.closings.append(closing)
        return closing

    def _open(self, fill: Fill, quantity: Decimal) -> None:
        paid = quantity * fill.price * fill.instrument.multiplier
        for lot in self.lots:
            if lot.order_id == fill.order_id and lot.instrument == fill.instrument:
                lot.quantity += quantity
                lot.paid += paid
                return
        self.lots.append(Lot(fill.order_id, fill.instrument, fill.side, fill.time, quantity, paid))
