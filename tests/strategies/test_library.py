"""The library: built-ins, a person's folder, reloading, and broken files that leave the others working."""

import os
import sys
from pathlib import Path

import pytest

from terminal.domain.errors import StrategyError, UnknownName
from terminal.strategies.library import StrategyLibrary
from terminal.strategies.loader import fingerprint, title_of

GOOD = """from terminal import Int, Signals, Strategy


class Simple(Strategy):
    \"\"\"Always in.\"\"\"

    window = Int(5, low=1, high=9)

    def signals(self, candles):
        return Signals(enter_long=candles.close > 0)
"""


def test_the_built_ins_and_the_sample_are_there_and_load(library: StrategyLibrary) -> None:
    entries = {entry.name: entry for entry in library.entries()}
    assert list(entries) == ["ema_trend", "breakout_bracket", "donchian_breakout_adx", "ladder_in", "ma_crossover", "mean_reversion"]
    assert all(entry.error is None and entry.is_built_in for entry in entries.values())
    assert entries["ema_trend"].title == "EMA trend"
    assert entries["ema_trend"].description == "Long while the fast EMA is above the slow one."
    assert list(entries["ema_trend"].parameters) == ["fast", "slow"]
    assert (entries["ma_crossover"].parameters["fast"].default, entries["ma_crossover"].parameters["slow"].default) == (10, 20)
    assert len({entry.code_fingerprint for entry in entries.values()}) == 6


def test_the_sample_is_ten_lines_of_code(library: StrategyLibrary) -> None:
    source = library.find("ema_trend").source
    assert len([line for line in source.splitlines() if line.strip()]) <= 10
    assert source.count("import") == 1


def test_a_person_s_file_is_found_by_name_and_by_path(library: StrategyLibrary, folder: Path) -> None:
    path = folder / "simple.py"
    path.write_text(GOOD)
    for name in ("simple", "simple.py", str(path), path):
        entry = library.find(name)
        assert entry.demand_class().__name__ == "Simple"
        assert not entry.is_built_in


def test_a_file_outside_the_folder_is_found_by_its_path(library: StrategyLibrary, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_text(GOOD)
    assert library.find(tmp_path / "elsewhere.py").name == "elsewhere"


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("from terminal import Strategy\nclass A(Strategy)\n    pass\n", 2, "Expected ':'"),
        ("x = 1\nraise RuntimeError('no')\n", 2, "RuntimeError: no"),
        ("import nowhere_to_be_found\n", 1, "No module named 'nowhere_to_be_found'"),
        ("raise SystemExit(3)\n", 1, "SystemExit"),
        ("from terminal import Emaa\n", 1, "Emaa"),
        ("value = 3\n", 1, "holds no Strategy"),
        ("", 1, "holds no Strategy"),
        ("x = '\0'\n", 1, "null bytes"),
        ("def f():\n\tif 1:\n        pass\n", 3, "ab"),
        ("from terminal import Strategy\nclass A(Strategy):\n    pass\n", 1, "neither `signals` nor `on_candle`"),
        (GOOD + GOOD.replace("Simple", "Other"), 1, "several strategies: Simple, Other"),
    ],
)
def test_a_broken_file_names_its_line_and_leaves_the_others_working(library: StrategyLibrary, folder: Path, source: str, line: int, words: str) -> None:
    (folder / "broken.py").write_text(source)
    (folder / "simple.py").write_text(GOOD)
    entries = {entry.name: entry for entry in library.entries()}
    error = entries["broken"].error
    assert error is not None
    assert (error.line, error.file) == (line, folder / "broken.py")
    assert words in str(error)
    assert str(error).startswith(f"broken.py:{line} — ")
    assert entries["simple"].error is None
    assert entries["ema_trend"].error is None
    with pytest.raises(StrategyError, match=r"broken\.py"):
        entries["broken"].demand_class()


def test_an_error_in_a_called_function_names_the_line_in_this_file(library: StrategyLibrary, folder: Path) -> None:
    (folder / "deep.py").write_text("import json\n\n\ndef read():\n    return json.loads('{')\n\n\nread()\n")
    error = library.find("deep").error
    assert error is not None
    assert error.line == 5


def test_bytes_that_are_no_text_and_a_huge_file_are_refused(library: StrategyLibrary, folder: Path) -> None:
    (folder / "bytes.py").write_bytes(b"\xff\xfe\x00x = 1")
    (folder / "huge.py").write_bytes(b"#" * 3_000_000)
    assert "not text" in str(library.find("bytes").error)
    assert "3,000,000 bytes" in str(library.find("huge").error)


