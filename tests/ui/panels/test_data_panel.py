"""The Data panel by real clicks and keys, the real ccxt behind it, the local exchange at the other end."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from terminal.app.opening import OpenTerminal
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panels.data import DataPanel
from tests.builders.exchange import Fault, FaultKind, Listing, LocalExchange, candles_of
from tests.builders.exchange.__main__ import further

HOUR_MS = 3_600_000
START_MS = 1_609_459_200_000  # 2021-01-01
ROWS = candles_of(START_MS, 3000)
BITCOIN = Listing("BTC", "USDT", ROWS, HOUR_MS)
HOLED = Listing("BTC", "USDT", np.delete(ROWS, slice(500, 534), axis=0), HOUR_MS)
ETHER = Listing("ETH", "USDT", candles_of(START_MS, 2000, seed=2), HOUR_MS)
KEY = SeriesKey("binance", "BTC/USDT", Timeframe.H1)


@pytest.fixture
def exchange(opened: OpenTerminal) -> Iterator[LocalExchange]:
    with LocalExchange([BITCOIN, ETHER, *further(ETHER, 2000)]) as running:
        opened.terminal.settings.change("exchange_address", running.address)
        yield running


@pytest.fixture
def panel(bridge: Bridge, qtbot: QtBot) -> DataPanel:
    made = DataPanel(bridge, LinkGroup())
    qtbot.addWidget(made)
    made.resize(300, 760)
    made.show()
    qtbot.waitExposed(made)
    return made


def write(qtbot: QtBot, field, text: str) -> None:
    """Replaces what stands in a field by typing."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def click(qtbot: QtBot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def idle(panel: DataPanel) -> bool:
    return not panel.progress.isVisible()


def extract(qtbot: QtBot, panel: DataPanel, symbols: str = "BTC/USDT") -> None:
    write(qtbot, panel.form.symbols.text, symbols)
    panel.form.symbols.completer.popup().hide()
    click(qtbot, panel.form.extract_button)
    qtbot.waitUntil(lambda: bool(panel.outcome.words.text()) and idle(panel), timeout=30_000)


def test_nothing_stored_says_what_belongs_here_and_how_to_get_it(panel: DataPanel) -> None:
    words = [child.text() for child in panel.findChildren(type(panel.outcome.words)) if child.isVisible()]
    assert any("Nothing is stored yet" in text and "extract" in text for text in words)


def test_two_symbols_are_extracted_by_typing_and_clicking(qtbot: QtBot, panel: DataPanel, exchange: LocalExchange, opened: OpenTerminal) -> None:
    extract(qtbot, panel, "BTC/USDT, ETH/USDT")
    assert panel.outcome.words.text() == "2 symbols: 4,999 new candles."
    qtbot.waitUntil(lambda: panel.table.rows.rowCount() == 2)
    texts = [[column.text(row) for column in panel.table.rows.columns] for row in panel.table.rows.shown()]
    assert texts == [["BTC/USDT", "1h", "2,999", "no gaps"], ["ETH/USDT", "1h", "2,000", "no gaps"]]
    stored = opened.terminal.store.read(KEY)
    assert np.array_equal(stored.close, ROWS[:2999, 4])


def test_progress_is_shown_per_symbol_while_it_runs(qtbot: QtBot, panel: DataPanel, exchange: LocalExchange) -> None:
    exchange.latency = 0.1
    write(qtbot, panel.form.symbols.text, "BTC/USDT, ETH/USDT")
    click(qtbot, panel.form.extract_button)
    qtbot.waitUntil(lambda: [line.name.whole_text() for line in panel.progress._lines if line.isVisible()] == ["BTC/USDT", "ETH/USDT"], timeout=20_000)
    qtbot.waitUntil(lambda: "%" in panel.progress._lines[0].figures.text())
    qtbot.waitUntil(lambda: idle(panel), timeout=20_000)


def test_enter_and_a_double_click_open_the_series_in_the_linked_panels(qtbot: QtBot, panel: DataPanel, exchange: LocalExchange) -> None:
    extract(qtbot, panel, "BTC/USDT, ETH/USDT")
    qtbot.waitUntil(lambda: panel.table.chosen() is not None)
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert panel.link.series == KEY
    second = panel.table.row_rect_middle(1)
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=second)
    qtbot.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=second)
    assert panel.link.series == SeriesKey("binance", "ETH/USDT", Timeframe.H1)


def test_a_second_extraction_says_that_nothing_was_missing(qtbot: QtBot, panel: DataPanel, exchange: LocalExchange) -> None:
    extract(qtbot, panel)
    asked = len(exchange.candle_requests)
    extract(qtbot, panel)
    assert panel.outcome.words.text() == "BTC/USDT: nothing was missing."
    assert len(exchange.candle_requests) == asked


