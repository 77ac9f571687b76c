"""The one seam through which the program learns what time it is, so that a whole session can be replayed.

Handed to whoever needs it by constructor; nobody reads the wall clock directly.
"""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Returns the current time in nanoseconds since the epoch, UTC."""


def system_clock() -> int:
    """Current UTC time in nanoseconds, from the operating system."""
    return time.time_ns()
