"""The makers of packages, run for real on a dummy program: what they pack stands where it must, and what is missing is named."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def script(name: str) -> ModuleType:
    """A script of `packaging/` as a module; nothing runs by importing it."""
    spec = importlib.util.spec_from_file_location(Path(name).stem, ROOT / "packaging" / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def dummy(program: Path) -> Path:
    """A program that knows its version and nothing else, beside the folder that a frozen one has."""
    (program.parent / "_internal" / "terminal").mkdir(parents=True)
    (program.parent / "_internal" / "terminal" / "library.bin").write_bytes(b"x" * 5000)
    program.write_text("#!/bin/sh\necho outcry 9.8.7\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the makers of packages read of the checkout, in a folder of its own whose name has a space."""
    folder = tmp_path / "a checkout"
    shutil.copytree(ROOT / "packaging", folder / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "resources" / "icons").mkdir(parents=True)
    shutil.copy(ROOT / "resources" / "icons" / "outcry.svg", folder / "resources" / "icons")
    for name in ("LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.mark.parametrize(("system", "place"), [("linux", "outcry/outcry"), ("win32", "outcry/outcry.exe"), ("darwin", "Outcry.app/Contents/MacOS/outcry")])
def test_the_frozen_program_is_looked_for_where_each_system_has_it(system: str, place: str) -> None:
    assert script("freeze.py").frozen_program(Path("dist"), system) == Path("dist") / place


@pytest.mark.skipif(os.name == "nt", reason="the dummy program is a shell script")
def test_a_first_journey_that_writes_nothing_is_not_taken_for_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        script("freeze.py").first_journey(dummy(tmp_path / "outcry"))


@pytest.mark.skipif(shutil.which("makensis") is None, reason="NSIS is not installed")
@pytest.mark.parametrize("version", ["9.8.7", "10.0.0rc1"])
def test_the_windows_installer_compiles_without_a_warning(checkout: Path, version: str) -> None:
    folder = dummy(checkout / "dist" / "outcry" / "outcry.exe").parent
    maker = [sys.executable, checkout / "packaging/windows/build.py", "--folder", folder, "--version", version]
    ended = subprocess.run(maker, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    installer = checkout / "dist" / f"outcry-{version}-setup.exe"
    assert ended.stdout.strip() == str(installer)
    assert installer.read_bytes().startswith(b"MZ")


def test_an_installer_without_a_program_names_what_is_missing(tmp_path: Path) -> None:
    build = script("windows/build.py")
    with pytest.raises(FileNotFoundError, match=r"holds no outcry\.exe. Run packaging/freeze\.py on Windows first"):
        build.installer_command("makensis", tmp_path, "1.0.0", tmp_path / "setup.exe")


def test_without_nsis_the_cure_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert script("windows/build.py").main([]) == 1
    assert "apt-get install nsis" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg is not installed")
def test_the_deb_holds_the_program_its_menu_entry_and_its_licence(checkout: Path) -> None:
    dummy(checkout / "dist" / "outcry" / "outcry")
    ended = subprocess.run([checkout / "packaging/debian/build-deb"], capture_output=True, text=True, check=True)
    package = checkout / ended.stdout.strip()
    listed = subprocess.run(["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True).stdout.splitlines()
    names = {line.split()[5].removeprefix("./") for line in listed}
    assert {"usr/lib/outcry/outcry", "usr/lib/outcry/_internal/terminal/library.bin", "usr/bin/outcry"} <= names
    assert {"usr/share/applications/outcry.desktop", "usr/share/icons/hicolor/scalable/apps/outcry.svg", "usr/share/doc/outcry/copyright"} <= names
    assert all(line.split()[1] == "root/root" for line in listed)
    version = subprocess.run(["dpkg-deb", "--field", package, "Version"], capture_output=True, text=True, check=True)
    assert version.stdout.strip() == "9.8.7"


@pytest.mark.skipif(os.name == "nt", reason="the script is for a Unix shell")
def test_the_disk_image_gets_the_signed_app_beside_a_link_to_applications(checkout: Path, tmp_path: Path) -> None:
    dummy(checkout / "dist/Outcry.app/Contents/MacOS/outcry")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "codesign").write_text('#!/bin/sh\nfor app; do :; done\ntouch "$app/signed"\n')
    (tools / "hdiutil").write_text('#!/bin/sh\nfor image; do :; done\nwhile [ "$1" != -srcfolder ]; do shift; done\nls "$2" "$2/Outcry.app" > "$image"\n')
    for tool in tools.iterdir():
        tool.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    ended = subprocess.run([checkout / "packaging/macos/build-dmg"], capture_output=True, text=True, check=True, env=environment)
    assert ended.stdout.strip() == "dist/outcry-9.8.7.dmg"
    assert {"Applications", "Outcry.app", "Contents", "signed"} <= set((checkout / ended.stdout.strip()).read_text().split())


@pytest.mark.skipif(os.name == "nt", reason="the scripts are for a Unix shell")
@pytest.mark.parametrize("maker", ["debian/build-deb", "macos/build-dmg"])
def test_a_package_of_nothing_is_refused_with_the_cure(checkout: Path, maker: str) -> None:
    ended = subprocess.run([checkout / "packaging" / maker], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "Run packaging/freeze.py first." in ended.stderr
