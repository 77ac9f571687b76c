"""The examples in docstrings do what they show."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

import terminal

PACKAGE = Path(terminal.__file__).parent
WITH_EXAMPLES = sorted(
    path.relative_to(PACKAGE.parent) for path in PACKAGE.rglob("*.py") if re.search(r"^\s*>>> ", path.read_text(encoding="utf-8"), re.MULTILINE)
)


def test_the_functions_of_the_five_lines_have_examples() -> None:
    assert Path("terminal/app/research.py") in WITH_EXAMPLES


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=str)
def test_an_example_does_what_it_shows(path: Path) -> None:
    module = importlib.import_module(".".join(path.with_suffix("").parts))
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
