"""Fetches the heavy libraries after the window shows, in the order in which the first backtest needs them, so that it does not wait.

An import holds the interpreter while it reads a module; it pauses in between, and for as long as a job of the person's runs.
"""

import gc
import importlib
import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)
_MODULES = ("numba", "talib", "pandas", "pyarrow.parquet")
_PAUSE_SECONDS = 0.05
_FIRST_PAUSE_SECONDS = 0.3


class WarmUp:
    """Imports in a thread of its own from `start` until done or `close`; waits while `is_busy`."""

    def __init__(self, modules: tuple[str, ...] = _MODULES, *, is_busy: Callable[[], object] = bool) -> None:
        self._modules = modules
        self._is_busy = is_busy
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="warm-up", daemon=True)

    def start(self) -> None:
        """Begins; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Stops before the next library."""
        self._closing.set()

    def is_done(self) -> bool:
        """True once everything is there."""
        return not self._thread.is_alive()

    def _run(self) -> None:
        was_enabled = gc.isenabled()
        gc.disable()  # imports make objects by the hundred thousand, and a collection among them holds the window up
        try:
            self._fetch()
        finally:
            gc.freeze()  # what was imported stays to the end: later collections need not walk it
            if was_enabled:
                gc.enable()

    def _fetch(self) -> None:
        if self._closing.wait(_FIRST_PAUSE_SECONDS):
            return
        for name in self._modules:
            while self._is_busy():
                if self._closing.wait(_PAUSE_SECONDS):
                    return
            try:
                importlib.import_module(name)
            except ImportError as problem:
                _log.error("The library %s is missing or broken: %s", name, problem)
            if self._closing.wait(_PAUSE_SECONDS):
                return
