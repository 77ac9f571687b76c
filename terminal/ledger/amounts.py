"""Decimals that never round unasked: every sum and product of the books is exact, or it is refused.

Books work in the smallest unit of each currency; what a venue reports is booked as it reported it.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Clamped, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

from terminal.domain.errors import BadInput

ZERO = Decimal(0)
DEFAULT_UNIT = Decimal("1e-8")
"""Finer than what brokers keep of dollars and equal to what exchanges keep of coins, so that rounding does not drift from them."""
DIGITS = 60
"""Digits that a reported number may have: more is no price, quantity or fee."""

EXACT = Context(prec=600, traps=[InvalidOperation, DivisionByZero, Overflow, Clamped, Inexact])
"""Three bookable numbers multiplied, and sums of such, have fewer digits; what would have to be rounded all the same raises."""
_SHORT = Context(prec=DIGITS)
_ROUNDING = Context(prec=600, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])

add, subtract, multiply = EXACT.add, EXACT.subtract, EXACT.multiply


def rounded(amount: Decimal, unit: Decimal) -> Decimal:
    """`amount` to the unit (a power of ten), half to even."""
    return _ROUNDING.quantize(amount, unit)


def share(amount: Decimal, part: Decimal, whole: Decimal, unit: Decimal) -> Decimal:
    """amount × part / whole to the unit: rounded once, since no quotient of bookable numbers is that near to a half."""
    return _ROUNDING.quantize(_ROUNDING.divide(EXACT.multiply(amount, part), whole), unit)


def ratio(amount: Decimal, over: Decimal) -> Decimal:
    """amount / over to 28 digits: for people and limits, no money is made of it."""
    return _SHOWN.divide(amount, over)


def scaled(amount: Decimal, by: Decimal) -> Decimal:
    """amount × by to 28 digits: for people and limits, no money is made of it."""
    return _SHOWN.multiply(amount, by)


def is_bookable(number: Decimal) -> bool:
    """True for a finite decimal of at most 60 digits, the first of them at most 60 places from the point."""
    if not isinstance(number, Decimal):
        return False
    if not number:
        return True
    return number.is_finite() and -DIGITS <= number.adjusted() < DIGITS and number == _SHORT.plus(number)


def text(number: Decimal) -> str:
    """One text for equal decimals, whatever zeros they end in."""
    if not number:
        return "0"
    return format(EXACT.normalize(number), "f") if is_bookable(number) else str(number)


class Units:
    """The smallest unit of each currency, 1e-8 where none was given. Raises BadInput for a unit that is no power of ten."""

    def __init__(self, units: Mapping[str, Decimal] | None = None) -> None:
        self.given = dict(units or {})
        for currency, unit in self.given.items():
            if not is_bookable(unit) or unit <= 0 or unit.as_tuple().digits != (1,):
                raise BadInput(f"The smallest unit of {currency} is {unit}.", cure='Give a power of ten, such as Decimal("0.01").')

    def of(self, currency: str) -> Decimal:
        """The smallest amount of the currency."""
        return self.given.get(currency, DEFAULT_UNIT)


_SHOWN = Context(prec=28, rounding=ROUND_HALF_EVEN)
