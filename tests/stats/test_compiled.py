"""The compiled passes over candles and trades against the plain definitions, on any input."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.stats.compiled import activity_sums, profit_sums
from terminal.stats.measures import resample

MINUTE = 60_000_000_000
DAY = 1440 * MINUTE


@given(st.lists(st.tuples(st.sampled_from([1, 7, 300, 4000]), st.floats(0.01, 1e6)), max_size=80), st.integers(-3000, 3000))
def test_days_and_the_deepest_fall_follow_the_definition_whatever_the_gaps(steps: list[tuple[int, float]], start: int) -> None:
    time = (start * 1440 + np.cumsum([gap for gap, _ in steps], dtype=np.int64)) * MINUTE if steps else np.zeros(0, np.int64)
    equity = np.array([value for _, value in steps], np.float64)
    found = resample(time, equity, 100.0)
    last = {int(when // DAY): value for when, value in zip(time.tolist(), equity.tolist(), strict=True)}
    assert found.days.tolist() == list(last)
    assert found.values.tolist() == list(last.values())
    before = [100.0, *last.values()][:-1]
    assert found.returns.tolist() == [value / earlier - 1 for value, earlier in zip(last.values(), before, strict=True)]
    peak = np.maximum.accumulate(np.concatenate(([100.0], equity)))[1:]
    assert found.deepest == pytest.approx(float(np.min(equity / peak - 1, initial=0.0)), abs=1e-15)


@given(st.lists(st.tuples(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 3.5]), st.integers(0, 2)), max_size=40))
def test_sums_of_profits_leave_open_trades_out(trades: list[tuple[float, int]]) -> None:
    profits, reasons = np.array([p for p, _ in trades], np.float64), np.array([r for _, r in trades], np.int64)
    closed = [p for p, r in trades if r]
    count, won, lost, gained, given_, mean, deviation, best, worst, longest_won, longest_lost = profit_sums(profits, reasons)
    assert (count, won, lost) == (len(closed), sum(p > 0 for p in closed), sum(p < 0 for p in closed))
    assert (gained, given_) == (sum(p for p in closed if p > 0), -sum(p for p in closed if p < 0))
    marks = "".join("w" if p > 0 else "l" if p < 0 else "-" for p in closed)
    assert longest_won == max((len(run) for run in marks.replace("l", "-").split("-")), default=0)
    assert longest_lost == max((len(run) for run in marks.replace("w", "-").split("-")), default=0)
    if closed:
        assert (mean, best, worst) == (pytest.approx(np.mean(closed)), max(closed), min(closed))
    if len(closed) > 1:
        assert deviation == pytest.approx(np.std(closed, ddof=1))
    else:
        assert math.isnan(deviation)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10), st.booleans()), max_size=20))
def test_candles_held_are_counted_once_however_trades_overlap(spans: list[tuple[int, int, bool]]) -> None:
    spans.sort()
    rows = 41
    entries = np.array([entry for entry, _, _ in spans], np.int64)
    exits = np.array([entry + length for entry, length, _ in spans], np.int64)
    closed = np.array([is_closed for _, _, is_closed in spans], np.int64)
    ones = np.ones(len(spans))
    held, bars, traded, paid = activity_sums(entries, exits, -2 * ones, 3 * ones, 5 * ones, 0.5 * ones, closed, rows)
    ends = np.where(closed, exits, rows - 1)
    inside = {row for entry, end in zip(entries.tolist(), ends.tolist(), strict=True) for row in range(entry, end + 1)}
    assert (held, bars) == (len(inside), int(np.sum(ends - entries)))
    assert (traded, paid) == (6 * len(spans) + 10 * int(closed.sum()), 0.5 * len(spans))
