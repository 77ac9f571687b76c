"""Where an account of invented money is kept: a file of its own beside the journal, each change written whole or not at all.

It stands for what a real venue keeps on its side, so that a session that ended anywhere finds there what became of its orders.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from terminal.domain.errors import BadInput, OutcryError
from terminal.domain.intents import Execution
from terminal.ledger.exact import Line
from terminal.live.journal_disk import demand_own_file, make_file, make_private
from terminal.live.paper_orders import PaperOrder

_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS orders (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS executions (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS charges (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
"""
Kind = TypeVar("Kind", PaperOrder, Execution, Line)
_ORDER = msgspec.json.Decoder(PaperOrder)
_EXECUTION = msgspec.json.Decoder(Execution)
_LINE = msgspec.json.Decoder(Line)


class PaperUnavailable(OutcryError):
    """The file of a paper account can't be read or written: what was to be written did not happen."""


class PaperFile:
    """The account at `path`, or one that lives as long as this object. A locked file is waited for so long. Raises PaperUnavailable.

    For one writer: the journal's lock stands for both.
    """

    def __init__(self, path: Path | None = None, wait_seconds: float = 2.0) -> None:
        self._name = "in memory" if path is None else str(path)
        if path is not None:
            make_private(path.parent)
            if not path.exists():
                make_file(path)
            demand_own_file(path)
        with self._in_words():
            where = ":memory:" if path is None else path
            # one thread at a time uses it, and that need not be the one that opened it
            self._connection = sqlite3.connect(where, isolation_level=None, timeout=wait_seconds, check_same_thread=False)
            try:
                self._connection.execute("PRAGMA journal_mode=WAL").close()
                self._connection.execute("PRAGMA synchronous=FULL").close()
                self._connection.executescript(_SCHEMA).close()
            except sqlite3.Error:
                self._connection.close()
                raise

    def state(self) -> dict[str, Any]:
        """What was written last beside orders and fills; empty for a new account."""
        with self._in_words():
            row = self._connection.execute("SELECT body FROM state WHERE name = 'account'").fetchone()
            return {} if row is None else dict(msgspec.msgpack.decode(row[0]))

    def orders(self) -> list[PaperOrder]:
        """Every order that ever came, as it stands."""
        return self._decoded(_ORDER, "orders")

    def executions(self) -> list[Execution]:
        """Every fill, oldest first."""
        return self._decoded(_EXECUTION, "executions")

    def charges(self) -> list[Line]:
        """Whatever else came or went, oldest first."""
        return self._decoded(_LINE, "charges")

    def write(self, state: dict[str, Any], orders: Iterable[PaperOrder], executions: Iterable[Execution], charges: Iterable[Line]) -> None:
        """Writes the new state, the orders that changed and the fills and charges that came: all of it, durable, or nothing."""
        with self._in_words():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.execute("INSERT OR REPLACE INTO state VALUES ('account', ?)", (msgspec.msgpack.encode(state),))
                changed = [(order.number, msgspec.json.encode(order)) for order in orders]
                self._connection.executemany("INSERT OR REPLACE INTO orders VALUES (?, ?)", changed)
                self._connection.executemany("INSERT INTO executions (body) VALUES (?)", [(msgspec.json.encode(each),) for each in executions])
                self._connection.executemany("INSERT INTO charges (body) VALUES (?)", [(msgspec.json.encode(each),) for each in charges])
                self._connection.execute("COMMIT")
            except sqlite3.Error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def _decoded(self, decoder: "msgspec.json.Decoder[Kind]", table: str) -> "list[Kind]":
        with self._in_words():
            return [decoder.decode(row[0]) for row in self._connection.execute(f"SELECT body FROM {table} ORDER BY number")]  # noqa: S608 - a name of ours

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise PaperUnavailable(
                f"The paper account {self._name} can't be used: {error}.", cure="Look whether its disk is full or its file locked."
            ) from error
        except (msgspec.DecodeError, BadInput) as error:
            raise PaperUnavailable(f"The paper account {self._name} can't be read: {error}.", cure="Move the file away to begin a new account.") from error
