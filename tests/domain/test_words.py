"""Names and corrections in the words of whoever reads them; numbers have one home for window, report and shell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.app.cli.words import with_flags
from terminal.backtest.report import words as report
from terminal.domain import words
from terminal.ui import numbers
from terminal.ui.panels.data.mapping import in_words

CURE = "Mend the file, or set the correction bad_rows to drop."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dense_rows", "Dense rows"),
        ("adx_window", "ADX window"),
        ("rsi", "RSI"),
        ("fast_ema", "Fast EMA"),
        ("use_MACD_filter", "Use MACD filter"),
        ("max_drawdown", "Max drawdown"),
        ("", ""),
    ],
)
def test_a_declared_name_becomes_words_and_a_term_keeps_its_capitals(name: str, said: str) -> None:
    assert words.worded(name) == said


def test_each_face_calls_a_correction_as_it_shows_it() -> None:
    assert in_words(CURE) == "Mend the file, or set “Bad rows” to drop."
    assert with_flags(CURE) == "Mend the file, or give --set bad_rows=drop."
    assert in_words("Set the correction timeframe.") == "Set “Timeframe”."
    assert in_words("The correction asset_class is 'x'.") == "“Asset class” is 'x'."
    assert in_words("Nothing to correct.") == "Nothing to correct."


def test_window_and_report_write_numbers_alike() -> None:
    assert report.number is words.number is numbers.number
    assert report.price is words.price is numbers.price


@given(st.floats(allow_nan=True, allow_infinity=True), st.integers(0, 8), st.booleans())
def test_what_rounds_to_nothing_has_no_sign_and_the_rest_its_own(value: float, decimals: int, signed: bool) -> None:
    said = words.number(value, decimals, signed=signed)
    assert "-" not in said
    if said == words.ABSENT:
        return
    is_nothing = not said.lstrip("+−").strip("0.,")
    assert said.startswith("−") == (value < 0 and not is_nothing)
    assert said.startswith("+") == (signed and value > 0 and not is_nothing)


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    assert words.shortened("BTC/USDT · 1h", 24) == "BTC/USDT · 1h"
    assert words.shortened("1000000MOG/USDT:USDT · 15m", 24) == "1000000MOG/U…:USDT · 15m"
    assert all(len(words.shortened("x" * 40, most)) == most for most in range(2, 40))
