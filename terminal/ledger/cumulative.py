"""Executions out of what a venue counts up per order: filled so far, at which average price, for which fee.

Some venues tell no single fill. What the count added since is made an execution, so that nothing is ever booked twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.intents import Execution
from terminal.domain.orders import Side
from terminal.ledger.amounts import DIGITS, EXACT, ZERO, add, is_bookable, multiply, subtract, text
from terminal.ledger.figures import total

_PRICED = Context(prec=DIGITS // 2, traps=[InvalidOperation, DivisionByZero, Inexact])
_NEAR = Context(prec=20, rounding=ROUND_HALF_EVEN)
_FAR = Decimal(2)
"""An average is rounded by the venue: over a small addition that can make any price, which then is spread over the fill before."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One answer of a venue about one order. Refuses (BadInput) what is no count. `fee` is counted up like `filled`."""

    account: str
    instrument: Instrument
    side: Side
    order_id: str
    venue_order_id: str
    time: int
    """When the venue says it was so, UTC ns."""
    filled: Decimal
    average: Decimal
    """Zero only where nothing is filled."""
    fee: Decimal = ZERO
    fee_currency: str = ""

    def __post_init__(self) -> None:
        if not (is_bookable(self.filled) and is_bookable(self.average) and is_bookable(self.fee)) or self.filled < 0:
            raise BadInput(f"Order {self.name} is filled {self.filled!r} at {self.average!r} for {self.fee!r}.", cure="Give finite Decimals.")
        if self.filled and self.average <= 0:
            raise BadInput(f"Order {self.name} is filled {self.filled} at the average {self.average}.", cure="Give the average price of what is filled.")

    @property
    def name(self) -> str:
        """What the ids of its executions begin with."""
        return self.venue_order_id or self.order_id


def added(count: Counted, known: Sequence[Execution]) -> tuple[Execution, ...]:
    """What the count says beyond `known`, the executions of this order that count so far, oldest first: none, one, or two where one price
    cannot be written as a decimal. Quantities, price × quantity and fees then sum to the count exactly.

    The same count makes nothing a second time, an older one nothing at all. An average or a fee that was revised comes as a correction of
    the last execution. Raises BadInput for a count that contradicts what was filled before.
    """
    quantity = subtract(count.filled, total(fill.quantity for fill in known))
    paid = subtract(multiply(count.filled, count.average), total(multiply(fill.quantity, fill.price) for fill in known))
    fee = subtract(count.fee, total(fill.fee for fill in known if fill.fee_currency == count.fee_currency))
    is_older = quantity < 0 or (not quantity and known and count.time < known[-1].time)
    if is_older or not (quantity or paid or fee):
        return ()
    name = f"{count.name}:{text(count.filled)}"
    if quantity and paid > 0 and (not known or _is_near(paid, quantity, count.average)):
        return _made(count, name, "", quantity, paid, fee)
    if not known:
        raise BadInput(f"Order {count.name} is filled {count.filled} for a fee of {count.fee}.", cure="Ask the venue for its fills.")
    return _revised(count, known[-1], quantity, paid, fee)


def _revised(count: Counted, last: Execution, quantity: Decimal, paid: Decimal, fee: Decimal) -> tuple[Execution, ...]:
    """The last execution corrected by what the count adds to it."""
    paid = add(multiply(last.quantity, last.price), paid)
    if paid <= 0 or (last.fee and last.fee_currency != count.fee_currency):
        message = f"Order {count.name} is filled {count.filled} at {count.average} for {count.fee} {count.fee_currency}, which contradicts its fills before."
        raise BadInput(message, cure="Ask the venue for its fills.")
    name = f"{last.id.partition('~')[0]}~{text(count.filled)}:{text(count.average)}:{text(count.fee)}"
    return _made(count, name, last.id, add(last.quantity, quantity), paid, add(last.fee, fee))


def _made(count: Counted, name: str, corrects: str, quantity: Decimal, paid: Decimal, fee: Decimal) -> tuple[Execution, ...]:
    """One execution of the quantity at paid / quantity; two where that never ends: the second, of a quantity that divides anything, takes
    what the rounded price of the first leaves."""
    price = _quotient(paid, quantity)
    if price is not None:
        return (_execution(count, name, corrects, quantity, price, fee),)
    rest = EXACT.scaleb(Decimal(1), quantity.adjusted())
    price = _NEAR.divide(paid, quantity)
    first = subtract(quantity, rest)
    last = EXACT.divide(subtract(paid, multiply(first, price)), rest)
    return _execution(count, name, corrects, first, price, ZERO), _execution(count, f"{name}/2", "", rest, last, fee)


def _execution(count: Counted, name: str, corrects: str, quantity: Decimal, price: Decimal, fee: Decimal) -> Execution:
    return Execution(
        name,
        count.account,
        count.instrument,
        count.side,
        quantity,
        price,
        fee,
        count.fee_currency,
        count.time,
        count.order_id,
        count.venue_order_id,
        corrects,
    )


def _quotient(amount: Decimal, over: Decimal) -> Decimal | None:
    """amount / over, None where it has no end."""
    try:
        return EXACT.normalize(_PRICED.divide(amount, over))
    except Inexact:
        return None


def _is_near(paid: Decimal, quantity: Decimal, average: Decimal) -> bool:
    usual = multiply(quantity, average)
    return multiply(paid, _FAR) >= usual and paid <= multiply(usual, _FAR)
