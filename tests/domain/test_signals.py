"""What a strategy answers, checked: shapes, kinds of values, and complaints that name field, value and place."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from terminal.domain.signals import CONDITIONS, Limit, Price, Signals, Stop, StopLimit, WrongSignal, minute

START = 1_621_425_600_000_000_000  # 2021-05-19 12:00
TIMES = START + np.arange(6) * 3_600_000_000_000


def test_scalars_become_rows_and_absent_means_none() -> None:
    checked = Signals(enter_long=True, stop_loss=0.02).checked(6)
    assert checked.enter_long.tolist() == [True] * 6
    assert checked.stop_loss.tolist() == [0.02] * 6
    assert not checked.exit_long.any()
    assert np.isnan(checked.take_profit).all()
    assert (checked.reason == -1).all()
    assert len(checked) == 6
    assert all(len(values) == 6 for values in checked.arrays().values())


def test_no_rows_are_fine() -> None:
    assert len(Signals(enter_long=np.zeros(0, bool)).checked(0)) == 0


def test_whole_numbers_are_conditions_and_words_are_not() -> None:
    assert Signals(enter_long=np.array([0, 1, 2, 0, 0, 0])).checked(6).enter_long.tolist() == [False, True, True, False, False, False]
    with pytest.raises(WrongSignal, match="`enter_long` holds"):
        Signals(enter_long=np.array(["a"] * 6)).checked(6)


@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_condition_that_is_not_a_number_names_row_or_time(name: str, bad: float) -> None:
    values = np.zeros(6)
    values[2] = bad
    with pytest.raises(WrongSignal, match=f"`{name}` is .* at row 2"):
        Signals(**{name: values}).checked(6)
    with pytest.raises(WrongSignal, match=f"`{name}` is .* at 2021-05-19 14:00"):
        Signals(**{name: values}).checked(6, TIMES)


@pytest.mark.parametrize("rows", [0, 5, 7])
def test_a_wrong_length_names_both_lengths(rows: int) -> None:
    with pytest.raises(WrongSignal, match=f"`exit_short` has {rows} rows, candles have 6"):
        Signals(exit_short=np.zeros(rows, bool)).checked(6)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("stop_loss", 0.0, "not above zero"),
        ("stop_loss", 1.0, "fraction of 1 or more"),
        ("take_profit", -0.1, "not above zero"),
        ("trailing_stop", math.inf, "infinite"),
        ("size", 0.0, "not above zero"),
        ("size", math.inf, "infinite"),
        ("confidence", 1.01, "outside 0 to 1"),
        ("stop_loss", "near", "does not hold numbers"),
        ("stop_loss", Price(-3.0), "not a price above zero"),
        ("take_profit", Price(math.inf), "infinite"),
    ],
)
def test_numbers_out_of_range_are_refused(field: str, value: object, words: str) -> None:
    with pytest.raises(WrongSignal, match=words) as caught:
        Signals(enter_long=True, **{field: value}).checked(6, TIMES)  # type: ignore[arg-type]
    assert "2021" not in str(caught.value), "a single number stands at no candle"


def test_nan_means_none_for_prices_and_sizes() -> None:
    level = Price(np.array([math.nan, 5.0, 5.0, 5.0, 5.0, 5.0]))
    checked = Signals(enter_long=True, stop_loss=level, size=math.nan).checked(6)
    assert checked.stop_loss_is_price
    assert math.isnan(checked.stop_loss[0])


def test_reasons_need_words() -> None:
    assert Signals(enter_long=True, reason=1, reasons=("a", "b")).checked(6).reasons == ("a", "b")
    with pytest.raises(WrongSignal, match="`reason` has no words"):
        Signals(enter_long=True, reason=2, reasons=("a", "b")).checked(6)


@given(arrays.arrays(np.float64, 6, elements=st.floats(allow_nan=True, allow_infinity=True)))
def test_whatever_the_numbers_the_answer_is_clean_or_refused(values: np.ndarray) -> None:
    is_clean = all(math.isnan(value) or 0 < value < 1 for value in values)
    if not is_clean:
        with pytest.raises(WrongSignal, match="`stop_loss`"):
            Signals(enter_long=True, stop_loss=values).checked(6)
    else:
        np.testing.assert_array_equal(Signals(enter_long=True, stop_loss=values).checked(6).stop_loss, values)


def test_times_are_said_to_the_minute() -> None:
    assert minute(START) == "2021-05-19 12:00"


@pytest.mark.parametrize("reason", ["pullback", math.nan, [0.5] * 6, [None] * 6])
def test_a_reason_is_a_code_and_its_words_stand_apart(reason: object) -> None:
    with pytest.raises(WrongSignal, match=r"`reason` holds .*`reasons`"):
        Signals(enter_long=True, reason=reason, reasons=["pullback"]).checked(6)
    assert (Signals(enter_long=True, reason=0, reasons=["pullback"]).checked(6).reason == 0).all()


def test_a_target_says_where_its_value_turns_and_nan_is_no_turn() -> None:
    checked = Signals(target=np.array([math.nan, 0.0, 0.5, math.nan, 0.5, -0.2])).checked(6)
    assert checked.is_target
    assert checked.turns().tolist() == [False, False, True, False, False, True]
    assert checked.turns(4).tolist() == [False, False, False, False, True, True], "what came before the first row was never held"


def test_what_an_entry_waits_for_is_told_by_its_order() -> None:
    assert Signals(enter_long=True).checked(6).waits_for == "market"
    assert Signals(enter_long=True, order=Limit(5.0)).checked(6).waits_for == "limit"
    assert Signals(enter_long=True, order=Stop(np.full(6, 5.0))).checked(6).waits_for == "stop"
    both = Signals(enter_long=True, order=StopLimit(5.0, 5.5)).checked(6)
    assert (both.waits_for, both.trigger[0], both.limit[0]) == ("stop limit", 5.0, 5.5)


def test_how_long_an_entry_lives_is_candles_or_a_length_or_without_end() -> None:
    lives = [(checked.expires_rows, checked.expires_span) for checked in (Signals(expires=value).checked(6) for value in (1, 5, "4h", None))]
    assert lives == [(1, 0), (5, 0), (0, 4 * 3_600_000_000_000), (0, 0)]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"target": 0.5, "enter_long": True}, "`target` and `enter_long` are both given"),
        ({"target": np.full(6, 0.5), "size": 0.3}, "`target` and `size` are both given"),
        ({"target": 1.01}, "`target` is outside −1 to 1"),
        ({"target": math.inf}, "`target` is infinite"),
        ({"order": 5.0}, "`order` is 5.0"),
        ({"order": Limit("near")}, "`order` does not hold numbers"),
        ({"order": Limit(np.full(5, 1.0))}, "`order` has 5 rows, candles have 6"),
        ({"order": StopLimit(5.0, 0.0)}, "`order` is not a price above zero"),
        ({"enter_long": True, "order": Stop(math.nan)}, "`order` has no price for the entry"),
        ({"expires": 0}, "`expires` is 0"),
        ({"expires": True}, "`expires` is True"),
        ({"expires": "soon"}, "`expires` is 'soon'"),
        ({"pyramiding": 2.5}, "`pyramiding` is 2.5"),
        ({"target": 0.5, "rebalance": "daily"}, "`rebalance` is 'daily'"),
        ({"target": 0.5, "drift": 0.0}, "`drift` is 0.0"),
        ({"rebalance": "drift"}, "`rebalance` is given without a `target`"),
    ],
)
def test_what_an_entry_or_a_target_cannot_be_is_refused_by_its_name(given: dict[str, object], words: str) -> None:
    with pytest.raises(WrongSignal, match=words) as caught:
        Signals(**given).checked(6, TIMES)  # type: ignore[arg-type]
    assert str(caught.value).endswith(".")


def test_an_account_with_leverage_may_aim_higher() -> None:
    assert Signals(target=2.0).checked(6, leverage=2.0).target[0] == 2.0
    with pytest.raises(WrongSignal, match="outside −2 to 2"):
        Signals(target=2.1).checked(6, leverage=2.0)


@given(arrays.arrays(np.float64, 6, elements=st.floats(allow_nan=True, allow_infinity=True)))
def test_whatever_the_target_it_is_clean_or_refused(values: np.ndarray) -> None:
    if all(math.isnan(value) or abs(value) <= 1 for value in values):
        checked = Signals(target=values).checked(6)
        np.testing.assert_array_equal(checked.target, values)
        assert not (checked.turns() & np.isnan(values)).any()
    else:
        with pytest.raises(WrongSignal, match="`target`"):
            Signals(target=values).checked(6)
