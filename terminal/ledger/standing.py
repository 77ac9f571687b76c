"""How an account stands against its best and against this morning, with deposits and withdrawals left out.

Folded from valuations of the books; the limits on drawdown and daily loss are held against it, and a restart does not forget it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from terminal.domain.errors import BadInput
from terminal.ledger.amounts import ZERO, add, is_bookable, ratio, scaled, subtract

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Valuation:
    """What an account is worth at a time (UTC ns), and what of it was put in since the valuation before (below zero: taken out)."""

    time: int
    equity: Decimal
    flow: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Standing:
    """An account after its last valuation. `index` is what one unit of money that was there from the start has become: returns between
    valuations multiplied, each net of what was put in at its end (time-weighted, as the GIPS standards link sub-periods). For exact
    figures value the account whenever something is put in or taken out."""

    time: int
    equity: Decimal
    index: Decimal = _ONE
    peak: Decimal = _ONE
    """The highest index so far."""
    morning: Decimal = _ONE
    """The index at the begin of the day."""
    morning_equity: Decimal = ZERO
    put_in_today: Decimal = ZERO

    @classmethod
    def begun(cls, time: int, equity: Decimal) -> "Standing":
        """An account as it is first seen."""
        _demand_amount(equity)
        return cls(time, equity, morning_equity=equity)

    def valued(self, valuation: Valuation) -> "Standing":
        """The standing after a valuation. Where nothing was left before, what is put in has neither gained nor lost; a total loss is never
        made good by a deposit. Raises BadInput for an earlier time or no amount."""
        _demand_amount(valuation.equity)
        _demand_amount(valuation.flow)
        if valuation.time < self.time:
            raise BadInput(f"The valuation at {valuation.time} is before the one at {self.time}.", cure="Value an account in the order of time.")
        index = self.index
        if self.equity > 0:
            grown = subtract(valuation.equity, valuation.flow)
            index = scaled(index, ratio(grown, self.equity)) if grown > 0 else ZERO
        put_in = add(self.put_in_today, valuation.flow)
        return replace(self, time=valuation.time, equity=valuation.equity, index=index, peak=max(self.peak, index), put_in_today=put_in)

    def new_day(self) -> "Standing":
        """The standing at the begin of a day, in the account's zone."""
        return replace(self, morning=self.index, morning_equity=self.equity, put_in_today=ZERO)

    @property
    def drawdown(self) -> Decimal:
        """The loss against the best so far, 0.15 = 15 %."""
        return _loss(self.peak, self.index)

    @property
    def daily_loss(self) -> Decimal:
        """The loss against the begin of the day, 0.05 = 5 %; 0 on a day that gained."""
        return max(ZERO, _loss(self.morning, self.index))

    @property
    def profit_today(self) -> Decimal:
        """The money made since the begin of the day, without what was put in."""
        return subtract(subtract(self.equity, self.morning_equity), self.put_in_today)


def time_weighted_return(valuations: Iterable[Valuation]) -> Decimal:
    """The return over all valuations, oldest first, net of deposits and withdrawals: 0.1 = 10 %. 0 for fewer than two."""
    standing: Standing | None = None
    for valuation in valuations:
        standing = Standing.begun(valuation.time, valuation.equity) if standing is None else standing.valued(valuation)
    return ZERO if standing is None else subtract(standing.index, _ONE)


def _loss(before: Decimal, now: Decimal) -> Decimal:
    return subtract(_ONE, ratio(now, before)) if before else ZERO


def _demand_amount(amount: Decimal) -> None:
    if not is_bookable(amount):
        raise BadInput(f"The account is worth, or was given, {amount!r}.", cure="Give a finite Decimal.")
