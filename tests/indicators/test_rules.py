"""What all indicators have in common: read-only inputs, NaN, warm-up, no look-ahead, refusals in words; and the tie rule of crossings."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.indicators.averages import deviation, ema, sma, vwap, wma
from terminal.indicators.catalogue import CATALOGUE, find
from terminal.indicators.crossing import crossed_above, crossed_below, previous
from terminal.indicators.momentum import cci, macd, mfi, obv, rsi, stochastic, williams_r
from terminal.indicators.trend import adx, atr, bollinger, donchian, keltner, minus_di, plus_di, supertrend

Bars = dict[str, np.ndarray]
ALL: dict[str, Callable[[Bars], object]] = {
    "sma": lambda b: sma(b["close"], 10),
    "ema": lambda b: ema(b["close"], 10),
    "wma": lambda b: wma(b["close"], 10),
    "deviation": lambda b: deviation(b["close"], 10),
    "vwap": lambda b: vwap(b["high"], b["low"], b["close"], b["volume"], 10),
    "rsi": lambda b: rsi(b["close"]),
    "macd": lambda b: macd(b["close"]),
    "stochastic": lambda b: stochastic(b["high"], b["low"], b["close"]),
    "cci": lambda b: cci(b["high"], b["low"], b["close"]),
    "williams_r": lambda b: williams_r(b["high"], b["low"], b["close"]),
    "obv": lambda b: obv(b["close"], b["volume"]),
    "mfi": lambda b: mfi(b["high"], b["low"], b["close"], b["volume"]),
    "atr": lambda b: atr(b["high"], b["low"], b["close"]),
    "adx": lambda b: adx(b["high"], b["low"], b["close"]),
    "plus_di": lambda b: plus_di(b["high"], b["low"], b["close"]),
    "minus_di": lambda b: minus_di(b["high"], b["low"], b["close"]),
    "bollinger": lambda b: bollinger(b["close"]),
    "donchian": lambda b: donchian(b["high"], b["low"]),
    "keltner": lambda b: keltner(b["high"], b["low"], b["close"]),
    "supertrend": lambda b: supertrend(b["high"], b["low"], b["close"]),
}


def _bars(rows: int, seed: int = 7) -> Bars:
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, rows)))
    high, low = close * (1 + rng.uniform(0, 0.01, rows)), close * (1 - rng.uniform(0, 0.01, rows))
    found = {"high": high, "low": low, "close": close, "volume": rng.uniform(1, 9, rows)}
    for column in found.values():
        column.flags.writeable = False
    return found


def _lines(answer: object) -> tuple[np.ndarray, ...]:
    return answer if isinstance(answer, tuple) else (answer,)  # type: ignore[return-value]


@pytest.mark.parametrize("name", ALL)
def test_read_only_columns_give_lines_of_their_length(name: str) -> None:
    for line in _lines(ALL[name](_bars(300))):
        assert line.shape == (300,)
        assert line.dtype == np.float64
        assert np.isfinite(line[60:]).all()


@pytest.mark.parametrize("name", ALL)
def test_no_row_knows_a_later_one(name: str) -> None:
    whole = _lines(ALL[name](_bars(300)))
    cut = _lines(ALL[name]({key: column[:200] for key, column in _bars(300).items()}))
    for full, part in zip(whole, cut, strict=True):
        np.testing.assert_array_equal(full[:200], part)


@pytest.mark.parametrize("name", ALL)
def test_too_few_candles_give_nan_and_no_error(name: str) -> None:
    for rows in (0, 1, 3):
        for line in _lines(ALL[name](_bars(rows))):
            assert line.shape == (rows,)


def test_a_nan_column_stays_nan_and_a_leading_nan_only_delays() -> None:
    assert np.isnan(ema(np.full(50, np.nan), 5)).all()
    values = np.concatenate(([np.nan, np.nan], np.arange(10.0)))
    np.testing.assert_allclose(sma(values, 3)[4:], np.arange(1.0, 9.0))
    assert np.isnan(sma(values, 3)[:4]).all()


@pytest.mark.parametrize("window", [0, -3, 2.5, True, None, "5"])
def test_a_window_that_is_no_whole_number_is_refused_in_words(window: object) -> None:
    with pytest.raises(BadInput, match="window of an indicator"):
        sma(np.arange(10.0), window)  # type: ignore[arg-type]


def test_columns_of_different_lengths_and_tables_are_refused() -> None:
    with pytest.raises(BadInput, match="9 and 10 rows"):
        atr(np.arange(10.0), np.arange(9.0), np.arange(10.0))
    with pytest.raises(BadInput, match="2 dimensions"):
        sma(np.ones((3, 3)), 2)


def test_vwap_without_volume_is_unknown_and_does_not_warn() -> None:
    bars = _bars(30)
    assert np.isnan(vwap(bars["high"], bars["low"], bars["close"], np.zeros(30), 5)).all()


def test_supertrend_turns_when_the_close_breaks_its_line() -> None:
    close = np.concatenate((np.linspace(100, 120, 40), np.linspace(120, 90, 40)))
    line, direction = supertrend(close + 0.5, close - 0.5, close, 5, 2.0)
    known = np.isfinite(line)
    assert set(direction[known]) == {1.0, -1.0}
    assert (close[known & (direction == 1)] >= line[known & (direction == 1)]).all()
    assert (close[known & (direction == -1)] <= line[known & (direction == -1)]).all()


def test_equal_then_above_is_a_cross_and_touching_is_not() -> None:
    line, other = np.array([1.0, 2.0, 3.0, 2.0, 2.0, 3.0, 2.0, 1.0]), np.full(8, 2.0)
    assert crossed_above(line, other).tolist() == [False, False, True, False, False, True, False, False]
    assert crossed_below(line, other).tolist() == [False, False, False, False, False, False, False, True]
    assert crossed_above(line, 2.0).tolist() == crossed_above(line, other).tolist()
    assert crossed_below(3.5, line).tolist() == [False] * 8


def test_nan_never_crosses() -> None:
    line = np.array([np.nan, 3.0, 1.0, np.nan, 3.0, 1.0, 3.0])
    assert crossed_above(line, 2.0).tolist() == [False] * 6 + [True]
    assert not crossed_above(np.full(5, np.nan), 1.0).any()


def test_averages_of_one_constant_price_never_cross() -> None:
    for price in (0.1, 3.3, 19_412.5, 1e-8):
        flat = np.full(5_000, price)
        assert not crossed_above(ema(flat, 10), ema(flat, 20)).any()


def test_simple_averages_that_meet_on_paper_do_not_cross_by_the_rounding_of_their_sums() -> None:
    rng = np.random.default_rng(0)
    for seed in range(20):
        moving = np.round(rng.uniform(90, 110, 3_000 + seed), 2)
        flat = np.concatenate((moving, np.full(200, moving[-1])))
        fast, slow = sma(flat, 20), sma(flat, 50)
        end = len(moving) + 48  # from here on both averages are the flat price
        assert not (crossed_above(fast, slow) | crossed_below(fast, slow))[end + 1 :].any()
        was_above = fast[end - 1] > slow[end - 1] + 1e-9
        was_below = fast[end - 1] < slow[end - 1] - 1e-9
        assert was_above or was_below
        crossed = crossed_below(fast, slow) if was_above else crossed_above(fast, slow)
        assert not crossed[end], "they meet, they do not cross"


def test_rounding_is_set_aside_and_a_real_difference_is_not() -> None:
    base = np.full(4, 100.0)
    assert not crossed_above(np.array([99.0, 100.0, 100.0 + 1e-13, 100.0]), base).any()
    assert crossed_above(np.array([99.0, 100.0 + 1e-13, 100.0 + 1e-9, 101.0]), base).tolist() == [False, False, True, False]
    line = np.array([99.0, 100.0 + 1e-13])
    crossed_above(line, base[:2])
    assert line[1] == 100.0 + 1e-13, "the caller's array is left as it was"


@given(st.lists(st.sampled_from([1.0, 2.0, 3.0]), min_size=2, max_size=40), st.lists(st.sampled_from([1.0, 2.0, 3.0]), min_size=2, max_size=40))
@settings(max_examples=60, deadline=None)
def test_a_cross_is_a_change_from_not_above_to_above(first: list[float], second: list[float]) -> None:
    rows = min(len(first), len(second))
    line, other = np.array(first[:rows]), np.array(second[:rows])
    expected = [False] + [line[t] > other[t] and line[t - 1] <= other[t - 1] for t in range(1, rows)]
    assert crossed_above(line, other).tolist() == expected
    assert not (crossed_above(line, other) & crossed_below(line, other)).any()


def test_crossing_needs_lines_of_one_length() -> None:
    with pytest.raises(BadInput, match="3 rows cannot cross one of 4"):
        crossed_above(np.ones(3), np.ones(4))
    with pytest.raises(BadInput, match="at least one line"):
        crossed_above(1.0, 2.0)


def test_previous_shifts_and_refuses_to_look_ahead() -> None:
    np.testing.assert_array_equal(previous([1.0, 2.0, 3.0]), [np.nan, 1.0, 2.0])
    np.testing.assert_array_equal(previous([1.0, 2.0], 5), [np.nan, np.nan])
    with pytest.raises(BadInput, match="future"):
        previous([1.0, 2.0], -1)


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.id)
def test_the_catalogue_describes_what_the_function_gives(entry: object) -> None:
    bars = _bars(400)
    lines = entry.calculate(bars)  # type: ignore[attr-defined]
    assert len(lines) == len(entry.lines)  # type: ignore[attr-defined]
    for line in lines:
        first = int(np.flatnonzero(np.isfinite(line))[0])
        assert first <= entry.warm_up({}), f"{first} > {entry.warm_up({})}"  # type: ignore[attr-defined]
    assert max(int(np.flatnonzero(np.isfinite(line))[0]) for line in lines) == entry.warm_up({})  # type: ignore[attr-defined]
    assert entry.pane in ("price", "own")  # type: ignore[attr-defined]
    assert entry.inputs  # type: ignore[attr-defined]


def test_the_catalogue_finds_by_id_and_refuses_what_it_lacks() -> None:
    assert find("ema").title == "EMA"
    with pytest.raises(BadInput, match="indicator 'emma'"):
        find("emma")


def test_the_catalogue_checks_parameters_like_any_declaration() -> None:
    with pytest.raises(BadInput, match="window"):
        find("ema").calculate(_bars(50), window=0)


@pytest.mark.parametrize("window", [0, -3, 2.5, 100_001, float("nan"), float("inf"), True, "20", None])
def test_a_window_that_cannot_be_is_refused_by_its_value(window: object) -> None:
    for indicator in (sma, ema, rsi, deviation):
        with pytest.raises(BadInput, match="The window of an indicator is"):
            indicator(np.arange(50.0), window)  # type: ignore[arg-type]
