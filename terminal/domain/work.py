"""The two questions long work asks its surroundings: "how far am I?" and "should I stop?".

Handed to every job by whoever runs it: a panel, the command line, a script.
"""

from collections.abc import Callable
from typing import Protocol

from terminal.domain.errors import Cancelled


class Report(Protocol):
    """Called by a job with how much is done, of how much (0 = unknown), and a few words; `lane` names one of several parts."""

    def __call__(self, done: float, total: float, note: str = "", *, lane: str = "") -> None: ...


CancelQuestion = Callable[[], bool]
"""True once the person asked to stop; cheap enough to ask every few milliseconds."""


def silent(done: float, total: float, note: str = "", *, lane: str = "") -> None:
    """A Report for callers that show no progress."""


def never() -> bool:
    """A CancelQuestion for callers that cannot be interrupted."""
    return False


def stop_if(cancelled: CancelQuestion) -> None:
    """Raises Cancelled once the person asked to stop."""
    if cancelled():
        raise Cancelled
