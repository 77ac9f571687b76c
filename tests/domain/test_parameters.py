"""Declarations: defaults, bounds, parsing, constraints, and refusals that say what may be given."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.parameters import Bool, Choice, Float, Int, Text, checked, declarations


class Declared:
    fast = Int(21, low=2, high=60, unit="bars", help="fast EMA")
    width = Float(2.0, low=0.5, high=4.0, step=0.1, unit="σ")
    average = Choice("ema", options=("ema", "sma"))
    long = Bool(True)
    folder = Text("here")


ALL = declarations(Declared)


def test_declarations_come_in_the_order_written_and_know_their_names() -> None:
    assert list(ALL) == ["fast", "width", "average", "long", "folder"]
    assert [declaration.name for declaration in ALL.values()] == list(ALL)


def test_read_on_the_class_it_is_the_declaration_on_an_instance_the_value() -> None:
    assert Declared.fast.default == 21
    assert Declared().fast == 21


def test_a_value_cannot_be_assigned() -> None:
    with pytest.raises(BadInput, match="'fast' cannot be assigned"):
        Declared().fast = 3  # type: ignore[assignment] # what a person might try


@given(st.integers(-1000, 1000))
def test_whole_numbers_are_taken_within_their_bounds_only(value: int) -> None:
    if 2 <= value <= 60:
        assert checked(ALL, {"fast": value})["fast"] == value
        assert checked(ALL, {"fast": str(value)})["fast"] == value
        assert checked(ALL, {"fast": float(value)})["fast"] == value
    else:
        with pytest.raises(BadInput, match="a whole number from 2 to 60 bars"):
            checked(ALL, {"fast": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fast", 2.5),
        ("fast", True),
        ("fast", math.nan),
        ("fast", math.inf),
        ("fast", "many"),
        ("fast", None),
        ("fast", [3]),
        ("width", math.nan),
        ("width", math.inf),
        ("width", True),
        ("width", "wide"),
        ("width", 4.01),
        ("width", None),
        ("average", "hma"),
        ("average", 3),
        ("long", 1),
        ("long", "perhaps"),
        ("folder", 3),
    ],
)
def test_what_does_not_fit_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(BadInput, match=f"'{name}'"):
        checked(ALL, {name: value})


@pytest.mark.parametrize(("text", "value"), [("yes", True), (" On ", True), ("1", True), ("no", False), ("FALSE", False)])
def test_switches_read_words(text: str, value: bool) -> None:
    assert checked(ALL, {"long": text})["long"] is value


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean fast"):
        checked(ALL, {"fats": 3})
    with pytest.raises(UnknownName, match="There are: fast, width"):
        checked(ALL, {"zzzzzz": 3})


def test_constraints_compare_two_parameters_in_both_spellings() -> None:
    low, high = Int(1, low=0, high=9), Int(2, low=0, high=9)
    low.__set_name__(object, "low")
    high.__set_name__(object, "high")
    for constraint, equal_holds in ((low < high, False), (high > low, False), (low <= high, True), (high >= low, True)):
        assert constraint.holds({"low": 1, "high": 2})
        assert not constraint.holds({"low": 3, "high": 2})
        assert constraint.holds({"low": 2, "high": 2}) is equal_holds
    assert str(low < high) == "low < high"


def test_a_child_class_replaces_a_declaration_in_its_place() -> None:
    class Child(Declared):
        fast = Int(5, low=1, high=9)

    assert declarations(Child)["fast"].default == 5
    assert list(declarations(Child)) == list(ALL)


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (lambda: Int(5, low=10, high=2), "low=10 and high=2"),
        (lambda: Int(5, low=10, high=20), "default 5.*from 10 to 20"),
        (lambda: Float(math.nan, low=0, high=1), "default nan.*from 0 to 1"),
        (lambda: Choice("wma", options=("ema", "sma")), "default 'wma'.*ema, sma"),
    ],
)
def test_a_declaration_that_refuses_its_own_default_is_refused_where_it_is_written(declare, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        declare()
