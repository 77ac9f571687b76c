"""The books as an accountant reads them: entries of postings that sum to zero in every currency, and the balance of every account.

Made from what `books` holds when somebody asks; what comes to an account is above zero, what goes from it below.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from terminal.domain.errors import OutcryError
from terminal.ledger.amounts import ZERO, add, subtract
from terminal.ledger.books import OUTSIDE, Books
from terminal.ledger.figures import total
from terminal.ledger.flows import Flow, FlowKind
from terminal.ledger.lots import Part
from terminal.ledger.positions import Holding


class Ledger(StrEnum):
    """Where an amount stands in the books of an account."""

    CASH = "cash"
    HELD = "held"
    """Base currencies that were bought, such as BTC of BTC/USDT."""
    POSITION = "position"
    """What is held, at what it cost."""
    FINANCED = "financed"
    """What was not paid of positions whose price is not paid: futures, perpetuals."""
    EXCHANGED = "exchanged"
    """The other side of base currencies and conversions."""
    REALISED = "realised"
    FEES = "fees"
    CAPITAL = "capital"
    """What was put in and taken out, holdings brought along too."""
    FUNDING = "funding"
    INTEREST = "interest"
    BORROW = "borrow"
    DIVIDENDS = "dividends"
    EXTERNAL = "external"
    """Settlements of external events, and what a person adjusted."""


_OF_FLOWS = {
    FlowKind.OPENING: Ledger.CAPITAL,
    FlowKind.DEPOSIT: Ledger.CAPITAL,
    FlowKind.WITHDRAWAL: Ledger.CAPITAL,
    FlowKind.FUNDING: Ledger.FUNDING,
    FlowKind.INTEREST: Ledger.INTEREST,
    FlowKind.BORROW: Ledger.BORROW,
    FlowKind.DIVIDEND: Ledger.DIVIDENDS,
    FlowKind.FEE: Ledger.FEES,
    FlowKind.CONVERSION: Ledger.EXCHANGED,
    FlowKind.SETTLEMENT: Ledger.EXTERNAL,
    FlowKind.ADJUSTMENT: Ledger.EXTERNAL,
}


class BooksBroken(OutcryError):
    """The books contradict themselves: a fault of this program, after which nothing may trade on them."""


@dataclass(frozen=True, slots=True)
class Posting:
    """So much of a currency in one place of the books."""

    ledger: Ledger
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact as booked: when (UTC ns), by what id, for which sub-account, and its postings."""

    time: int
    id: str
    account: str
    strategy: str
    what: str
    """The symbol of a fill, else the kind of the flow."""
    postings: tuple[Posting, ...]


def entries(books: Books, account: str) -> tuple[Entry, ...]:
    """Every entry of the account, oldest first. Raises BooksBroken for one that does not sum to zero."""
    found = [entry for strategy, holding in books.holdings(account) for entry in _of_holding(account, strategy, holding)]
    found += [_of_flow(fact.report) for fact in books.flows.facts() if fact.report.account == account]
    for entry in found:
        _demand_zero(entry.postings, f"Entry {entry.id} of {account}")
    return tuple(sorted(found, key=lambda entry: (entry.time, len(entry.id), entry.id, entry.strategy)))


def trial_balance(books: Books, account: str, strategy: str | None = None) -> dict[tuple[Ledger, str], Decimal]:
    """What stands in each place of the books in each currency, places that are empty left out. Raises BooksBroken where a currency does
    not sum to zero, or a position is not what its lots are."""
    sums: dict[tuple[Ledger, str], Decimal] = defaultdict(lambda: ZERO)
    for name, holding in books.holdings(account, None, strategy):
        _demand_lots(account, name, holding)
        for posting in _totals(holding):
            sums[posting.ledger, posting.currency] = add(sums[posting.ledger, posting.currency], posting.amount)
    for currency in books.currencies(account):
        for kind in FlowKind:
            amount = books.flow_total(account, kind, currency, strategy)
            sums[Ledger.CASH, currency] = add(sums[Ledger.CASH, currency], amount)
            sums[_OF_FLOWS[kind], currency] = subtract(sums[_OF_FLOWS[kind], currency], amount)
    found = {place: amount for place, amount in sums.items() if amount}
    _demand_zero((Posting(*place, amount) for place, amount in found.items()), f"Account {account}")
    return found


