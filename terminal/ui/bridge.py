"""The only crossing between the window's thread and everything that works: commands go down, snapshots and events come up.

Worker threads only append to a queue here; the window's thread empties it at screen pace and isolates faulty receivers.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from terminal.app.state import Notice, Severity
from terminal.domain.errors import Cancelled, OutcryError
from terminal.ui.receiver import Receiver
from terminal.ui.zones import Zones

if TYPE_CHECKING:
    from terminal.app.commands import Command
    from terminal.app.jobs import JobRunner
    from terminal.app.settings import Settings
    from terminal.app.terminal import Terminal
    from terminal.domain.clock import Clock

T = TypeVar("T")
_SCREEN_PACE_MS = 33
_SLICE_SECONDS = 0.008
_log = logging.getLogger(__name__)


class Bridge(QObject):
    """Sends commands to worker threads and brings answers, snapshots and events to the thread it was made on.

    `unexpected` is told of every error in a receiver: the crash hook. With `is_held` commands wait until `release`.
    """

    _woken = Signal()

    def __init__(
        self,
        terminal: "Terminal",
        jobs: "JobRunner",
        parent: QObject | None = None,
        *,
        unexpected: Callable[[BaseException], object] | None = None,
        is_held: bool = False,
    ) -> None:
        super().__init__(parent)
        self._unexpected = unexpected
        self.zones = Zones(parent=self)
        self._terminal = terminal
        self._jobs = jobs
        self._arrived: deque[tuple[Callable[[], None] | None, Any]] = deque()
        self._is_waking = threading.Event()
        self._fresh: dict[type, Any] = {}
        self._watchers: dict[type, list[Receiver]] = {}
        self._listeners: dict[type, list[Receiver]] = {}
        self._questions: dict[str, object] = {}
        self._held: list[Callable[[], None]] | None = [] if is_held else None
        self._started: dict[int, int] = {}
        self._woken.connect(self._take_up, Qt.ConnectionType.QueuedConnection)
        self._pace = QTimer(self)
        self._pace.setSingleShot(True)
        self._pace.setInterval(_SCREEN_PACE_MS)
        self._pace.timeout.connect(self._show_latest)
        self._unsubscribe = terminal.publisher.subscribe(self._heard)

    @property
    def settings(self) -> "Settings":
        """The settings in force, to be read."""
        return self._terminal.settings

    @property
    def is_read_only(self) -> bool:
        """True where another program holds the folder, or nobody may write there."""
        return self._terminal.read_only

    @property
    def clock(self) -> "Clock":
        """What tells the time, UTC ns."""
        return self._terminal.clock

    def send(
        self,
        command: "Command",
        *,
        then: Callable[[Any], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
        title: str = "",
        visible: bool = False,
        question: str = "",
    ) -> int:
        """The id of the job that answers `command`; `then(answer)` or `failed(error)` is called on this thread.

        A newer command with the same `question` retires the older, which then calls nothing. Without `failed` an error
        becomes a notice. Nothing is called once the receiving widget is gone.
        """
        answered = Receiver(then, is_held=True) if then is not None else None
        refused = Receiver(failed, is_held=True) if failed is not None else None
        ticket = object()
        if question:
            self._questions[question] = ticket

        def done(answer: object | None, error: BaseException | None) -> None:
            self._post(lambda: self._deliver(question, ticket, answer, error, answered, refused))

        def start() -> int:
            return self._jobs.start(command, title=title, visible=visible, question=question, done=done)

        if self._held is None:
            return start()
        number = -1 - len(self._held)
        self._held.append(lambda: self._started.update({number: start()}))
        return number

    def release(self) -> None:
        """Sends what was held back while the window was built, in its order; from now on nothing waits."""
        held, self._held = self._held or [], None
        for start in held:
            start()

    def cancel(self, job_id: int) -> None:
        """Asks that job to stop; its `failed` is then called with Cancelled."""
        self._jobs.cancel(self._started.get(job_id, job_id))

    def watch(self, kind: type[T], slot: Callable[[T], None]) -> None:
        """Calls `slot` with the current snapshot of `kind`, if there is one, then with the latest at most 30 times a second."""
        receiver = Receiver(slot)
        self._watchers.setdefault(kind, []).append(receiver)
        latest = self._terminal.publisher.latest(kind)
        if latest is not None:
            self._call(receiver, latest)

    def on(self, kind: type[T], slot: Callable[[T], None]) -> None:
        """Calls `slot` with every event of `kind` from now on, in the order they were published."""
        self._listeners.setdefault(kind, []).append(Receiver(slot))

    def notify(self, severity: Severity, text: str, cure: str = "") -> None:
        """Tells the person something through the toasts and their centre."""
        self._terminal.publisher.publish(Notice(severity, text, cure))

    def publish(self, event: object) -> None:
        """Publishes an event of the window's own."""
        self._terminal.publisher.publish(event)

    def close(self) -> None:
        """Hears nothing more; answers that still arrive are dropped."""
        self._unsubscribe()
        self._pace.stop()
        self._watchers.clear()
        self._listeners.clear()
        self._arrived.clear()

    def _heard(self, _number: int, value: object) -> None:
        self._post(None, value)

    def _post(self, work: Callable[[], None] | None, value: object = None) -> None:
        self._arrived.append((work, value))
        if not self._is_waking.is_set():
            self._is_waking.set()
            try:
                self._woken.emit()
            except RuntimeError:  # the window is gone and this object with it: nobody is left to be told
                self._arrived.clear()

    @Slot()
    def _take_up(self) -> None:
        self._is_waking.clear()
        until = perf_counter() + _SLICE_SECONDS
        while self._arrived:
            work, value = self._arrived.popleft()
            if work is not None:
                work()
            else:
                self._hand_out(value)
            if perf_counter() > until and self._arrived:
                self._is_waking.set()
                QTimer.singleShot(0, self, self._take_up)  # behind painting and input: a signal would be taken up before them
                return

    def _hand_out(self, value: object) -> None:
        kind = type(value)
        for receiver in tuple(self._listeners.get(kind, ())):
            self._call(receiver, value)
        if kind in self._watchers:
            self._fresh[kind] = value
            if not self._pace.isActive():
                self._pace.start()

    @Slot()
    def _show_latest(self) -> None:
        fresh, self._fresh = self._fresh, {}
        for kind, value in fresh.items():
            for receiver in tuple(self._watchers.get(kind, ())):
                self._call(receiver, value)

    def _deliver(self, question: str, ticket: object, answer: object, error: BaseException | None, answered: Receiver | None, refused: Receiver | None) -> None:
        if question and self._questions.get(question) is not ticket:
            return
        if question:
            del self._questions[question]
        if error is None:
            if answered is not None:
                self._call(answered, answer)
        elif refused is not None:
            self._call(refused, error)
        elif not isinstance(error, Cancelled):
            words = words_of_error(error)
            self.notify(Severity.ERROR, *words)

    def _call(self, receiver: Receiver, value: object) -> None:
        slot = receiver.target()
        if slot is None:
            for receivers in (*self._watchers.values(), *self._listeners.values()):
                if receiver in receivers:
                    receivers.remove(receiver)
            return
        try:
            slot(value)
        except Exception as error:  # noqa: BLE001 - one faulty panel must not keep the others from hearing
            _log.exception("%s failed on %s", receiver.name, type(value).__name__)
            if self._unexpected is not None:
                self._unexpected(error)


def words_of_error(error: BaseException) -> tuple[str, str]:
    """What went wrong and what to do, as a person reads it; a fault of ours names its kind."""
    return (error.message, error.cure) if isinstance(error, OutcryError) else (f"{type(error).__name__}: {error}", "The log has the details.")
