"""Stops a strategy that no longer answers: one that loops for ever, or that runs on after the person asked to stop.

One thread looks at all strategies that run; it costs them nothing. What it raises reaches the strategy's next line.
"""

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from terminal.domain.errors import Cancelled
from terminal.domain.work import CancelQuestion

_LOOKS_EVERY = 0.05
"""Seconds between two looks."""
_IDLE_LOOKS = 20
"""Looks without any strategy after which the thread sleeps until one begins."""
_STEPS_TO_ARRIVE = 10
"""Steps of Python after which a thread has met what another raised in it; the first would do."""


class Overdue(BaseException):
    """Raised inside a strategy that took too long. No ordinary `except` catches it."""


class _Stopped(BaseException):
    """Raised inside a strategy after the person asked to stop."""


class _Watched:
    """One running strategy: the thread it runs in, how often it has been called, and how many looks it may take for one call."""

    def __init__(self, cancelled: CancelQuestion, progress: Callable[[], object], patience: float) -> None:
        self.thread = threading.get_ident()
        self._cancelled, self._progress, self._looks = cancelled, progress, int(patience / _LOOKS_EVERY)
        self.looks_left = self._looks  # a progress that is always the same never resets it
        self._seen: object = None

    def verdict(self) -> type[BaseException] | None:
        """What to raise in it at this look, None = let it go on."""
        if self._cancelled():
            return _Stopped
        seen = self._progress()
        if seen != self._seen:
            self._seen, self.looks_left = seen, self._looks
        self.looks_left -= 1
        return Overdue if self.looks_left < 0 else None


class _Watch:
    """Looks at every running strategy while there is one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: list[_Watched] = []
        self._thread: threading.Thread | None = None
        self._is_asleep = False

    def begin(self, watched: _Watched) -> None:
        """Looks at it from now on."""
        with self._changed:
            self._watched.append(watched)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="strategy watch", daemon=True)
                self._thread.start()
            if self._is_asleep:
                self._changed.notify()

    def end(self, watched: _Watched) -> None:
        """Looks at it no longer, and lets what was raised at the last moment arrive here."""
        while True:
            try:
                with self._changed:
                    if watched in self._watched:
                        self._watched.remove(watched)
                for _ in range(_STEPS_TO_ARRIVE):
                    pass
                return
            except (Overdue, _Stopped):  # the caller has its answer already
                continue

    def _look(self) -> None:
        with self._changed:
            idle = 0
            while True:
                self._is_asleep = idle > _IDLE_LOOKS  # not after each run: a sweep begins thousands a second
                self._changed.wait(None if self._is_asleep else _LOOKS_EVERY)
                idle = 0 if self._watched else idle + 1
                for watched in self._watched:
                    verdict = watched.verdict()
                    if verdict is not None:
                        _raise_in(watched.thread, verdict)


_watch = _Watch()


@contextmanager
def watched(cancelled: CancelQuestion, progress: Callable[[], object], patience: float) -> Iterator[None]:
    """Inside it this thread is raised Cancelled soon after `cancelled()`, and Overdue once `progress()` answers the same for `patience` seconds.

    A strategy that catches everything is raised it again at the next look. What waits inside compiled code is reached when that returns.
    """
    one = _Watched(cancelled, progress, patience)
    try:
        try:
            _watch.begin(one)
            yield
        finally:
            _watch.end(one)
    except _Stopped:
        raise Cancelled from None


def _raise_in(thread: int, kind: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))
