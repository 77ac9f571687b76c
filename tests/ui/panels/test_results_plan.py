"""The page of the next run: several series chosen by clicks, the world told in fields, and every run of the group keeps to it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from terminal.app.opening import OpenTerminal
from terminal.domain.candles import Candles
from terminal.domain.series import SeriesKey
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup, RunPlan
from terminal.ui.panels.editor.runner import Runner, Wish
from terminal.ui.panels.results import ResultsPanel
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
    field = panel.plan.fields[name]
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
