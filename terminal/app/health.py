"""The health strip's lights, measured once a second: disk, jobs, age of the feed, and whether this program may write.

A fault lights within two seconds and says in words what it means.
"""

import shutil
import threading
from typing import TYPE_CHECKING

from terminal.app.state import Health, HealthItem, Quotes, Severity

if TYPE_CHECKING:
    from terminal.app.jobs import JobRunner
    from terminal.app.terminal import Terminal

_SECONDS = 1.0
_STALE_NS = 5_000_000_000  # a feed ticks each second; five missed ticks are a fault
_LONG_QUEUE = 8


class HealthMonitor:
    """Publishes a Health snapshot each second, from `start` to `close`; faults come first."""

    def __init__(self, terminal: "Terminal", jobs: "JobRunner") -> None:
        self._terminal = terminal
        self._jobs = jobs
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="health", daemon=True)

    def start(self) -> None:
        """Begins to publish, with a first snapshot at once."""
        self._thread.start()

    def close(self) -> None:
        """Ends."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(2)

    def measure(self) -> Health:
        """The lights as they stand now."""
        items = [item for item in (self._access(), self._disk(), self._queue(), self._feed()) if item is not None]
        order = (Severity.ERROR, Severity.WARNING, Severity.INFO)
        return Health(tuple(sorted(items, key=lambda item: order.index(item.severity))))

    def _run(self) -> None:
        while True:
            self._terminal.publisher.publish(self.measure(), snapshot=True)
            if self._closing.wait(_SECONDS):
                return

    def _access(self) -> HealthItem | None:
        if not self._terminal.read_only:
            return None
        words = (
            "Another Outcry has this folder open: this one shows everything and stores no candles and no settings. Close the other and start again to write."
        )
        return HealthItem("Read-only", "second window", Severity.WARNING, words)

    def _disk(self) -> HealthItem:
        try:
            free = shutil.disk_usage(self._terminal.paths.data).free / 1e9
        except OSError as error:
            return HealthItem("Disk", "not readable", Severity.ERROR, f"The folder {self._terminal.paths.data} cannot be read: {error.strerror or error}.")
        limit = self._terminal.settings["disk_warning_gb"]
        if free >= limit:
            return HealthItem("Disk", f"{free:,.0f} GB free", Severity.INFO, f"Free space where candles and runs are kept: {self._terminal.paths.data}.")
        words = f"Less than {limit:g} GB is free in {self._terminal.paths.data}. Downloads stop when the disk is full; what is stored stays whole."
        return HealthItem("Disk", f"{free:.2f} GB free", Severity.ERROR if free < limit / 10 else Severity.WARNING, words)

    def _queue(self) -> HealthItem:
        running, waiting = self._jobs.running(), self._jobs.waiting()
        value = "idle" if not running and not waiting else f"{running} running, {waiting} waiting" if waiting else f"{running} running"
        severity = Severity.WARNING if waiting >= _LONG_QUEUE else Severity.INFO
        return HealthItem("Jobs", value, severity, "Downloads, imports and backtests under way. The Jobs panel lists them and can cancel each.")

    def _feed(self) -> HealthItem | None:
        quotes = self._terminal.publisher.latest(Quotes)
        if quotes is None or not quotes.rows:
            return None
        age = max(self._terminal.clock() - max(row.received for row in quotes.rows), 0)
        if age < _STALE_NS:
            return HealthItem("Feed", f"{age / 1e9:.0f} s old", Severity.INFO, "Age of the newest price received.")
        words = "No price has arrived for a while: what charts and the watchlist show is that old."
        return HealthItem("Feed", f"{age / 1e9:.0f} s old", Severity.WARNING, words)
