"""An export proves itself: each byte of it counts, and a key says who made it."""

import json
import random
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BadInput, OutcryError
from terminal.live.journal_entries import Entry
from terminal.live.journal_errors import JournalDamaged, JournalUnavailable
from terminal.live.journal_exporting import Export, export_journal, verify_export
from tests.builders.journals import ENTRIES, numbered, opened, place_in

KEY = bytes(range(32))


def exported(folder: Path, entries: list[Entry], key: bytes | None = None) -> tuple[Path, Export]:
    """The export of a journal with `entries`, and what was said of it."""
    path = folder / "journal.jsonl"
    with opened(place_in(folder)) as journal:
        journal.append(entries)
        return path, export_journal(journal, path, now=5, key=key)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(ENTRIES, max_size=8))
def test_an_export_says_every_entry_and_verifies(tmp_path_factory: pytest.TempPathFactory, entries: list[Entry]) -> None:
    path, export = exported(tmp_path_factory.mktemp("export"), entries)
    assert export.head.seq == len(entries)
    assert verify_export(path) == export
    header, *lines, last = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert header["journal"] == export.journal_id
    assert [(line["time"], line["kind"]) for line in lines] == [(entry.time, entry.kind) for entry in entries]
    assert last["entries"] == len(entries)


def test_any_changed_byte_is_noticed(tmp_path: Path) -> None:
    """E23: every byte of a small export, one bit each."""
    path, _ = exported(tmp_path, [*numbered(1, 4), Entry(5, "binary", b"\xff\xfe")])
    content = path.read_bytes()
    rng = random.Random(3)
    for at in range(len(content)):
        changed = bytearray(content)
        changed[at] ^= 1 << rng.randrange(8)
        path.write_bytes(changed)
        with pytest.raises(OutcryError):
            verify_export(path)
    path.write_bytes(content)
    verify_export(path)


@pytest.mark.parametrize("line", range(7))
def test_a_line_left_out_doubled_or_moved_is_noticed(tmp_path: Path, line: int) -> None:
    path, _ = exported(tmp_path, numbered(1, 5))
    lines = path.read_bytes().splitlines(keepends=True)
    others = lines[:line] + lines[line + 1 :]
    for changed in (others, [*lines[: line + 1], *lines[line:]], [*others, lines[line]] if line < 6 else [lines[6], *others]):
        path.write_bytes(b"".join(changed))
        with pytest.raises((JournalDamaged, BadInput)):
            verify_export(path)


def test_the_first_entry_that_does_not_follow_is_named(tmp_path: Path) -> None:
    path, _ = exported(tmp_path, numbered(1, 9))
    path.write_bytes(path.read_bytes().replace(b'number\\":6', b'number\\":7'))
    with pytest.raises(JournalDamaged) as caught:
        verify_export(path)
    assert caught.value.first_bad == 6


def test_a_key_proves_who_made_it(tmp_path: Path) -> None:
    path, export = exported(tmp_path, numbered(1, 3), key=KEY)
    assert export.signed
    assert verify_export(path, key=KEY) == export
    with pytest.raises(BadInput, match="signed"):
        verify_export(path)
    with pytest.raises(JournalDamaged, match="last line"):
        verify_export(path, key=KEY[::-1])


def test_an_unsigned_export_does_not_pass_for_a_signed_one(tmp_path: Path) -> None:
    path, _ = exported(tmp_path, numbered(1, 3))
    with pytest.raises(JournalDamaged, match="not signed"):
        verify_export(path, key=KEY)


@pytest.mark.parametrize("size", [0, 15, 65])
def test_a_key_of_another_size_is_refused(tmp_path: Path, size: int) -> None:
    with pytest.raises(BadInput, match="16 to 64"):
        exported(tmp_path, numbered(1, 1), key=bytes(size))
    assert not (tmp_path / "journal.jsonl").exists()


@pytest.mark.parametrize("content", [b"", b"{}\n", b"[]\n", b"hello\n", b"\xff\xfe\n", b'{"format":"outcry-journal-export-1"}\n', b"[" * 100_000])
def test_what_is_no_export_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(content)
    with pytest.raises((BadInput, JournalDamaged)):
        verify_export(path)


def test_an_export_that_can_not_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path, _ = exported(tmp_path, numbered(1, 3))
    before = path.read_bytes()
    with opened(place_in(tmp_path)) as journal:
        damaged = journal.path.read_bytes()
    at = damaged.index(numbered(2, 2)[0].body)
    place_in(tmp_path).file(1).write_bytes(damaged[:at] + b"?" + damaged[at + 1 :])
    with opened(place_in(tmp_path)) as journal, pytest.raises(JournalDamaged):
        export_journal(journal, path, now=6)
    assert path.read_bytes() == before
    assert list(tmp_path.glob(".*")) == []
    with pytest.raises(JournalUnavailable):
        verify_export(tmp_path / "absent")


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are POSIX's")
def test_an_export_is_private(tmp_path: Path) -> None:
    path, _ = exported(tmp_path, numbered(1, 1))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
