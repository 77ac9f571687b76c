"""The architecture contracts bite: each of them refuses a tree in which somebody broke it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")
ROOMS = {path.name for path in (ROOT / "terminal").iterdir() if (path / "__init__.py").exists()}

BREACHES = {
    "a lower room imports a higher one": ("domain/breach.py", "import terminal.market", "Rooms import only rooms in lower rows BROKEN"),
    "siblings of one row import each other": ("indicators/breach.py", "import terminal.stats", "Rooms import only rooms in lower rows BROKEN"),
    "a room that no row names": ("utils/__init__.py", "", "Rooms import only rooms in lower rows BROKEN"),
    "a lazy import inside a function": ("domain/breach.py", "def late():\n    import terminal.market", "Rooms import only rooms in lower rows BROKEN"),
    "the window names an engine's room": ("ui/breach.py", "import terminal.market", "Faces name only app, domain and the pure rooms BROKEN"),
    "a panel reaches into another": ("ui/panels/breach.py", "import terminal.ui.panels.jobs", "Panels are independent of each other BROKEN"),
    "Qt below the window": ("app/breach.py", "import PySide6.QtCore", "Qt stays in ui BROKEN"),
    "the network outside venues": ("market/breach.py", "import aiohttp", "The network stays in venues BROKEN"),
}


def linted(tree: Path) -> subprocess.CompletedProcess[str]:
    if not LINTER.exists():
        pytest.skip("import-linter is not installed here; it comes with the extra `check`")
    return subprocess.run([LINTER, "--no-cache", "--no-logo"], cwd=tree, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(tree)})


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the program to break."""
    shutil.copytree(ROOT / "terminal", tmp_path / "terminal", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_fails_its_contract(tree: Path, breach: str) -> None:
    file, source, refusal = BREACHES[breach]
    (tree / "terminal" / file).parent.mkdir(exist_ok=True)
    (tree / "terminal" / file).write_text(f"{source}\n")
    ended = linted(tree)
    assert refusal in ended.stdout
    assert ended.returncode != 0


def test_the_program_keeps_its_contracts(tree: Path) -> None:
    ended = linted(tree)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_room_says_what_it_holds() -> None:
    for room in ROOMS:
        first = (ROOT / "terminal" / room / "__init__.py").read_text(encoding="utf-8").strip()
        assert first.startswith('"""'), f"terminal/{room}/__init__.py has no docstring"
