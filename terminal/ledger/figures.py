"""What the books say of an account: positions, balances, profit and fees, of the whole or of one strategy.

Sums over holdings and flows, which `books` keeps; the sub-accounts of an account always sum to it.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.ledger.amounts import ZERO, Units, add, is_bookable, multiply, ratio, rounded, subtract
from terminal.ledger.executions import key_of
from terminal.ledger.flows import FROM_OUTSIDE, FlowKind
from terminal.ledger.positions import Holding

Marks = Mapping[Instrument, Decimal]
"""The last price of each instrument."""


class Figures:
    """The readable half of the books. `strategy` None asks for the whole account everywhere."""

    def __init__(self, units: Mapping[str, Decimal] | None) -> None:
        self.units = Units(units)
        self._holdings: dict[tuple[str, str], dict[str, Holding]] = {}
        """By account and instrument, then by strategy."""
        self._sums: dict[tuple[str, str], dict[tuple[FlowKind, str], Decimal]] = {}
        """By account and strategy: what came and went by kind and currency."""

    def holdings(self, account: str, instrument: Instrument | None = None, strategy: str | None = None) -> Iterator[tuple[str, Holding]]:
        """The strategy and the holding of all that was ever traded on the account (of one instrument, by one strategy)."""
        if instrument is not None:
            places = [self._holdings.get((account, key_of(instrument)), {})]
        else:
            places = [held for (name, _), held in self._holdings.items() if name == account]
        for held in places:
            for name, holding in held.items():
                if (strategy is None or name == strategy) and not holding.is_blank:
                    yield name, holding

    def accounts(self) -> tuple[str, ...]:
        """Every account with an entry, in alphabetical order."""
        return tuple(sorted({account for account, _ in (*self._holdings, *self._sums)}))

    def strategies(self, account: str) -> tuple[str, ...]:
        """The sub-accounts of the account, in alphabetical order."""
        return tuple(sorted({name for name, _ in self.holdings(account)} | {name for owner, name in self._sums if owner == account}))

    def position(self, account: str, instrument: Instrument, strategy: str | None = None) -> Decimal:
        """The signed quantity held: the exact sum of the netted fills."""
        return total(holding.quantity for _, holding in self.holdings(account, instrument, strategy))

    def cost(self, account: str, instrument: Instrument, strategy: str | None = None) -> Decimal:
        """What is held has cost in its quote currency, below zero for a short position."""
        return total(holding.cost for _, holding in self.holdings(account, instrument, strategy))

    def average_price(self, account: str, instrument: Instrument, strategy: str | None = None) -> Decimal | None:
        """The average price of what a strategy holds; of an account on which strategies hold both sides: net cost over net quantity.
        None where nothing is held."""
        quantity = self.position(account, instrument, strategy)
        return ratio(self.cost(account, instrument, strategy), multiply(quantity, instrument.multiplier)) if quantity else None

    def balance(self, account: str, currency: str, strategy: str | None = None) -> Decimal:
        """What the venue should show of the currency: put in, cash legs, base currencies bought, less fees, with funding and the like."""
        held = total(holding.quantity for _, holding in self.holdings(account, None, strategy) if holding.base == currency)
        return add(held, self.cash(account, currency, strategy))

    def cash(self, account: str, currency: str, strategy: str | None = None) -> Decimal:
        """The balance without the base currencies that positions stand for."""
        of_fills = total(holding.cash(currency) for _, holding in self.holdings(account, None, strategy))
        return add(of_fills, total(amount for kind, amount in self._amounts(account, currency, strategy)))

    def currencies(self, account: str) -> tuple[str, ...]:
        """Every currency with an entry, in alphabetical order."""
        of_fills = {name for _, holding in self.holdings(account) for name in (holding.instrument.quote, holding.base, *holding.fees) if name}
        of_flows = {currency for (owner, _), sums in self._sums.items() if owner == account for _, currency in sums}
        return tuple(sorted(of_fills | of_flows))

    def flow_total(self, account: str, kind: FlowKind, currency: str, strategy: str | None = None) -> Decimal:
        """The sum of the flows of one kind, signed by what they did to the balance."""
        return total(amount for found, amount in self._amounts(account, currency, strategy) if found is kind)

    def put_in(self, account: str, currency: str, strategy: str | None = None) -> Decimal:
        """What was there before us and deposits, less withdrawals: no profit and no return."""
        return total(amount for kind, amount in self._amounts(account, currency, strategy) if kind in FROM_OUTSIDE)

    def fees(self, account: str, currency: str, strategy: str | None = None) -> Decimal:
        """What fills were charged, less what they were paid back."""
        return total(holding.fees.get(currency, ZERO) for _, holding in self.holdings(account, None, strategy))

    def realised(self, account: str, currency: str, strategy: str | None = None, instrument: Instrument | None = None) -> Decimal:
        """What closing positions quoted in the currency made, before fees."""
        return total(holding.realised for _, holding in self.holdings(account, instrument, strategy) if holding.instrument.quote == currency)

    def unrealised(self, account: str, currency: str, marks: Marks, strategy: str | None = None) -> Decimal:
        """What the positions quoted in the currency would make at the marks, before fees. Raises BadInput where a mark is missing."""
        return total(subtract(worth, holding.cost) for holding, worth in self._marked(account, currency, marks, strategy))

    def equity(self, account: str, currency: str, marks: Marks, strategy: str | None = None) -> Decimal:
        """Cash of the currency, and what the positions quoted in it are worth at the marks. Raises BadInput where a mark is missing."""
        found = self._marked(account, currency, marks, strategy)
        worth = total(subtract(worth, holding.cost) if holding.is_financed else worth for holding, worth in found)
        return add(self.cash(account, currency, strategy), worth)

    def value(self, account: str, currency: str, marks: Marks, rates: Mapping[str, Decimal], strategy: str | None = None) -> Decimal:
        """The equity of every currency in one: `rates` are the prices of the others in it. Raises BadInput where a mark or rate is missing."""
        sums = ZERO
        for other in self.currencies(account):
            equity = self.equity(account, other, marks, strategy)
            if equity and other != currency:
                if other not in rates or not is_bookable(rates[other]):
                    raise BadInput(f"There is no rate from {other} to {currency}.", cure="Give the price of every currency that the account has.")
                equity = rounded(multiply(equity, rates[other]), self.units.of(currency))
            sums = add(sums, equity)
        return sums

    def _marked(self, account: str, currency: str, marks: Marks, strategy: str | None) -> Iterator[tuple[Holding, Decimal]]:
        known = {key_of(instrument): mark for instrument, mark in marks.items()}
        for _, holding in self.holdings(account, None, strategy):
            instrument = holding.instrument
            if instrument.quote != currency or not holding.quantity:
                continue
            mark = known.get(key_of(instrument))
            if mark is None or not is_bookable(mark):
                raise BadInput(f"There is no price to value {instrument} at.", cure="Give the last price of everything that is held.")
            yield holding, rounded(multiply(multiply(mark, holding.quantity), instrument.multiplier), self.units.of(currency))

    def _amounts(self, account: str, currency: str, strategy: str | None) -> Iterator[tuple[FlowKind, Decimal]]:
        for (owner, name), sums in self._sums.items():
            if owner == account and (strategy is None or name == strategy):
                yield from ((kind, amount) for (kind, found), amount in sums.items() if found == currency)


def total(numbers: Iterable[Decimal]) -> Decimal:
    """Their exact sum; `sum` would round to the digits that the thread happens to work with."""
    result = ZERO
    for number in numbers:
        result = add(result, number)
    return result
