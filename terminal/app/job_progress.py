"""One job while it waits and runs: its lanes with rate and time left, and whether it was asked to stop.

Kept by `app.jobs`; a job's handler sees of it only `report` and `asked_to_stop`.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from terminal.app.state import JobView, Lane, LaneState
from terminal.domain.clock import Clock
from terminal.domain.errors import Cancelled, OutcryError

_WINDOW = 10_000_000_000  # the rate is that of the last ten seconds: a download's pace changes with the venue's limits
_SAMPLE_EVERY = 100_000_000


class LaneProgress:
    """How far one lane is; the rate is measured over its last ten seconds."""

    def __init__(self, name: str, now: int) -> None:
        self._name = name
        self._done = 0.0
        self._total = 0.0
        self._note = ""
        self._samples: deque[tuple[int, float]] = deque([(now, 0.0)])

    def report(self, now: int, done: float, total: float, note: str) -> None:
        """Takes the newest figures; one that goes backwards begins a new measure of pace."""
        if done < self._done:
            self._samples.clear()
        self._done, self._total, self._note = done, total, note
        if not self._samples or now - self._samples[-1][0] >= _SAMPLE_EVERY:
            self._samples.append((now, done))
        while len(self._samples) > 2 and now - self._samples[0][0] > _WINDOW:
            self._samples.popleft()

    def view(self, now: int) -> Lane:
        """The lane as shown: rate in units per second, time left in seconds where both are known."""
        since, done_then = self._samples[0] if self._samples else (now, self._done)
        elapsed = max(now - since, 0) / 1e9
        rate = (self._done - done_then) / elapsed if elapsed > 0 else 0.0
        is_known = rate > 0 and self._total > 0
        return Lane(self._name, self._done, self._total, self._note, rate, max(self._total - self._done, 0.0) / rate if is_known else None)


class RunningJob:
    """A command with everything that happens to it. `report` and `asked_to_stop` may be called from any thread."""

    def __init__(
        self,
        job_id: int,
        command: Any,
        title: str,
        visible: bool,
        question: str,
        done: Callable[[Any, BaseException | None], None] | None,
        clock: Clock,
        changed: Callable[[], None],
    ) -> None:
        self.id = job_id
        self.command = command
        self.title = title
        self.visible = visible
        self.question = question
        self.done = done
        self.stop_asked: int | None = None
        self._clock = clock
        self._changed = changed
        self._lock = threading.Lock()
        self._state = LaneState.WAITING
        self._started = clock()
        self._ended: int | None = None
        self._error: BaseException | None = None
        self._lanes = {"": LaneProgress(title, self._started)}

    @property
    def has_ended(self) -> bool:
        """True once its end was filed."""
        return self._ended is not None

    def asked_to_stop(self) -> bool:
        """The job's CancelQuestion."""
        return self.stop_asked is not None

    def ask_to_stop(self) -> None:
        """Remembers when the person first asked."""
        if self.stop_asked is None:
            self.stop_asked = self._clock()

    def began(self) -> None:
        """A worker took it."""
        with self._lock:
            self._state = LaneState.RUNNING
            self._started = self._clock()
            self._lanes[""] = LaneProgress(self.title, self._started)

    def report(self, done: float, total: float, note: str = "", *, lane: str = "") -> None:
        """The job's Report."""
        now = self._clock()
        with self._lock:
            if lane not in self._lanes:
                self._lanes[lane] = LaneProgress(lane, now)
            self._lanes[lane].report(now, done, total, note)
        if self.visible:
            self._changed()

    def ended(self, error: BaseException | None) -> None:
        """Files the end: done, failed or cancelled."""
        with self._lock:
            self._ended = self._clock()
            self._error = error
            self._state = LaneState.DONE if error is None else LaneState.CANCELLED if isinstance(error, Cancelled) else LaneState.FAILED

    def view(self) -> JobView:
        """The job as shown now."""
        with self._lock:
            now = self._ended if self._ended is not None else self._clock()
            lanes = tuple(lane.view(now) for lane in self._lanes.values())
            error, cure = _words(self._error)
            return JobView(self.id, self.title, self._state, lanes, self._started, self._ended, error, cure)


def _words(error: BaseException | None) -> tuple[str, str]:
    if error is None or isinstance(error, Cancelled):
        return "", ""
    if isinstance(error, OutcryError):
        return error.message, error.cure
    return f"A fault in Outcry: {type(error).__name__}: {error}", "The log has the details; what was stored before is untouched."