def test_a_latin_1_file_with_its_cookie_is_read(library: StrategyLibrary, folder: Path) -> None:
    (folder / "latin.py").write_bytes(("# -*- coding: latin-1 -*-\n# für\n" + GOOD).encode("latin-1"))
    assert "für" in library.find("latin").source


def test_a_changed_file_is_loaded_anew_even_within_the_same_second(library: StrategyLibrary, folder: Path) -> None:
    path = folder / "simple.py"
    path.write_text(GOOD)
    first = library.find("simple")
    stamp = path.stat()
    path.write_text(GOOD.replace("Int(5,", "Int(6,"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    second = library.find("simple")
    assert second.parameters["window"].default == 6
    assert first.parameters["window"].default == 5
    assert first.code_fingerprint != second.code_fingerprint
    assert library.find("simple").strategy_class is second.strategy_class
    path.unlink()
    with pytest.raises(UnknownName):
        library.find("simple")


def test_two_files_may_use_the_same_class_name(library: StrategyLibrary, folder: Path) -> None:
    (folder / "one.py").write_text(GOOD)
    (folder / "two.py").write_text(GOOD.replace("Int(5,", "Int(7,"))
    one, two = library.find("one").demand_class(), library.find("two").demand_class()
    assert one is not two
    assert (one().values["window"], two().values["window"]) == (5, 7)


def test_a_base_class_of_a_strategy_is_not_a_second_strategy(library: StrategyLibrary, folder: Path) -> None:
    (folder / "family.py").write_text(GOOD + "\n\nclass Child(Simple):\n    window = Int(8, low=1, high=9)\n")
    assert library.find("family").demand_class().__name__ == "Child"


def test_a_dataclass_in_a_strategy_file_works(library: StrategyLibrary, folder: Path) -> None:
    text = "from __future__ import annotations\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Box:\n    a: int\n\n\n" + GOOD
    (folder / "boxed.py").write_text(text)
    assert library.find("boxed").error is None


def test_a_file_called_like_a_built_in_does_not_hide_it(library: StrategyLibrary, folder: Path) -> None:
    (folder / "ema_trend.py").write_text(GOOD)
    assert library.find("ema_trend").is_built_in
    assert library.find("ema_trend.py").demand_class().__name__ == "Simple"


def test_nothing_is_written_into_the_folder(library: StrategyLibrary, folder: Path) -> None:
    (folder / "simple.py").write_text(GOOD)
    library.find("simple").demand_class()
    assert [path.name for path in folder.iterdir()] == ["simple.py"]


def test_private_files_and_folders_are_left_alone(library: StrategyLibrary, folder: Path) -> None:
    (folder / "_helper.py").write_text("raise RuntimeError")
    (folder / ".hidden.py").write_text("raise RuntimeError")
    (folder / "sub.py").mkdir()
    assert all(entry.is_built_in for entry in library.entries())


def test_a_folder_that_does_not_exist_is_an_empty_one(tmp_path: Path) -> None:
    assert len(StrategyLibrary(tmp_path / "nowhere").entries()) == 6


def test_an_unknown_name_suggests_the_nearest_and_a_missing_file_is_named(library: StrategyLibrary) -> None:
    with pytest.raises(UnknownName, match="Did you mean ma_crossover"):
        library.find("ma_crosover")
    with pytest.raises(StrategyError, match=r"nothing\.py does not exist"):
        library.find("nothing.py")


def test_fingerprints_ignore_line_ends_and_see_everything_else() -> None:
    assert fingerprint("a\r\nb") == fingerprint("a\nb")
    assert fingerprint("a\nb") != fingerprint("a\nb ")


def test_a_failed_module_leaves_no_trace(library: StrategyLibrary, folder: Path) -> None:
    (folder / "gone.py").write_text("raise RuntimeError\n")
    assert library.find("gone").error is not None
    assert not [name for name in sys.modules if name.endswith("_gone")]


def test_titles_read_like_words() -> None:
    assert [title_of(name) for name in ("ema_trend", "ma_crossover", "donchian_breakout_adx", "my_first", "_")] == [
        "EMA trend",
        "MA crossover",
        "Donchian breakout ADX",
        "My first",
        "_",
    ]
