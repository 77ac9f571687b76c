"""Compiles the backtest's engine in processes of its own, so that the window neither stalls nor grows while that happens.

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
        self._processes: list[BaseProcess] = []
        self._is_closed = False

    def is_kept(self) -> bool:
        """True where these sources were compiled before."""
        return any(self._folder.glob("**/fast.simulate-*.nbi"))

    def start(self) -> None:
        """Begins to compile unless that was done or is under way; returns at once."""
        with self._lock:
            if self._processes or self._is_closed or self.is_kept():
                return
            from multiprocessing import get_context

            # fresh interpreters: a forked one would inherit locks that the window's other threads hold
            context = get_context("spawn")
            self._processes = [context.Process(target=part, name=part.__name__, daemon=True) for part in (compile_loop, compile_measures)]
            for process in self._processes:
                process.start()

    def wait(self, cancelled: CancelQuestion) -> None:
        """Returns once nothing compiles in the other processes any more; raises Cancelled. Without `start` it returns at once."""
        with self._lock:
            processes = tuple(self._processes)
        for process in processes:
            self._wait_for(process, cancelled)

    def _wait_for(self, process: "BaseProcess", cancelled: CancelQuestion) -> None:
        from multiprocessing.connection import wait

        # its end of a pipe tells that it ended; `is_alive` would wait for ever where somebody else took its exit code, as the system
        # itself does for a program that was started with SIGCHLD ignored
        while not wait([process.sentinel], _STEP_SECONDS):
            stop_if(cancelled)
        if process.exitcode and not self._is_closed:
            _log.warning("The engine could not be prepared beside the window (exit code %s); the backtest compiles it itself", process.exitcode)

    def close(self) -> None:
        """Ends the other processes."""
        with self._lock:
            self._is_closed = True
            for process in self._processes:
                if process.is_alive():
                    process.kill()
                    process.join()


def compile_loop() -> None:
    """Runs in one of the other processes: compiles the candle loop into numba's cache."""
    from terminal.backtest.run import compile_loop as compile_candle_loop

    compile_candle_loop()


def compile_measures() -> None:
    """Runs in the other one: compiles what every result is measured with."""
    from terminal.backtest.summary import compile_measures as compile_result_measures

    compile_result_measures()
