"""What a venue's session says to the engine, and what the engine asks of it: values without sockets.

Adapters turn protocol into these; the fault simulator makes them with every kind of lie; `engine` understands nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from terminal.domain.instrument import Instrument
from terminal.domain.intents import ApprovedOrder, Author, Execution, OrderIntent
from terminal.risk.view import TradingState


class Shown(StrEnum):
    """What a venue shows of an order."""

    WORKING = "working"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One order as the venue shows it now. `order_id` is ours, "" where the venue does not know it. `filled` is cumulative."""

    account: str
    symbol: str
    order_id: str
    venue_order_id: str
    shown: Shown
    filled: Decimal
    quantity: Decimal
    limit: Decimal | None = None
    stop: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wishes an order."""

    intent: OrderIntent


@dataclass(frozen=True, slots=True)
class CancelWish:
    """Somebody wishes an order gone."""

    order_id: str
    author: Author
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeWish:
    """Somebody wishes a working order changed."""

    order_id: str
    quantity: Decimal
    limit: Decimal | None
    stop: Decimal | None
    author: Author


@dataclass(frozen=True, slots=True)
class StateWish:
    """Kill (HALTED), reduce only (REDUCING) or arm again (ACTIVE)."""

    state: TradingState
    author: Author
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A named person's decision over an order that stayed unknown: whether the venue ever had it."""

    order_id: str
    was_sent: bool
    author: Author
    note: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A named person's decision over a frozen instrument: adopt the broker's number as outside ours, or ignore the difference."""

    account: str
    symbol: str
    adopts: bool
    author: Author


@dataclass(frozen=True, slots=True)
class Taken:
    """The venue accepted the order."""

    order_id: str
    venue_order_id: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The venue answered that it refuses the order."""

    order_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SendInDoubt:
    """No usable answer to an order: it may have arrived."""

    order_id: str
    why: str


@dataclass(frozen=True, slots=True)
class CancelAnswered:
    """The venue's answer to a cancel. `is_done` None: no usable answer. A cancel may be sent again; an order never."""

    order_id: str
    is_done: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeAnswered:
    """The venue's answer to the change of that `number`. `is_done` None: no usable answer, both shapes count on."""

    order_id: str
    number: int
    is_done: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a look-up of one order found: a report with its executions; or nothing, in all of `places`.

    `asked` is the moment (venue's time, UTC ns) the question was answered for. `fault` is why there is no usable answer.
    """

    order_id: str
    asked: int
    report: OrderReport | None = None
    executions: tuple[Execution, ...] = ()
    places: frozenset[str] = frozenset()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """An account as the venue shows it: open orders, executions since the cursor, positions by symbol. `fault`: no usable answer."""

    account: str
    asked: int
    orders: tuple[OrderReport, ...] = ()
    executions: tuple[Execution, ...] = ()
    positions: Mapping[str, Decimal] | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class StreamChanged:
    """An account's stream of orders and fills came up or went down."""

    account: str
    is_up: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    """A price of an instrument. `at` is the venue's time, UTC ns."""

    instrument: Instrument
    bid: Decimal | None
    ask: Decimal | None
    last: Decimal | None
    at: int
    is_delayed: bool = False


@dataclass(frozen=True, slots=True)
class Woken:
    """Time passed: whatever is due is done."""


Message: TypeAlias = (
    Wish
    | CancelWish
    | ChangeWish
    | StateWish
    | Verdict
    | Settled
    | Taken
    | NotTaken
    | SendInDoubt
    | CancelAnswered
    | ChangeAnswered
    | LookedUp
    | Surveyed
    | StreamChanged
    | OrderReport
    | Execution
    | Quoted
    | Woken
)


@dataclass(frozen=True, slots=True)
class Send:
    """Send this order, once. Its intent is durable when this is carried out."""

    order: ApprovedOrder


@dataclass(frozen=True, slots=True)
class SendCancel:
    """Send a cancel."""

    order_id: str
    venue_order_id: str
    account: str
    symbol: str


@dataclass(frozen=True, slots=True)
class SendChange:
    """Send a change of a working order, the `number`th of it: a late answer to one must not be taken for that to another."""

    order_id: str
    number: int
    venue_order_id: str
    account: str
    symbol: str
    quantity: Decimal
    limit: Decimal | None
    stop: Decimal | None


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the venue for one order by our id, in every place it has: by id, closed orders, fills."""

    order_id: str
    venue_order_id: str
    account: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Survey:
    """Ask the venue for open orders, executions since `since` (UTC ns) and positions of an account."""

    account: str
    since: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """Tell the person, loudly."""

    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """Tell whoever wished it what became of a wish."""

    order_id: str
    text: str


Effect: TypeAlias = Send | SendCancel | SendChange | LookUp | Survey | Alarm | Told
