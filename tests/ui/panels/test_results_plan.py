"""The page of the next run: several series chosen by clicks, the world told in fields, and every run of the group keeps to it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from terminal.app.commands import TickFile
from terminal.app.opening import OpenTerminal
from terminal.domain.candles import Candles
from terminal.domain.orders import ExitReason
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panels.chart import ChartPanel
from terminal.ui.panels.editor.runner import Runner, Wish
from terminal.ui.panels.results import ResultsPanel
from terminal.ui.run_plan import RunPlan
from tests.builders.walk import key_of, walk
from tests.ui.panels.test_results_panel import page, ran, texts

LEFT = Qt.MouseButton.LeftButton


def kept(opened: OpenTerminal, candles: Candles) -> SeriesKey:
    opened.terminal.store.write(candles, source="bench", covered=(int(candles.time[0]), int(candles.time[-1]) + candles.timeframe.nanoseconds))
    return key_of(candles)


def other(candles: Candles) -> Candles:
    prices = {name: getattr(candles, name)[::-1].copy() for name in ("open", "high", "low", "close")}
    instrument = replace(candles.instrument, symbol="ETH/USDT")
    return Candles(instrument, candles.timeframe, candles.time, **prices, volume=candles.volume, provenance=candles.provenance)


@pytest.fixture
def both(opened: OpenTerminal) -> tuple[SeriesKey, SeriesKey]:
    candles = walk(3_000, simulated=True)
    return kept(opened, candles), kept(opened, other(candles))


@pytest.fixture
def panel(qtbot: QtBot, bridge: Bridge, both: tuple[SeriesKey, SeriesKey]) -> ResultsPanel:
    made = ResultsPanel(bridge, LinkGroup())
    made.header = made.header_widgets()  # type: ignore[attr-defined] # kept alive as the window's header does
    qtbot.addWidget(made)
    made.resize(1080, 320)
    made.show()
    made.link.show_series(both[0])
    page(qtbot, made, "Next run")
    qtbot.waitUntil(lambda: made.plan.table.rows.rowCount() == 2, timeout=10_000)
    return made


def press(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.mouseClick(button, LEFT)


def choose(qtbot: QtBot, panel: ResultsPanel, *keys: SeriesKey) -> None:
    table = panel.plan.table
    for number, key in enumerate(keys):
        place = table.rows.place_of(key)
        assert place is not None
        where = table.visualRect(table.rows.index(place, 1)).center()
        modifier = Qt.KeyboardModifier.ControlModifier if number else Qt.KeyboardModifier.NoModifier
        qtbot.mouseClick(table.viewport(), LEFT, modifier, QPoint(where))


def type_in(qtbot: QtBot, panel: ResultsPanel, name: str, text: str) -> None:
    field = panel.plan.world.fields[name]
    field.setFocus()
    field.clear()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_the_series_in_view_is_traded_until_others_are_chosen(panel: ResultsPanel, both: tuple[SeriesKey, SeriesKey]) -> None:
    assert "trades the series in view, " + both[0].symbol in texts(panel)
    assert panel.link.traded() == both[:1]
    assert not panel.plan.leave.isEnabled()


def test_two_series_are_traded_on_one_account_by_clicks_alone(qtbot: QtBot, panel: ResultsPanel, both: tuple[SeriesKey, SeriesKey]) -> None:
    choose(qtbot, panel, both[0], both[1])
    assert panel.plan.take.text() == "Trade the 2 chosen"
    press(qtbot, panel.plan.take)
    assert sorted(map(str, panel.link.traded())) == sorted(map(str, both))
    assert "on one account" in texts(panel)
    type_in(qtbot, panel, "shares", "")
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: panel.link.run is not None, timeout=120_000)
    assert panel.state()["page"] == "Summary"
    assert {row["symbol"] for row in panel.link.run.result.symbols} == {"BTC/USDT", "ETH/USDT"}
    page(qtbot, panel, "Costs")
    assert panel.costs.symbols.isVisible()
    assert panel.costs.symbols.rows.rowCount() == 2
    page(qtbot, panel, "Next run")
    press(qtbot, panel.plan.leave)
    assert panel.link.traded() == (panel.link.series,)


def test_what_the_fields_say_reaches_the_run_and_a_wrong_one_is_refused_in_words(qtbot: QtBot, panel: ResultsPanel) -> None:
    type_in(qtbot, panel, "beside", "mean_reversion:window=30")
    type_in(qtbot, panel, "shares", "60%,60%")
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: "The portions are 0.6, 0.6." in panel.plan.problem.text(), timeout=120_000)
    assert panel.plan.problem.isVisible()
    page(qtbot, panel, "Summary")
    assert "The portions are 0.6, 0.6." in texts(panel)
    page(qtbot, panel, "Next run")
    type_in(qtbot, panel, "shares", "60%,40%")
    assert not panel.plan.problem.isVisible()
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: panel.link.run is not None, timeout=120_000)
    told = panel.link.run.result.settings["strategies"]
    assert [(each["name"], each["share"]) for each in told] == [("EmaTrend", 0.6), ("MeanReversion", 0.4)]
    assert told[1]["parameters"]["window"] == 30


def test_the_editor_runs_by_the_same_plan(qtbot: QtBot, bridge: Bridge, both: tuple[SeriesKey, SeriesKey]) -> None:
    link = LinkGroup()
    link.show_series(both[1])
    link.set_plan(RunPlan(both))
    runner = Runner(bridge, link)
    with qtbot.waitSignal(runner.ran, timeout=120_000) as told:
        assert runner.run(Wish("ema_trend", "EMA trend", {}, is_slider=False))
    assert told.args is not None
    assert [row["symbol"] for row in told.args[0].result.symbols] == ["BTC/USDT", "ETH/USDT"]


def test_a_strategy_beside_that_cannot_be_read_is_told_where_the_run_was_asked(qtbot: QtBot, bridge: Bridge, both: tuple[SeriesKey, SeriesKey]) -> None:
    link = LinkGroup()
    link.show_series(both[0])
    link.set_plan(RunPlan((), {"beside": "mean_reversion:window=30,low"}))
    runner = Runner(bridge, link)
    with qtbot.waitSignal(runner.failed) as told:
        runner.run(Wish("ema_trend", "EMA trend", {}, is_slider=False))
    assert told.args is not None
    assert "is 'low'" in str(told.args[0])


def test_one_series_can_be_planned_whatever_the_chart_shows(qtbot: QtBot, panel: ResultsPanel, both: tuple[SeriesKey, SeriesKey]) -> None:
    choose(qtbot, panel, both[1])
    press(qtbot, panel.plan.take)
    page(qtbot, panel, "Summary")
    assert "candles" in texts(panel)
    ran(qtbot, panel)
    assert panel.link.run.info.series == both[1]


NOTING = '''
from terminal import Strategy


class Noting(Strategy):
    """Notes every hundredth candle and buys there."""

    def on_start(self):
        self.seen = 0

    def on_candle(self, candle):
        self.seen += 1
        if self.seen % 100 == 0:
            self.log("looked", close=candle.close)
            self.buy(percent=0.1) if self.position.is_flat else self.close()
'''


def test_trades_are_narrowed_to_one_instrument(qtbot: QtBot, panel: ResultsPanel, both: tuple[SeriesKey, SeriesKey]) -> None:
    panel.link.set_plan(RunPlan(both))
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: panel.link.run is not None, timeout=120_000)
    page(qtbot, panel, "Trades")
    shown = panel.trades_page
    result = panel.link.run.result
    assert shown.symbols.isVisible()
    assert [shown.symbols.itemText(place) for place in range(shown.symbols.count())] == ["All instruments", "BTC/USDT", "ETH/USDT"]
    assert shown.table.rows.rowCount() == len(result.trade_table)
    qtbot.keyClick(shown.symbols, Qt.Key.Key_Down)
    qtbot.keyClick(shown.symbols, Qt.Key.Key_Down)
    few = int((result.trade_table["symbol"] == 1).sum())
    assert shown.table.rows.rowCount() == few
    assert f"{few} of {len(result.trade_table)} trades" in texts(panel)
    with qtbot.waitSignal(panel.link.moment_chosen) as told:
        shown.table.choose(shown.table.rows.shown()[0].number)
    assert told.args is not None
    assert told.args[0] == both[1]


def test_notes_stand_beside_the_trades_and_lead_the_chart(qtbot: QtBot, panel: ResultsPanel, opened: OpenTerminal) -> None:
    folder = opened.terminal.strategies.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "noting.py").write_text(NOTING)
    panel.link.show_strategy(str(folder / "noting.py"))
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: panel.link.run is not None, timeout=120_000)
    page(qtbot, panel, "Trades")
    shown = panel.trades_page
    assert not shown.symbols.isVisible()
    press(qtbot, shown.buttons["Notes"])
    assert shown.notes.rows.rowCount() == len(panel.link.run.result.log) > 10
    assert f"{len(panel.link.run.result.log)} notes" in texts(panel)
    note = panel.link.run.result.log[3]
    with qtbot.waitSignal(panel.link.moment_chosen) as told:
        shown.notes.choose(3)
    assert told.args == [panel.link.series, note.time - panel.link.series.timeframe.nanoseconds]
    assert "close" in shown.notes.rows.shown()[3].values


HOLDS = '''
from terminal import Strategy


class Holds(Strategy):
    """Buys one at the tenth candle and keeps it."""

    def on_start(self):
        self.seen = 0

    def on_candle(self, candle):
        self.seen += 1
        if self.seen == 10:
            self.buy(quantity=0.01)
'''
TRADING = '''
from terminal import Strategy


class Buys(Strategy):
    """Buys at the second message, sells at the twentieth."""

    def on_start(self):
        self.seen = 0

    def on_tick(self, tick):
        self.seen += 1
        if self.seen == 2:
            self.buy(quantity=1)
        if self.seen == 20:
            self.close()
'''


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    """Forty trades, ten a minute, each at one more than the one before."""
    path = tmp_path / "trades.csv"
    start = 1_700_000_040_000
    path.write_text("\n".join(["time,price,size", *(f"{start + row * 6_000},{100 + row},5" for row in range(40))]))
    return path


@pytest.fixture
def tick_strategy(opened: OpenTerminal) -> Path:
    folder = opened.terminal.strategies.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "buys.py").write_text(TRADING)
    return folder / "buys.py"


def test_a_tick_file_is_chosen_by_clicks_and_the_result_says_ticks(
    qtbot: QtBot, panel: ResultsPanel, tick_strategy: Path, trades: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.link.show_strategy(str(tick_strategy))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(trades), ""))
    qtbot.mouseClick(panel.plan.ticks.file.finder, LEFT)
    assert panel.link.plan.ticks == TickFile(trades)
    assert "goes over trades.csv, message by message" in texts(panel)
    page(qtbot, panel, "Summary")
    assert "the ticks of trades.csv" in texts(panel)
    page(qtbot, panel, "Next run")
    frame = panel.plan.ticks.frame
    assert frame.isVisible()
    qtbot.keyClick(frame, Qt.Key.Key_Down)
    symbol = panel.plan.ticks.symbol
    symbol.setFocus()
    qtbot.keyClicks(symbol, "XYZ")
    qtbot.keyClick(symbol, Qt.Key.Key_Return)
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: panel.link.run is not None, timeout=120_000)
    result = panel.link.run.result
    assert (result.settings["input"], result.settings["timeframe"], result.settings["symbol"]) == ("40 trades", "5m", "XYZ")
    assert panel.summary.about.whole_text() == "Buys · XYZ ticks (file) · 2023-11-14 to 2023-11-14 · 40 trades"
    page(qtbot, panel, "Runs")
    assert [row.info.traded for row in panel.runs.table.rows.shown()] == ["XYZ ticks (file)"]
    page(qtbot, panel, "Next run")
    press(qtbot, panel.plan.leave)
    assert panel.link.plan.ticks is None
    assert not frame.isVisible()


def test_ticks_and_series_take_the_place_of_each_other(qtbot: QtBot, panel: ResultsPanel, both: tuple[SeriesKey, SeriesKey], trades: Path) -> None:
    field = panel.plan.ticks.file.text
    choose(qtbot, panel, *both)
    press(qtbot, panel.plan.take)
    qtbot.keyClicks(field, str(trades))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (panel.link.traded(), panel.link.plan.series) == ((), ())
    press(qtbot, panel.plan.take)
    assert panel.link.plan.ticks is None
    assert len(panel.link.traded()) == 2
    assert field.text() == ""


def test_a_tick_file_of_several_symbols_is_asked_about_and_its_field_answers(qtbot: QtBot, panel: ResultsPanel, tick_strategy: Path, tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    rows = [f"{1_700_000_040 + row},{('AAA', 'BBB')[row % 2]},{100 + row},5" for row in range(80)]
    path.write_text("\n".join(["time,symbol,price,size", *rows]))
    panel.link.show_strategy(str(tick_strategy))
    panel.link.set_plan(panel.link.plan.over(TickFile(path)))
    page(qtbot, panel, "Next run")
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: "holds 2 symbols: AAA, BBB. Write AAA into the field Symbol of Next run" in panel.plan.problem.text(), timeout=120_000)
    symbol = panel.plan.ticks.symbol
    symbol.setFocus()
    qtbot.keyClicks(symbol, "BBB")
    qtbot.keyClick(symbol, Qt.Key.Key_Return)
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: panel.link.run is not None, timeout=120_000)
    assert panel.link.run.result.went_over == "40 trades"
    assert panel.link.run.info.traded == "BBB ticks (file)"


def test_a_tick_file_that_is_not_there_is_refused_on_the_page(qtbot: QtBot, panel: ResultsPanel, tmp_path: Path) -> None:
    field = panel.plan.ticks.file.text
    qtbot.keyClicks(field, str(tmp_path / "none.csv"))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: "There is no file" in panel.plan.problem.text(), timeout=120_000)


def test_a_strategy_beside_is_chosen_from_a_list(qtbot: QtBot, panel: ResultsPanel) -> None:
    qtbot.waitUntil(lambda: bool(panel.runs.strategies), timeout=10_000)
    for title in ("Mean reversion", "Ladder in"):
        menu = panel.plan.world.menu()
        next(entry for entry in menu.actions() if entry.text() == title).trigger()
    assert panel.link.plan.world["beside"] == "mean_reversion; ladder_in"
    assert panel.plan.world.fields["beside"].text() == "mean_reversion; ladder_in"


def test_rolls_of_a_futures_are_chosen_as_a_file_and_reach_the_run(
    qtbot: QtBot, panel: ResultsPanel, opened: OpenTerminal, both: tuple[SeriesKey, SeriesKey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = opened.terminal.strategies.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "holds.py").write_text(HOLDS)
    panel.link.show_strategy(str(folder / "holds.py"))
    candles = walk(3_000, simulated=True)
    when = np.datetime64(int(candles.time[1_500]), "ns")
    rolls = tmp_path / "rolls.csv"
    rolls.write_text(f"symbol,date,kind,value,leave\n{both[0].symbol},{when}Z,roll,{candles.open[1_500] * 1.1},{candles.open[1_500]}\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(rolls), ""))
    finder = next(button for button in panel.plan.findChildren(QToolButton) if button.accessibleName() == "Find a file: splits, dividends, rolls")
    qtbot.mouseClick(finder, LEFT)
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: panel.link.run is not None or bool(panel.plan.problem.text()), timeout=120_000)
    assert panel.plan.problem.text() == ""
    reasons = [ExitReason(int(code)).words for code in panel.link.run.result.trade_table["reason"]]
    assert "roll" in reasons


def test_a_run_over_ticks_is_shown_on_candles_made_of_them(qtbot: QtBot, bridge: Bridge, panel: ResultsPanel, opened: OpenTerminal, trades: Path) -> None:
    folder = opened.terminal.strategies.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "buys.py").write_text(TRADING)
    chart = ChartPanel(bridge, panel.link)
    qtbot.addWidget(chart)
    chart.show()
    panel.link.show_strategy(str(folder / "buys.py"))
    panel.link.set_plan(panel.link.plan.over(TickFile(trades, "XYZ")))
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: panel.link.run is not None, timeout=120_000)
    page(qtbot, panel, "Trades")
    panel.trades.choose(0)
    qtbot.waitUntil(lambda: chart.model.key == SeriesKey("file", "XYZ", Timeframe.M1), timeout=10_000)
    assert chart.model.rows.count == 4
    assert chart.model.marks is not None
    assert chart.model.chosen_mark == 0
    assert [level.words.partition(" ")[0] for level in chart.model.marks.levels(0)][:2] == ["in", "out"]


def test_of_trades_that_began_in_one_candle_the_chosen_one_is_shown(
    qtbot: QtBot, bridge: Bridge, panel: ResultsPanel, opened: OpenTerminal, both: tuple[SeriesKey, SeriesKey], trades: Path
) -> None:
    folder = opened.terminal.strategies.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "buys.py").write_text(TRADING.replace("self.seen == 2:", "self.seen in (2, 3, 4):"))
    chart = ChartPanel(bridge, panel.link)
    qtbot.addWidget(chart)
    qtbot.waitUntil(lambda: chart.model.key == both[0], timeout=10_000)
    panel.link.show_strategy(str(folder / "buys.py"))
    panel.link.set_plan(panel.link.plan.over(TickFile(trades, "XYZ")))
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: panel.link.run is not None, timeout=120_000)
    page(qtbot, panel, "Trades")
    panel.trades.choose(2)
    qtbot.waitUntil(lambda: chart.model.chosen_mark == 2, timeout=10_000)
    assert "trade 3" in chart.model.marks.words(2)
    assert chart.state()["series"] == [both[0].venue, both[0].symbol, both[0].timeframe.value]  # a file's candles are not there at the next start


IDLE = '''
from terminal import Strategy


class Idle(Strategy):
    """Asks for nothing, or for more than the account can pay."""

    quantity = 0.0

    def on_start(self):
        self.seen = 0

    def on_candle(self, candle):
        self.seen += 1
        if self.quantity and self.seen == 10:
            self.buy(quantity=self.quantity)
'''


@pytest.mark.parametrize(("quantity", "words"), [(0.0, "the conditions were never met on these candles"), (1e6, "Take a smaller size")])
def test_an_empty_list_of_trades_says_why_and_what_to_do(qtbot: QtBot, panel: ResultsPanel, opened: OpenTerminal, quantity: float, words: str) -> None:
    folder = opened.terminal.strategies.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "idle.py").write_text(IDLE.replace("quantity = 0.0", f"quantity = {quantity}"))
    panel.link.show_strategy(str(folder / "idle.py"))
    press(qtbot, panel.plan.run)
    qtbot.waitUntil(lambda: panel.link.run is not None, timeout=120_000)
    page(qtbot, panel, "Trades")
    assert panel.trades_page.empty.isVisible()
    assert "No trade was made." in texts(panel)
    assert words in texts(panel)
