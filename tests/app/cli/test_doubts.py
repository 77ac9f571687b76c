"""The doubts about a result as a shell meets them: words, one JSON document, exit codes."""

from pathlib import Path

import pytest

from tests.app.cli.test_shell import csv, document, outcry

__all__ = ["csv"]
LEAK = (
    "from terminal import Signals, Strategy\n\n\nclass Leak(Strategy):\n    def signals(self, candles):\n"
    "        high = candles.close > candles.close.mean()\n        return Signals(enter_long=high, exit_long=~high)\n"
)


@pytest.fixture
def run(csv: Path) -> str:
    """The id of a kept run."""
    outcry("backtest", "ma_crossover", "--data", str(csv))
    kept = document("runs", "list")
    assert len(kept) == 1
    return str(kept[0]["id"])


def test_a_run_is_listed_shown_and_doubted(run: str) -> None:
    assert run in outcry("runs", "list").stdout
    assert set(document("runs", "show", run)) >= {"settings", "fingerprints", "metrics", "trades", "equity"}
    found = document("review")
    assert found["run_id"] == run
    assert {doubt["rule"] for doubt in found["doubts"]} >= {"short sample", "too few trades"}
    assert found["summary"].endswith("asked.")
    words = outcry("review", run).stdout
    assert "short sample" in words
    assert words.splitlines()[0] == found["verdict"]


def test_the_tornado_and_the_band_are_told_and_written(run: str) -> None:
    assert {row["parameter"] for row in document("sensitivity")["rows"]} >= {"fast", "slow", "commission", "slippage"}
    assert "as it was" in outcry("sensitivity", run, "--metric", "sharpe_ratio").stdout
    band = document("envelope", run)
    assert len(band["time"]) == len(band["low"]) == len(band["high"]) == len(band["base"]) == 400
    assert band["time"][0] == "2024-01-01T00:00:00Z"
    assert all(low <= base <= high for low, base, high in zip(band["low"], band["base"], band["high"], strict=True))
    assert "optimistic, low costs" in outcry("envelope").stdout


def test_paths_are_drawn_alike_from_one_seed(run: str) -> None:
    found = document("montecarlo", run, "--paths", "500", "--seed", "4", "--length", "30")
    assert (found["paths"], found["length"], len(found["fan"]), len(found["fan"][0])) == (500, 30, 7, 31)
    assert found == document("montecarlo", run, "--paths", "500", "--seed", "4", "--length", "30")
    assert "500 paths of 30 days" in outcry("montecarlo", "--paths", "500", "--length", "30").stdout


def test_strategies_are_stressed_on_a_file_and_a_run_on_its_own(run: str, csv: Path) -> None:
    found = document("stress", "ma_crossover", "ema_trend", "--data", str(csv))
    assert [shock["name"] for shock in found["shocks"]] == [
        "crash",
        "flash crash",
        "volatility spike",
        "liquidity crunch",
        "trend reversal",
        "gradual decline",
    ]
    assert [len(row) for row in found["cells"]] == [6, 6]
    assert set(found["cells"][0][0]) >= {"total_return", "max_drawdown", "survived", "words"}
    words = outcry("stress", "--run", "last", "--shock", "crash", "--shock", "mine: move=-40% bars=3", "--at", "0.2").stdout
    assert "mine: −40.0 % over 3 candles" in words
    assert "Not replayed" in words


def test_runs_stand_side_by_side(run: str, csv: Path) -> None:
    outcry("backtest", "ma_crossover", "--data", str(csv), "--set", "fast=5")
    found = document("runs", "compare", "last", run)
    assert found["settings"]["fast"][0] == 5
    assert run in outcry("runs", "compare", run, "last").stdout


def test_looking_ahead_ends_with_one(csv: Path, tmp_path: Path) -> None:
    path = tmp_path / "leak.py"
    path.write_text(LEAK)
    ended = outcry("causality", str(path), "--data", str(csv), code=1)
    assert "it knew what came after" in ended.stderr
    assert not ended.stdout
    assert document("causality", "ma_crossover", "--data", str(csv))["sound"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("review",), "There is no kept run."),
        (("review", "none"), "Unknown run 'none'."),
        (("stress",), "No strategy is named."),
        (("stress", "ma_crossover"), "No candles are named"),
        (("stress", "--run", "last", "--data", "x.csv"), "--run brings its own candles"),
        (("runs", "compare", "none"), "Unknown run 'none'."),
    ],
)
def test_what_cannot_be_asked_is_refused_in_two_lines(arguments: tuple[str, ...], told: str) -> None:
    ended = outcry(*arguments, code=2)
    assert told in ended.stderr
    assert len(ended.stderr.strip().splitlines()) <= 2


@pytest.mark.parametrize("option", [("--shock", "cresh"), ("--shock", "move=-200%"), ("--at", "3")])
def test_a_shock_that_cannot_be_is_refused(run: str, option: tuple[str, str]) -> None:
    assert outcry("stress", "--run", "last", *option, code=2).stderr
