"""How a journal's tables look, and how an older file becomes a newer one: each step one transaction, after a backup.

A new file takes the same steps, beginning from none.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from terminal.live.journal_disk import in_words, make_file, sync_fully
from terminal.live.journal_errors import JournalRefused
from terminal.market.store_disk import sync_folder

Steps = tuple[tuple[str, ...], ...]
"""The statements that lead from version n to n + 1, for n from 0."""

STEPS: Steps = (
    (
        "CREATE TABLE about (journal_id TEXT NOT NULL, epoch TEXT NOT NULL)",
        "CREATE TABLE entries (seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL, digest BLOB NOT NULL)",
        "CREATE UNIQUE INDEX runs ON entries (body) WHERE kind = 'journal.run'",
        "CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'a journal is only added to'); END",
        "CREATE TRIGGER entries_are_kept BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'a journal is only added to'); END",
        "CREATE TABLE snapshots (seq INTEGER PRIMARY KEY, state_hash BLOB NOT NULL, body BLOB NOT NULL, seal BLOB NOT NULL)",
    ),
)


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the tables, 0 in an empty file."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def demand_known(version: int, path: Path, steps: Steps = STEPS) -> None:
    """Raises JournalRefused where a newer Outcry wrote the file."""
    if not 0 <= version <= len(steps):
        raise JournalRefused(
            f"The journal {path} has the format {version}; this Outcry knows formats up to {len(steps)}.",
            cure="Start the newer Outcry that wrote it. A copy in the former format was kept beside it when it was changed.",
        )


def migrate(connection: sqlite3.Connection, path: Path, steps: Steps = STEPS) -> Path | None:
    """Brings the tables to the newest version, each step whole or not at all; where the backup made first stands, None without need of one.

    Raises JournalRefused, or what SQLite raises; then the file is of one of the versions, with nothing lost.
    """
    version = version_of(connection)
    demand_known(version, path, steps)
    if version == len(steps):
        return None
    kept = backup(connection, path.with_name(f"{path.stem}.format-{version}.backup")) if version else None
    for number, statements in enumerate(steps[version:], version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number:d}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    return kept


def backup(connection: sqlite3.Connection, target: Path) -> Path:
    """`target`, now a whole and synced copy of what `connection` sees; an older file of that name is replaced."""
    scratch = target.with_name(f".{target.name}.part")
    with in_words(scratch):
        scratch.unlink(missing_ok=True)
    make_file(scratch)
    with in_words(scratch):
        with closing(sqlite3.connect(scratch)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        with scratch.open("rb+") as file:
            sync_fully(file.fileno())
        scratch.replace(target)
        sync_folder(target.parent)
    return target
