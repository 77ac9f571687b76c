"""The wheel is whole: installed for real into a fresh environment, used from another folder, it finds its resources."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from a copy of the sources, as `pip install .` builds it."""
    source = tmp_path_factory.mktemp("source")
    for name in ("terminal", "resources"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(target), str(source)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return next(target.glob("outcry-*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of a fresh environment that holds the wheel; its requirements are borrowed from the environment of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")  # after the wheel on the path: it cannot hide it
    return python


def ran(python: Path, folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    return subprocess.run([python, "-I", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_wheel_holds_every_resource_and_nothing_of_the_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    resources = {
        f"terminal/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "resources").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    }
    assert resources <= names
    assert {path.relative_to(ROOT).as_posix() for path in (ROOT / "terminal").rglob("*.py")} <= names
    assert not [name for name in names if not name.startswith(("terminal/", "outcry-"))]
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_installed_elsewhere_it_finds_its_resources(python: Path, tmp_path: Path) -> None:
    script = "import terminal\nfrom terminal.domain.resources import resource_path\nprint(terminal.__file__)\nprint(resource_path('fonts/Inter-Regular.otf'))"
    module, font = ran(python, tmp_path, "-c", script).split()
    home = python.parent.parent
    assert Path(module).is_relative_to(home)
    assert Path(font).is_relative_to(home)
    assert Path(font).read_bytes() == (ROOT / "resources/fonts/Inter-Regular.otf").read_bytes()


def test_installed_elsewhere_its_command_line_answers(python: Path, tmp_path: Path) -> None:
    entries = json.loads(ran(python, tmp_path, "-m", "terminal", "strategies", "--json"))
    assert {"ema_trend", "ma_crossover", "mean_reversion", "donchian_breakout_adx"} <= {entry["name"] for entry in entries}
    assert ran(python, tmp_path, "-m", "terminal", "--version").startswith("outcry ")