def test_gaps_are_told_in_words_and_repaired_by_their_link(qtbot: QtBot, panel: DataPanel, exchange: LocalExchange) -> None:
    exchange.listings["BTC/USDT"] = HOLED
    extract(qtbot, panel)
    qtbot.waitUntil(lambda: "1 gap, 34 candles missing; longest 34 h, Jan 2021" in panel.findings.words.text())
    assert panel.findings.words.text().startswith("BTC/USDT 1h, 2021: ")
    exchange.listings["BTC/USDT"] = BITCOIN
    click(qtbot, panel.findings.link)
    qtbot.waitUntil(lambda: "34 new candles. No gap is left." in panel.outcome.words.text(), timeout=20_000)
    qtbot.waitUntil(lambda: "gap" not in panel.findings.words.text())


def test_repair_offers_the_venue_of_the_form_as_a_second_source(qtbot: QtBot, panel: DataPanel, exchange: LocalExchange) -> None:
    exchange.listings["BTC/USDT"] = Listing("BTC", "USDT", np.delete(ROWS, slice(2900, 2910), axis=0), HOUR_MS)
    extract(qtbot, panel)
    exchange.listings["BTC/USDT"] = BITCOIN
    write(qtbot, panel.form.venue.line, "kraken")
    qtbot.waitUntil(lambda: panel.table.chosen() is not None and bool(panel.table.chosen().gaps))
    click(qtbot, panel.form.repair_button)
    menu = next(menu for menu in panel.findChildren(QMenu) if menu.isVisible())
    assert [action.text() for action in menu.actions()] == ["Ask binance for the missing candles", "Ask kraken for the missing candles"]
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(menu.actions()[1]).center())
    qtbot.waitUntil(lambda: "10 new candles. No gap is left." in panel.outcome.words.text(), timeout=20_000)


@pytest.mark.parametrize(
    ("prepare", "row", "words"),
    [
        (lambda form: form.venue.line.setText("binanc"), "venue_row", "Unknown venue 'binanc'. Did you mean binance"),
        (lambda form: form.symbols.text.setText("BTC/USDX"), "symbols_row", "Did you mean BTC/USDT"),
        (lambda form: form.symbols.text.setText(" "), "symbols_row", "Choose at least one symbol"),
        (lambda form: form.range.text.setText("2021-03-01 → 2021-02-01"), "range_row", "ends before it starts. Swap"),
        (lambda form: form.range.text.setText("2099-01-01 → now"), "range_row", "starts in the future"),
        (lambda form: form.range.text.setText("yesterday"), "range_row", "Write it like 2019-01-01 → 2021-12-31"),
        (lambda form: (form.venue.line.setText("coinbase"), form.timeframe.setCurrentText("1 week")), "timeframe_row", "coinbase has no 1w candles"),
    ],
    ids=["unknown exchange", "unknown symbol", "no symbol", "end before start", "range in the future", "no range", "timeframe the venue lacks"],
)
def test_what_is_wrong_is_said_beside_its_field_with_the_cure(
    qtbot: QtBot, panel: DataPanel, exchange: LocalExchange, prepare: Callable[[object], object], row: str, words: str
) -> None:
    prepare(panel.form)
    click(qtbot, panel.form.extract_button)
    problem = getattr(panel.form, row).problem
    qtbot.waitUntil(lambda: words in problem.text(), timeout=20_000)
    assert problem.isVisible()
    assert panel.table.rows.rowCount() == 0


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(FaultKind.GEO_BLOCK), "does not serve this country"),
        (Fault(FaultKind.BANNED, 300), "has banned this address"),
    ],
    ids=["geo-block", "rate-limit ban"],
)
def test_what_the_venue_refuses_is_said_in_words(qtbot: QtBot, panel: DataPanel, exchange: LocalExchange, fault: Fault, words: str) -> None:
    exchange.script.always = fault
    click(qtbot, panel.form.extract_button)
    qtbot.waitUntil(lambda: words in panel.form.problem.text(), timeout=20_000)


