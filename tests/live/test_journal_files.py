"""The journal's files are its owner's alone, stand in a real folder, and become those of a newer format whole or not at all."""

import os
import shutil
import signal
import sqlite3
import stat
import sys
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from terminal.domain.errors import DiskFull, StoreError
from terminal.live.journal_errors import JournalFull, JournalRefused, JournalUnavailable
from terminal.live.journal_opening import read_journal
from terminal.live.journal_restoring import examine, restore_journal
from terminal.live.journal_schema import STEPS
from tests.builders.journals import SAYS_SO, bodies, clock, numbered, opened, place_in

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="rights and links of files are POSIX's")
NEWER = (
    *STEPS,
    (
        "ALTER TABLE snapshots ADD COLUMN note TEXT NOT NULL DEFAULT ''",
        "CREATE TABLE accounts (name TEXT PRIMARY KEY)",
        "INSERT INTO accounts VALUES ('first')",
        "CREATE INDEX times ON entries (time)",
    ),
    ("DROP INDEX times", "ALTER TABLE accounts ADD COLUMN venue TEXT"),
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@POSIX
def test_files_and_folder_are_private_whatever_the_umask(tmp_path: Path) -> None:
    """E08."""
    place = place_in(tmp_path)
    before = os.umask(0)
    try:
        with opened(place) as journal:
            journal.append(numbered(1, 3))
            assert mode(place.folder) == 0o700
            assert {path.name: mode(path) for path in place.folder.iterdir()} == dict.fromkeys(
                ("journal-0001.db", "journal-0001.db-wal", "journal-0001.db-shm", "journal.lock"), 0o600
            )
            assert mode(place.mark) == 0o600
            assert mode(place.settings) == 0o700
    finally:
        os.umask(before)


@POSIX
def test_a_folder_that_others_may_read_is_closed(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    opened(place).close()
    place.folder.chmod(0o755)
    place.file(1).chmod(0o644)
    opened(place).close()
    assert (mode(place.folder), mode(place.file(1))) == (0o700, 0o600)


@POSIX
def test_a_linked_folder_is_refused(tmp_path: Path) -> None:
    place = place_in(tmp_path / "one")
    (tmp_path / "elsewhere").mkdir()
    place.folder.parent.mkdir()
    place.folder.symlink_to(tmp_path / "elsewhere")
    for act in (opened, read_journal):
        with pytest.raises(JournalRefused, match="link"):
            act(place)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@POSIX
@pytest.mark.parametrize("name", ["journal-0001.db", "journal-0001.db-wal", "journal-0001.db-shm", "journal.lock"])
def test_a_linked_file_is_not_followed(tmp_path: Path, name: str) -> None:
    place = place_in(tmp_path)
    opened(place).close()
    victim = tmp_path / "victim"
    victim.write_bytes(place.file(1).read_bytes())
    before = victim.read_bytes()
    (place.folder / name).unlink(missing_ok=True)
    (place.folder / name).symlink_to(victim)
    with pytest.raises(JournalUnavailable):
        opened(place)
    assert victim.read_bytes() == before


@POSIX
def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    place.folder.write_text("a file")
    with pytest.raises(JournalRefused, match="no folder"):
        opened(place)


def test_a_folder_under_a_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalUnavailable, match="can't be made"):
        opened(place_in(tmp_path / "file"))


@pytest.mark.parametrize("stray", ["journal-9.db.old", "journal-x.db", "journal-.db", "journal-0001.db.part", ".journal-0009.db.part"])
def test_other_files_in_the_folder_are_left_alone(tmp_path: Path, stray: str) -> None:
    place = place_in(tmp_path)
    with opened(place) as journal:
        journal.append(numbered(1, 2))
    (place.folder / stray).write_text("not a journal")
    with opened(place) as journal:
        assert journal.append(numbered(3, 3)) == 3
    assert (place.folder / stray).read_text() == "not a journal"


def test_what_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    place = place_in(tmp_path / "absent")
    for act in (read_journal, examine, lambda place: restore_journal(place, SAYS_SO, clock=clock)):
        with pytest.raises(JournalUnavailable):
            act(place)
    assert not place.folder.exists()


def test_without_a_place_for_the_mark_nothing_is_written(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    with opened(place) as journal:
        journal.append(numbered(1, 1))
    place.mark.unlink()
    place.settings.rmdir()
    place.settings.write_text("a file")
    with pytest.raises(JournalUnavailable):
        opened(place, decision=SAYS_SO)
    place.settings.unlink()
    with opened(place, decision=SAYS_SO) as journal:
        assert journal.head.seq == 2, "the decision was journalled when it could be kept to"


@pytest.mark.parametrize("code", [None, sqlite3.SQLITE_FULL])
def test_a_mark_that_can_not_be_made_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int | None) -> None:
    place = place_in(tmp_path)
    opened(place).close()
    error: StoreError = StoreError("no") if code is None else DiskFull("full")

    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("terminal.live.journal_mark.write_atomically", fails)
    with pytest.raises(JournalUnavailable if code is None else JournalFull):
        opened(place)
    monkeypatch.undo()
    with opened(place) as journal:
        assert journal.append(numbered(1, 1)) == 1


def test_every_commit_is_synced_and_the_log_kept_apart(tmp_path: Path) -> None:
    """What makes an append last through a power cut, which no test here can cause: SQLite's own settings for it."""
    with opened(place_in(tmp_path)) as journal:
        assert journal._writer is not None
        asked = {name: journal._writer.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "fullfsync")}
        assert asked == {"journal_mode": "wal", "synchronous": 2, "fullfsync": 1}


