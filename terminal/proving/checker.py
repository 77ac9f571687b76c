"""What the engine believes in the end, held against the venue's true history: nothing doubled, nothing lost, nothing guessed.

Called by `schedules` when a schedule has healed. The venue is right; every difference is named.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.intents import Execution
from terminal.live.driver import replayed
from terminal.live.journal_entries import OWN, AnyJournal
from terminal.live.messages import Shown
from terminal.live.orders import LiveOrder, Status
from terminal.live.records import Accepted, Ended, Judged, ProvedAbsent, Refused, decode
from terminal.live.state import LiveState
from terminal.proving.simulator import ACCOUNT, Simulation
from terminal.proving.venue import TrueOrder, TrueVenue

ZERO = Decimal(0)
_ENDED = {Status.FILLED, Status.CANCELLED, Status.EXPIRED, Status.REJECTED}


@dataclass(frozen=True, slots=True)
class Findings:
    """What was wrong with a schedule, each with its order; all empty where nothing was."""

    duplicates: tuple[str, ...]
    lost: tuple[str, ...]
    unproven: tuple[str, ...]
    violations: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """True where nothing was wrong."""
        return not (self.duplicates or self.lost or self.unproven or self.violations)


@dataclass(frozen=True, slots=True)
class Belief:
    """What the engine believed in the end, from its own memory: its state's digest, fills that no order explained, lots without a stop."""

    digest: str
    kept: tuple[Execution, ...]
    unprotected: dict[str, Decimal]


def check(simulation: Simulation) -> Findings:
    """Everything that is wrong after a schedule."""
    engine = simulation.engine
    belief = None if engine is None else Belief(engine.state.digest(), engine.surveys.kept(ACCOUNT), engine.protection.unprotected)
    return compare(simulation.venue, simulation.journal, belief, simulation.violations)


def compare(venue: TrueVenue, journal: AnyJournal, belief: Belief | None, violations: Iterable[str] = ()) -> Findings:
    """Everything in which the venue, the journal and what the engine believed differ; `violations` were found on the way."""
    state = replayed(journal)
    found = list(violations)
    if belief is None:
        found.append("the engine did not come back")
    elif belief.digest != state.digest():
        found.append("I16 the replayed journal differs from the state in memory")
    found += _positions(venue, state, belief.kept if belief is not None else ())
    if belief is not None:
        found += _protection(venue, state, belief.unprotected)
    return Findings(_duplicates(venue), tuple(_lost(venue, state)), tuple(_unproven(venue, journal, state)), tuple(found))


def _duplicates(venue: TrueVenue) -> tuple[str, ...]:
    counts = Counter(order.order_id for order in venue.orders if order.order_id)
    return tuple(f"I02 {order_id}: {count} orders at the venue" for order_id, count in counts.items() if count > 1)


def _lost(venue: TrueVenue, state: LiveState) -> list[str]:
    """Orders and fills that the venue has and we do not know of, or believe to stand otherwise."""
    found = []
    fills: defaultdict[str, Decimal] = defaultdict(Decimal)
    for execution in venue.executions:
        fills[execution.venue_order_id] += execution.quantity
    for true in venue.orders:
        if not true.order_id:
            continue
        ours = state.orders.get(true.order_id)
        if ours is None:
            found.append(f"{true.order_id}: at the venue and not in the journal")
        elif ours.filled != fills[true.venue_order_id]:
            found.append(f"{true.order_id}: filled {fills[true.venue_order_id]} there, {ours.filled} booked")
        elif (why := _differs(true, ours)) is not None:
            found.append(f"{true.order_id}: {why}")
    return found


def _differs(true: TrueOrder, ours: LiveOrder) -> str | None:
    if true.shown is Shown.WORKING and ours.status is not Status.WORKING:
        return f"works there and is {ours.status.value} here"
    if true.shown is not Shown.WORKING and ours.status not in _ENDED:
        return f"is {true.shown.value} there and {ours.status.value} here"
    return None


def _unproven(venue: TrueVenue, journal: AnyJournal, state: LiveState) -> list[str]:
    """Orders that left UNKNOWN by nothing, or by an absence that was not true."""
    there = {order.order_id for order in venue.orders}
    found = [f"I03 {order_id}: called {order.status.value}, and the venue has it" for order_id, order in state.orders.items() if _denies(order, there)]
    for _, entry in journal.entries():
        if entry.kind.startswith(OWN):
            continue
        record = decode(entry.kind, entry.body)
        if isinstance(record, Accepted | Refused | ProvedAbsent | Ended) and not record.evidence:
            found.append(f"I03 {record.order_id}: a step without evidence")
        if isinstance(record, ProvedAbsent) and record.order_id in there:
            found.append(f"I03 {record.order_id}: proved absent, and the venue has it")
        if isinstance(record, Judged):
            found.append(f"I03 {record.order_id}: nobody decided anything here")
    return found


def _denies(order: LiveOrder, there: set[str]) -> bool:
    return order.status in (Status.REFUSED, Status.ABSENT) and order.intent.id in there


def _positions(venue: TrueVenue, state: LiveState, unexplained: tuple[Execution, ...]) -> list[str]:
    """Positions that differ. What is kept unexplained was told, and keeps the gate shut."""
    found = []
    for symbol in venue.prices:
        traded = sum((e.side * e.quantity for e in venue.executions if e.instrument.symbol == symbol), ZERO)
        kept = [e for e in unexplained if e.instrument.symbol == symbol]
        booked = state.positions.get((ACCOUNT, symbol), ZERO) + sum((e.side * e.quantity for e in kept), ZERO)
        if traded != booked:
            found.append(f"I05 {symbol}: {traded} was traded, {booked} is booked")
        if venue.moved.get(symbol) and (ACCOUNT, symbol) not in state.frozen and not kept:
            found.append(f"I08 {symbol}: the broker's position moved by {venue.moved[symbol]} and nothing is frozen")
    return found


def _protection(venue: TrueVenue, state: LiveState, told: dict[str, Decimal]) -> list[str]:
    """Open lots whose stops at the venue are smaller than they are and were not told to be; stops larger than what they protect."""
    found = []
    stops: defaultdict[str, Decimal] = defaultdict(Decimal)
    for true in venue.orders:
        if true.shown is Shown.WORKING and true.is_protective and true.order_id in state.orders:
            stops[state.orders[true.order_id].intent.parent] += true.quantity - true.filled
    held = {lot.order_id: lot.quantity for place in state.places() for lot in state.lots(place)}
    for entry_id, quantity in held.items():
        wanted = quantity if state.orders[entry_id].intent.stop_loss is not None else ZERO
        if stops[entry_id] < wanted and entry_id not in told:
            found.append(f"F14 {entry_id}: {wanted} held, stops for {stops[entry_id]}, nobody was told")
    for entry_id, quantity in stops.items():
        if quantity > held.get(entry_id, ZERO):
            found.append(f"I09 {entry_id}: {held.get(entry_id, ZERO)} held, stops for {quantity}")
    return found
