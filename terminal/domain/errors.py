"""What can go wrong, as types a caller can branch on; every message names the thing, the value and the cure.

Every room raises these; faces (window, command line) turn them into words and exit codes.
"""

import errno
from pathlib import Path

_FORBIDDEN = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))
_FULL = frozenset((errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)))  # not every system knows quotas


class OutcryError(Exception):
    """A failure a person can understand. `cure` says what to do next and is shown beside the message."""

    exit_code = 1
    is_temporary = False
    """True where trying the same request again may succeed."""

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}".rstrip()


class BadInput(OutcryError):
    """A value from a person or a file that cannot be used."""

    exit_code = 2


class WrongValue(BadInput):
    """A named value outside what its declaration allows. `option` is the keyword where it was an option of a run, else empty."""

    def __init__(self, thing: str, value: object, allowed: str, *, option: str = "") -> None:
        super().__init__(f"{thing} is {value!r}.", cure=f"Give {allowed}.")
        self.value = value
        self.allowed = allowed
        self.option = option

    def told_as(self, thing: str) -> "WrongValue":
        """This refusal of `thing`, such as --capital or Setting 'capital'."""
        return WrongValue(thing, self.value, self.allowed)


class Cancelled(OutcryError):
    """The person asked to stop."""

    exit_code = 130

    def __init__(self, message: str = "Cancelled.") -> None:
        super().__init__(message)


class UnknownName(BadInput):
    """A venue, symbol, strategy or parameter that does not exist; suggests the nearest that do."""

    def __init__(self, kind: str, name: str, *, nearest: tuple[str, ...] = (), cure: str = "") -> None:
        hint = f"Did you mean {' or '.join(nearest)}?" if nearest else cure
        super().__init__(f"Unknown {kind} {name!r}.", cure=hint)
        self.kind = kind
        self.name = name
        self.nearest = nearest


class VenueError(OutcryError):
    """A venue answered, and the answer was no. Asking again will not help."""


class VenueUnreachable(VenueError):
    """No usable answer: no network, a reset, a time-out, a 5xx, a truncated body."""

    is_temporary = True


class RateLimited(VenueError):
    """The venue asked for fewer requests. `retry_after_seconds` is its own figure, None where it gave none."""

    is_temporary = True

    def __init__(self, message: str, *, retry_after_seconds: float | None = None, cure: str = "") -> None:
        super().__init__(message, cure=cure)
        self.retry_after_seconds = retry_after_seconds


class VenueBanned(VenueError):
    """The venue banned this address for a while (HTTP 418); going on would lengthen the ban."""


class RegionBlocked(VenueError):
    """The venue does not serve this country (HTTP 451 or its own words)."""


class StoreError(OutcryError):
    """The candle store could not read or write; what was stored before is untouched."""


class DiskFull(StoreError):
    """No room to write; nothing was half-written."""


def forbids_writing(error: OSError) -> bool:
    """True where the system lets this person read there and not write."""
    return error.errno in _FORBIDDEN


def lacks_room(error: OSError) -> bool:
    """True where the system refused to write because the disk, the quota or the file is full."""
    return error.errno in _FULL


class StoreDamaged(StoreError):
    """A stored file does not match its checksum and was moved to quarantine."""


class StrategyError(OutcryError):
    """A strategy could not be loaded or failed while it ran; carries the place so that an editor can mark it."""

    exit_code = 2  # a strategy is somebody's input

    def __init__(self, message: str, *, file: Path | None = None, line: int | None = None, column: int | None = None, cure: str = "") -> None:
        place = f"{file.name}:{line} — " if file is not None and line is not None else f"{file.name} — " if file is not None else ""
        super().__init__(place + message, cure=cure)
        self.detail = message
        self.file = file
        self.line = line
        self.column = column
