"""Where ids of orders come from: one random name per start, and a counter; no clock, no state on disk that could be restored to an older one.

The engine asks for one per order before it is journalled; the same id goes to the venue, whose search finds the order by it.
"""

import os
from collections.abc import Callable

from terminal.domain.errors import BadInput, OutcryError
from terminal.live.journal_entries import RUN, AnyJournal, Entry

Entropy = Callable[[int], bytes]
"""Returns as many unpredictable bytes as asked for: the one seam through which live trading draws them."""

_LETTERS = "0123456789abcdefghijklmnopqrstuv"  # ids of one run sort as they were counted
_PREFIX = "x"
_RUN_LENGTH = 10
_COUNT_LENGTH = 6
MOST = 32**_COUNT_LENGTH - 1
"""Ids that one run has."""


class IdsExhausted(OutcryError):
    """This run has counted to its end: nothing is sent until the engine starts anew."""


class RunRepeated(OutcryError):
    """The journal already knows a run of this name, so that its ids may have been used."""


def system_entropy(count: int) -> bytes:
    """`count` random bytes from the operating system."""
    return os.urandom(count)


def draw_run(entropy: Entropy = system_entropy) -> str:
    """A name for a run: 50 random bits as 10 characters."""
    return _written(int.from_bytes(entropy(7), "big") >> 6, _RUN_LENGTH)


def begin_run(journal: AnyJournal, run: str, now: int) -> "IdSource":
    """The ids of `run`, which is journalled and durable first. Raises RunRepeated where the journal knows it already."""
    source = IdSource(run)
    if journal.knows_run(run):
        raise RunRepeated(f"The journal already has a run {run}.", cure="Draw another; if this happens again, the random numbers of this machine are broken.")
    journal.append([Entry(now, RUN, run.encode())])
    journal.sync()
    return source


class IdSource:
    """Client order ids of one run: 17 characters of [a-z0-9], never the same twice. For one thread, as the engine is."""

    def __init__(self, run: str) -> None:
        if len(run) != _RUN_LENGTH or not set(run) <= set(_LETTERS):
            raise BadInput(f"The name of a run is {run!r}.", cure=f"Give {_RUN_LENGTH} characters of 0-9 and a-v, as draw_run does.")
        self.run = run
        self.issued = 0
        """How many were handed out."""

    def next(self) -> str:
        """An id that nobody had before. Raises IdsExhausted after `MOST`."""
        if self.issued >= MOST:
            raise IdsExhausted(f"The run {self.run} has used its {MOST} ids.", cure="Start the engine anew: a new run has new ones.")
        self.issued += 1
        return f"{_PREFIX}{self.run}{_written(self.issued, _COUNT_LENGTH)}"


def run_of(order_id: str) -> str | None:
    """The run that made `order_id`; None where it is no id of ours, so that the order is somebody else's."""
    run = order_id[len(_PREFIX) : len(_PREFIX) + _RUN_LENGTH]
    is_ours = len(order_id) == len(_PREFIX) + _RUN_LENGTH + _COUNT_LENGTH and order_id.startswith(_PREFIX) and set(order_id[1:]) <= set(_LETTERS)
    return run if is_ours else None


def _written(number: int, length: int) -> str:
    return "".join(_LETTERS[(number >> 5 * place) & 31] for place in reversed(range(length)))
