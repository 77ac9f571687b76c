"""The mark beside a journal outlives a torn write and is never believed where a byte of it changed."""

from pathlib import Path

import pytest

from terminal.live.journal_entries import Head
from terminal.live.journal_errors import JournalRefused
from terminal.live.journal_mark import Mark, MarkFile

LINE = 256


def mark_at(seq: int) -> Mark:
    """The mark of a journal whose newest entry is `seq`."""
    return Mark("a" * 32, "b" * 32, "", Head(seq, bytes([seq]) * 32))


def moved(path: Path, *seqs: int) -> bytes:
    """What stands in the file after the mark moved so."""
    file = MarkFile(path)
    file.begin(mark_at(0))
    for seq in seqs:
        file.move(mark_at(seq))
        assert file.read() == mark_at(seq)
    file.close()
    return path.read_bytes()


@pytest.mark.parametrize("seqs", [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)])
def test_a_torn_write_leaves_the_mark_before(tmp_path: Path, seqs: tuple[int, ...]) -> None:
    path = tmp_path / "mark"
    content = moved(path, *seqs)
    newest = 0 if len(seqs) % 2 else LINE
    for torn in (b"", content[newest : newest + 60]):
        path.write_bytes(content[:newest] + torn.ljust(LINE, b"\0") + content[newest + LINE :])
        assert MarkFile(path).read() == mark_at(seqs[-1] - 1)


def test_no_changed_byte_of_a_mark_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    line = moved(path)[:LINE]
    words = len(line.rstrip())
    for at in range(words):
        changed = bytearray(line)
        changed[at] ^= 0x01
        path.write_bytes(bytes(changed) * 2)
        with pytest.raises(JournalRefused, match="mark"):
            MarkFile(path).read()
    path.write_bytes(line)
    assert MarkFile(path).read() == mark_at(0)


def test_a_mark_that_is_not_open_is_not_moved(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not open"):
        MarkFile(tmp_path / "mark").move(mark_at(1))
    assert MarkFile(tmp_path / "mark").read() is None
    (tmp_path / "mark").mkdir()
    with pytest.raises(JournalRefused, match="can't be read"):
        MarkFile(tmp_path / "mark").read()
