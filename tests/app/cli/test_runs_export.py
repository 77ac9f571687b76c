"""A kept run becomes a file in any form from a shell, and the list says of several instruments that they are several."""

import json
from pathlib import Path

from tests.app.cli.test_shell import document, outcry

DEMO = ("--start", "2024-01-01", "--end", "2024-03-01")


def test_a_kept_run_is_written_in_the_form_of_its_ending(tmp_path: Path) -> None:
    run = document("backtest", "ema_trend", "--symbols", "BTC/USDT,ETH/USDT", "--size", "30%", *DEMO)
    for ending in ("json", "html", "pdf", "xlsx", "csv", "tradingview.csv", "png"):
        path = tmp_path / f"run.{ending}"
        assert outcry("runs", "export", str(path), "last").stdout == f"Report: {path}\n"
        assert path.stat().st_size > 1000
    assert json.loads((tmp_path / "run.json").read_text())["metrics"] == run["metrics"]
    assert "BTC/USDT 1h and 1 more (demo)" in outcry("runs", "list").stdout
    assert "cannot be written as" in outcry("runs", "export", "run.docx", code=2).stderr
    assert "Unknown run" in outcry("runs", "export", str(tmp_path / "x.json"), "20200101-000000-abcdef12", code=2).stderr
