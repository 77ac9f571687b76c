"""Fetches the heavy libraries after the window shows, one module at a time with pauses, so that the first click does not wait.

An import holds the interpreter while it reads a module; the pauses let the window's thread paint in between.
"""

import importlib
import logging
import threading

_log = logging.getLogger(__name__)
_MODULES = ("pandas", "pyarrow.parquet", "numba")
_PAUSE_SECONDS = 0.02
_FIRST_PAUSE_SECONDS = 0.3


class WarmUp:
    """Imports in a thread of its own from `start` until done or `close`."""

    def __init__(self, modules: tuple[str, ...] = _MODULES) -> None:
        self._modules = modules
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
        if self._closing.wait(_FIRST_PAUSE_SECONDS):
            return
        for name in self._modules:
            try:
                importlib.import_module(name)
            except ImportError as problem:
                _log.error("The library %s is missing or broken: %s", name, problem)
            if self._closing.wait(_PAUSE_SECONDS):
                return