def test_no_network_is_said_in_words_with_what_still_works(qtbot: QtBot, panel: DataPanel, opened: OpenTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    from terminal.market import download_patience

    monkeypatch.setattr(download_patience, "_FIRST_WAIT", {True: 0.01, False: 0.01})
    opened.terminal.settings.change("exchange_address", "http://127.0.0.1:9")
    click(qtbot, panel.form.extract_button)
    qtbot.waitUntil(lambda: "cannot be reached" in panel.form.problem.text(), timeout=20_000)
    assert "the demo market and file import work without one" in panel.form.problem.text()


def test_waiting_for_a_limit_is_counted_down_and_cancel_ends_it_long_before_it_is_over(qtbot: QtBot, panel: DataPanel, exchange: LocalExchange) -> None:
    exchange.script.from_number[2] = Fault(FaultKind.TOO_MANY, 60)
    click(qtbot, panel.form.extract_button)
    qtbot.waitUntil(lambda: any("again in" in line.note.whole_text() for line in panel.progress._lines), timeout=20_000)
    click(qtbot, panel.progress.cancel_button)
    qtbot.waitUntil(lambda: panel.outcome.words.text().startswith("Stopped."), timeout=5_000)
    qtbot.waitUntil(lambda: panel.table.rows.rowCount() == 1 and panel.table.rows.row(0).rows == 1000)


def test_typing_completes_from_what_the_venue_trades(qtbot: QtBot, panel: DataPanel, exchange: LocalExchange) -> None:
    field = panel.form.symbols
    write(qtbot, field.text, "BTC/USDT, coin17")
    popup = field.completer.popup()
    qtbot.waitUntil(lambda: popup.isVisible() and popup.model().rowCount() > 3, timeout=20_000)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: field.value() == ("BTC/USDT", "COIN17/USDT"))


def test_symbols_are_searched_among_thousands_and_ticked(qtbot: QtBot, panel: DataPanel, exchange: LocalExchange) -> None:
    field = panel.form.symbols
    click(qtbot, field.pick_button)
    picker = field._picker
    qtbot.waitUntil(lambda: picker.names.rowCount() == 2002, timeout=20_000)
    qtbot.keyClicks(picker.search, "eth")
    qtbot.waitUntil(lambda: picker.names.rowCount() == 1)
    qtbot.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=picker.list.visualRect(picker.names.index(0, 0)).center())
    assert field.value() == ("BTC/USDT", "ETH/USDT")
    assert "2 chosen" in picker.status.text()
    picker.close()


def test_the_venue_is_searched_among_all_of_ccxt(qtbot: QtBot, panel: DataPanel) -> None:
    line = panel.form.venue.line
    write(qtbot, line, "krak")
    qtbot.waitUntil(lambda: panel.form.venue.count() > 100, timeout=30_000)
    qtbot.keyClicks(line, "e")
    popup = panel.form.venue.completer().popup()
    qtbot.waitUntil(lambda: popup.isVisible())
    offered = [popup.model().index(place, 0).data() for place in range(popup.model().rowCount())]
    assert offered == ["kraken", "krakenfutures"]
    popup.hide()


def test_a_usual_range_is_chosen_from_the_menu(qtbot: QtBot, panel: DataPanel) -> None:
    click(qtbot, panel.form.range.presets)
    menu = next(menu for menu in panel.findChildren(QMenu) if menu.isVisible())
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(menu.actions()[-1]).center())
    assert panel.form.range.text.text() == "first candle → now"
    assert panel.form.range.value() == (0, None)


def test_a_file_is_previewed_corrected_and_imported(qtbot: QtBot, panel: DataPanel, tmp_path: Path, opened: OpenTerminal) -> None:
    path = tmp_path / "EURUSD.csv"
    lines = [
        f"2021-03-{day:02} 10:00;{1.1 + day / 1000:.4f};{1.2 + day / 1000:.4f};{1.0 + day / 1000:.4f};{1.15 + day / 1000:.4f};{day}" for day in range(1, 29)
    ]
    path.write_text("\n".join(["When;Start;Top;Bottom;End;Amount", *lines]))
    dialog = panel.desk.import_file(path)
    qtbot.waitUntil(lambda: dialog._reading is not None, timeout=20_000)
    for role, header in (("time", "When"), ("open", "Start"), ("high", "Top"), ("low", "Bottom"), ("close", "End"), ("volume", "Amount")):
        field = dialog.mapping.fields[role]
        if field.currentText() != header:
            before = dialog._reading
            qtbot.keyClicks(field, header)
            qtbot.waitUntil(lambda old=before: dialog._reading is not old, timeout=10_000)
            assert field.currentText() == header
    qtbot.waitUntil(lambda: dialog.import_button.isEnabled(), timeout=10_000)
    assert dialog.candles.rows.rowCount() > 0
    assert "28 rows" in dialog.summary.whole_text()
    write(qtbot, dialog.symbol, "EUR/USD")
    with qtbot.waitSignal(dialog.imported, timeout=20_000):
        click(qtbot, dialog.import_button)
    qtbot.waitUntil(lambda: panel.table.chosen_key() == SeriesKey("file", "EUR/USD", Timeframe.D1), timeout=10_000)
    assert len(opened.terminal.store.read(SeriesKey("file", "EUR/USD", Timeframe.D1))) == 28


