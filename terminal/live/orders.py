"""The life of one order as the journal tells it: which states there are, and which steps between them are legal.

`state` keeps one of these for every intent that was ever let through; `engine` asks it before it decides anything.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from terminal.domain.errors import OutcryError
from terminal.domain.intents import Author, AuthorKind, OrderIntent

ZERO = Decimal(0)
TERMINAL = Author(AuthorKind.TERMINAL, "outcry")
"""Who wishes what the terminal does by itself: protections, repeated cancels."""


class Status(StrEnum):
    """Where an order stands. UNKNOWN is an answer of its own: the venue may have it or not."""

    PENDING = "pending"
    """Journalled; being sent."""
    WORKING = "working"
    UNKNOWN = "unknown"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    """Taken back by the venue after it had accepted."""
    REFUSED = "refused"
    ABSENT = "absent"
    """Proved never to have been at the venue."""


MAY_WORK = frozenset({Status.PENDING, Status.WORKING, Status.UNKNOWN})
"""States in which an order may still fill, and counts toward every limit."""
_ENDS = frozenset({Status.FILLED, Status.CANCELLED, Status.EXPIRED, Status.REJECTED})
_STEPS: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.WORKING, Status.UNKNOWN, Status.REFUSED, Status.FILLED}),
    Status.WORKING: _ENDS | {Status.UNKNOWN},
    Status.UNKNOWN: _ENDS | {Status.WORKING, Status.REFUSED, Status.ABSENT},
    # what a venue said never to have had, and then fills or shows, is in doubt again
    Status.REFUSED: frozenset({Status.UNKNOWN}),
    Status.ABSENT: frozenset({Status.UNKNOWN}),
}


class IllegalStep(OutcryError):
    """An order would move where no order can: a fault of the program, on which the session halts."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What of an order can be changed while it works."""

    quantity: Decimal
    limit: Decimal | None
    stop: Decimal | None


@dataclass(slots=True)
class LiveOrder:
    """One order. `filled` is the sum of its booked fills, `told` what the venue says it filled; times are UTC ns."""

    intent: OrderIntent
    submitted: int
    shape: Shape
    status: Status = Status.PENDING
    since: int = 0
    venue_order_id: str = ""
    filled: Decimal = ZERO
    told: Decimal = ZERO
    why: str = ""
    """What the last change of state rests on."""
    asked_shape: Shape | None = None
    """A change that was sent and not answered: both shapes count."""
    asked_at: int = 0
    """When that change was asked for."""
    changes: int = 0
    """How many changes were asked for; the newest bears this number."""
    had: list[Shape] = field(default_factory=list)
    """The shapes before that one: a report that shows one of them may be old."""
    is_cancel_asked: bool = False
    has_late_fill: bool = False

    def move(self, status: Status, now: int, why: str) -> None:
        """Takes the step to `status`; raises IllegalStep where no order can go there."""
        if status is self.status:
            return
        if status not in _STEPS.get(self.status, frozenset()):
            raise IllegalStep(f"Order {self.intent.id} is {self.status.value} and can't become {status.value} ({why}).")
        self.status, self.since, self.why = status, now, why

    @property
    def may_work(self) -> bool:
        """True while the venue may hold it."""
        return self.status in MAY_WORK

    @property
    def most(self) -> Decimal:
        """The largest quantity it may come to: of both shapes while a change is unanswered."""
        return max(self.shape.quantity, self.asked_shape.quantity) if self.asked_shape is not None else self.shape.quantity

    @property
    def remaining(self) -> Decimal:
        """What may still fill, at worst; 0 once it ended."""
        return max(self.most - self.filled, ZERO) if self.may_work else ZERO

    @property
    def lacks_fills(self) -> bool:
        """True where the venue says that it filled more than was booked: those fills are asked for."""
        return self.told > self.filled
