"""Asking a strategy for its decisions: what is checked, and that every mistake names file, line, candle and value."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput, StrategyError, UnknownName
from terminal.strategies.library import StrategyLibrary
from terminal.strategies.run import decide

Builder = Callable[[int], Candles]
HEAD = "import numpy as np\nfrom terminal import Int, Price, Signals, Strategy\n\n\nclass Mine(Strategy):\n    def signals(self, candles):\n"


def _mistake(library: StrategyLibrary, folder: Path, candles: Candles, body: str) -> StrategyError:
    (folder / "mine.py").write_text(HEAD + "".join(f"        {line}\n" for line in body.splitlines()))
    entry = library.find("mine")
    assert entry.error is None, entry.error
    with pytest.raises(StrategyError) as caught:
        decide(entry.demand_class()(), candles)
    assert caught.value.file == folder / "mine.py"
    return caught.value


def test_an_exception_at_candle_70000_names_file_line_and_time(library: StrategyLibrary, folder: Path, candles: Builder) -> None:
    body = "for row in range(len(candles)):\n    if row == 70_000:\n        1 / 0\nreturn Signals()"
    error = _mistake(library, folder, candles(70_100), body)
    assert error.line == 9
    assert str(error) == "mine.py:9 — ZeroDivisionError: division by zero at 2027-12-26 16:00 (row = 70,000)."


def test_an_exception_without_a_row_names_file_and_line(library: StrategyLibrary, folder: Path, candles: Builder) -> None:
    error = _mistake(library, folder, candles(50), "return Signals(enter_long=candles.clos > 0)")
    assert error.line == 7
    assert "has no attribute 'clos'" in str(error)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return None", "`signals` returned NoneType, not Signals"),
        ("return Signals(enter_long=np.ones(999, bool))", "`enter_long` has 999 rows, candles have 1,000"),
        ("return Signals(enter_long=np.ones((2, 1000), bool))", "`enter_long` has the shape (2, 1000), candles have 1,000"),
        ("return Signals(enter_long=np.where(np.arange(1000) == 12, np.nan, 1))", "`enter_long` is nan at 2020-01-01 12:00"),
        ("return Signals(enter_long=np.where(np.arange(1000) == 12, np.inf, 1))", "`enter_long` is inf at 2020-01-01 12:00"),
        ("return Signals(enter_long='yes')", "`enter_long` holds"),
        ("return Signals(enter_long=True, stop_loss='far')", "`stop_loss` does not hold numbers"),
        ("return Signals(enter_long=True, stop_loss=-0.02)", "`stop_loss` is not above zero, where 0.02 means 2 % (-0.02)"),
        ("return Signals(enter_long=True, stop_loss=2)", "`stop_loss` is a fraction of 1 or more"),
        ("return Signals(enter_long=True, take_profit=np.where(np.arange(1000) == 24, np.inf, 0.1))", "`take_profit` is infinite at 2020-01-02 00:00"),
        ("return Signals(enter_long=True, size=0)", "`size` is not above zero"),
        ("return Signals(enter_long=True, confidence=1.5)", "`confidence` is outside 0 to 1"),
        ("return Signals(enter_long=True, reason=0)", "`reason` has no words"),
        ("self.state = 1\nreturn Signals()", "`self.state` cannot be set"),
        ("raise SystemExit", "SystemExit"),
    ],
)
def test_a_wrong_answer_is_named_with_its_value_and_place(library: StrategyLibrary, folder: Path, candles: Builder, body: str, words: str) -> None:
    error = _mistake(library, folder, candles(1000), body)
    assert words in str(error)
    assert error.line == 7
    assert str(error).startswith("mine.py:7 — ")


@pytest.mark.parametrize(
    ("side", "name", "factor", "where"),
    [
        ("long", "stop_loss", 1.1, "above"),
        ("short", "stop_loss", 0.9, "below"),
        ("long", "take_profit", 0.9, "below"),
        ("short", "take_profit", 1.1, "above"),
        ("long", "stop_loss", 1.0, "at"),
    ],
)
def test_a_level_on_the_wrong_side_of_an_entry_is_an_error(
    library: StrategyLibrary, folder: Path, candles: Builder, side: str, name: str, factor: float, where: str
) -> None:
    body = f"return Signals(enter_{side}=np.arange(1000) == 36, {name}=Price(candles.close * {factor}))"
    error = _mistake(library, folder, candles(1000), body)
    assert f"`{name}` is {where} the entry of a {side} at 2020-01-02 12:00 (" in str(error)


def test_a_wrong_level_without_an_entry_is_no_error(library: StrategyLibrary, folder: Path, candles: Builder) -> None:
    (folder / "mine.py").write_text(HEAD + "        return Signals(enter_long=np.arange(1000) < 0, stop_loss=Price(candles.close * 2))\n")
    assert not decide(library.find("mine").demand_class()(), candles(1000)).enter_long.any()


@pytest.mark.parametrize("name", ["ema_trend", "ma_crossover", "mean_reversion", "donchian_breakout_adx"])
def test_built_ins_decide_on_any_length_and_never_look_ahead(library: StrategyLibrary, candles: Builder, name: str) -> None:
    strategy = library.find(name).demand_class()()
    whole = decide(strategy, candles(2000)).arrays()
    assert whole["enter_long"].any()
    for rows in (0, 1, 15, 700):
        part = decide(strategy, candles(2000).rows(0, rows)).arrays()
        for field, values in part.items():
            np.testing.assert_array_equal(values, whole[field][:rows], err_msg=field)


def test_ma_crossover_can_leave_out_a_side_and_change_its_average(library: StrategyLibrary, candles: Builder) -> None:
    kind = library.find("ma_crossover").demand_class()
    assert not decide(kind(short=False), candles(500)).enter_short.any()
    assert not decide(kind(long=False), candles(500)).enter_long.any()
    ema, sma = (decide(kind(average=word), candles(500)).enter_long for word in ("ema", "sma"))
    assert (ema != sma).any()


def test_parameters_out_of_bounds_are_refused_before_anything_runs(library: StrategyLibrary) -> None:
    kind = library.find("ma_crossover").demand_class()
    with pytest.raises(BadInput, match=r"'fast' is 1.*from 2 to 100 bars"):
        kind(fast=1)
    with pytest.raises(BadInput, match="fast < slow"):
        kind(fast=50, slow=20)
    with pytest.raises(UnknownName, match="Did you mean fast"):
        kind(fasst=5)
    with pytest.raises(BadInput, match="one of ema, sma"):
        kind(average="hma")


def test_a_strategy_keeps_nothing_between_runs(library: StrategyLibrary, candles: Builder) -> None:
    strategy = library.find("ema_trend").demand_class()()
    first, second = decide(strategy, candles(800)), decide(strategy, candles(800))
    np.testing.assert_array_equal(first.enter_long, second.enter_long)
    assert strategy.values == {"fast": 21, "slow": 89}


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("return Signals(entre_long=True)", "Did you mean enter_long?"),
        ("return Signals(nothing_near=True)", "Signals takes enter_long, exit_long"),
        ("return Signals(enter_long=candles.clos > 0)", "Did you mean close?"),
        ("return Signals(enter_long=candels.close > 0)", "Did you mean candles?"),
        ("return Signals(stop_loss=Price(levl=1.0))", "Did you mean level?"),
    ],
)
def test_a_misspelt_name_is_told_at_its_line_with_the_nearest(library: StrategyLibrary, folder: Path, candles: Builder, body: str, meant: str) -> None:
    error = _mistake(library, folder, candles(50), body)
    assert error.line == 7
    assert error.cure.startswith(meant)
    assert str(error) == f"{error.message} {error.cure}"
    assert error.message.startswith("mine.py:7 — ")
    assert error.message.endswith(".")


def test_a_misspelt_keyword_of_a_parameter_is_told_with_the_nearest(library: StrategyLibrary, folder: Path) -> None:
    (folder / "mine.py").write_text("from terminal import Int, Signals, Strategy\n\n\nclass Mine(Strategy):\n    fast = Int(3, low=1, hihg=9)\n")
    error = library.find("mine").error
    assert error is not None
    assert (error.line, error.cure) == (5, "Did you mean high?")
