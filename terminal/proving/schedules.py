"""Many fault schedules from one seed, on as many processes as there are processors; a failing one is run again by its number.

What `outcry simulate-faults` runs. The order of the schedules changes nothing: each has a seed of its own.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context

from terminal.domain.errors import OutcryError
from terminal.domain.work import CancelQuestion, Report, never, silent, stop_if
from terminal.live.orders import IllegalStep

_CHUNK = 25
_STRIDE = 1_000_003
"""Between the seeds of two campaigns, so that they share no schedule."""


@dataclass(slots=True)
class Tally:
    """What a number of schedules came to. `failures` names each failing schedule's number and what was wrong with it."""

    schedules: int = 0
    duplicates: int = 0
    lost: int = 0
    unproven_unknown: int = 0
    violations: int = 0
    orders: int = 0
    faults_by_kind: Counter[str] = field(default_factory=Counter)
    failures: dict[int, list[str]] = field(default_factory=dict)
    trace: str = ""
    """Equal for equal runs; of several schedules that of the last one by number."""

    @property
    def is_clean(self) -> bool:
        """True where no schedule failed."""
        return not self.failures

    def add(self, other: "Tally") -> None:
        """Counts another's schedules in."""
        for name in ("schedules", "duplicates", "lost", "unproven_unknown", "violations", "orders"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults_by_kind += other.faults_by_kind
        self.failures |= other.failures
        self.trace = other.trace or self.trace


def schedule(seed: int, number: int) -> Tally:
    """One schedule of a campaign."""
    from terminal.proving.checker import check
    from terminal.proving.simulator import Simulation

    simulation = Simulation(seed * _STRIDE + number)
    try:
        simulation.run()
    except (IllegalStep, KeyError, ValueError, ArithmeticError, RuntimeError, AttributeError, TypeError) as error:  # a fault of the engine is a finding
        failures = {number: [f"{type(error).__name__}: {error}"]}
        return Tally(1, violations=1, failures=failures, faults_by_kind=simulation.happened)
    found = check(simulation)
    words = [*found.duplicates, *found.lost, *found.unproven, *found.violations]
    return Tally(
        schedules=1,
        duplicates=len(found.duplicates),
        lost=len(found.lost),
        unproven_unknown=len(found.unproven),
        violations=len(found.violations),
        orders=len(simulation.venue.orders),
        faults_by_kind=simulation.happened,
        failures={number: words} if words else {},
        trace=simulation.trace.hexdigest(),
    )


def some(seed: int, numbers: range) -> Tally:
    """The schedules of these numbers, one after the other."""
    tally = Tally()
    for number in numbers:
        tally.add(schedule(seed, number))
    return tally


def campaign(seed: int, count: int, *, processes: int = 1, report: Report = silent, cancelled: CancelQuestion = never) -> Tally:
    """Schedules 0 to `count` − 1 of `seed`. Raises Cancelled, and OutcryError where a process was killed."""
    parts = [range(begin, min(begin + _CHUNK, count)) for begin in range(0, count, _CHUNK)]
    tally = Tally()
    with _runner(processes) as runs:
        try:
            for part, future in [(part, runs(seed, part)) for part in parts]:
                tally.add(_waited(future, cancelled))
                report(part.stop, count, "schedules")
        except BrokenProcessPool:
            raise OutcryError("A process that simulated was killed.", cure="Run it again with fewer processes; memory may be short.") from None
    return tally


def _waited(future: "Future[Tally] | Tally", cancelled: CancelQuestion) -> Tally:
    if isinstance(future, Tally):
        stop_if(cancelled)
        return future
    while True:
        stop_if(cancelled)
        try:
            return future.result(timeout=0.1)
        except TimeoutError:
            continue


@contextmanager
def _runner(processes: int) -> Iterator[Callable[[int, range], "Future[Tally] | Tally"]]:
    """How a part is run: at once in this process, or handed to a pool whose waiting parts are dropped when it ends."""
    if processes < 2:
        yield some
        return
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
    try:
        yield lambda seed, numbers: pool.submit(some, seed, numbers)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