@pytest.mark.parametrize("by_typing", [True, False])
def test_of_a_file_with_several_symbols_one_is_chosen(qtbot: QtBot, panel: DataPanel, tmp_path: Path, opened: OpenTerminal, by_typing: bool) -> None:
    path = tmp_path / "stocks.csv"
    lines = [f"{name},2021-03-{day:02},{price},{price + 1},{price - 1},{price},100" for name, price in (("AAPL", 120), ("SPY", 390)) for day in range(1, 29)]
    path.write_text("\n".join(["symbol,date,open,high,low,close,volume", *lines]))
    dialog = panel.desk.import_file(path)
    qtbot.waitUntil(lambda: "2 symbols: AAPL, SPY" in dialog.problems.text(), timeout=20_000)
    assert not dialog.import_button.isEnabled()
    if by_typing:
        write(qtbot, dialog.symbol, "SPY")
        qtbot.keyClick(dialog.symbol, Qt.Key.Key_Tab)
    else:
        qtbot.keyClicks(dialog.settings.fields["symbol"], "SPY")
    qtbot.waitUntil(dialog.import_button.isEnabled, timeout=20_000)
    assert dialog.symbol.text() == "SPY"
    with qtbot.waitSignal(dialog.imported, timeout=20_000):
        click(qtbot, dialog.import_button)
    assert opened.terminal.store.read(SeriesKey("file", "SPY", Timeframe.D1)).close[0] == 390


def test_a_file_that_is_no_candle_file_says_why_and_cannot_be_imported(qtbot: QtBot, panel: DataPanel, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("")
    dialog = panel.desk.import_file(path)
    qtbot.waitUntil(lambda: "empty" in dialog.problems.text().lower(), timeout=20_000)
    assert not dialog.import_button.isEnabled()
    click(qtbot, dialog.cancel_button)
    assert not dialog.isVisible()


def test_the_chosen_series_is_exported_and_deleted(qtbot: QtBot, panel: DataPanel, exchange: LocalExchange, tmp_path: Path) -> None:
    extract(qtbot, panel)
    qtbot.waitUntil(lambda: panel.table.chosen() is not None)
    panel.desk.export(KEY, tmp_path / "candles.csv")
    qtbot.waitUntil(lambda: panel.outcome.words.text() == "2,999 candles written to candles.csv.", timeout=20_000)
    assert len((tmp_path / "candles.csv").read_text().splitlines()) == 3000
    sheet = panel.desk.choose_delete(panel.table.chosen(), panel.table)
    button = next(child for child in sheet.findChildren(type(panel.form.import_button)) if child.text() == "Delete")
    click(qtbot, button)
    qtbot.waitUntil(lambda: panel.table.rows.rowCount() == 0, timeout=10_000)


def test_what_was_filled_in_is_found_again(qtbot: QtBot, panel: DataPanel, bridge: Bridge) -> None:
    panel.form.restore({"venue": "kraken", "symbols": ["ETH/EUR", "BTC/EUR"], "timeframe": "4h", "range": "2020 → 2021"})
    saved = panel.state()
    other = DataPanel(bridge, LinkGroup())
    qtbot.addWidget(other)
    other.restore(saved)
    assert other.state() == saved
    assert other.form.symbols.value() == ("ETH/EUR", "BTC/EUR")
    assert other.form.chosen_timeframe() is Timeframe.H4
    other.restore({"form": {"venue": 7, "symbols": "x", "timeframe": "7m", "range": None}, "order": [99, 1]})
    assert other.state() == saved


def test_every_control_has_a_name_and_is_reached_by_tab(qtbot: QtBot, panel: DataPanel) -> None:
    panel.form.venue.line.setFocus()
    names = []
    for _ in range(8):
        focused = QApplication.focusWidget()
        assert focused.accessibleName(), focused
        names.append(focused.accessibleName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert {"Venue", "Symbols", "Pick symbols", "Timeframe", "Range", "Usual ranges", "Extract", "Import file…"} <= set(names)


def test_no_request_is_made_before_a_person_asks(qtbot: QtBot, panel: DataPanel, exchange: LocalExchange) -> None:
    panel.form.venue.line.setFocus()
    qtbot.keyClick(panel.form.venue.line, Qt.Key.Key_Tab)
    qtbot.wait(200)
    assert exchange.requests == []


@pytest.mark.parametrize(
    ("typed", "said"), [("2021-02-30 -> now", "There is no day"), ("2021 -> 2020", "ends before it starts"), ("last week", "Write it like")]
)
def test_a_bad_range_is_answered_below_its_field_as_soon_as_it_is_left(qtbot: QtBot, panel: DataPanel, typed: str, said: str) -> None:
    write(qtbot, panel.form.range.text, typed)
    qtbot.keyClick(panel.form.range.text, Qt.Key.Key_Tab)
    assert said in panel.form.range_row.problem.text()
    assert panel.form.range_row.problem.isVisible()
    write(qtbot, panel.form.range.text, "2021")
    assert not panel.form.range_row.problem.isVisible()
