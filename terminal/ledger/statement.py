"""The statement of an account in one currency: what was there, what came and went and why, and what is there now.

Read by the session report and the account panel; the lines of a statement sum to its balance to the smallest unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from terminal.ledger.amounts import ZERO, add, subtract
from terminal.ledger.books import Books
from terminal.ledger.figures import total
from terminal.ledger.flows import FlowKind
from terminal.ledger.postings import BooksBroken


@dataclass(frozen=True, slots=True)
class Statement:
    """One currency of an account, or of a strategy on it. Every line is signed by what it did to the balance."""

    account: str
    strategy: str | None
    currency: str
    traded: Decimal
    """Cash legs of what is paid, base currencies bought and sold, and what closing financed positions made; fees apart."""
    fees: Decimal
    """Of fills: below zero where they were charged."""
    flows: Mapping[FlowKind, Decimal]
    """What came and went besides, kinds without any left out."""
    balance: Decimal

    @property
    def put_in(self) -> Decimal:
        """What was there before us, deposits and withdrawals."""
        return total(self.flows.get(kind, ZERO) for kind in (FlowKind.OPENING, FlowKind.DEPOSIT, FlowKind.WITHDRAWAL))

    @property
    def lines(self) -> tuple[tuple[str, Decimal], ...]:
        """The statement from top to bottom, by name, without its balance."""
        before = tuple((kind.value, amount) for kind, amount in self.flows.items())
        return (*before, ("traded", self.traded), ("fees", self.fees))


def statement(books: Books, account: str, currency: str, strategy: str | None = None) -> Statement:
    """The statement. Raises BooksBroken where its lines do not sum to the balance (I06)."""
    traded, fees = ZERO, ZERO
    for _, holding in books.holdings(account, None, strategy):
        for part in holding.parts:
            if holding.base == currency:
                traded = add(traded, part.signed(part.quantity))
            if holding.instrument.quote == currency and not holding.is_financed and part.is_paid:
                traded = subtract(traded, part.signed(part.worth))
            if part.fee_currency == currency:
                fees = subtract(fees, part.fee)
        if holding.instrument.quote == currency and holding.is_financed:
            traded = add(traded, holding.realised)
    flows = {kind: amount for kind in FlowKind if (amount := books.flow_total(account, kind, currency, strategy))}
    balance = books.balance(account, currency, strategy)
    reckoned = total((traded, fees, *flows.values()))
    if reckoned != balance:
        message = f"The {currency} of {account} is {balance}, and its lines sum to {reckoned}."
        raise BooksBroken(message, cure="Stop trading, keep the journal and report this.")
    return Statement(account, strategy, currency, traded, fees, flows, balance)
