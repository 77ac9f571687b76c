"""Strategy files through the commands of every face: listed, read, copied, saved whole or not at all."""

import errno
from pathlib import Path

import pytest

from terminal.app.build import build
from terminal.app.commands import ListStrategies, NewStrategy, ReadStrategy, SaveStrategy
from terminal.app.state import StrategiesChanged
from terminal.app.terminal import Terminal
from terminal.domain.errors import BadInput, DiskFull, StoreError, UnknownName


@pytest.fixture
def whole(home: Path) -> Terminal:
    return build(home)


def test_the_built_ins_are_listed_and_read(whole: Terminal) -> None:
    names = [entry.name for entry in whole.execute(ListStrategies())]
    assert names == ["ema_trend", "breakout_bracket", "donchian_breakout_adx", "ladder_in", "ma_crossover", "mean_reversion"]
    assert "class EmaTrend(Strategy)" in whole.execute(ReadStrategy("ema_trend")).source
    with pytest.raises(UnknownName, match="Did you mean ema_trend"):
        whole.execute(ReadStrategy("ema_trnd"))


def test_a_copy_gets_a_free_name_and_tells_the_window(whole: Terminal) -> None:
    heard: list[object] = []
    whole.publisher.subscribe(lambda _number, value: heard.append(value))
    first, second = (whole.execute(NewStrategy("ema_trend")) for _ in range(2))
    assert [entry.path.name for entry in (first, second)] == ["my_ema_trend.py", "my_ema_trend_2.py"]
    assert first.source == whole.execute(ReadStrategy("ema_trend")).source
    assert heard == [StrategiesChanged(), StrategiesChanged()]
    assert whole.execute(NewStrategy(str(first.path))).path.name == "my_ema_trend_3.py"


def test_the_template_loads(whole: Terminal) -> None:
    entry = whole.execute(NewStrategy(name="first_idea"))
    assert entry.error is None
    assert entry.path.name == "first_idea.py"


@pytest.mark.parametrize("name", ["../evil", "a b", "1st", "a/b", "", ".hidden", "con.py"])
def test_a_name_that_is_no_file_name_is_refused(whole: Terminal, name: str) -> None:
    if not name:
        assert whole.execute(NewStrategy(name=name)).path.name == "my_strategy.py"
        return
    with pytest.raises(BadInput, match="cannot be called"):
        whole.execute(NewStrategy(name=name))


def test_a_built_in_is_never_written(whole: Terminal) -> None:
    entry = whole.execute(ReadStrategy("ma_crossover"))
    with pytest.raises(BadInput, match="built in and stays as it is"):
        whole.execute(SaveStrategy(entry.path, "x = 1\n"))
    assert "class MaCrossover" in entry.path.read_text()


def test_a_broken_text_is_saved_and_its_error_returned(whole: Terminal) -> None:
    path = whole.paths.strategies / "draft.py"
    entry = whole.execute(SaveStrategy(path, "class A(\n"))
    assert path.read_text() == "class A(\n"
    assert entry.error is not None
    assert entry.error.line == 1


def test_a_file_that_changed_since_is_not_overwritten(whole: Terminal) -> None:
    entry = whole.execute(NewStrategy("ema_trend"))
    entry.path.write_text("# another program\n")
    with pytest.raises(BadInput, match="changed by another program"):
        whole.execute(SaveStrategy(entry.path, "# mine\n", entry.code_fingerprint))
    assert entry.path.read_text() == "# another program\n"
    whole.execute(SaveStrategy(entry.path, "# mine\n"))
    assert entry.path.read_text() == "# mine\n"


def test_a_full_disk_leaves_the_old_file_and_no_half_one(whole: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = whole.execute(NewStrategy("ema_trend"))

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DiskFull, match="old file is untouched"):
        whole.execute(SaveStrategy(entry.path, "# mine\n"))
    assert "class EmaTrend" in entry.path.read_text()
    assert [path.name for path in entry.path.parent.iterdir()] == ["my_ema_trend.py"]


def test_a_folder_that_is_a_file_is_named(whole: Terminal) -> None:
    blocked = whole.paths.strategies / "blocked"
    blocked.write_text("")
    with pytest.raises(StoreError, match=r"a\.py cannot be saved"):
        whole.execute(SaveStrategy(blocked / "a.py", "x = 1\n"))


def test_an_encoding_line_is_obeyed_or_refused(whole: Terminal) -> None:
    path = whole.paths.strategies / "umlaut.py"
    whole.execute(SaveStrategy(path, "# -*- coding: latin-1 -*-\n# für\n"))
    assert "für".encode("latin-1") in path.read_bytes()
    with pytest.raises(BadInput, match="cannot be saved"):
        whole.execute(SaveStrategy(path, "# -*- coding: ascii -*-\n# für\n"))
    with pytest.raises(BadInput, match="cannot be saved"):
        whole.execute(SaveStrategy(path, "# -*- coding: nonsense -*-\n"))


def test_only_python_files_are_written_and_a_second_program_writes_none(whole: Terminal, home: Path) -> None:
    with pytest.raises(BadInput, match="not a Python file"):
        whole.execute(SaveStrategy(whole.paths.strategies / "notes.txt", "x"))
    second = build(home, read_only=True)
    with pytest.raises(BadInput, match="only reads"):
        second.execute(NewStrategy("ema_trend"))
