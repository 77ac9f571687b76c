"""What can go wrong with an exchange's answer, scripted by the number of the request it befalls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    """How an answer fails."""

    TOO_MANY = "too many requests"
    BANNED = "banned"
    SERVER_ERROR = "server error"
    TRUNCATED = "truncated JSON"
    BROKEN_OFF = "body shorter than promised"
    RESET = "connection reset"
    BLACK_HOLE = "no answer ever"
    GEO_BLOCK = "unavailable for legal reasons"
    GEO_WORDS = "forbidden, with words about the country"
    NOT_FOUND = "not found"
    BAD_ROWS = "rows with nulls"


@dataclass(frozen=True, slots=True)
class Fault:
    """One failing answer. `seconds` is the Retry-After of a limit or ban, None = no such header."""

    kind: FaultKind
    seconds: float | None = None
    status: int = 503


@dataclass
class Script:
    """Which request fails how: candle requests by number (the first is 1), or every request while `always` is set."""

    by_number: dict[int, Fault] = field(default_factory=dict)
    always: Fault | None = None
    from_number: dict[int, Fault] = field(default_factory=dict)
    """From that candle request on, all of them."""

    def add(self, faults: Mapping[int, Fault]) -> None:
        """Adds faults by candle request number."""
        self.by_number.update(faults)

    def fault_of(self, candle_request: int | None) -> Fault | None:
        """What befalls this request; `candle_request` is None for requests of other kinds."""
        if self.always is not None:
            return self.always
        if candle_request is None:
            return None
        lasting = next((fault for number, fault in self.from_number.items() if candle_request >= number), None)
        return self.by_number.get(candle_request, lasting)
