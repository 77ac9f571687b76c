"""How one limit is declared: its formula, default and hard bound, what happens at it, and its value in each preset.

`limits.py` declares them all with it; forms and tables read the declarations.
"""

from dataclasses import field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from terminal.domain.parameters import Float
from terminal.domain.words import count, number, percent

PRESETS = ("conservative", "medium", "aggressive")
NEW_ACCOUNT = PRESETS[0]
"""The preset that a new account starts with."""
_SHARES = ("of equity", "of the price", "of gross exposure")


class Reaction(StrEnum):
    """What happens at a limit."""

    CUT = "cut or refuse"
    BLOCK = "block"
    WARN = "warn"
    WARN_THEN_BLOCK = "warn, block"
    HALT = "halt"
    REFUSE = "refuse"
    EXIT = "exit"
    OFFER = "offer"


class Limit(Float):
    """The declaration of one limit: its formula, default and bounds, what happens at it, and the value each preset gives it."""

    def __init__(self, default: float, formula: str, reaction: Reaction, *, low: float = 0.0, hard: float, unit: str, presets: tuple[float, ...] = ()) -> None:
        super().__init__(default, low=low, high=hard, unit=unit, help=formula)
        self.reaction = reaction
        self.presets = dict(zip(PRESETS, presets or (default,) * len(PRESETS), strict=True))

    @property
    def title(self) -> str:
        """Its name as a person reads it, such as "risk of a trade"."""
        return self.name.replace("_", " ").replace("var ", "VaR ")

    @property
    def is_share(self) -> bool:
        """True where people read it in percent."""
        return self.unit in _SHARES

    def parse(self, text: str) -> float:
        """As any number; "2 %" is 0.02."""
        bare = text.strip()
        if not bare.endswith("%"):
            return super().parse(bare)
        try:
            return self.check(round(float(bare[:-1]) / 100, 12))
        except ValueError:
            raise self._refusal(text) from None

    def said(self, value: Decimal | float) -> str:
        """`value` as it stands in a table or a refusal, such as "2 %" or "15 s"."""
        amount = float(value)
        if not amount and self.reaction is Reaction.EXIT:
            return "off"
        if self.is_share:
            return percent(amount, 0 if round(amount * 100, 6).is_integer() else 1)
        whole = count(amount) if amount.is_integer() else number(amount, 1)
        return f"{whole} {self.unit}".rstrip()


def limit(*args: Any, **options: Any) -> Any:
    """A field of `Limits` whose default and bounds come from its declaration."""
    declared = Limit(*args, **options)
    return field(default=Decimal(repr(declared.default)), metadata={"declared": declared})
