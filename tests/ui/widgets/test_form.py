"""Forms made from declarations: every kind of field, bounds told beside it, sliders on the declared grid."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from terminal.domain.parameters import Bool, Choice, Float, Int, Text, declarations
from terminal.ui.widgets.form import DeclarationForm, NumberEditor


class Declared:
    fast = Int(21, low=2, high=60, unit="bars", help="fast EMA")
    width = Float(2.0, low=0.5, high=4.0, step=0.5, unit="σ")
    kind = Choice("ema", options=("ema", "simple_one"))
    long = Bool(True, help="trade the long side")
    note = Text("")


@pytest.fixture
def form(qtbot: QtBot) -> DeclarationForm:
    made = DeclarationForm(declarations(Declared), {"fast": 30}, has_sliders=True)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def number(form: DeclarationForm, name: str) -> NumberEditor:
    editor = form.editor(name)
    assert isinstance(editor, NumberEditor)
    return editor


def test_given_values_win_over_defaults(form: DeclarationForm) -> None:
    assert form.values() == {"fast": 30, "width": 2.0, "kind": "ema", "long": True, "note": ""}
    assert number(form, "fast").text.text() == "30"


def test_a_slider_moves_on_the_declared_grid_and_tells(form: DeclarationForm, qtbot: QtBot) -> None:
    told: list[tuple[str, object]] = []
    form.value_changed.connect(lambda name, value: told.append((name, value)))
    slider = number(form, "width").slider
    assert slider is not None
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert told == [("width", 2.5)]
    assert number(form, "width").text.text() == "2.5"
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert form.values()["width"] == 0.5


def test_a_value_out_of_bounds_is_told_below_and_not_taken(form: DeclarationForm, qtbot: QtBot) -> None:
    told: list[tuple[str, object]] = []
    form.value_changed.connect(lambda name, value: told.append((name, value)))
    text = number(form, "fast").text
    text.selectAll()
    qtbot.keyClicks(text, "100")
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert told == []
    assert form.rows["fast"].problem.text() == "Parameter 'fast' is 100. Give a whole number from 2 to 60 bars."
    assert form.rows["fast"].problem.isVisible()
    text.selectAll()
    qtbot.keyClicks(text, "40")
    qtbot.keyClick(text, Qt.Key.Key_Return)
    assert told == [("fast", 40)]
    assert not form.rows["fast"].problem.isVisible()


def test_choices_switches_and_text_are_taken(form: DeclarationForm, qtbot: QtBot) -> None:
    told: list[tuple[str, object]] = []
    form.value_changed.connect(lambda name, value: told.append((name, value)))
    choice, switch, note = form.editor("kind"), form.editor("long"), form.editor("note")
    assert isinstance(choice, QComboBox)
    assert isinstance(switch, QCheckBox)
    assert isinstance(note, QLineEdit)
    assert [choice.itemText(place) for place in range(2)] == ["EMA", "Simple one"]
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    switch.click()
    qtbot.keyClicks(note, "hello")
    qtbot.keyClick(note, Qt.Key.Key_Return)
    assert told == [("kind", "simple_one"), ("long", False), ("note", "hello")]


def test_setting_values_tells_nobody(form: DeclarationForm) -> None:
    told: list[str] = []
    form.value_changed.connect(lambda name, _value: told.append(name))
    form.set_values({"fast": 50, "width": 1.0, "kind": "simple_one", "long": False, "note": "x", "unknown": 1})
    assert told == []
    assert form.values() == {"fast": 50, "width": 1.0, "kind": "simple_one", "long": False, "note": "x"}
    slider = number(form, "fast").slider
    assert slider is not None
    assert slider.value() == 48


def test_every_field_has_a_name_and_its_bounds_in_a_tooltip(form: DeclarationForm) -> None:
    assert number(form, "fast").text.accessibleName() == "Fast"
    assert form.rows["fast"].name.toolTip() == "fast EMA — a whole number from 2 to 60 bars"
