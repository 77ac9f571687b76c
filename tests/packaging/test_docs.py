"""The manual says what is: links lead somewhere, commands exist, the table of settings is the declarations', the README's code runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [path for pattern in ("*.md", "docs/**/*.md") for path in sorted(ROOT.glob(pattern))]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_the_readme_has_a_picture_and_exactly_two_set_up_commands() -> None:
    assert re.search(r"!\[[^\]]+\]\(docs/pictures/\w+\.png\)", README)
    section = re.search(r"## Set up\n(.*?)\n## ", README, re.DOTALL)
    assert section is not None
    commands = re.findall(r"```sh\n(.*?)```", section[1], re.DOTALL)
    assert [command.strip() for command in commands] == ["pip install . && outcry", 'pip install -e ".[test]" && pytest']


def test_the_proof_runs_the_readmes_test_command() -> None:
    assert 'pip install -q -e ".[test]" && pytest' in (ROOT / ".ci" / "run").read_text()


def test_the_table_of_settings_is_written_from_the_declarations(tmp_path: Path) -> None:
    script = "import runpy; print(runpy.run_path('docs/write_settings.py')['page'](), end='')"
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), "run: python docs/write_settings.py"


def test_every_command_of_the_manual_exists() -> None:
    import typer

    from terminal.app.cli.main import _front_door

    door = typer.main.get_command(_front_door())
    known = set(door.commands) | {f"data {name}" for name in door.commands["data"].commands}
    for page in PAGES:
        for words in re.findall(r"(?:^|`)outcry ((?:data )?[a-z][a-z-]*)\b", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert words in known or words == "data", f"{page.name}: outcry {words}"


def test_the_architecture_names_every_room_and_nothing_that_is_gone() -> None:
    rooms = [path for path in (ROOT / "terminal").iterdir() if (path / "__init__.py").exists()]
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [room.name for room in rooms if f"| `{room.name}/` |" not in text] == []
    parents = [ROOT, ROOT / "terminal", ROOT / "tests", *rooms]
    named = set(re.findall(r"`([a-z_/]+/|[\w/]+\.py|[a-z_]+/[a-z_]+)`", text)) - {"terminal/resources"}  # it exists in the wheel
    assert len(named) > 40
    gone = [name for name in named if not any((parent / name).exists() or (parent / f"{name}.py").exists() for parent in parents)]
    assert gone == []


def test_the_page_of_order_safety_has_every_fault_and_invariant_and_names_tests_that_exist() -> None:
    from terminal.proving.faults import FAULTS

    page = (ROOT / "docs" / "order-safety.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (F\d\d) \| [^|]+ \| ?(sim)? ?\|", page, re.MULTILINE)
    assert [name for name, _ in rows] == [f"F{number:02d}" for number in range(1, 47)]
    assert {name for name, mark in rows if mark} == set(FAULTS)
    assert re.findall(r"^\| (I\d\d) ", page, re.MULTILINE) == [f"I{number:02d}" for number in range(1, 29)]
    named = re.findall(r"`(\w+/test_\w+\.py)::(\w+)`", page)
    assert len(named) > 60
    for file, name in named:
        assert f"def test_{name}" in (ROOT / "tests" / file).read_text(encoding="utf-8"), f"{file}::{name}"
    claims = re.findall(r"^\| [FI]\d\d\b.*\| (holds|in part)[^|]*\|$", page, re.MULTILINE)
    proved = re.findall(r"^\| [FI]\d\d\b.*::.*\| (?:holds|in part)[^|]*\|$", page, re.MULTILINE)
    assert len(proved) == len(claims), "what is claimed names its test"


def test_architecture_and_contributing_stay_short() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text().splitlines()) <= 150
    assert len((ROOT / "CONTRIBUTING.md").read_text().splitlines()) <= 60


def test_the_readmes_five_lines_go_from_a_csv_to_a_sharpe_ratio(tmp_path: Path) -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    lines = [line for line in code[1].splitlines() if line]
    assert len(lines) == 5
    rows = [f"2024-{1 + day // 28:02d}-{1 + day % 28:02d} 00:00:00,{100 + day % 9},{103 + day % 9},{98 + day % 9},{101 + day % 9},5" for day in range(300)]
    (tmp_path / "btc.csv").write_text("timestamp,open,high,low,close,volume\n" + "\n".join(rows) + "\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", code[1]], cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert ended.returncode == 0, ended.stderr
    sharpe, verdict = ended.stdout.splitlines()
    assert -50 < float(sharpe) < 50
    assert verdict
