"""How much to trade, as a person says it: "100 %", "cash 1000", "risk 1%", "quantity 2".

Parsed at the faces, turned into a quantity by `risk.sizing` at the decision.
"""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from terminal.domain.errors import BadInput


class SizeKind(IntEnum):
    """What the number of a size means. The value is what compiled code branches on."""

    EQUITY = 0
    CASH = 1
    QUANTITY = 2
    RISK = 3
    TARGET = 4
    VOLATILITY = 5
    KELLY = 6


@dataclass(frozen=True, slots=True)
class Size:
    """A kind and its number: EQUITY, RISK and TARGET (the position to end with) are fractions of equity, CASH an amount of quote
    currency, QUANTITY units. VOLATILITY is the yearly volatility that the position should have, KELLY a fraction of Kelly's share; a run turns
    both into a share of equity, decision by decision."""

    kind: SizeKind
    value: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.value) or self.value <= 0:
            raise BadInput(f"The size is {self.value}.", cure="Give a size above zero.")

    @classmethod
    def parse(cls, given: "str | float | Size") -> "Size":
        """The size meant by `given`: "50%", "cash 1000", "risk 1%", "volatility 15%", "kelly 25%", "quantity 2", or a bare number of units.

        >>> Size.parse("risk 1%")
        Size(kind=<SizeKind.RISK: 3>, value=0.01)
        """
        if isinstance(given, Size):
            return given
        if isinstance(given, int | float) and not isinstance(given, bool):
            return cls(SizeKind.QUANTITY, float(given))
        text = f"kelly {USUAL_KELLY}" if str(given).strip() == "kelly" else str(given)
        match = _FORM.fullmatch(text)
        if match is None:
            raise BadInput(f"The size {given!r} is not understood.", cure='Write "100%", "cash 1000", "risk 1%", "volatility 15%", "kelly 25%", "quantity 2".')
        word, number, percent = match["word"], float(match["number"]), match["percent"]
        if percent:
            if word in ("cash", "quantity"):
                raise BadInput(f"The size {given!r} mixes {word} and a percentage.", cure=f'Write "{word} 1000" or "100%".')
            return cls(_FRACTIONS[word or "equity"], number / 100)
        if word in _FRACTIONS:
            raise BadInput(f"The size {given!r} lacks its percent sign.", cure=f'Write "{word} {number:g}%".')
        return cls(SizeKind.CASH if word == "cash" else SizeKind.QUANTITY, number)

    def __str__(self) -> str:
        if self.kind is SizeKind.EQUITY:
            return f"{_plain(self.value * 100)}%"
        is_fraction = self.kind in _FRACTIONS.values()
        return f"{self.kind.name.lower()} {_plain(self.value * 100)}%" if is_fraction else f"{self.kind.name.lower()} {_plain(self.value)}"


def _plain(value: float) -> str:
    """`value` to 12 digits without an exponent, which `parse` would not read."""
    text = format(Decimal(f"{value:.12g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


USUAL_KELLY = "25%"
"""What "kelly" alone means: a quarter, since the whole is ruinous where the estimate is wrong."""
_FRACTIONS = {
    "equity": SizeKind.EQUITY,
    "risk": SizeKind.RISK,
    "target": SizeKind.TARGET,
    "volatility": SizeKind.VOLATILITY,
    "kelly": SizeKind.KELLY,
}
_FORM = re.compile(r"\s*(?P<word>equity|cash|risk|target|quantity|volatility|kelly)?[\s:]*(?P<number>\d+(?:\.\d+)?)\s*(?P<percent>%)?\s*")
