"""Columns step back before a table is scrolled sideways, and a person's ticks win."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.fitting import FittingTable

HEADS = ("Name", "Profit", "Costs", "Bars")


@pytest.fixture
def table(qtbot: QtBot) -> FittingTable[int]:
    columns = [Column[int](head, str, width=100) for head in HEADS]
    made = FittingTable([*columns, Column[int]("", lambda _row: "", stretches=True)], spare=("Bars", "Costs"), name="Rows", key=lambda row: row)
    qtbot.addWidget(made)
    made.resize(500, 200)
    made.set_rows(range(4))
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize(("width", "shown"), [(500, HEADS), (360, HEADS[:3]), (240, HEADS[:2]), (120, HEADS[:2])])
def test_spare_columns_step_back_in_their_order_and_return(table: FittingTable[int], qtbot: QtBot, width: int, shown: tuple[str, ...]) -> None:
    table.resize(width, 200)
    assert table.shown_heads() == shown
    if width > 200:
        qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() == 0)


def test_a_tick_wins_over_the_room_and_is_found_again(table: FittingTable[int]) -> None:
    table.resize(240, 200)
    entry = next(entry for entry in table.menu().actions() if entry.text() == "Bars")
    assert not entry.isChecked()
    entry.trigger()
    table.toggle("Profit")
    assert table.shown_heads() == ("Name", "Bars")
    assert table.chosen_columns() == {"Bars": True, "Profit": False}
    table.restore_columns({"Bars": False, "nonsense": True, "Costs": 3})
    assert table.shown_heads() == ("Name", "Profit")
    assert table.horizontalHeader().contextMenuPolicy() is Qt.ContextMenuPolicy.CustomContextMenu


def test_one_column_always_stays(table: FittingTable[int]) -> None:
    for head in HEADS:
        table.toggle(head)
    assert len(table.shown_heads()) == 1
