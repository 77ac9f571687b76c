"""The terminal is wired whole: every command has its handler, and a fresh home holds its folders."""

from pathlib import Path
from typing import get_args

from terminal.app.build import build
from terminal.app.commands import Command
from terminal.app.terminal import Terminal


def test_every_command_has_exactly_one_handler(home: Path) -> None:
    assert set(build(home).handlers) == set(get_args(Command))


def test_a_fresh_home_gets_its_folders(terminal: Terminal, home: Path) -> None:
    assert {path.name for path in home.iterdir()} == {"data", "config", "cache", "logs"}
    for folder in (terminal.paths.candles, terminal.paths.runs, terminal.paths.strategies):
        assert folder.is_dir()


def test_two_terminals_share_nothing(tmp_path: Path) -> None:
    first, second = build(tmp_path / "one"), build(tmp_path / "two")
    first.settings.change("theme", "light")
    assert second.settings["theme"] == "dark"
