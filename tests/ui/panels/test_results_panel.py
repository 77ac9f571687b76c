"""The Results panel as a person uses it: from nothing to a verdict, to a trade on the chart, to a file, and back to an earlier run."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from terminal.app.opening import OpenTerminal
from terminal.app.state import Jobs, JobView, Lane, LaneState
from terminal.domain.series import SeriesKey
from terminal.stats.glossary import term
from terminal.ui.bridge import Bridge
from terminal.ui.charts.heat_map import monthly
from terminal.ui.links import LinkGroup
from terminal.ui.numbers import money
from terminal.ui.panels.results import ResultsPanel
from terminal.ui.panels.results.figures import key_figures
from terminal.ui.panels.results.measures import measures_of
from terminal.ui.panels.results.panel import PAGES
from terminal.ui.panels.results.tables import trade_columns, trade_rows
from terminal.ui.zones import Zone
from tests.builders.walk import key_of, walk

ROWS = 3_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def series(opened: OpenTerminal) -> SeriesKey:
    candles = walk(ROWS, simulated=True)
    opened.terminal.store.write(candles, source="bench", covered=(int(candles.time[0]), int(candles.time[-1]) + candles.timeframe.nanoseconds))
    return key_of(candles)


@pytest.fixture
def panel(qtbot: QtBot, bridge: Bridge, series: SeriesKey) -> ResultsPanel:
    made = ResultsPanel(bridge, LinkGroup())
    made.header = made.header_widgets()  # type: ignore[attr-defined] # kept alive as the window's header does
    qtbot.addWidget(made)
    made.resize(1080, 300)
    made.show()
    made.link.show_series(series)
    return made


def texts(panel: ResultsPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def ran(qtbot: QtBot, panel: ResultsPanel) -> None:
    button = next(button for button in panel.findChildren(QPushButton) if button.text() == "Run backtest, F5")
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: panel.link.run is not None, timeout=90_000)


def page(qtbot: QtBot, panel: ResultsPanel, name: str) -> None:
    qtbot.mouseClick(next(widget for widget in panel.header if isinstance(widget, QPushButton) and widget.text() == name), LEFT)  # type: ignore[attr-defined]


def test_without_a_result_it_says_what_can_be_run(qtbot: QtBot, panel: ResultsPanel) -> None:
    qtbot.waitUntil(lambda: "No result yet. Run EMA trend on 3,000 simulated one-hour candles." in texts(panel), timeout=10_000)


def test_one_click_leads_to_the_verdict_and_its_figures(qtbot: QtBot, panel: ResultsPanel) -> None:
    ran(qtbot, panel)
    result = panel.link.run.result
    shown = texts(panel).replace("<span", "\n<span")
    assert result.verdict.split(". ")[0] in shown
    for figure in key_figures(result.metrics, "USDT"):
        assert figure.name in shown
        assert figure.value in shown
    assert panel.summary.origin.isVisible()


def test_pages_switch_by_their_buttons(qtbot: QtBot, panel: ResultsPanel) -> None:
    ran(qtbot, panel)
    for name in PAGES:
        page(qtbot, panel, name)
        panel.grab()
        assert panel.state()["page"] == name
    assert panel.measures.model().rowCount() == len(panel.link.run.result.metrics) + len(panel.link.run.result.details)


def test_measures_are_told_in_the_words_of_every_other_face(qtbot: QtBot, panel: ResultsPanel) -> None:
    ran(qtbot, panel)
    result = panel.link.run.result
    told = {fact.name: fact for fact in measures_of(result.metrics, "USDT")}
    assert len(told) == len(result.metrics)
    assert told["Kurtosis"].meaning == term("kurtosis").meaning
    costs = next(figure for figure in key_figures(result.metrics, "USDT") if figure.name == "Costs")
    assert costs.value == money(-(result.metrics["gross_profit"] - sum(result.trade_table["profit"])), "USDT")


def test_trades_are_sorted_as_numbers_and_a_row_leads_to_the_chart(qtbot: QtBot, panel: ResultsPanel) -> None:
    ran(qtbot, panel)
    page(qtbot, panel, "Trades")
    table = panel.link.run.result.trade_table
    model = panel.trades.model()
    assert model.rowCount() == len(table)
    head = panel.trades.horizontalHeader()
    profit = next(column for column in range(model.columnCount()) if str(model.headerData(column, Qt.Orientation.Horizontal)).startswith("Profit"))
    place = QPoint(head.sectionViewportPosition(profit) + head.sectionSize(profit) // 2, head.height() // 2)
    qtbot.mouseClick(head.viewport(), LEFT, pos=place)
    shown = [row.profit for row in panel.trades.model().shown()]
    assert shown in (sorted(shown), sorted(shown, reverse=True))
    with qtbot.waitSignal(panel.link.moment_chosen) as moment:
        qtbot.mouseClick(panel.trades.viewport(), LEFT, pos=panel.trades.visualRect(panel.trades.model().index(1, 2)).center())
    chosen = panel.trades.chosen()
    assert chosen is not None
    assert moment.args == [panel.link.series, int(table["entry_time"][chosen.number])]


@pytest.mark.parametrize("ending", [".json", ".html", ".csv"])
def test_a_result_is_written_to_a_file(qtbot: QtBot, panel: ResultsPanel, tmp_path: Path, ending: str) -> None:
    ran(qtbot, panel)
    path = tmp_path / f"run{ending}"
    panel.exports.export_to(path)
    qtbot.waitUntil(lambda: path.exists() and path.stat().st_size > 100, timeout=20_000)
    if ending == ".json":
        assert set(json.loads(path.read_text())) >= {"settings", "fingerprints", "metrics", "trades", "equity"}


def test_an_earlier_run_is_opened_again_from_the_list(qtbot: QtBot, panel: ResultsPanel, bridge: Bridge) -> None:
    ran(qtbot, panel)
    first = panel.link.run
    panel.link.set_parameters({"fast": 10})
    panel.run_backtest()
    qtbot.waitUntil(lambda: panel.link.run is not first, timeout=90_000)
    page(qtbot, panel, "Runs")
    qtbot.waitUntil(lambda: panel.runs.table.model().rowCount() == 2, timeout=10_000)
    model = panel.runs.table.model()
    row = next(number for number in range(2) if model.row(number).info.id == first.id)
    qtbot.mouseClick(panel.runs.table.viewport(), LEFT, pos=panel.runs.table.visualRect(model.index(row, 1)).center())
    qtbot.waitUntil(lambda: panel.link.run.id == first.id, timeout=20_000)
    assert (panel.link.run.result.equity_values == first.result.equity_values).all()


def test_a_refused_run_is_explained_where_the_result_would_be(qtbot: QtBot, panel: ResultsPanel) -> None:
    panel.link.show_strategy("no_such_strategy")
    panel.run_backtest()
    qtbot.waitUntil(lambda: "Unknown strategy 'no_such_strategy'" in texts(panel), timeout=20_000)


def test_a_refusal_stays_though_the_list_of_jobs_comes_late(qtbot: QtBot, panel: ResultsPanel, bridge: Bridge, opened: OpenTerminal) -> None:
    panel.link.show_strategy("no_such_strategy")
    panel.run_backtest()
    qtbot.waitUntil(lambda: "Unknown strategy 'no_such_strategy'" in texts(panel), timeout=20_000)
    job = JobView(99, "Backtest no such strategy", LaneState.RUNNING, (Lane("", 1, 4, "Running", 0.0, None),), bridge.clock(), None)

    def seen() -> bool:
        opened.terminal.publisher.publish(Jobs((job,)), snapshot=True)  # again each time: the runner publishes its own, empty list beside it
        return "Running no such strategy" in texts(panel)

    qtbot.waitUntil(seen, timeout=20_000)
    opened.terminal.publisher.publish(Jobs(()), snapshot=True)
    qtbot.waitUntil(lambda: "Unknown strategy 'no_such_strategy'" in texts(panel), timeout=20_000)


def test_the_refused_run_itself_is_not_shown_as_running_by_a_list_of_jobs_that_comes_late(
    qtbot: QtBot, panel: ResultsPanel, bridge: Bridge, opened: OpenTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, lists, send = [], [], bridge.send
    monkeypatch.setattr(bridge, "send", lambda *given, **named: sent.append(send(*given, **named)) or sent[-1])
    bridge.watch(Jobs, lists.append)
    panel.link.show_strategy("no_such_strategy")
    panel.run_backtest()
    qtbot.waitUntil(lambda: "Unknown strategy 'no_such_strategy'" in texts(panel), timeout=20_000)
    late = Jobs((JobView(sent[-1], "Backtest no such strategy", LaneState.RUNNING, (), bridge.clock(), None),))

    def heard() -> bool:
        opened.terminal.publisher.publish(late, snapshot=True)  # again each time: the runner publishes its own, empty list beside it
        return late in lists

    qtbot.waitUntil(heard, timeout=20_000)
    assert "Unknown strategy 'no_such_strategy'" in texts(panel)


def test_while_the_engine_compiles_it_says_so_with_seconds(qtbot: QtBot, panel: ResultsPanel, bridge: Bridge, opened: OpenTerminal) -> None:
    lane = Lane("", 1, 4, "Preparing the engine, once only · a few seconds", 0.0, None)
    job = JobView(1, "Backtest EMA trend", LaneState.RUNNING, (lane,), bridge.clock() - 3_000_000_000, None)

    def seen() -> bool:
        opened.terminal.publisher.publish(Jobs((job,)), snapshot=True)  # again each time: the runner publishes its own, empty list beside it
        return re.search(r"Preparing the engine, once only · \d+ s", texts(panel)) is not None

    qtbot.waitUntil(seen, timeout=20_000)


def test_the_curve_is_zoomed_and_a_click_leads_to_that_moment(qtbot: QtBot, panel: ResultsPanel) -> None:
    ran(qtbot, panel)
    panel.grab()
    curves = panel.summary.curves
    with qtbot.waitSignal(panel.link.moment_chosen) as moment:
        qtbot.mouseClick(curves, LEFT, pos=QPoint(120, 40))
    assert moment.args[1] in panel.link.run.result.time


def test_a_point_of_the_scatter_is_a_trade(qtbot: QtBot, panel: ResultsPanel) -> None:
    ran(qtbot, panel)
    page(qtbot, panel, "Distribution")
    panel.grab()
    scatter, table = panel.distribution.excursions, panel.link.run.result.trade_table
    closed = np.flatnonzero(table["exit_row"] >= 0)
    at = QPoint(round(float(scatter._x(table["mae"][closed[0]]))), round(float(scatter._y(table["mfe"][closed[0]]))))
    assert "Trade" in scatter.words_at(at)
    with qtbot.waitSignal(panel.link.moment_chosen):
        qtbot.mouseClick(scatter, LEFT, pos=at)
    assert panel.distribution.returns.counts.sum() == len(closed)


def test_months_compound_their_days() -> None:
    days = np.array(["2021-01-30", "2021-01-31", "2021-02-01"], "datetime64[D]").astype(np.int64)
    found = monthly(days, np.array([0.1, 0.1, -0.5]))
    assert found == {(2021, 1): pytest.approx(0.21), (2021, 2): pytest.approx(-0.5)}


def test_every_measure_has_a_name_a_unit_and_a_sentence(qtbot: QtBot, panel: ResultsPanel) -> None:
    ran(qtbot, panel)
    page(qtbot, panel, "Measures")
    rows = {row.key: row for row in panel.measures.model().shown()}
    assert set(rows) == set(panel.link.run.result.metrics) | set(panel.link.run.result.details)
    assert all(row.meaning.endswith(".") and row.group and "_" not in row.name for row in rows.values())
    assert rows["cagr"].name == "Return a year (CAGR)"
    assert rows["capital"].value == "10,000.00 USDT"
    assert rows["max_drawdown"].value.endswith(" %")
    assert rows["max_drawdown_days"].value.endswith(" d")


def test_heads_of_the_trades_say_time_or_price(panel: ResultsPanel) -> None:
    heads = [column.head for column in panel.trades.rows.columns]
    assert heads[1:7] == ["Symbol", "Side", "Entry", "Entry price", "Exit", "Exit price"]
    assert len(set(heads)) == len(heads)


def test_in_a_low_panel_the_curves_give_way_before_a_figure_is_cut(qtbot: QtBot, panel: ResultsPanel) -> None:
    ran(qtbot, panel)
    host = QWidget()
    host.resize(740, 400)
    panel.setParent(host)  # in a dock nothing keeps a panel at its least size
    panel.show()
    host.show()
    panel.resize(740, 170)
    qtbot.waitUntil(lambda: not panel.summary.curves.isVisible())
    assert all(figure.height() >= figure.sizeHint().height() for figure in panel.summary._shown)
    panel.resize(740, 400)
    qtbot.waitUntil(lambda: panel.summary.curves.isVisible())
    panel.setParent(None)


def test_every_linked_panel_is_told_who_started_a_run_and_how_it_ended(qtbot: QtBot, panel: ResultsPanel) -> None:
    told: list[tuple[str, str]] = []
    panel.link.run_told.connect(lambda words, state: told.append((words, state)))
    ran(qtbot, panel)
    assert [state for _words, state in told] == ["busy", "up"]
    assert all("started from Results" in words for words, _state in told)
    assert told[1][0].startswith("3,000 candles")


def test_trades_are_seen_without_scrolling_sideways(qtbot: QtBot, panel: ResultsPanel) -> None:
    ran(qtbot, panel)
    page(qtbot, panel, "Trades")
    for width in (1022, 760, 2000):
        panel.resize(width, 300)
        assert panel.trades.horizontalScrollBar().maximum() == 0
        assert {"#", "Side", "Profit", "Return"} <= set(panel.trades.shown_heads())
    panel.trades.toggle("Bars")
    assert panel.state()["trade_columns"] == {"Bars": False}


def test_times_are_those_of_the_exchange_where_a_person_wants_them_so(qtbot: QtBot, panel: ResultsPanel, bridge: Bridge) -> None:
    ran(qtbot, panel)
    rows = trade_rows(panel.link.run.result)
    assert {row.calendar for row in rows} == {"24/7"}
    row = replace(rows[0], calendar="XNYS", entry_time=1_704_724_200 * 10**9)
    entry = next(column for column in trade_columns(bridge.zones) if column.head == "Entry")
    bridge.zones.choose(Zone.EXCHANGE)
    assert entry.text(row) == "2024-01-08 09:30"
    bridge.zones.choose(Zone.UTC)
    assert entry.text(row) == "2024-01-08 14:30"


def test_a_run_whose_data_changed_carries_a_badge_and_the_list_of_what_changed(qtbot: QtBot, panel: ResultsPanel) -> None:
    ran(qtbot, panel)
    assert not panel.summary.changed.isVisible()
    changes = ("the stored candles are others than those it ran on", "its code was changed")
    panel.link.show_run(replace(panel.link.run, changes=changes))
    assert panel.summary.changed.isVisible()
    assert "The stored candles are others" in panel.summary.changed.toolTip()
    page(qtbot, panel, "Settings")
    assert tuple(row.value for row in panel.settings.rows.shown()[:2]) == changes


def test_hours_costs_and_rolling_measures_are_those_of_the_trades(qtbot: QtBot, panel: ResultsPanel) -> None:
    ran(qtbot, panel)
    result = panel.link.run.result
    page(qtbot, panel, "Times")
    panel.grab()
    closed = result.trade_table[result.trade_table["reason"] != 0]
    moments = [panel.bridge.zones.at(time, "24/7") for time in closed["entry_time"].tolist()]
    assert set(panel.times.hours.cells) == {(moment.weekday(), moment.hour) for moment in moments}
    page(qtbot, panel, "Costs")
    panel.grab()
    first, *_, last = panel.costs.steps.bars
    assert first.high_words == money(result.metrics["gross_profit"], "USDT", signed=True, decimals=2)
    assert last.high_words == money(result.metrics["net_profit"], "USDT", signed=True, decimals=2)
    assert {row.part.label for row in panel.costs.parts.rows.shown()} >= {"long"}
