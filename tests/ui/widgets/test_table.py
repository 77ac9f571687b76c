"""The table: numbers sorted as numbers, marks in the head, a selection that stays with its row, copy, tooltip of what is cut."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.ui.numbers import percent, price
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.table import Table


@dataclass(frozen=True)
class Coin:
    symbol: str
    last: float | None
    day: float = 0.0


COINS = (Coin("BTC", 9_000.0, -0.019), Coin("ETH", 10_000.0, 0.004), Coin("ADA", 0.35), Coin("NEW", None))
COLUMNS = (
    Column[Coin]("Symbol", lambda coin: coin.symbol),
    Column[Coin]("Last", lambda coin: price(coin.last), sort=lambda coin: coin.last, is_number=True, width=90),
    Column[Coin](
        "Day", lambda coin: percent(coin.day, signed=True), sort=lambda coin: coin.day, is_number=True, colour=lambda coin: "up" if coin.day > 0 else ""
    ),
)


@pytest.fixture
def table(qtbot: QtBot) -> Table[Coin]:
    made: Table[Coin] = Table(COLUMNS, name="Coins", key=lambda coin: coin.symbol)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.set_rows(COINS)
    made.show()
    qtbot.waitExposed(made)
    return made


def symbols(table: Table[Coin]) -> list[str]:
    return [coin.symbol for coin in table.rows.shown()]


def click_head(qtbot: QtBot, table: Table[Coin], column: int) -> None:
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + 8, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def heads(table: Table[Coin]) -> list[str]:
    return [table.rows.headerData(number, Qt.Orientation.Horizontal) for number in range(3)]


def test_clicks_on_a_head_sort_numbers_as_numbers_and_mark_it(table: Table[Coin], qtbot: QtBot) -> None:
    click_head(qtbot, table, 1)
    assert symbols(table) == ["ETH", "BTC", "ADA", "NEW"]
    assert heads(table) == ["Symbol", "Last ↓", "Day"]
    click_head(qtbot, table, 1)
    assert symbols(table) == ["ADA", "BTC", "ETH", "NEW"]
    assert heads(table)[1] == "Last ↑"
    click_head(qtbot, table, 1)
    assert symbols(table) == ["BTC", "ETH", "ADA", "NEW"]
    click_head(qtbot, table, 0)
    assert symbols(table) == ["ADA", "BTC", "ETH", "NEW"]


def test_heads_and_cells_stand_on_the_same_side(table: Table[Coin]) -> None:
    for column in range(3):
        side = table.rows.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        assert side == table.rows.data(table.rows.index(0, column), Qt.ItemDataRole.TextAlignmentRole)
        assert bool(side & Qt.AlignmentFlag.AlignRight) == COLUMNS[column].is_number


def test_arrow_keys_tell_the_row_and_the_selection_stays_with_it(table: Table[Coin], qtbot: QtBot) -> None:
    told: list[Coin] = []
    table.row_chosen.connect(told.append)
    table.choose("BTC")
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert [coin.symbol for coin in told] == ["BTC", "ETH"]
    table.set_rows([Coin("DOT", 5.0), *COINS])
    assert table.chosen_key() == "ETH"
    assert [coin.symbol for coin in told] == ["BTC", "ETH"]
    table.set_rows([Coin("DOT", 5.0), Coin("ETH", 11_000.0)])
    chosen = table.chosen()
    assert chosen is not None
    assert chosen.last == 11_000.0


def test_the_keyboard_entering_a_table_chooses_nothing(table: Table[Coin], qtbot: QtBot) -> None:
    told: list[Coin] = []
    table.row_chosen.connect(told.append)
    table.clearFocus()
    table.setFocus(Qt.FocusReason.TabFocusReason)
    assert told == []
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.rows.index(0, 0)).center())
    assert [coin.symbol for coin in told] == ["BTC"]


def test_enter_and_double_click_activate(table: Table[Coin], qtbot: QtBot) -> None:
    done: list[Coin] = []
    table.row_activated.connect(done.append)
    table.choose("ADA")
    qtbot.keyClick(table, Qt.Key.Key_Return)
    place = table.visualRect(table.rows.index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [coin.symbol for coin in done] == ["ADA", "BTC"]


def test_a_filter_keeps_rows_with_every_word(table: Table[Coin]) -> None:
    table.set_filter("10,000 eth")
    assert symbols(table) == ["ETH"]
    table.set_filter("")
    assert len(symbols(table)) == 4


def test_chosen_rows_are_copied_with_their_heads(table: Table[Coin], qtbot: QtBot) -> None:
    table.choose("ETH")
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Symbol\tLast\tDay\nETH\t10,000.0\t+0.4 %"


def test_ten_thousand_rows_are_shown(table: Table[Coin], qtbot: QtBot) -> None:
    many = [Coin(f"C{number}", float(number)) for number in range(10_000)]
    table.set_rows(many)
    table.grab()
    assert table.model().rowCount() == 10_000
