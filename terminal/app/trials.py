"""The trial ledger: every distinct (data, code, parameters) that was ever tried, however it was tried, with its daily returns.

Whoever runs a backtest records it here; the verdict asks how many tries, and about how many independent ones, stand behind it.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from terminal.app.run_files import RunInfo, info_from_json, info_to_json
from terminal.domain.errors import OutcryError, forbids_writing
from terminal.market.store_disk import locked

if TYPE_CHECKING:
    from terminal.backtest.evidence import Trials
    from terminal.backtest.result import Result

_TABLES = """
CREATE TABLE IF NOT EXISTS trials (
    series TEXT NOT NULL, data TEXT NOT NULL, code TEXT NOT NULL, parameters TEXT NOT NULL,
    first_tried INTEGER NOT NULL, last_tried INTEGER NOT NULL, times INTEGER NOT NULL, origin TEXT NOT NULL,
    days BLOB NOT NULL, returns BLOB NOT NULL,
    PRIMARY KEY (series, data, code, parameters)
);
CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, created INTEGER NOT NULL, info TEXT NOT NULL);
"""
_RECORD = """
INSERT INTO trials VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?)
ON CONFLICT DO UPDATE SET last_tried = excluded.last_tried, times = times + 1, days = excluded.days, returns = excluded.returns
"""
_LATEST = "SELECT days, returns, MAX(last_tried) FROM trials WHERE series = ? GROUP BY code, parameters ORDER BY MIN(first_tried), code, parameters"
_MOST_COMPARED = 400
"""Trials whose correlations are computed; of more, this many are drawn evenly and stand for the rest."""


class TrialLedger:
    """The ledger in one SQLite file (WAL). Thread-safe; several programs may use it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self.was_damaged = False
        """True once a damaged file was put aside and a new one begun."""

    def record(self, result: "Result", origin: str, now: int) -> None:
        """Notes the trial behind `result`; the same data, code and parameters count once."""
        marks = result.fingerprints
        key = (str(result.candles_key), marks["data"], marks["code"], marks["parameters"])
        with self._open() as connection:
            connection.execute(_RECORD, (*key, now, now, origin, result.daily_days.tobytes(), result.daily_returns.tobytes()))

    def trials(self, result: "Result") -> "Trials":
        """How many variants were tried on the series of `result`, and about how many independent ones, over its days.

        A variant is a distinct code and parameters; of one tried over several ranges the latest counts.
        """
        from terminal.backtest.evidence import Trials
        from terminal.stats.significance import effective_trials, sharpe_variance

        with self._open() as connection:
            rows = connection.execute(_LATEST, (str(result.candles_key),)).fetchall()
        if len(rows) <= 1:
            return Trials()
        step = max(1, -(-len(rows) // _MOST_COMPARED))
        compared = [_on_days(np.frombuffer(days, np.int64), np.frombuffer(returns), result.daily_days) for days, returns, _ in rows[::step]]
        independent = _scaled(effective_trials(compared), len(compared), len(rows))
        return Trials(len(rows), independent, sharpe_variance(compared))

    def list_runs(self) -> tuple[RunInfo, ...]:
        """The saved runs, newest first."""
        with self._open() as connection:
            rows = connection.execute("SELECT info FROM runs ORDER BY created DESC, id DESC").fetchall()
        return tuple(info_from_json(json.loads(text)) for (text,) in rows)

    def add_run(self, info: RunInfo) -> None:
        """Puts a saved run on the list."""
        with self._open() as connection:
            connection.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", (info.id, info.created, json.dumps(info_to_json(info), default=str)))

    def close(self) -> None:
        """Closes the file; a later call opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def __del__(self) -> None:
        """A ledger nobody holds any more lets go of its file."""
        self.close()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._connected()
                with self._connection:
                    yield self._connection
            except sqlite3.DatabaseError as error:
                raise OutcryError(f"The trial ledger {self.path} refused: {error}.", cure="Check that the disk is writeable and has room.") from error
            except OSError as error:
                raise OutcryError(
                    f"The trial ledger {self.path} cannot be written: {error.strerror or error}.", cure="Allow writing there, or set OUTCRY_HOME."
                ) from error

    def _connected(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return self._begun()
        except OSError as error:
            if not forbids_writing(error):
                raise
            return _connect_to_read(self.path)

    def _begun(self) -> sqlite3.Connection:
        """A connection that may write; a damaged file is put aside first. Raises OSError where the folder forbids it."""
        with locked(self.path.with_suffix(".lock")):  # SQLite refuses at once, without waiting, where two programs begin a WAL file together
            try:
                return _connect(self.path)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                self.was_damaged = True
                for suffix in ("", "-wal", "-shm"):
                    broken = self.path.with_name(self.path.name + suffix)
                    if broken.exists():
                        broken.replace(broken.with_name(broken.name + ".damaged"))
                return _connect(self.path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.executescript(_TABLES)
        connection.execute("SELECT COUNT(*) FROM trials").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that refuses to write, for a folder that does: to the file as it lies there, or to an empty ledger where there is none."""
    if path.exists():
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.executescript(_TABLES)
    connection.execute("PRAGMA query_only=ON")
    return connection


def _scaled(independent: float, sample: int, count: int) -> float:
    """The effective number of `count` trials whose mean correlation is that of a `sample`, by the formula of `effective_trials`."""
    if sample == count or sample < 2:
        return independent
    correlation = min(max((sample - independent) / (sample - 1), 0.0), 1.0)
    return correlation + (1.0 - correlation) * count


def _on_days(days: NDArray[np.int64], returns: NDArray[np.float64], wanted: NDArray[np.int64]) -> NDArray[np.float64]:
    """The returns of a trial on the days `wanted`, 0 where it has none."""
    found = np.zeros(len(wanted))
    place = np.searchsorted(days, wanted)
    place[place == len(days)] = 0
    if len(days):
        same = days[place] == wanted
        found[same] = returns[place[same]]
    return found
