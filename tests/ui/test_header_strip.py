"""A header where room is short: the leftmost widgets step back, stay reachable, and return with the room."""

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from terminal.ui.header_strip import HeaderStrip
from terminal.ui.widgets.buttons import FlatButton, IconButton


@pytest.fixture
def buttons() -> list[FlatButton]:
    return [FlatButton(text) for text in ("1m", "5m", "1h")]


@pytest.fixture
def strip(buttons: list[FlatButton], qtbot: QtBot) -> HeaderStrip:
    made = HeaderStrip([*buttons, IconButton("more", "Chart: more")])
    qtbot.addWidget(made)
    made.resize(made.sizeHint().width(), 34)
    made.show()
    qtbot.waitExposed(made)
    return made


def seen(widgets: list[FlatButton]) -> list[str]:
    return [widget.text() for widget in widgets if widget.isVisible()]


def test_the_leftmost_step_back_first_and_return(strip: HeaderStrip, buttons: list[FlatButton]) -> None:
    assert seen(buttons) == ["1m", "5m", "1h"]
    whole = strip.width()
    strip.resize(whole - 5, 34)
    assert seen(buttons) == ["5m", "1h"]
    assert [button.text() for button in strip.squeezed_buttons()] == ["1m"]
    strip.resize(strip.minimumSizeHint().width(), 34)
    assert seen(buttons) == []
    strip.resize(whole, 34)
    assert seen(buttons) == ["1m", "5m", "1h"]
    assert strip.squeezed_buttons() == []


def test_a_widget_its_panel_hides_stays_hidden_and_makes_room(strip: HeaderStrip, buttons: list[FlatButton], qtbot: QtBot) -> None:
    whole = strip.sizeHint().width()
    buttons[1].hide()
    qtbot.waitUntil(lambda: strip.sizeHint().width() < whole)
    strip.resize(whole + 100, 34)
    assert seen(buttons) == ["1m", "1h"]
    buttons[1].show()
    qtbot.waitUntil(lambda: strip.sizeHint().width() == whole)
    assert seen(buttons) == ["1m", "5m", "1h"]


def test_nothing_overlaps(strip: HeaderStrip, buttons: list[FlatButton]) -> None:
    widgets: list[QWidget] = [*buttons]
    for before, after in pairwise(widgets):
        assert before.geometry().right() < after.geometry().left()


def test_what_was_hidden_before_it_came_stays_hidden(qtbot: QtBot) -> None:
    tag, button = FlatButton("tag"), FlatButton("always")
    tag.setVisible(False)
    strip = HeaderStrip([tag, button])
    qtbot.addWidget(strip)
    strip.resize(300, 34)
    strip.show()
    assert button.isVisible()
    assert not tag.isVisible()
    tag.setVisible(True)
    assert tag.isVisible()
