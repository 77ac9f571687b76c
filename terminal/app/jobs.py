"""Runs commands beside the person's work: one worker thread each, progress shown, cancelled or retired when asked.

Started by the window's bridge and by the command line; what it shows climbs as `Jobs` snapshots through the publisher.
"""

import itertools
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from terminal.app.job_journal import JobJournal
from terminal.app.job_progress import RunningJob
from terminal.app.state import Jobs, JobView, LaneState, Notice, Severity
from terminal.domain.errors import Cancelled, OutcryError

if TYPE_CHECKING:
    from terminal.app.commands import Command
    from terminal.app.terminal import Terminal

Done = Callable[[Any, BaseException | None], None]
Failure = Callable[[BaseException], object]

_SNAPSHOT_SECONDS = 0.05
_GRACE_NS = 150_000_000  # a cancelled job that has not stopped by then is given up, so that the person waits 200 ms at most
_REMEMBERED = 200


class JobRunner:
    """Runs at most `workers` jobs at a time, the rest wait in line. Thread-safe.

    `unexpected` is told of every error that is not an OutcryError, on the worker thread: the crash hook.
    """

    def __init__(self, terminal: "Terminal", workers: int = 4, *, unexpected: Failure | None = None) -> None:
        self._terminal = terminal
        self._workers = workers
        self._unexpected = unexpected
        self._lock = threading.RLock()
        self._changed = threading.Event()
        self._closing = threading.Event()
        self._numbers = itertools.count(1)
        self._waiting: deque[RunningJob] = deque()
        self._running: dict[int, RunningJob] = {}
        self._ended: deque[JobView] = deque(maxlen=_REMEMBERED)
        self._journal = JobJournal(terminal.paths.data / "jobs.json", read_only=terminal.read_only)
        self._interrupted = self._journal.take_interrupted()
        self._ticker = threading.Thread(target=self._tick, name="jobs", daemon=True)
        self._ticker.start()

    def start(self, command: "Command", *, title: str = "", visible: bool = True, question: str = "", done: Done | None = None) -> int:
        """The job's id. `done(answer, error)` is called once, on the worker thread (on this runner's thread for one given up).

        A job that asks the same non-empty `question` retires the older one, whose `done` receives Cancelled.
        """
        job = RunningJob(next(self._numbers), command, title or type(command).__name__, visible, question, done, self._terminal.clock, self._changed.set)
        with self._lock:
            if question:
                for older in (*self._waiting, *self._running.values()):
                    if older.question == question:
                        older.ask_to_stop()
            self._waiting.append(job)
            if visible:
                self._journal.add(job.id, job.title)
            self._fill_workers()
        self._changed.set()
        return job.id

    def cancel(self, job_id: int) -> None:
        """Asks a job to stop; within 200 ms it counts as cancelled. A job that has ended stays as it is."""
        with self._lock:
            for job in (*self._waiting, *self._running.values()):
                if job.id == job_id:
                    job.ask_to_stop()
        self._changed.set()

    def tell_interrupted(self) -> None:
        """Says which jobs ended with the last program instead of by themselves, once; called by a face that listens."""
        titles, self._interrupted = self._interrupted, ()
        for title in titles:
            now = self._terminal.clock()
            words, cure = "Interrupted: Outcry ended while this ran. What it had stored is kept.", "Start it again; it goes on from there."
            self._ended.appendleft(JobView(-len(self._ended) - 1, title, LaneState.FAILED, (), now, now, words, cure))
            self._terminal.publisher.publish(Notice(Severity.WARNING, f"{title} was interrupted when Outcry ended. What it had stored is kept.", cure))
        if titles:
            self._changed.set()

    def waiting(self) -> int:
        """How many jobs wait for a worker."""
        with self._lock:
            return len(self._waiting)

    def running(self) -> int:
        """How many jobs run now."""
        with self._lock:
            return len(self._running)

    def close(self) -> None:
        """Cancels everything and ends within 200 ms; what a person started and lost is not reported again."""
        with self._lock:
            for job in (*self._waiting, *self._running.values()):
                job.ask_to_stop()
        self._closing.set()
        self._changed.set()
        if threading.current_thread() is not self._ticker:
            self._ticker.join(_GRACE_NS / 1e9 + 1)

    def _fill_workers(self) -> None:
        while self._waiting and len(self._running) < self._workers:
            job = self._waiting.popleft()
            self._running[job.id] = job
            job.began()
            threading.Thread(target=self._run, args=(job,), name=f"job-{job.id}", daemon=True).start()

    def _run(self, job: RunningJob) -> None:
        answer: Any = None
        error: BaseException | None = None
        try:
            if not job.asked_to_stop():
                answer = self._terminal.execute(job.command, job.report, job.asked_to_stop)
        except OutcryError as failure:
            error = failure
        except BaseException as failure:  # noqa: BLE001 - a bug in one job must not take the others with it; the crash hook tells it
            error = failure
        try:
            if error is not None and not isinstance(error, OutcryError) and self._unexpected is not None:
                self._unexpected(error)
        finally:  # whoever asked is answered, whatever becomes of the report
            self._end(job, answer, error)

    def _end(self, job: RunningJob, answer: Any, error: BaseException | None) -> None:
        """Files the job's end once: a result that arrives after it was cancelled or retired does not land."""
        with self._lock:
            self._running.pop(job.id, None)
            if job in self._waiting:
                self._waiting.remove(job)
            self._fill_workers()
            if job.has_ended:
                return
            if job.asked_to_stop():
                answer, error = None, Cancelled()
            job.ended(error)
            self._journal.remove(job.id)
            if job.visible:
                self._ended.appendleft(job.view())
        self._changed.set()
        if job.done is not None:
            job.done(answer, error)

    def _tick(self) -> None:
        """Publishes what changed, at most twenty times a second, and gives up on cancelled jobs that do not stop."""
        while True:
            self._changed.wait(_SNAPSHOT_SECONDS if self._is_stopping() else None)
            self._changed.clear()
            now = self._terminal.clock()
            with self._lock:
                overdue = [job for job in self._waiting if job.asked_to_stop()]
                overdue += [job for job in self._running.values() if job.stop_asked is not None and now - job.stop_asked >= _GRACE_NS]
            for job in overdue:
                self._end(job, None, Cancelled())
            self._publish()
            with self._lock:
                if self._closing.is_set() and not self._running and not self._waiting:
                    return
            self._closing.wait(_SNAPSHOT_SECONDS)

    def _is_stopping(self) -> bool:
        with self._lock:
            return any(job.asked_to_stop() for job in (*self._waiting, *self._running.values()))

    def _publish(self) -> None:
        with self._lock:
            live = [job.view() for job in (*self._running.values(), *self._waiting) if job.visible]
            rows = (*sorted(live, key=lambda row: -row.id), *self._ended)
        self._terminal.publisher.publish(Jobs(rows), snapshot=True)
