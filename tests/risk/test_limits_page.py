"""The manual's page of limits is written from the declarations and the gate's own order of rules."""

import runpy
from pathlib import Path

from terminal.risk.limits import limit_declarations

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_written_from_the_declarations() -> None:
    assert runpy.run_path(str(DOCS / "write_limits.py"))["page"]() == (DOCS / "limits.md").read_text(encoding="utf-8"), "run: python docs/write_limits.py"


def test_the_page_has_every_limit_and_preset() -> None:
    text = (DOCS / "limits.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == len(limit_declarations()) + 1
    assert "| position | one instrument with all its working orders: notional / equity;" in text
    assert "| 10 % | 2 % | 5 % | 10 % | 15 % | cut or refuse |" in text
