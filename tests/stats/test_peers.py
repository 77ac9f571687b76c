"""Measures equal to those of empyrical-reloaded and quantstats on the same returns, wherever the definition is the same."""

import json

import numpy as np
import pytest

from terminal.stats.catalogue import measure
from terminal.stats.measures import Daily
from terminal.stats.measures import measure as measure_run
from terminal.stats.returns import compound_annual_growth
from terminal.stats.sample import Sample
from tests.stats import peers
from tests.stats.tables import NO_TRADES

RECORDED = json.loads(peers.RECORDED.read_text(encoding="utf-8"))
CAPITAL = 10_000.0


@pytest.fixture(scope="module")
def sample() -> Sample:
    days, own, market = peers.series()
    time = days * 86_400_000_000_000
    daily = Daily(days, CAPITAL * np.cumprod(1 + own), own, float(peers.YEAR), 0.0)
    return Sample(daily, CAPITAL, NO_TRADES, len(days), time, holding=lambda: CAPITAL * np.cumprod(1 + market))


@pytest.mark.parametrize(("library", "name"), [(library, name) for library in ("empyrical", "quantstats") for name in RECORDED[library]])
def test_a_measure_equals_the_one_of_the_library(sample: Sample, library: str, name: str) -> None:
    run = measure_run(sample.time, sample.daily.values, CAPITAL, NO_TRADES, daily=sample.daily)
    own = run[name] if name in run else measure(name, sample)
    assert own == pytest.approx(RECORDED[library][name], rel=1e-9)


def test_the_recorded_numbers_are_those_of_the_libraries() -> None:
    pytest.importorskip("empyrical")
    pytest.importorskip("quantstats")
    now = peers.computed()
    for library in ("empyrical", "quantstats"):
        assert now[library] == pytest.approx(RECORDED[library], rel=1e-9)


def test_growth_follows_the_days_that_were_observed(sample: Sample) -> None:
    assert sample.growth == compound_annual_growth(sample.returns, peers.YEAR)
