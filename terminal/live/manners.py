"""What a venue promises about orders, as far as safety rests on it; an adapter declares it, the ticket shows it.

Asked by the engine before it believes an absence or sends a protection.
"""

from dataclasses import dataclass

SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Manners:
    """Promises of one venue. All durations in nanoseconds."""

    absent_after: int | None = 70 * SECOND
    """So long after an order was sent it can no longer arrive (its request has an expiry that the venue enforces) and, had it
    arrived, it is to be seen. None: the venue promises nothing of the kind, and only a person may end an unknown order."""
    places: frozenset[str] = frozenset({"by_id", "open", "closed", "fills"})
    """Where an order must be looked for, all of them, before its absence is believed."""
    knows_our_ids: bool = True
    """Whether its reports and executions carry our order id."""
    keeps_reduce_only: bool = False
    """Whether it never lets a reduce-only order open a position: an exit may then be sent beside the stop that protects."""
    holds_stops: bool = True
    """Whether stops can rest there."""
    is_ours_alone: bool = True
    """Whether nobody else trades on the account: a foreign order then freezes its instrument."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the engine waits for what. All in nanoseconds."""

    answer: int = 10 * SECOND
    """For the answer to an order, before it is in doubt."""
    first_look: int = SECOND
    longest_look: int = 60 * SECOND
    """Look-ups of one order start `first_look` apart and double up to this."""
    survey: int = 30 * SECOND
    """Between two looks at a whole account while all is well."""
    hurry: int = 2 * SECOND
    """Between them while something is not explained."""
    overlap: int = 3600 * SECOND
    """So far back before the newest known fill are fills asked for again: what is booked already does no harm."""
    price: int = 10 * SECOND
    """The oldest price that an order may be decided on."""
    confirmations: int = 2
    """Look-ups that must find nothing before an absence is believed."""
