"""Fewer bars than pixels must not hide an extreme: every bucket keeps its highest, lowest, first and last."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.ui.charts.columns import Columns, heikin_ashi
from terminal.ui.charts.decimate import BLOCK, LineData, bucket_step


def made(rows: int, seed: int = 1) -> Columns:
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.01, rows)))
    open_ = np.concatenate(([100.0], close[:-1]))[:rows]
    high, low = np.maximum(open_, close) * 1.001, np.minimum(open_, close) * 0.999
    return Columns(np.arange(rows, dtype=np.int64) * 60_000_000_000, open_, high, low, close, random.exponential(1.0, rows))


@settings(deadline=None, max_examples=150)
@given(rows=st.integers(1, 3000), step=st.sampled_from([1, 2, 3, 7, 64, 100, 128, 320, 640]), data=st.data())
def test_every_bucket_keeps_its_extremes_its_first_and_its_last(rows: int, step: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, rows - 1))
    stop = data.draw(st.integers(first + 1, rows))
    columns = made(rows)
    bars = columns.bars(first, stop, step)
    start = first // step * step if step > 1 else first
    for index, at in enumerate(range(start, stop, step)):
        part = slice(at, min(at + step, stop))
        assert bars.high[index] == columns.high[part].max()
        assert bars.low[index] == columns.low[part].min()
        assert bars.open[index] == columns.open[at]
        assert bars.close[index] == columns.close[part][-1]
        assert np.isclose(bars.volume[index], columns.volume[part].sum())
    assert len(bars) == len(range(start, stop, step))


@settings(deadline=None, max_examples=100)
@given(rows=st.integers(2, 2000), appended=st.integers(1, 200), step=st.sampled_from([1, 64, 128, 192]))
def test_a_pyramid_follows_rows_that_arrive_and_a_last_row_that_changes(rows: int, appended: int, step: int) -> None:
    columns = made(rows)
    columns.bars(0, rows, step)
    columns.put(int(columns.time[-1]), 1.0, 1e6, 1e-6, 2.0, 3.0)
    for index in range(appended):
        assert columns.put(int(columns.time[-1]) + 60_000_000_000, 1.0, 5.0 + index, 0.5, 2.0, 3.0)
    bars = columns.bars(0, len(columns), step)
    assert len(columns) == rows + appended
    assert bars.high.max() == 1e6
    assert bars.low.min() == 1e-6
    assert bars.high[-1] >= 5.0 + appended - 1


@settings(deadline=None, max_examples=100)
@given(st.floats(0.01, 1e5))
def test_a_bucket_is_never_narrower_than_a_pixel_and_never_much_wider(rows_per_pixel: float) -> None:
    step = bucket_step(rows_per_pixel)
    assert step >= rows_per_pixel
    assert step <= max(rows_per_pixel + 1, rows_per_pixel * 1.25 + 1)
    assert step <= 4 * BLOCK or step % BLOCK == 0


def test_holes_in_a_line_stay_holes_and_hide_nothing() -> None:
    values = np.full(1000, np.nan)
    values[700:] = np.arange(300.0)
    low, high = LineData(values).extremes(0, 1000, 64)
    assert np.isnan(low[:10]).all()
    assert low[10] == 0.0
    assert high[-1] == 299.0


def test_an_earlier_candle_changes_nothing() -> None:
    columns = made(10)
    assert not columns.put(0, 1.0, 1.0, 1.0, 1.0, 1.0)
    assert columns.close[0] != 1.0


def test_live_candles_never_write_into_the_loaded_arrays() -> None:
    columns = made(10)
    loaded = columns.close
    before = loaded.copy()
    columns.put(int(columns.time[-1]), 9.0, 9.0, 9.0, 9.0, 9.0)
    assert (loaded == before).all()
    assert columns.close[-1] == 9.0


def test_heikin_ashi_is_the_recursion_of_its_book() -> None:
    columns = made(500)
    ours = heikin_ashi(columns)
    open_ = (columns.open[0] + columns.close[0]) / 2
    for row in range(500):
        close = (columns.open[row] + columns.high[row] + columns.low[row] + columns.close[row]) / 4
        assert np.isclose(ours.open[row], open_, rtol=1e-12)
        assert np.isclose(ours.high[row], max(columns.high[row], open_, close), rtol=1e-12)
        open_ = (open_ + close) / 2


@given(rows=st.integers(2, 3_000), appended=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), step=st.sampled_from([1, 3, 64, 128]))
def test_a_line_takes_rows_behind_its_last_and_never_writes_into_what_it_was_given(rows: int, appended: list[float], step: int) -> None:
    given_ = np.random.default_rng(rows).normal(size=rows)
    before = given_.copy()
    line, whole = LineData.roomy(given_), [*given_[:-1]]
    line.extremes(0, rows // step * step, step)
    for value in appended:
        line.put(len(whole), np.array([value, value / 2]))
        whole.append(value)
    whole.append(appended[-1] / 2)
    assert line.values.tolist() == whole
    low, high = line.extremes(0, len(whole), step)
    assert low.tolist() == np.fmin.reduceat(np.array(whole), np.arange(0, len(whole), step)).tolist()
    assert high.tolist() == np.fmax.reduceat(np.array(whole), np.arange(0, len(whole), step)).tolist()
    assert (given_ == before).all()


def test_a_column_grows_into_its_room_without_moving() -> None:
    columns = made(1_000)
    assert not columns.can_grow
    columns.put(int(columns.time[-1]), 9.0, 9.0, 9.0, 9.0, 9.0)
    first, length = columns.close, int(columns.time[1] - columns.time[0])
    for _ in range(900):
        assert columns.can_grow
        columns.put(int(columns.time[-1]) + length, 9.0, 9.0, 9.0, 9.0, 9.0)
    assert np.shares_memory(first, columns.close)
