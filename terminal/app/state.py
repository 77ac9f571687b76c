"""What the terminal tells whoever watches: numbered snapshots, of which the latest wins, and events, of which none is lost.

Handlers and jobs publish here from any thread; the window's bridge and the command line subscribe.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from terminal.domain.series import SeriesKey


class Severity(StrEnum):
    """How loud a notice is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class StoreChanged:
    """Event: the store holds something else than before in this series (None = several)."""

    series: SeriesKey | None = None


@dataclass(frozen=True, slots=True)
class RunStored:
    """Event: a run was recorded under this id."""

    run_id: str


@dataclass(frozen=True, slots=True)
class VariantsTried:
    """Event: variants of a run's strategy were tried beside it and noted, none of which is kept."""

    run_id: str


@dataclass(frozen=True, slots=True)
class StrategiesChanged:
    """Event: a file of the strategy folder appeared, changed or went."""


@dataclass(frozen=True, slots=True)
class SettingChanged:
    """Event: a setting has this value now."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Notice:
    """Event: something a person should see once and can find again in the log."""

    severity: Severity
    text: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """Event: one structured log record, already redacted."""

    time: int
    level: str
    room: str
    text: str


@dataclass(frozen=True, slots=True)
class LiveCandle:
    """Event: the forming (or just closed) candle of a streamed series. Prices float64, time UTC ns."""

    series: SeriesKey
    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    is_closed: bool
    received: int


@dataclass(frozen=True, slots=True)
class Quote:
    """One row of the watchlist: last price, reference price a day ago, best bid and ask, when it was received (UTC ns).

    While its exchange is closed (`is_open` False) the last trade's time stands in `received`, which is old without being stale.
    """

    series: SeriesKey
    last: float
    day_ago: float | None
    bid: float | None
    ask: float | None
    received: int
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Quotes:
    """Snapshot: the latest quote of each streamed symbol."""

    rows: tuple[Quote, ...]


class LaneState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Lane:
    """Progress of a job or one part of it; `total` 0 = unknown; seconds_left None = not known yet."""

    name: str
    done: float
    total: float
    note: str
    rate: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class JobView:
    """One job as shown: `lanes[0]` is the job itself, the rest its parts."""

    id: int
    title: str
    state: LaneState
    lanes: tuple[Lane, ...]
    started: int
    ended: int | None
    error: str = ""
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Jobs:
    """Snapshot: every job of this run of the program, newest first."""

    rows: tuple[JobView, ...]


@dataclass(frozen=True, slots=True)
class HealthItem:
    """One light of the health strip: its name, what it reads, whether it is a fault, and words that explain it."""

    name: str
    value: str
    severity: Severity
    explanation: str


@dataclass(frozen=True, slots=True)
class Health:
    """Snapshot: the health strip, faults first."""

    items: tuple[HealthItem, ...]


T = TypeVar("T")
Listener = Callable[[int, Any], None]


class Publisher:
    """Hands snapshots and events to subscribers, in order, on the thread that publishes; thread-safe.

    Subscribers must be quick and must not raise: the bridge only appends to a queue.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._number = 0
        self._listeners: list[Listener] = []
        self._latest: dict[type, Any] = {}

    def publish(self, value: object, *, snapshot: bool = False) -> None:
        """Numbers `value` and hands it on; a snapshot is also kept for those who subscribe later."""
        with self._lock:
            self._number += 1
            if snapshot:
                self._latest[type(value)] = value
            for listener in tuple(self._listeners):
                listener(self._number, value)

    def latest(self, kind: type[T]) -> T | None:
        """The last published snapshot of that type, None before the first."""
        with self._lock:
            return self._latest.get(kind)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener(number, value)` for everything published from now on; returns a function that ends it."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe
