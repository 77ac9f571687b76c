"""Ctrl-C before there is anything to stop: while modules are read an interrupt ends the process at once.

Python may swallow a KeyboardInterrupt in the middle of an import; `conversation` takes over once the terminal is open.
"""

import os
import signal
from types import FrameType

_CANCELLED = 130


def stop_at_once() -> None:
    """From now on an interrupt ends the process with code 130; nothing is open yet. Leaves alone who ignores interrupts."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def stop_in_order() -> None:
    """From now on an interrupt is a KeyboardInterrupt again, which the running command answers."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - a signal handler's form
    os.write(2, b"Cancelled.\n")
    os._exit(_CANCELLED)
