"""Fills that nobody ordered: a liquidation, an expiry, a holding that was there before us.

The engine declares what such a fill was and whose position it changed; `books` then books it there instead of to the outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.orders import Side
from terminal.ledger import amounts
from terminal.ledger.amounts import EXACT, ZERO, add, multiply, subtract, text
from terminal.ledger.executions import key_of


class ExternalKind(StrEnum):
    """What a fill was that no order of ours caused; stored names never change."""

    LIQUIDATION = "liquidation"
    DELEVERAGING = "deleveraging"
    """The venue closed a winning position to cover somebody else's loss (ADL)."""
    EXPIRY = "expiry"
    EXERCISE = "exercise"
    ADOPTION = "adoption"
    """A holding that was there before us, taken over at a price: nothing was paid now."""
    TRANSFER = "transfer"
    """A holding that was moved in or out: nothing was paid."""


UNPAID = frozenset((ExternalKind.ADOPTION, ExternalKind.TRANSFER))
"""Kinds that move no cash."""


@dataclass(frozen=True, slots=True)
class External:
    """What a fill was, and how much of it belongs to which strategy; what is left belongs to the outside."""

    kind: ExternalKind
    shares: tuple[tuple[str, Decimal], ...] = ()

    def __post_init__(self) -> None:
        for strategy, quantity in self.shares:
            if not strategy or not amounts.is_bookable(quantity) or quantity <= 0:
                raise BadInput(f"The share of {strategy!r} in a {self.kind.value} is {quantity!r}.", cure="Name a strategy and a quantity above zero.")

    def split(self, quantity: Decimal, rest_to: str) -> list[tuple[str, Decimal]]:
        """Who gets how much of the quantity, which a correction may have made larger or smaller than the shares."""
        found: dict[str, Decimal] = {}
        left = quantity
        for strategy, part in (*self.shares, (rest_to, quantity)):
            taken = min(part, left)
            if taken:
                found[strategy] = add(found.get(strategy, ZERO), taken)
                left = subtract(left, taken)
        return list(found.items())


@dataclass(frozen=True, slots=True)
class Declared:
    """Which fill was said to be what."""

    account: str
    instrument: Instrument
    execution_id: str
    external: External

    def words(self) -> str:
        """One text for equal declarations."""
        shares = tuple((strategy, text(quantity)) for strategy, quantity in self.external.shares)
        return repr((self.account, key_of(self.instrument), self.execution_id, self.external.kind.value, shares))


def pro_rata(held: Mapping[str, Decimal], side: Side, quantity: Decimal, step: Decimal | None) -> tuple[tuple[str, Decimal], ...]:
    """How a fill that closes positions is shared among their holders, by what each holds (signed), on the grid of `step`: nobody gets more
    than is held, and what the grid leaves goes to the largest holders first. A holder of the fill's own side gets nothing."""
    closing = ((name, amount.copy_abs()) for name, amount in sorted(held.items()) if amount and (amount > 0) is (side < 0))
    holders = sorted(closing, key=lambda pair: pair[1], reverse=True)
    whole = ZERO
    for _, amount in holders:
        whole = add(whole, amount)
    closed = min(whole, quantity)
    given = {name: _on_grid(amount, closed, whole, step) for name, amount in holders}
    left = closed
    for part in given.values():
        left = subtract(left, part)
    for name, amount in holders:
        more = min(left, subtract(amount, given[name]))
        given[name], left = add(given[name], more), subtract(left, more)
    return tuple((name, part) for name, part in given.items() if part)


def _on_grid(amount: Decimal, closed: Decimal, whole: Decimal, step: Decimal | None) -> Decimal:
    """amount × closed / whole, down to the step (without one: to the last digit that any of the three is written with)."""
    grid = step if step is not None else EXACT.scaleb(Decimal(1), min(int(number.as_tuple().exponent) for number in (amount, closed, whole)))
    return multiply(EXACT.divide_int(multiply(amount, closed), multiply(whole, grid)), grid)
