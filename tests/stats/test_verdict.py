"""The verdict sentence: its fixed rules, its fixed words, and the words it must never say."""

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import terminal
from terminal.stats.verdict import Evidence, Finding, finding, span_words, verdict

SOLID = Evidence(
    total_return=0.042, holding_return=0.12, days=1095, positions=57, deflated_sharpe=0.7149, variants_tried=214, independent_variants=9.2, simulated=False
)
BANNED = re.compile(r"probability (that|of) the strategy|strategy is real|\bsafe\b|guarantee|\bproven\b|will (make|earn|profit)|certain", re.IGNORECASE)


def test_the_sentence_of_the_design() -> None:
    assert verdict(SOLID) == (
        "Made +4.2 % in 3 years; holding made +12.0 %. 214 variants tried, about 9 independent: "
        "deflated Sharpe 0.71, below 0.95 — not distinguishable from luck. Rests on the deflated Sharpe alone."
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"positions": 29}, Finding.TOO_LITTLE_DATA),
        ({"deflated_sharpe": math.nan}, Finding.TOO_LITTLE_DATA),
        ({"positions": 29, "deflated_sharpe": 0.99}, Finding.TOO_LITTLE_DATA),
        ({"deflated_sharpe": 0.95}, Finding.HOLDS_UP),
        ({"deflated_sharpe": 0.949}, Finding.PROMISING),
        ({"deflated_sharpe": 0.90}, Finding.PROMISING),
        ({"deflated_sharpe": 0.8999}, Finding.LUCK),
        ({"deflated_sharpe": 0.97, "overfitting": 0.1}, Finding.HOLDS_UP),
        ({"deflated_sharpe": 0.97, "overfitting": 0.2}, Finding.PROMISING),
    ],
)
def test_the_rules(changes: dict[str, float], expected: Finding) -> None:
    evidence = replace(SOLID, **changes)
    assert finding(evidence) is expected
    assert f"— {expected}." in verdict(evidence)


def test_a_level_that_was_missed_is_not_rounded_up_to_it() -> None:
    assert "deflated Sharpe 0.94, at least 0.90, below 0.95" in verdict(replace(SOLID, deflated_sharpe=0.9499))


def test_a_loss_is_called_a_loss_and_invented_prices_are_named() -> None:
    words = verdict(replace(SOLID, total_return=-0.3, holding_return=-0.5, simulated=True))
    assert words.startswith("Lost 30.0 % in 3 years; holding lost 50.0 %.")
    assert words.endswith("Simulated prices.")


def test_little_data_says_how_little() -> None:
    assert "no trade, fewer than 30 — too little data" in verdict(replace(SOLID, positions=0))
    assert "1 trade, fewer than 30" in verdict(replace(SOLID, positions=1))
    assert "1 variant tried: 12 trades" in verdict(replace(SOLID, positions=12, variants_tried=1))


@pytest.mark.parametrize(
    ("days", "words"), [(1, "1 day"), (12, "12 days"), (31, "31 days"), (90, "3 months"), (365, "1 year"), (366, "1 year"), (1096, "3 years")]
)
def test_spans_are_said_as_a_person_would(days: float, words: str) -> None:
    assert span_words(days) == words


@given(
    st.builds(
        Evidence,
        total_return=st.floats(-1, 1e4),
        holding_return=st.floats(-1, 1e4) | st.just(math.nan),
        days=st.floats(0, 20_000),
        positions=st.integers(0, 100_000),
        deflated_sharpe=st.floats(0, 1) | st.just(math.nan),
        variants_tried=st.integers(1, 10_000),
        independent_variants=st.floats(1, 10_000),
        overfitting=st.none() | st.floats(0, 1),
        simulated=st.booleans(),
    )
)
@settings(max_examples=200, deadline=None)
def test_whatever_the_figures_the_sentence_promises_nothing(evidence: Evidence) -> None:
    words = verdict(evidence)
    assert not BANNED.search(words)
    assert "nan" not in words
    assert sum(f"— {kind}." in words for kind in Finding) == 1
    assert ("Rests on the deflated Sharpe alone." in words) == (evidence.overfitting is None and finding(evidence) is not Finding.TOO_LITTLE_DATA)


def test_no_text_of_the_program_promises_what_statistics_cannot() -> None:
    promise = re.compile(r"probability that the strategy|strategy is (real|safe)|guaranteed (profit|return)", re.IGNORECASE)
    folder = Path(terminal.__file__).parent
    guilty = [str(path.relative_to(folder)) for path in folder.rglob("*.py") if promise.search(path.read_text(encoding="utf-8"))]
    assert not guilty
