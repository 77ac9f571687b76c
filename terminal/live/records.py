"""What a session's journal says, as values: each record is a fact that happened, in the order it was written down.

`engine` decides which records come next, `journal` makes them last, `state` is nothing but their fold.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

from terminal.domain.errors import BadInput
from terminal.domain.intents import Author, Denial, Execution, OrderIntent
from terminal.risk.view import TradingState


class Ending(StrEnum):
    """How an order that had worked ended, other than by fills that make up its quantity."""

    FILLED = "filled"
    """Done, by the venue's word, with less than its quantity: a fill was corrected."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    """Taken back by the venue after it had accepted."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An engine began with this run's id; whatever was being sent before may or may not have arrived."""

    run: str
    version: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """The gate let the intent through, and it is about to be sent. Durable before one byte of it leaves."""

    intent: OrderIntent
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Denied:
    """The gate refused; nothing was sent."""

    denial: Denial


@dataclass(frozen=True, slots=True)
class Accepted:
    """The venue has the order. `evidence` says where that was seen."""

    order_id: str
    venue_order_id: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The venue answered that it will not have the order."""

    order_id: str
    reason: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Doubted:
    """Whether the venue has the order is not known: it is looked up, never sent again."""

    order_id: str
    why: str


@dataclass(frozen=True, slots=True)
class ProvedAbsent:
    """The venue showed that it never had the order and can't get it any more."""

    order_id: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A named person decided what became of an order that stayed unknown."""

    order_id: str
    was_sent: bool
    author: Author
    note: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A fill, or the correction of one, that was not known before. `order_id` is ours, "" for what others did on the account."""

    order_id: str
    execution: Execution


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """A cancel is about to be sent."""

    order_id: str
    author: Author
    reason: str


@dataclass(frozen=True, slots=True)
class CancelRefused:
    """The venue would not cancel; the order is looked at again."""

    order_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """A change of a working order is about to be sent: until the answer both shapes count."""

    order_id: str
    quantity: Decimal
    limit: Decimal | None
    stop: Decimal | None
    author: Author


@dataclass(frozen=True, slots=True)
class Changed:
    """The venue shows the order in the shape that was asked for (True), or as it was (False)."""

    order_id: str
    is_new: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The venue shows the order as ended, having filled `filled` of it."""

    order_id: str
    how: Ending
    filled: Decimal
    evidence: str


@dataclass(frozen=True, slots=True)
class StateChosen:
    """Somebody, or a limit, set what the gate lets through."""

    state: TradingState
    author: Author
    reason: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """Ours and the broker's numbers differ: nothing that adds risk leaves for this instrument until somebody decided."""

    account: str
    symbol: str
    ours: Decimal
    theirs: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True)
class Thawed:
    """The difference is gone (`evidence`), or a named person adopted or ignored the broker's number."""

    account: str
    symbol: str
    evidence: str
    author: Author | None = None
    adopted: Decimal | None = None
    """What was taken into the position of `outside`, which our strategies never touch."""


Record: TypeAlias = (
    Begun
    | Submitted
    | Denied
    | Accepted
    | Refused
    | Doubted
    | ProvedAbsent
    | Judged
    | Filled
    | CancelAsked
    | CancelRefused
    | ChangeAsked
    | Changed
    | Ended
    | StateChosen
    | Frozen
    | Thawed
)

_KINDS: dict[str, type[Any]] = {
    "begun": Begun,
    "submitted": Submitted,
    "denied": Denied,
    "accepted": Accepted,
    "refused": Refused,
    "doubted": Doubted,
    "proved_absent": ProvedAbsent,
    "judged": Judged,
    "filled": Filled,
    "cancel_asked": CancelAsked,
    "cancel_refused": CancelRefused,
    "change_asked": ChangeAsked,
    "changed": Changed,
    "ended": Ended,
    "state_chosen": StateChosen,
    "frozen": Frozen,
    "thawed": Thawed,
}
"""Stored names never change; a new shape of a record gets a new one."""
_NAMES = {kind: name for name, kind in _KINDS.items()}
_encoder = msgspec.json.Encoder(order="deterministic")
_decoders = {name: msgspec.json.Decoder(kind) for name, kind in _KINDS.items()}


def encode(record: Record) -> tuple[str, bytes]:
    """The record's stored name and its canonical JSON: decimals as text, equal bytes for equal records."""
    return _NAMES[type(record)], _encoder.encode(record)


def decode(kind: str, body: bytes) -> Record:
    """The record that `encode` stored. Raises ValueError for what is none: an unknown name, another shape, impossible numbers."""
    if kind not in _decoders:
        raise ValueError(f"a journal of this version has no record {kind!r}")
    try:
        record: Record = _decoders[kind].decode(body)
    except (msgspec.DecodeError, BadInput) as error:
        raise ValueError(f"a record {kind!r} can't be read: {error}") from None
    return record
