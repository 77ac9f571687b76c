"""What the killed engine and its local venue say to each other over the socket: one message per line, as JSON, and the clock both live by.

A protocol of the kill harness alone; real venues have adapters of their own.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec

from terminal.domain.clock import Clock, system_clock
from terminal.domain.errors import BadInput
from terminal.domain.intents import Execution, OrderIntent
from terminal.live.manners import SECOND
from terminal.live.messages import (
    CancelAnswered,
    ChangeAnswered,
    LookedUp,
    LookUp,
    NotTaken,
    OrderReport,
    Quoted,
    SendCancel,
    SendChange,
    Survey,
    Surveyed,
    Taken,
)

HOST = "127.0.0.1"
START = 1_700_000_000 * SECOND
LONGEST_LINE = 1 << 26
SPEED = 60
"""A minute of engine and venue lasts a second, so that their patience needs no shortening."""


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """An order as it leaves; `approved` (UTC ns) is the time stamp by which a venue refuses what arrives too late."""

    intent: OrderIntent
    approved: int


Request: TypeAlias = PlaceOrder | SendCancel | SendChange | LookUp | Survey
Answer: TypeAlias = Taken | NotTaken | CancelAnswered | ChangeAnswered | LookedUp | Surveyed | OrderReport | Execution | Quoted

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        PlaceOrder,
        SendCancel,
        SendChange,
        LookUp,
        Survey,
        Taken,
        NotTaken,
        CancelAnswered,
        ChangeAnswered,
        LookedUp,
        Surveyed,
        OrderReport,
        Execution,
        Quoted,
    )
}
_encoder = msgspec.json.Encoder()
_envelope = msgspec.json.Decoder(tuple[str, msgspec.Raw])
_decoders = {name: msgspec.json.Decoder(kind) for name, kind in _KINDS.items()}


def line_of(what: Request | Answer) -> bytes:
    """One line, its end included."""
    return _encoder.encode((type(what).__name__, what)) + b"\n"


def read_line(line: bytes) -> Any:
    """The request or answer of a whole line. Raises ValueError for what is none, such as a line that was cut off."""
    try:
        kind, body = _envelope.decode(line)
        return _decoders[kind].decode(body)
    except (msgspec.DecodeError, BadInput, KeyError) as error:
        raise ValueError(f"no message: {line[:80]!r}") from error


def fast_clock(origin: int, clock: Clock = system_clock) -> Clock:
    """The time that engine and venue share: START at `origin` (UTC ns of the real clock), and SPEED times as fast from there."""
    return lambda: START + (clock() - origin) * SPEED
