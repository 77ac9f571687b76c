"""The pages on which a result doubts itself, with real clicks: invitation, work with cancel, answer, and what a change of run does to it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from terminal.app.opening import OpenTerminal
from terminal.domain.errors import BadInput, Cancelled
from terminal.domain.series import SeriesKey
from terminal.domain.work import CancelQuestion, Report
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panels.results import ResultsPanel
from terminal.ui.panels.results.asked import AskedPage, Question
from terminal.ui.panels.results.findings import figure_words
from terminal.ui.widgets.labels import label
from tests.builders.walk import key_of, walk
from ui.conftest import Ask

LEFT = Qt.MouseButton.LeftButton
MOST = 90_000


@pytest.fixture
def series(opened: OpenTerminal) -> SeriesKey:
    candles = walk(3_000, simulated=True)
    opened.terminal.store.write(candles, source="bench", covered=(int(candles.time[0]), int(candles.time[-1]) + candles.timeframe.nanoseconds))
    return key_of(candles)


@pytest.fixture
def panel(qtbot: QtBot, bridge: Bridge, series: SeriesKey) -> ResultsPanel:
    made = ResultsPanel(bridge, LinkGroup())
    made.header = made.header_widgets()  # type: ignore[attr-defined] # kept alive as the window's header does
    qtbot.addWidget(made)
    made.resize(1080, 420)
    made.show()
    made.link.show_series(series)
    made.run_backtest()
    qtbot.waitUntil(lambda: made.link.run is not None, timeout=MOST)
    return made


def click(qtbot: QtBot, panel: ResultsPanel, *path: str) -> None:
    """Presses buttons by their words, one after the other."""
    for words in path:
        found = [*panel.header, *panel.findChildren(QPushButton)]  # type: ignore[attr-defined]
        button = next(
            widget for widget in found if isinstance(widget, QPushButton) and widget.text() == words and (widget.isVisible() or widget in panel.header)
        )  # type: ignore[attr-defined]
        qtbot.mouseClick(button, LEFT)


def answered(qtbot: QtBot, page: AskedPage[Any]) -> Any:
    qtbot.waitUntil(lambda: page.answer is not None, timeout=MOST)
    page.content.grab()
    assert page.content.isVisible()
    return page.answer


def test_the_reviewer_answers_as_soon_as_it_is_looked_at_worst_first(qtbot: QtBot, panel: ResultsPanel) -> None:
    click(qtbot, panel, "Doubts")
    review = answered(qtbot, panel.doubts.findings)
    shown = panel.doubts.findings.table.rows.shown()
    assert [row.doubt.words for row in shown[: len(review.doubts)]] == [doubt.words for doubt in review.doubts]
    assert len(shown) == len(review.doubts) + len(review.sound) + len(review.not_asked)
    assert panel.doubts.findings.summary.text() == review.summary


def test_the_band_of_fills_is_drawn_when_asked_for_and_kept(qtbot: QtBot, panel: ResultsPanel) -> None:
    click(qtbot, panel, "Doubts", "Fill band")
    page = panel.doubts.band
    assert page.empty.isVisible()
    click(qtbot, panel, "Draw the band")
    band = answered(qtbot, page)
    assert (band.low <= band.high).all()
    assert page.words.text().endswith(band.words)
    assert page.words.text().startswith("⚠") == band.sign_depends
    click(qtbot, panel, "Findings", "Fill band")
    assert page.content.isVisible()


def test_the_survival_matrix_says_who_survived_in_signs_and_words(qtbot: QtBot, panel: ResultsPanel) -> None:
    click(qtbot, panel, "Doubts", "Stress", "Run the stress test")
    page = panel.doubts.stress
    report = answered(qtbot, page)
    cells = page.matrix.cells
    assert len(cells) == len(report.shocks) + 1
    for place, (shock, cell) in enumerate(zip(report.shocks, report.cells[0], strict=True), start=1):
        assert cells[0, place].text.startswith("✓" if cell.survived else "✗")
        assert shock.name in page.matrix.words_at(page.matrix.middle_of(0, place))


@pytest.mark.parametrize("method", ["Blocks of days", "Trades in another order"])
def test_the_fan_and_the_falls_are_those_of_the_paths(qtbot: QtBot, panel: ResultsPanel, method: str) -> None:
    click(qtbot, panel, "Doubts", "Monte Carlo", method)
    page = panel.doubts.paths
    paths = answered(qtbot, page.asked)
    assert page.fan.fan.shape == (7, paths.length + 1)
    assert page.falls.counts.sum() == paths.paths
    assert "half of the paths between" in page.fan.words_at(page.fan.rect().center())


def test_the_tornado_has_a_bar_for_each_parameter_and_cost(qtbot: QtBot, panel: ResultsPanel) -> None:
    click(qtbot, panel, "Doubts", "Sensitivity", "Measure the sensitivity")
    page = panel.doubts.tornado
    report = answered(qtbot, page.asked)
    assert [bar.name.split()[0] for bar in page.bars.bars] == [row.parameter.split("_")[0] for row in report.rows]
    click(qtbot, panel, "Sharpe")
    assert page.asked.empty.isVisible()


def test_runs_are_compared_side_by_side(qtbot: QtBot, panel: ResultsPanel) -> None:
    first = panel.link.run
    panel.link.set_parameters({"fast": 10})
    panel.run_backtest()
    qtbot.waitUntil(lambda: panel.link.run is not first, timeout=MOST)
    click(qtbot, panel, "Runs")
    table = panel.runs.table
    qtbot.waitUntil(lambda: table.model().rowCount() == 2, timeout=10_000)
    assert not panel.runs.compare.isEnabled()
    for row, keys in ((0, Qt.KeyboardModifier.NoModifier), (1, Qt.KeyboardModifier.ControlModifier)):
        qtbot.mouseClick(table.viewport(), LEFT, keys, table.visualRect(table.model().index(row, 1)).center())
    click(qtbot, panel, "Compare 2 runs")
    page = panel.runs.comparison
    qtbot.waitUntil(lambda: page.table is not None and page.isVisible(), timeout=10_000)
    page.grab()
    assert page.table is not None
    fast = next(row for row in page.table.rows.shown() if row.name == "fast")
    assert sorted(fast.texts) == ["10", "21"]
    click(qtbot, panel, "Back to the list")
    assert table.isVisible()


@pytest.fixture
def asked(qtbot: QtBot, bridge: Bridge) -> Callable[[Callable[[Report, CancelQuestion], Any]], AskedPage[Any]]:
    def make(work: Callable[[Report, CancelQuestion], Any]) -> AskedPage[Any]:
        content = label("")
        page: AskedPage[Any] = AskedPage(bridge, Question("Work", "What would come here.", "Begin", lambda _run: Ask(work)), content, content.setText)  # type: ignore[arg-type, return-value] # the command of the tests
        qtbot.addWidget(page)
        page.resize(600, 200)
        page.show()
        page.show_run(SimpleNamespace(id="a run", info=SimpleNamespace(title="EMA trend")))  # type: ignore[arg-type] # all that a page asks of one
        return page

    return make


def test_work_shows_how_far_it_is_and_stops_when_told_to(qtbot: QtBot, asked: Callable[..., AskedPage[Any]]) -> None:
    def work(report: Report, cancelled: CancelQuestion) -> str:
        report(30, 60, "third of six")
        while not cancelled():
            pass
        raise Cancelled

    page = asked(work)
    assert page.empty.button is not None
    qtbot.mouseClick(page.empty.button, LEFT)
    qtbot.waitUntil(lambda: "third of six" in page.progress.title.whole_text(), timeout=10_000)
    assert page.progress.cancel is not None
    qtbot.mouseClick(page.progress.cancel, LEFT)
    qtbot.waitUntil(lambda: page.empty.isVisible(), timeout=10_000)
    assert "was stopped" in page.empty.text.text()
    assert page.empty.button.isVisible()


def test_a_refusal_is_told_where_the_answer_would_be_and_can_be_tried_again(qtbot: QtBot, asked: Callable[..., AskedPage[Any]]) -> None:
    tries: list[int] = []

    def work(_report: Report, _cancelled: CancelQuestion) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise BadInput("The candles are gone.", cure="Extract them again.")
        return "answered"

    page = asked(work)
    assert page.empty.button is not None
    qtbot.mouseClick(page.empty.button, LEFT)
    qtbot.waitUntil(lambda: "The candles are gone." in page.empty.text.text(), timeout=10_000)
    assert page.empty.hint.text() == "Extract them again."
    qtbot.mouseClick(page.empty.button, LEFT)
    qtbot.waitUntil(lambda: page.answer == "answered", timeout=10_000)
    assert page.content.isVisible()


@pytest.mark.parametrize(("figure", "words"), [(190.0, "190"), (0.0, "0"), (26_280.0, "26,280"), (0.787, "0.79"), (-1.46, "−1.46"), (float("nan"), "–")])
def test_a_figure_that_is_counted_has_no_decimals(figure: float, words: str) -> None:
    assert figure_words(figure) == words
