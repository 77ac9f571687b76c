"""Compiles the backtest's engine in processes of its own, so that the window neither stalls nor grows while that happens.

Begun behind the window's first picture; the first backtest waits for what it needs and then reads it from the cache.
"""

import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.domain.work import CancelQuestion, stop_if

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

_log = logging.getLogger(__name__)
_STEP_SECONDS = 0.02
_LAST_OF = {"compile_loop": "fast.simulate", "compile_measures": "compiled.profit_sums", "compile_desk": "tape.show_again"}
"""The parts of the engine, functions of `backtest.compiling`, and of each what is compiled last."""
_DESK = "compile_desk"


class Engine:
    """The compiled engine kept under `folder`, where numba looks for it. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._processes: dict[str, BaseProcess] = {}
        self._is_desk_begun = threading.Event()
        self._is_begun = self._is_closed = False

    def missing(self) -> tuple[str, ...]:
        """The parts that these sources were not compiled to before."""
        return tuple(part for part, last in _LAST_OF.items() if not any(self._folder.glob(f"**/{last}-*.nbi")))

    def start(self) -> None:
        """Begins to compile what is missing unless that is under way; returns at once."""
        with self._lock:
            if self._is_begun or self._is_closed:
                return
            missing = self.missing()
            if not missing:
                return
            from multiprocessing import get_context

            # fresh interpreters: a forked one would inherit locks that the window's other threads hold
            context = get_context("spawn")
            self._is_begun = True
            made: dict[str, BaseProcess] = {part: context.Process(target=compile_part, args=(part,), name=part, daemon=True) for part in missing}
            desk = made.pop(_DESK, None)
            self._processes = made
            for process in made.values():
                process.start()
            threading.Thread(target=self._begin_desk, args=(desk, tuple(made.values())), name="engine", daemon=True).start()

    def wait(self, cancelled: CancelQuestion, *, for_desk: bool = False) -> None:
        """Returns once what a run needs is compiled; raises Cancelled. Without `start` it returns at once.

        Runs of plain array signals need no desk, which takes longest.
        """
        with self._lock:
            processes = [process for part, process in self._processes.items() if part != _DESK]
        for process in processes:
            self._wait_for(process, cancelled)
        if for_desk and self._is_begun:
            while not self._is_desk_begun.wait(_STEP_SECONDS):
                stop_if(cancelled)
            desk = self._processes.get(_DESK)
            if desk is not None:
                self._wait_for(desk, cancelled)

    def _begin_desk(self, desk: "BaseProcess | None", others: "tuple[BaseProcess, ...]") -> None:
        """Lets the desk compile once the parts that the first run waits for have done so."""
        from multiprocessing.connection import wait

        for process in others:
            wait([process.sentinel])
        with self._lock:
            if desk is not None and not self._is_closed:
                desk.start()
                self._processes[_DESK] = desk
        self._is_desk_begun.set()

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
            for process in self._processes.values():
                if process.is_alive():
                    process.kill()
                    process.join()


def compile_part(part: str) -> None:
    """Runs in another process: compiles that part of the engine into numba's cache; the desk behind everything else."""
    threading.Thread(target=_end_with_parent, name="end with the window", daemon=True).start()
    if part == _DESK and hasattr(os, "nice"):
        os.nice(10)
    from terminal.backtest import compiling

    getattr(compiling, part)()


def _end_with_parent() -> None:
    """Ends this process when the window is gone, however it went."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
