"""The books reckoned a second time, in fractions and from the true fills alone: nothing of `terminal/ledger` is used here.

What it says of every account, strategy and currency is compared with `Books`, to the last digit.
"""

from collections import defaultdict, deque
from dataclasses import dataclass
from fractions import Fraction

from terminal.domain.instrument import AssetClass, Instrument
from terminal.domain.intents import Execution

NOT_PAID = (AssetClass.PERPETUAL, AssetClass.FUTURE)


@dataclass(frozen=True, slots=True)
class Amount:
    """What came to or left a sub-account besides fills."""

    account: str
    strategy: str
    currency: str
    amount: Fraction
    is_put_in: bool = False


@dataclass(slots=True)
class Sums:
    """Of one sub-account: cash and base currencies together, fees, profit, what was put in, by currency."""

    balance: dict[str, Fraction]
    fees: dict[str, Fraction]
    profit: dict[str, Fraction]
    put_in: dict[str, Fraction]


def to_unit(amount: Fraction, unit: Fraction) -> Fraction:
    """To the unit, half to even."""
    return round(amount / unit) * unit


class Reckoning:
    """`units` by currency. `take` every amount in any order, then `walk` the true fills once, first in, first out."""

    def __init__(self, units: dict[str, Fraction]) -> None:
        self.units = units
        self.of: dict[tuple[str, str], Sums] = defaultdict(lambda: Sums(*(defaultdict(Fraction) for _ in range(4))))
        self.held: dict[tuple[str, str, Instrument], Fraction] = defaultdict(Fraction)
        self.cost: dict[tuple[str, str, Instrument], Fraction] = defaultdict(Fraction)
        self._lots: dict[tuple[str, str, Instrument], deque[list[Fraction]]] = defaultdict(deque)

    def take(self, amount: Amount) -> None:
        sums = self.of[amount.account, amount.strategy]
        sums.balance[amount.currency] += amount.amount
        if amount.is_put_in:
            sums.put_in[amount.currency] += amount.amount

    def walk(self, fills: list[tuple[str, Execution]]) -> None:
        """Fills with the strategy of each; they are put in order of time here, of equal times by id."""
        for strategy, fill in sorted(fills, key=lambda pair: (pair[1].time, len(pair[1].id), pair[1].id)):
            self._fill(strategy, fill)

    def _fill(self, strategy: str, fill: Execution) -> None:
        what, sums = fill.instrument, self.of[fill.account, strategy]
        unit = self.units.get(what.quote, Fraction(1, 10**8))
        quantity = Fraction(fill.quantity)
        worth = to_unit(quantity * Fraction(fill.price) * Fraction(what.multiplier), unit)
        signed = quantity if fill.side > 0 else -quantity
        place = (fill.account, strategy, what)
        profit = self._close(place, signed, worth, unit)
        self.held[place] += signed
        sums.profit[what.quote] += profit
        sums.balance[what.quote] += profit if what.asset_class in NOT_PAID else (-worth if signed > 0 else worth)
        if "/" in what.symbol and what.asset_class in (AssetClass.CRYPTO, AssetClass.FOREX):
            sums.balance[what.symbol.split("/")[0]] += signed
        sums.balance[fill.fee_currency] -= Fraction(fill.fee)
        sums.fees[fill.fee_currency] += Fraction(fill.fee)

    def _close(self, place: tuple[str, str, Instrument], signed: Fraction, worth: Fraction, unit: Fraction) -> Fraction:
        """Lots are [signed quantity, what it cost, unsigned]. Returns the profit."""
        lots, made = self._lots[place], Fraction(0)
        while signed and lots and (lots[0][0] > 0) != (signed > 0):
            held, paid = lots[0]
            if abs(held) <= abs(signed):
                lots.popleft()
                got = worth if abs(held) == abs(signed) else to_unit(worth * abs(held) / abs(signed), unit)
                gave, rest = paid, signed + held
            else:
                gave, got, rest = to_unit(paid * abs(signed) / abs(held), unit), worth, Fraction(0)
                lots[0] = [held + signed, paid - gave]
            made += got - gave if held > 0 else gave - got
            self.cost[place] -= gave if held > 0 else -gave
            signed, worth = rest, worth - got
        if signed:
            lots.append([signed, worth])
            self.cost[place] += worth if signed > 0 else -worth
        return made
