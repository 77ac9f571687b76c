"""Layout files: written whole, read only as they were written, refused in words otherwise."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.ui.layouts import DamagedLayout, Layout, LayoutFiles, decoded

LAYOUT = Layout("Two screens", b"\x00\x01docking", b"geometry", {"log": {"level": "Errors"}, "jobs": {}})


@pytest.fixture
def files(tmp_path: Path) -> LayoutFiles:
    return LayoutFiles(tmp_path / "layouts")


def test_a_layout_is_found_as_it_was_kept(files: LayoutFiles) -> None:
    assert files.last() is None
    files.keep_last(LAYOUT)
    assert files.last() == LAYOUT
    files.save(LAYOUT)
    assert files.names() == ("Two screens",)
    assert files.load("Two screens") == LAYOUT


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_is_never_restored_as_something_else(place: int, change: int) -> None:
    whole = LAYOUT.encoded().encode()
    place %= len(whole)
    damaged = whole[:place] + bytes([whole[place] ^ change]) + whole[place + 1 :]
    try:
        text = damaged.decode()
    except UnicodeDecodeError:
        return
    with suppress(DamagedLayout):
        assert decoded(text, "test") == LAYOUT


@given(
    st.text(max_size=200)
    | st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)).map(json.dumps)
)
def test_anything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(DamagedLayout):
        decoded(text, "test")


def test_a_layout_of_another_version_is_refused(files: LayoutFiles) -> None:
    whole = json.loads(LAYOUT.encoded())
    whole["version"] = 99
    with pytest.raises(DamagedLayout, match="another version"):
        decoded(json.dumps(whole), "old.json")


def test_names_that_leave_the_folder_are_refused(files: LayoutFiles) -> None:
    for name in ("../x", "", "a/b", "last-window", "x" * 60, ".hidden"):
        with pytest.raises(BadInput):
            files.save(Layout(name, b""))
    assert files.names() == ()


def test_renaming_keeps_the_content_and_refuses_a_taken_name(files: LayoutFiles) -> None:
    files.save(LAYOUT)
    files.save(Layout("Other", b"x"))
    with pytest.raises(BadInput, match="already"):
        files.rename("Two screens", "Other")
    files.rename("Two screens", "Wide")
    assert files.names() == ("Other", "Wide")
    assert files.load("Wide").docking == LAYOUT.docking
    with pytest.raises(BadInput, match="no perspective"):
        files.load("Two screens")


def test_a_second_program_writes_nothing(tmp_path: Path) -> None:
    LayoutFiles(tmp_path).save(LAYOUT)
    second = LayoutFiles(tmp_path, read_only=True)
    second.keep_last(LAYOUT)
    second.delete("Two screens")
    assert second.last() is None
    assert second.names() == ("Two screens",)


def test_a_layout_travels_as_a_file(files: LayoutFiles, tmp_path: Path) -> None:
    files.write_to(tmp_path / "mine.json", LAYOUT)
    other = LayoutFiles(tmp_path / "elsewhere")
    assert other.take_in(tmp_path / "mine.json") == LAYOUT
    assert other.names() == ("Two screens",)
    (tmp_path / "mine.json").write_bytes(b"\xff\xfe")
    with pytest.raises(DamagedLayout, match=r"mine\.json"):
        other.take_in(tmp_path / "mine.json")
