"""Compiles the backtest's engine in a process of its own, so that the window neither stalls nor grows while that happens.

Begun behind the window's first picture; the first backtest waits for it and then reads the compiled engine from the cache.
"""

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.domain.work import CancelQuestion, stop_if

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

_log = logging.getLogger(__name__)
_STEP_SECONDS = 0.02


class Engine:
    """The compiled engine kept under `folder`, where numba looks for it. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._is_closed = False

    def is_kept(self) -> bool:
        """True where these sources were compiled before."""
        return any(self._folder.glob("**/fast.simulate-*.nbi"))

    def start(self) -> None:
        """Begins to compile unless that was done or is under way; returns at once."""
        with self._lock:
            if self._process is not None or self._is_closed or self.is_kept():
                return
            from multiprocessing import get_context

            # a fresh interpreter: a forked one would inherit locks that the window's other threads hold
            self._process = get_context("spawn").Process(target=compile_engine, name="engine", daemon=True)
            self._process.start()

    def wait(self, cancelled: CancelQuestion) -> None:
        """Returns once nothing compiles in the other process any more; raises Cancelled. Without `start` it returns at once."""
        with self._lock:
            process = self._process
        if process is None:
            return
        from multiprocessing.connection import wait

        # its end of a pipe tells that it ended; `is_alive` would wait for ever where somebody else took its exit code, as the system
        # itself does for a program that was started with SIGCHLD ignored
        while not wait([process.sentinel], _STEP_SECONDS):
            stop_if(cancelled)
        if process.exitcode and not self._is_closed:
            _log.warning("The engine could not be prepared beside the window (exit code %s); the backtest compiles it itself", process.exitcode)

    def close(self) -> None:
        """Ends the other process."""
        with self._lock:
            self._is_closed = True
            if self._process is not None and self._process.is_alive():
                self._process.kill()
                self._process.join()


def compile_engine() -> None:
    """Runs in the other process: compiles the engine into numba's cache."""
    from terminal.backtest.run import compile_loop

    compile_loop()
