"""The books of every account: executions and flows become positions, balances and profit, to the smallest unit.

Folded by a session from its journal. Nothing depends on the order in which a venue tells, and no float holds money.
"""

import hashlib
from collections.abc import Callable, Hashable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from terminal.domain.instrument import Instrument
from terminal.domain.intents import Execution
from terminal.domain.orders import Side
from terminal.ledger.amounts import ZERO, add, share, subtract, text
from terminal.ledger.exact import Method
from terminal.ledger.executions import Executions, key_of
from terminal.ledger.external import UNPAID, Declared, External, pro_rata
from terminal.ledger.figures import Figures
from terminal.ledger.flows import Flow, Flows
from terminal.ledger.kept import VERSION, Kept, rows
from terminal.ledger.lots import Part
from terminal.ledger.positions import Holding, worth_of
from terminal.ledger.reports import Effect, Fact, place_of

OUTSIDE = "outside"
"""The sub-account of what no strategy of ours ordered."""


class Books(Figures):
    """What every account holds, owns and earned. `strategy_of` names the strategy of one of our orders ("" where it has none) and is
    asked once an order; `units` are the smallest units of currencies, 1e-8 where none is given."""

    def __init__(self, strategy_of: Callable[[str], str], *, units: Mapping[str, Decimal] | None = None, method: Method = Method.FIFO) -> None:
        super().__init__(units)
        self.executions = Executions()
        self.flows = Flows()
        self.method = method
        self._strategy_of = strategy_of
        self._owners: dict[str, str] = {}
        self._declared: dict[Hashable, Declared] = {}

    def add(self, execution: Execution) -> Effect:
        """Books what the execution changed. Returns what it was to what is known."""
        change = self.executions.take(execution)
        for fact in change.before:
            self._take_out(fact)
        if change.after is not None:
            self._put(change.after)
        return change.effect

    def book(self, flow: Flow) -> Effect:
        """Books what the flow changed. Returns what it was to what is known."""
        change = self.flows.take(flow)
        for fact in change.before:
            self._count(fact.report, subtract)
        if change.after is not None:
            self._count(change.after.report, add)
        return change.effect

    def declare(self, declared: Declared) -> None:
        """Books the fill as what it is declared to be, told already or still to come; a later declaration replaces the former."""
        key = self.executions.key(declared.account, declared.instrument, declared.execution_id)
        facts = self.executions.facts_around(key)
        for fact in facts:
            self._take_out(fact)
        self._declared[key] = declared
        for fact in facts:
            self._put(fact)

    def shares(self, account: str, instrument: Instrument, side: Side, quantity: Decimal) -> tuple[tuple[str, Decimal], ...]:
        """Whose position a fill that nobody ordered closes, by what each strategy holds now: what to declare of a liquidation."""
        held = {name: holding.quantity for name, holding in self.holdings(account, instrument) if name != OUTSIDE}
        return pro_rata(held, side, quantity, instrument.lot)

    def digest(self) -> str:
        """Equal for books that say the same, however they came to it; another for any other state."""
        state = hashlib.sha256()
        for words in self._words():
            state.update(words.encode())
            state.update(b"\x1e")
        return state.hexdigest()

    def to_plain(self) -> dict[str, Any]:
        """All that the books know, as JSON holds it: decimals as text."""
        executions, flows = self.executions, self.flows
        told = sorted(executions.reports(), key=lambda report: (report.account, place_of(report), executions.instrument_key(report.instrument)))
        instruments, kept = rows((*told, *(item.report for item in executions.aside)))
        moved = sorted(flows.reports(), key=lambda flow: (flow.account, place_of(flow), flow.kind, "" if flow.instrument is None else key_of(flow.instrument)))
        return Kept(
            VERSION,
            self.method,
            self.units.given,
            dict(sorted(self._owners.items())),
            tuple(self._declared[key] for key in sorted(self._declared, key=repr)),
            instruments,
            kept,
            (*moved, *(item.report for item in flows.aside)),
        ).to_plain()

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], strategy_of: Callable[[str], str]) -> "Books":
        """The books that `to_plain` wrote: equal in every figure and in their digest. Raises BadInput for what it never wrote."""
        kept = Kept.from_plain(plain)
        books = cls(strategy_of, units=kept.units, method=kept.method)
        books._owners.update(kept.owners)
        for declared in kept.declared:
            books.declare(declared)
        for execution in kept.read():
            books.add(execution)
        for flow in kept.flows:
            books.book(flow)
        return books

    def _words(self) -> Iterator[str]:
        """What the digest is made of: what was reported, and what came of it."""
        yield self.method
        yield from sorted(repr((currency, text(unit))) for currency, unit in self.units.given.items())
        yield self.executions.digest()
        yield self.flows.digest()
        yield from sorted(declared.words() for declared in self._declared.values())
        lines = []
        for (account, _), held in self._holdings.items():
            for strategy, holding in held.items():
                if not holding.is_blank:
                    figures = map(text, (holding.quantity, holding.spent, holding.unpaid, holding.realised))
                    fees = ((currency, text(fee)) for currency, fee in sorted(holding.fees.items()) if fee)
                    lines.append(repr((account, key_of(holding.instrument), strategy, *figures, *fees)))
        yield from sorted(lines)

    def _take_out(self, fact: Fact[Execution]) -> None:
        report = fact.report
        for holding in self._holdings.get((report.account, self.executions.instrument_key(report.instrument)), {}).values():
            holding.take_out(fact.place)

    def _put(self, fact: Fact[Execution]) -> None:
        """Books the fill where it belongs: to the strategy of its order, or as it was declared."""
        report = fact.report
        unit = self.units.of(report.instrument.quote)
        worth = worth_of(report.price, report.quantity, report.instrument, unit)
        external = self._external(report) if self._declared else None
        if external is None:
            part = Part(fact.place, int(report.side), report.quantity, worth, report.fee, report.fee_currency, True)
            self._holding(report, self._owner(report.order_id)).put(part)
            return
        left, fee, is_paid = report.quantity, report.fee, external.kind not in UNPAID
        for strategy, quantity in external.split(report.quantity, self._owner(report.order_id)):
            is_last = quantity == left
            of_worth = worth if is_last else share(worth, quantity, left, unit)
            of_fee = fee if is_last else share(fee, quantity, left, self.units.of(report.fee_currency))
            part = Part(fact.place, int(report.side), quantity, of_worth, of_fee, report.fee_currency, is_paid)
            self._holding(report, strategy).put(part)
            left, worth, fee = subtract(left, quantity), subtract(worth, of_worth), subtract(fee, of_fee)

    def _external(self, report: Execution) -> External | None:
        """What was declared of the fill, or of what it corrects."""
        keys = sorted((key for key in self.executions.relatives(report) if key in self._declared), key=repr)
        return self._declared[keys[-1]].external if keys else None

    def _holding(self, report: Execution, strategy: str) -> Holding:
        place = (report.account, self.executions.instrument_key(report.instrument))
        held = self._holdings.get(place)
        if held is None:
            held = self._holdings[place] = {}
        holding = held.get(strategy)
        if holding is None:
            holding = held[strategy] = Holding(report.instrument, self.units.of(report.instrument.quote), self.method)
        return holding

    def _owner(self, order_id: str) -> str:
        if not order_id:
            return OUTSIDE
        owner = self._owners.get(order_id)
        if owner is None:
            owner = self._owners[order_id] = self._strategy_of(order_id) or OUTSIDE
        return owner

    def _count(self, flow: Flow, change: Callable[[Decimal, Decimal], Decimal]) -> None:
        sums = self._sums.setdefault((flow.account, flow.strategy or OUTSIDE), {})
        for currency, amount in flow.legs:
            sums[flow.kind, currency] = change(sums.get((flow.kind, currency), ZERO), amount)
