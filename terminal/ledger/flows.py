"""Amounts that come to an account or leave it for another reason than a fill: deposits, funding, interest, dividends.

Venues report them, `books` posts them; what a person put in or took out is told apart, so that no deposit is a profit.
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.ledger import amounts
from terminal.ledger.executions import key_of
from terminal.ledger.reports import Reports


class FlowKind(StrEnum):
    """Why an amount came or went; stored names never change."""

    OPENING = "opening"
    """What the account held of a currency when it was first seen."""
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    FUNDING = "funding"
    INTEREST = "interest"
    BORROW = "borrow"
    DIVIDEND = "dividend"
    FEE = "fee"
    """A charge that belongs to no fill, such as data or custody."""
    CONVERSION = "conversion"
    """One currency was changed into another at the venue, without an order."""
    SETTLEMENT = "settlement"
    """What an external event paid or took beside its fill: an insurance fund, a liquidation's clawback."""
    ADJUSTMENT = "adjustment"
    """A named person took the venue's balance for ours."""


FROM_OUTSIDE = frozenset((FlowKind.OPENING, FlowKind.DEPOSIT, FlowKind.WITHDRAWAL))
"""What was there, and what a person put in or took out: no profit, no loss, no return."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One amount as the venue reports it, signed by what it does to the balance. Refuses (BadInput) what is no amount."""

    id: str
    account: str
    kind: FlowKind
    currency: str
    amount: Decimal
    time: int
    """UTC ns."""
    instrument: Instrument | None = None
    """What it was paid for, where it was for something held."""
    strategy: str = ""
    """Whose sub-account it belongs to, "" for what belongs to none."""
    other_currency: str = ""
    other_amount: Decimal = amounts.ZERO
    """The other leg of a conversion."""
    corrects: str = ""

    def __post_init__(self) -> None:
        if not self.id or not self.account or not self.currency:
            raise BadInput(f"The amount {self.amount} has the id {self.id!r}, account {self.account!r} and currency {self.currency!r}.", cure="Name all three.")
        for amount in (self.amount, self.other_amount):
            if not amounts.is_bookable(amount):
                raise BadInput(f"The amount of {self.id} is {amount!r}.", cure=f"Give a finite Decimal of at most {amounts.DIGITS} digits.")
        if (self.kind is FlowKind.DEPOSIT and self.amount < 0) or (self.kind is FlowKind.WITHDRAWAL and self.amount > 0):
            raise BadInput(f"The {self.kind.value} {self.id} changes the balance by {self.amount}.", cure="A deposit is above zero, a withdrawal below.")
        if (self.kind is FlowKind.CONVERSION) is not bool(self.other_currency) or self.other_currency == self.currency:
            raise BadInput(f"The {self.kind.value} {self.id} names {self.other_currency or 'no'} second currency.", cure="A conversion has two, others one.")

    @property
    def legs(self) -> tuple[tuple[str, Decimal], ...]:
        """What it does to the balance of each currency."""
        first = (self.currency, self.amount)
        return (first, (self.other_currency, self.other_amount)) if self.other_currency else (first,)


class Flows(Reports[Flow]):
    """Flows of any number of accounts. An id is unique within an account, a kind and an instrument."""

    def _key(self, report: Flow, identity: str) -> Hashable:
        instrument = report.instrument
        return report.account, report.kind.value, *(("", "") if instrument is None else (instrument.venue, instrument.symbol)), identity

    def _fault(self, report: Flow) -> str:
        return f"{report.id} corrects itself" if report.corrects == report.id else ""

    def _text(self, report: Flow) -> str:
        instrument = "" if report.instrument is None else key_of(report.instrument)
        legs = (report.currency, amounts.text(report.amount), report.other_currency, amounts.text(report.other_amount))
        return repr((report.account, report.kind.value, instrument, report.id, *legs, report.time, report.strategy, report.corrects))

    def _merged(self, known: Flow, again: Flow) -> Flow | None:
        """The same amount seen twice: all but the time must agree, and what it corrects may be missing from one."""
        corrects = known.corrects or again.corrects
        merged = replace(known, time=min(known.time, again.time), corrects=corrects)
        return merged if merged == replace(again, time=merged.time, corrects=again.corrects or corrects, instrument=known.instrument) else None
