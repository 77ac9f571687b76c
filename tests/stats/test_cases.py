"""The shared cases about measures: empyrical's, Chan's, Bacon's, freqtrade's and backtesting.py's figures, and what is degenerate."""

from pathlib import Path

from tests.stats import cases


def test_every_figure_of_every_case_is_met(shared: Path) -> None:
    found = list(cases.rows(shared))
    missed = [f"{row.case} {row.name}: {row.expected} expected, {row.own} found" for row in found if not row.is_met]
    assert not missed, "\n".join(missed)
    assert len(found) >= 100


def test_a_missed_figure_would_be_seen() -> None:
    assert not cases.Row("case", "name", 1.0, 1.1, 0.05).is_met
    assert not cases.Row("case", "name", "NaN", 1e17, 0.0).is_met
    assert cases.Row("case", "name", 1.0, 1.01, 0.05).difference == 0.010000000000000009
