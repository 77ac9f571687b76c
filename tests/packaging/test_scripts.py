"""Scripts, workflows and pinned versions: at least well-formed everywhere, whether or not their system is at hand."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
SHELL = [
    path
    for name in ("check", ".ci/run", "packaging/*", "packaging/*/*")
    for path in ROOT.glob(name)
    if path.is_file() and path.read_bytes().startswith(b"#!/bin/")
]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = (ROOT / "packaging" / "constraints.txt").read_text()
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_there_are_scripts_to_check() -> None:
    assert {path.name for path in SHELL} >= {"check", "run", "lock", "build-deb", "try-deb", "build-dmg"}
    assert {path.name for path in WORKFLOWS} >= {"check.yml", "release.yml"}


@pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
def test_a_shell_script_parses_and_may_be_run(script: Path) -> None:
    shell = "bash" if b"bash" in script.read_bytes().splitlines()[0] else "sh"
    subprocess.run([shell, "-n", script], check=True)
    assert script.stat().st_mode & 0o100
    if shutil.which("shellcheck") is not None:
        subprocess.run(["shellcheck", script], check=True)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_yaml_and_runs_files_that_exist(workflow: Path) -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML comes with the extra `check`")
    steps = [step for job in yaml.safe_load(workflow.read_text())["jobs"].values() for step in job["steps"]]
    assert all(("run" in step) != ("uses" in step) for step in steps)
    for step in steps:
        for name in re.findall(r"(?:\.ci|packaging)[\\/][\w.\\/-]+", step.get("run", "")):
            assert (ROOT / name.replace("\\", "/")).exists(), name


def test_the_frozen_program_is_described_in_valid_python() -> None:
    source = (ROOT / "packaging" / "outcry.spec").read_text()
    assert compile(source, "outcry.spec", "exec").co_names
    for name in re.findall(r'ROOT / "([\w./]+)" / "([\w.]+)"', source):
        assert ROOT.joinpath(*name).exists(), name


def test_every_pinned_version_has_hashes_and_no_address() -> None:
    pins = re.findall(r"^[a-z0-9][\w.-]*==\S+", PINNED, re.MULTILINE)
    assert len(pins) > 60
    for block in re.split(r"\n(?=[a-z0-9])", PINNED.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert not re.search(r"https?://|file:|--index|--find-links|--extra-index|--trusted", PINNED)


def test_the_pins_satisfy_what_the_project_declares() -> None:
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([a-z0-9][\w.-]*)==([^\s;]+)", PINNED, re.MULTILINE):
        pins.setdefault(name, []).append(version)
    extras = PROJECT["optional-dependencies"]
    declared = [*PROJECT["dependencies"], *extras["test"], *extras["check"], *extras["dev"]]
    for requirement in map(Requirement, declared):
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name != "outcry":
            assert any(requirement.specifier.contains(version) for version in pins.get(name, [])), requirement


def test_nothing_names_a_registry_or_a_folder_of_this_machine() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    texts = [ROOT / name for name in tracked if name.endswith((".py", ".toml", ".txt", ".md", ".yml", ".spec", ".sh", ".nsi")) or "." not in Path(name).name]
    for path in texts:
        if path.exists() and path != Path(__file__):
            found = re.search(r"pypi\.org|files\.pythonhosted|/root/|/opt/pypi|/work/(main|shared)", path.read_text(encoding="utf-8", errors="ignore"))
            assert found is None, f"{path.relative_to(ROOT)}: {found}"