def _totals(holding: Holding) -> Iterator[Posting]:
    """What a holding adds to the places of the books."""
    quote = holding.instrument.quote
    yield Posting(Ledger.POSITION, quote, holding.cost)
    yield Posting(Ledger.REALISED, quote, holding.realised.copy_negate())
    yield Posting(Ledger.CAPITAL, quote, holding.unpaid.copy_negate())
    for currency in dict.fromkeys((quote, *holding.fees)):
        yield Posting(Ledger.CASH, currency, holding.cash(currency))
        yield Posting(Ledger.FEES, currency, holding.fees.get(currency, ZERO))
    if holding.is_financed:
        yield Posting(Ledger.FINANCED, quote, subtract(holding.unpaid, holding.cost))
    if holding.base:
        yield Posting(Ledger.HELD, holding.base, holding.quantity)
        yield Posting(Ledger.EXCHANGED, holding.base, holding.quantity.copy_negate())


def _of_holding(account: str, strategy: str, holding: Holding) -> Iterator[Entry]:
    for part, closings in holding.booked():
        closed = total(closing.cost if closing.side < 0 else closing.cost.copy_negate() for closing in closings)
        left = subtract(part.worth, total(closing.worth for closing in closings))
        moved = add(closed, part.signed(left))
        profit = total(closing.profit for closing in closings)
        time, _, identity = part.place
        yield Entry(time, identity, account, strategy, holding.instrument.symbol, tuple(_of_part(holding, part, moved, profit)))


def _of_part(holding: Holding, part: Part, moved: Decimal, profit: Decimal) -> Iterator[Posting]:
    """The postings of a fill that moved the position by so much at cost and made this profit."""
    quote, base = holding.instrument.quote, holding.base
    yield Posting(Ledger.POSITION, quote, moved)
    if profit:
        yield Posting(Ledger.REALISED, quote, profit.copy_negate())
    if holding.is_financed:
        yield Posting(Ledger.FINANCED, quote, moved.copy_negate())
        if profit:
            yield Posting(Ledger.CASH, quote, profit)
    else:
        yield Posting(Ledger.CASH if part.is_paid else Ledger.CAPITAL, quote, part.signed(part.worth).copy_negate())
    if base:
        signed = part.signed(part.quantity)
        yield Posting(Ledger.HELD, base, signed)
        yield Posting(Ledger.EXCHANGED, base, signed.copy_negate())
    if part.fee:
        yield Posting(Ledger.CASH, part.fee_currency, part.fee.copy_negate())
        yield Posting(Ledger.FEES, part.fee_currency, part.fee)


def _of_flow(flow: Flow) -> Entry:
    postings = [
        posting
        for currency, amount in flow.legs
        for posting in (Posting(Ledger.CASH, currency, amount), Posting(_OF_FLOWS[flow.kind], currency, amount.copy_negate()))
    ]
    return Entry(flow.time, flow.id, flow.account, flow.strategy or OUTSIDE, flow.kind.value, tuple(postings))


def _demand_zero(postings: Iterable[Posting], whose: str) -> None:
    sums: dict[str, Decimal] = {}
    for posting in postings:
        sums[posting.currency] = add(sums.get(posting.currency, ZERO), posting.amount)
    for currency, left in sums.items():
        if left:
            raise BooksBroken(f"{whose} is off by {left} {currency}.", cure="Stop trading, keep the journal and report this.")


def _demand_lots(account: str, strategy: str, holding: Holding) -> None:
    """Raises BooksBroken where the lots are not what the fills leave."""
    quantity, paid = total(lot.quantity for lot in holding.lots), total(lot.paid for lot in holding.lots)
    if (quantity, paid) != (holding.quantity.copy_abs(), holding.cost if holding.quantity >= 0 else holding.cost.copy_negate()):
        message = f"{strategy} on {account} holds {holding.quantity} of {holding.instrument} at {holding.cost}, and lots of {quantity} at {paid}."
        raise BooksBroken(message, cure="Stop trading, keep the journal and report this.")