# formats: F40, F46


def made(folder: Path) -> None:
    with opened(place_in(folder)) as journal:
        journal.append(numbered(1, 30))
        journal.snapshot(10, b"ten", b"hash")


def described(path: Path) -> tuple[int, list[str]]:
    """The version of a file and all that its schema says."""
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return version, [row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql")]


def test_an_older_file_becomes_a_newer_one_after_a_backup(tmp_path: Path) -> None:
    made(tmp_path)
    place = place_in(tmp_path)
    with opened(place, steps=NEWER) as journal:
        assert journal.verify().seq == 30
        assert journal.append(numbered(31, 31)) == 31
        kept = journal.latest_snapshot()
        assert kept is not None
        assert kept.body == b"ten"
    assert described(place.file(1))[0] == 3
    backup = place.folder / "journal-0001.format-1.backup"
    assert described(backup)[0] == 1
    if sys.platform != "win32":
        assert mode(backup) == 0o600
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM entries").fetchone() == (30,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_of_a_newer_format_is_refused_and_not_touched(tmp_path: Path) -> None:
    """F46: the way back is the newer program, or the copy that was made first."""
    made(tmp_path)
    place = place_in(tmp_path)
    opened(place, steps=NEWER).close()
    before = place.file(1).read_bytes()
    with pytest.raises(JournalRefused, match="format 3; this Outcry knows formats up to 1"):
        opened(place)
    assert place.file(1).read_bytes() == before


def was_killed(left: int, act: Callable[[], object]) -> bool:
    """True where a process of its own that does `act` was killed by SIGKILL at its SQL statement number `left`, False where it came to its end."""

    def seen(_: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    connect = sqlite3.connect

    def watched(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        if "uri" not in options:  # those only read
            connection.set_trace_callback(seen)
        return connection

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the runner of tests take no part in the child
        child = os.fork()
    if child == 0:
        try:
            sqlite3.connect = watched  # type: ignore[assignment]
            act()
        except BaseException:  # noqa: BLE001 - whatever it is, the child must not go on as a second run of the tests
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@POSIX
def test_a_kill_before_any_statement_leaves_one_of_the_formats(tmp_path: Path) -> None:
    """F40: killed at every statement that is run while a file is opened and changed; the next start finishes it, with nothing lost."""
    made(tmp_path / "made")
    versions = set()
    wanted = None
    for left in range(100):
        shutil.rmtree(tmp_path / "killed", ignore_errors=True)
        shutil.copytree(tmp_path / "made", tmp_path / "killed")
        place = place_in(tmp_path / "killed")
        is_killed = was_killed(left, lambda place=place: opened(place, steps=NEWER).close())  # type: ignore[misc]
        with closing(read_journal(place)) as journal:
            assert bodies(journal.entries()) == [entry.body for entry in numbered(1, 30)]
        version, _ = described(place.file(1))
        versions.add(version)
        with opened(place, steps=NEWER[:version]) as journal:
            assert journal.verify().seq == 30, "it is wholly of the format that it says"
        with opened(place, steps=NEWER) as journal:
            assert not journal.read_only
            assert journal.append(numbered(31, 31)) == 31
            assert journal.verify().seq == 31
        finished = described(place.file(1))
        wanted = wanted or finished
        assert finished == wanted
        if not is_killed:
            break
    assert left > 15
    assert versions == {1, 2, 3}


@POSIX
def test_a_kill_while_restoring_loses_nothing(tmp_path: Path) -> None:
    """Killed at every statement of it: what was sound before can still be restored, or is already."""
    made(tmp_path / "made")
    source = place_in(tmp_path / "made")
    content = source.file(1).read_bytes()
    at = content.index(numbered(25, 25)[0].body)
    source.file(1).write_bytes(content[:at] + b"!" + content[at + 1 :])
    for left in range(60):
        shutil.rmtree(tmp_path / "killed", ignore_errors=True)
        shutil.copytree(tmp_path / "made", tmp_path / "killed")
        place = place_in(tmp_path / "killed")
        is_killed = was_killed(left, lambda place=place: restore_journal(place, SAYS_SO, clock=clock))  # type: ignore[misc]
        with opened(place) as journal:
            assert journal.read_only is is_killed
        if is_killed:
            restore_journal(place, SAYS_SO, clock=clock)
        with opened(place) as journal:
            assert bodies(journal.entries())[:24] == [entry.body for entry in numbered(1, 24)]
            assert journal.verify().seq == 25
        if not is_killed:
            break
    assert left > 8


def test_a_step_that_fails_leaves_the_former_format(tmp_path: Path) -> None:
    made(tmp_path)
    place = place_in(tmp_path)
    broken = (*STEPS, ("CREATE TABLE one (a)", "THIS IS NO SQL"))
    with pytest.raises(JournalUnavailable):
        opened(place, steps=broken)
    assert described(place.file(1))[0] == 1
    with opened(place) as journal:
        assert journal.append(numbered(31, 31)) == 31
