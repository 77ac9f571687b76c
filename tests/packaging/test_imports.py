"""What starting costs: the package imports nothing, the window and the command line import nothing heavy."""

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import terminal

HEAVY = {"numba", "llvmlite", "pandas", "scipy", "ccxt", "pyarrow", "talib", "duckdb", "exchange_calendars", "openpyxl", "matplotlib", "aiohttp"}
WINDOW = {"PySide6", "pyqtgraph", "qasync", "PySide6QtAds", "qtawesome"}


def loaded(script: str) -> set[str]:
    """Top-level names of the modules that `script` leaves imported in a fresh process."""
    tail = "\nimport sys, json; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    ended = subprocess.run([sys.executable, "-c", script + tail], capture_output=True, text=True, check=True)
    return set(json.loads(ended.stdout.splitlines()[-1]))


def test_importing_the_package_imports_nothing() -> None:
    foreign = loaded("import terminal") - loaded("import importlib, typing") - {"terminal"}
    assert foreign == set()


def test_every_exported_name_resolves() -> None:
    for name in terminal.__all__:
        assert getattr(terminal, name) is not None, name
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        terminal.Nonsense  # noqa: B018


def test_the_headless_terminal_opens_without_anything_heavy() -> None:
    found = loaded("from terminal.app.opening import open_terminal\nopen_terminal('window').close()")
    assert found & (HEAVY | WINDOW) == set()


def test_the_windows_modules_import_nothing_heavy() -> None:
    folder = Path(terminal.__file__).parent / "ui"
    modules = [module.name for module in pkgutil.walk_packages([str(folder)], "terminal.ui.")]
    assert "terminal.ui.bridge" in modules
    found = loaded("from importlib import import_module\nfor name in " + repr(modules) + ": import_module(name)\nimport terminal.app.opening")
    assert found & HEAVY == set()


def test_help_imports_neither_the_window_nor_arrays() -> None:
    found = loaded("from terminal.app.cli.main import run\nrun(['--help'])")
    assert found & (HEAVY | WINDOW | {"numpy", "rich", "structlog"}) == set()
