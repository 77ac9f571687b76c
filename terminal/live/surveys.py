"""Whole accounts held against the venue's own picture: open orders, fills since the cursor, positions.

Part of the engine. Where the numbers differ and stay different, the instrument freezes; nothing is invented to make them agree.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from terminal.domain.intents import Execution
from terminal.live.messages import OrderReport, Shown, StreamChanged, Survey, Surveyed
from terminal.live.orders import ZERO, Status
from terminal.live.records import Filled, Frozen, Thawed
from terminal.live.state import OUTSIDE

if TYPE_CHECKING:
    from terminal.live.engine import Engine

_FOREIGN = "a foreign order"
_DIFFERS = "the positions differ"


@dataclass(slots=True)
class _Account:
    """What is known of one account's picture. Times are UTC ns."""

    due: int = 0
    is_compared: bool = False
    is_up: bool = True
    differences: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    """Ours and theirs by symbol, where the last survey found them different."""
    unmatched: dict[str, Execution] = field(default_factory=dict)
    """Fills of orders whose venue id we may not know yet."""
    replaced: set[str] = field(default_factory=set)
    """Those among them, seen or not, that a correction stands for."""


class Surveys:
    """The accounts of the session, each looked at as a whole now and then, at the start, and whenever something is unexplained."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._accounts = {account: _Account() for account in engine.manners}

    def is_clear(self, account: str) -> bool:
        """True where the account was compared, its stream is up and nothing is unexplained."""
        known = self._accounts[account]
        return known.is_compared and known.is_up and not known.unmatched

    def disputed(self, account: str) -> tuple[str, ...]:
        """The symbols whose position differed from the venue's at the last look."""
        return tuple(self._accounts[account].differences)

    def nearer(self, account: str, symbol: str, ours: Decimal) -> Decimal:
        """`ours`, or the venue's position where the last look found another one: of the two the one nearer to zero, 0 where they face each other."""
        found = self._accounts[account].differences.get(symbol)
        if found is None:
            return ours
        theirs = found[1]
        return ZERO if ours * theirs <= 0 else min(ours, theirs, key=abs)

    def stream(self, message: StreamChanged) -> None:
        """A stream that went down, or came back, makes everything since doubtful: the account is surveyed."""
        known = self._accounts[message.account]
        known.is_up = message.is_up
        known.is_compared = False
        self.ask(message.account)

    def hurry(self, account: str, _why: str) -> None:
        """Looks again soon: the venue told of something that is not booked."""
        known = self._accounts[account]
        known.due = min(known.due, self._engine.now + self._engine.patience.first_look)

    def ask(self, account: str) -> None:
        """Asks for the account's picture now."""
        patience = self._engine.patience
        known = self._accounts[account]
        known.due = self._engine.now + patience.hurry
        self._engine.do(Survey(account, max(0, self._engine.state.newest.get(account, 0) - patience.overlap)))

    def due(self) -> None:
        """Asks for whatever is due."""
        for account, known in self._accounts.items():
            if known.due <= self._engine.now:
                self.ask(account)

    def next_due(self) -> int:
        """When the next survey is due, UTC ns."""
        return min(known.due for known in self._accounts.values())

    def answered(self, message: Surveyed) -> None:
        """Takes the picture up: fills first, then orders, then positions. Without one the question stays open."""
        known = self._accounts[message.account]
        if message.fault or message.positions is None:
            known.is_compared = False
            return
        engine = self._engine
        for execution in message.executions:
            engine.answers.execution(execution, "a survey")
        for report in message.orders:
            engine.answers.report(report, "a survey")
        self.match()
        self._missing(message)
        known.is_compared = True
        self._compare(message)
        unexplained = known.differences or known.unmatched or self._lacks_fills(message.account)
        known.due = engine.now + (engine.patience.hurry if unexplained else engine.patience.survey)

    def unmatched(self, execution: Execution) -> None:
        """Keeps a fill that no known order explains; it is somebody else's only once none of ours can be meant."""
        known = self._accounts[execution.account]
        if execution.corrects:
            known.replaced.add(execution.corrects)
            known.unmatched.pop(execution.corrects, None)
        if execution.id not in known.replaced:
            known.unmatched[execution.id] = execution
        self.match()

    def kept(self, account: str) -> tuple[Execution, ...]:
        """The fills that no known order explains yet."""
        return tuple(self._accounts[account].unmatched.values())

    def match(self) -> None:
        """Books kept fills whose order is known by now, and those that can be none of ours."""
        engine = self._engine
        for account, known in self._accounts.items():
            for execution in list(known.unmatched.values()):
                order = engine.state.order_of(account, execution.order_id, execution.venue_order_id)
                if order is None and self._may_be_ours(execution):
                    continue
                del known.unmatched[execution.id]
                if order is not None:
                    engine.answers.execution(execution)
                elif not engine.state.knows(execution):
                    engine.write(Filled(OUTSIDE, execution))
                    self._foreign(account, execution.instrument.symbol, f"execution {execution.id}")

    def foreign(self, report: OrderReport) -> None:
        """An order on the account that is none of ours."""
        if report.shown is Shown.WORKING and not any(self._could_be(order_id, report.account) for order_id in self._engine.state.may_work):
            self._foreign(report.account, report.symbol, f"order {report.venue_order_id}")

    def _foreign(self, account: str, symbol: str, what: str) -> None:
        engine = self._engine
        if engine.manners[account].is_ours_alone and (account, symbol) not in engine.state.frozen:
            ours = engine.state.positions.get((account, symbol), ZERO)
            engine.write(Frozen(account, symbol, ours, None, f"{_FOREIGN}: {what}"))
            engine.alarm(f"{symbol} on {account} is frozen: {what} is not ours, and the account was said to be traded by nobody else.")

    def _may_be_ours(self, execution: Execution) -> bool:
        """While an order of ours has no venue id yet, a fill without our id may be its."""
        if execution.order_id and self._engine.manners[execution.account].knows_our_ids:
            return False
        return any(
            self._could_be(order_id, execution.account) and self._engine.state.may_work[order_id].intent.instrument.symbol == execution.instrument.symbol
            for order_id in self._engine.state.may_work
        )

    def _could_be(self, order_id: str, account: str) -> bool:
        order = self._engine.state.may_work[order_id]
        return order.intent.account == account and not order.venue_order_id

    def _missing(self, message: Surveyed) -> None:
        """Our working orders that the picture does not show are looked up; not being shown proves nothing."""
        shown = {report.venue_order_id for report in message.orders} | {report.order_id for report in message.orders}
        engine = self._engine
        for order in list(engine.state.may_work.values()):
            if order.intent.account != message.account or order.status is not Status.WORKING or order.since > message.asked:
                continue
            if order.intent.id not in shown and order.venue_order_id not in shown:
                engine.lookups.ask(order)

    def _compare(self, message: Surveyed) -> None:
        engine, account = self._engine, message.account
        known, theirs = self._accounts[account], message.positions or {}
        symbols = {symbol for owner, symbol in (*engine.state.positions, *engine.state.outside, *engine.state.frozen) if owner == account} | set(theirs)
        found = {}
        for symbol in sorted(symbols):
            place = (account, symbol)
            ours = engine.state.positions.get(place, ZERO) + engine.state.outside.get(place, ZERO)
            there = theirs.get(symbol, ZERO)
            if ours == there:
                self._agree(place, message)
                continue
            found[symbol] = (ours, there)
            if known.differences.get(symbol) == (ours, there) and place not in engine.state.frozen:
                engine.write(Frozen(account, symbol, ours, there, _DIFFERS))
                engine.alarm(f"{symbol} on {account} is frozen: ours {ours}, the venue's {there}.")
        known.differences = found

    def _agree(self, place: tuple[str, str], message: Surveyed) -> None:
        frozen = self._engine.state.frozen.get(place)
        if frozen is not None and frozen.reason == _DIFFERS:
            self._engine.write(Thawed(*place, f"the positions agree at {message.asked}"))

    def _lacks_fills(self, account: str) -> bool:
        orders = self._engine.state.orders
        return any(orders[order_id].intent.account == account for order_id in self._engine.state.lacking)
