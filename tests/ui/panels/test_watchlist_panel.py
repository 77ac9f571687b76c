"""The watchlist in use: rows by group, arrow keys that lead, a filter, columns with indicator values, ages that tell the truth."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from terminal.app.commands import PrepareDemo
from terminal.app.opening import OpenTerminal
from terminal.app.state import Quote, Quotes
from terminal.app.streams import Streams
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import DAY, SECOND, Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panels.watchlist import WatchlistPanel

BTC, ETH = SeriesKey("demo", "BTC/USDT", Timeframe.H1), SeriesKey("demo", "ETH/USDT", Timeframe.H1)


@pytest.fixture
def panel(bridge: Bridge, opened: OpenTerminal, qtbot: QtBot) -> WatchlistPanel:
    """The panel beside a stored and streaming simulated market."""
    opened.terminal.execute(PrepareDemo())
    made = WatchlistPanel(bridge, LinkGroup())
    qtbot.addWidget(made)
    made.resize(560, 240)
    made.show()
    Streams(opened.terminal).beat()
    qtbot.waitUntil(lambda: made.table.rows.rowCount() == 4 and all(row.is_live and len(row.spark) > 10 for row in made.table.rows.shown()[1:]))
    return made


def shown(panel: WatchlistPanel, column: str) -> list[str]:
    heads = [declared.head for declared in panel.table.rows.columns]
    return [panel.table.rows.columns[heads.index(column)].text(row) for row in panel.table.rows.shown()]


def test_symbols_stand_under_their_group_with_figures(panel: WatchlistPanel) -> None:
    assert shown(panel, "Symbol") == ["Simulated market — prices are invented", "BTC/USDT", "ETH/USDT", "SPY"]
    assert panel.table.columnSpan(0, 0) == 6
    assert all(text.endswith(" %") for text in shown(panel, "Day")[1:])
    assert all("." in text for text in shown(panel, "Last")[1:])
    assert float(shown(panel, "Spread")[1]) > 0


def test_arrow_keys_lead_the_linked_panels_over_heads(panel: WatchlistPanel, qtbot: QtBot) -> None:
    panel.link.show_series(BTC)
    assert panel.table.chosen_key() == ("demo", "BTC/USDT")
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    assert panel.link.series == ETH
    qtbot.keyClick(panel.table, Qt.Key.Key_Up)
    qtbot.keyClick(panel.table, Qt.Key.Key_Up)
    assert panel.link.series == BTC


def test_a_click_on_a_group_s_name_leaves_the_chosen_symbol_marked(panel: WatchlistPanel, qtbot: QtBot) -> None:
    panel.link.show_series(BTC)
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=panel.table.row_rect_middle(0))
    assert panel.table.chosen_key() == ("demo", "BTC/USDT")
    assert panel.link.series == BTC


def test_a_click_shows_the_symbol_in_the_timeframe_in_view(panel: WatchlistPanel, qtbot: QtBot) -> None:
    panel.link.show_series(SeriesKey("demo", "BTC/USDT", Timeframe.D1))
    place = panel.table.row_rect_middle(2)
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel.link.series == SeriesKey("demo", "ETH/USDT", Timeframe.D1)


def test_typing_filters(panel: WatchlistPanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel.search, "spy")
    qtbot.waitUntil(lambda: shown(panel, "Symbol") == ["SPY"])
    panel.search.clear()
    qtbot.waitUntil(lambda: len(shown(panel, "Symbol")) == 4)


def test_sorting_by_a_figure_leaves_the_heads_out(panel: WatchlistPanel, qtbot: QtBot) -> None:
    header = panel.table.horizontalHeader()
    place = header.sectionViewportPosition(1) + 10
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=header.rect().center().__class__(place, 8))
    assert shown(panel, "Symbol") == ["BTC/USDT", "ETH/USDT", "SPY"]
    lasts = [row.last for row in panel.table.rows.shown()]
    assert lasts == sorted(lasts, key=lambda last: -(last or 0))


def test_the_header_s_menu_adds_an_indicator_that_fills_in(panel: WatchlistPanel, qtbot: QtBot) -> None:
    menu = panel.columns.menu()
    indicators = next(entry.menu() for entry in menu.actions() if entry.text() == "Indicator value")
    assert isinstance(indicators, QMenu)
    next(entry for entry in indicators.actions() if entry.text() == "RSI 14").trigger()
    qtbot.waitUntil(
        lambda: all(0 < float(text) < 100 for text in shown(panel, "RSI 14")[1:] if text != "–") and "–" not in shown(panel, "RSI 14"), timeout=20_000
    )
    saved = panel.state()
    panel.columns.toggle("RSI 14")
    panel.columns.toggle("Trend")
    panel.restore(saved)
    assert [column.head for column in panel.table.rows.columns] == ["Symbol", "Last", "Day", "Age", "Trend", "Spread", "RSI 14"]


def test_a_damaged_state_is_ignored(panel: WatchlistPanel) -> None:
    panel.restore({"columns": ["No such", 7], "order": [99, True]})
    assert len(panel.table.rows.columns) == 6


def test_an_old_price_says_so_and_a_closed_market_is_not_stale(panel: WatchlistPanel, opened: OpenTerminal, qtbot: QtBot) -> None:
    now = opened.terminal.clock()
    rows = (
        Quote(BTC, 100.0, 99.0, 99.9, 100.1, now - 130 * SECOND),
        Quote(SeriesKey("demo", "SPY", Timeframe.H1), 500.0, 505.0, None, None, now - 90_000 * SECOND, is_open=False),
    )
    opened.terminal.publisher.publish(Quotes(rows), snapshot=True)
    qtbot.waitUntil(lambda: shown(panel, "Age")[1].endswith("2 min"))
    ages = dict(zip(shown(panel, "Symbol"), shown(panel, "Age"), strict=True))
    assert ages["BTC/USDT"] == "! 2 min"
    assert ages["SPY"] == "closed"
    age = next(column for column in panel.table.rows.columns if column.head == "Age")
    assert age.tooltip is not None
    assert "Stale" in age.tooltip(panel.table.rows.row(1))
    assert dict(zip(shown(panel, "Symbol"), shown(panel, "Day"), strict=True))["SPY"] == "−1.0 %"
    assert dict(zip(shown(panel, "Symbol"), shown(panel, "Spread"), strict=True))["SPY"] == "–"


def test_an_empty_watchlist_says_what_to_do(bridge: Bridge, qtbot: QtBot) -> None:
    made = WatchlistPanel(bridge, LinkGroup())
    qtbot.addWidget(made)
    made.show()
    assert made.empty.isVisible()
    assert "Extract" in made.empty.text.text()


def hidden(panel: WatchlistPanel) -> list[str]:
    return [column.head for place, column in enumerate(panel.table.rows.columns) if panel.table.isColumnHidden(place)]


def cut(panel: WatchlistPanel) -> list[str]:
    """Texts that do not fit their cell."""
    metrics = panel.table.fontMetrics()
    return [
        column.text(row)
        for place, column in enumerate(panel.table.rows.columns)
        for row in panel.table.rows.shown()
        if not row.is_head and not column.paint and not panel.table.isColumnHidden(place)
        if metrics.horizontalAdvance(column.text(row)) > panel.table.columnWidth(place) - 20
    ]


@pytest.mark.parametrize(("width", "gone"), [(322, ["Trend", "Spread"]), (430, ["Spread"]), (560, [])])
def test_columns_nobody_asked_for_step_back_before_anything_scrolls(panel: WatchlistPanel, qtbot: QtBot, width: int, gone: list[str]) -> None:
    panel.resize(width, 240)
    qtbot.waitUntil(lambda: hidden(panel) == gone)
    assert not panel.table.horizontalScrollBar().isVisible()
    assert cut(panel) == []


def test_a_column_somebody_asked_for_stays_however_narrow_the_panel_is(panel: WatchlistPanel, qtbot: QtBot) -> None:
    panel.resize(322, 240)
    qtbot.waitUntil(lambda: hidden(panel) == ["Trend", "Spread"])
    entry = next(entry for entry in panel.columns.menu().actions() if entry.text() == "Spread")
    assert not entry.isChecked(), "the menu ticks what is seen"
    entry.trigger()
    assert [column.head for column in panel.table.rows.columns] == ["Symbol", "Last", "Day", "Age", "Spread"]
    assert hidden(panel) == []


def test_the_age_of_a_series_that_ended_years_ago_is_read_whole(panel: WatchlistPanel, opened: OpenTerminal, qtbot: QtBot) -> None:
    panel.resize(322, 240)
    years_ago = opened.terminal.clock() - round(4.12 * 365.2425 * DAY)
    opened.terminal.publisher.publish(Quotes((Quote(BTC, 46_216.9, 47_000.0, None, None, years_ago, is_open=True),)), snapshot=True)
    qtbot.waitUntil(lambda: shown(panel, "Age")[1] == "! 4.1 y")
    assert cut(panel) == []


def test_the_embedded_market_keeps_the_timeframe_in_view_however_fine(panel: WatchlistPanel, qtbot: QtBot) -> None:
    panel.link.show_series(SeriesKey("demo", "BTC/USDT", Timeframe.M5))
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    assert panel.link.series == SeriesKey("demo", "ETH/USDT", Timeframe.M5)


def test_a_symbol_chosen_before_its_row_came_is_marked_with_it_and_after_a_filter(bridge: Bridge, opened: OpenTerminal, qtbot: QtBot) -> None:
    """As at a start, where the kept layout chooses a series before anything is known of the store."""
    link = LinkGroup()
    link.show_series(ETH)
    made = WatchlistPanel(bridge, link)
    qtbot.addWidget(made)
    made.show()
    opened.terminal.execute(PrepareDemo())
    Streams(opened.terminal).beat()
    qtbot.waitUntil(lambda: made.table.chosen_key() == ("demo", "ETH/USDT"))
    qtbot.keyClicks(made.search, "BTC")
    qtbot.waitUntil(lambda: made.table.rows.rowCount() == 1)
    assert made.table.chosen_key() is None
    made.search.clear()
    qtbot.waitUntil(lambda: made.table.chosen_key() == ("demo", "ETH/USDT"))
    assert link.series == ETH
