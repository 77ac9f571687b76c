"""The Results panel: the run of its link group on its pages, the way to earlier runs, and exports.

It asks through the bridge to run, list, open and export; it never computes a measure.
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QStackedLayout, QWidget

from terminal.app.state import Severity
from terminal.domain.errors import BadInput
from terminal.ui.actions import Action
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panel import Panel
from terminal.ui.panels.results.costs import CostsPage
from terminal.ui.panels.results.distribution import DistributionPage
from terminal.ui.panels.results.doubts import DoubtsPage
from terminal.ui.panels.results.exports import ExportMenu
from terminal.ui.panels.results.facts import Fact, fact_columns, settings_of
from terminal.ui.panels.results.measures import Measure, measure_columns, measures_of
from terminal.ui.panels.results.notes import NoteRow
from terminal.ui.panels.results.plan import PlanPage
from terminal.ui.panels.results.running import Running
from terminal.ui.panels.results.runs_page import RunsPage
from terminal.ui.panels.results.summary import SummaryPage
from terminal.ui.panels.results.tables import TradeRow, series_of
from terminal.ui.panels.results.times import TimesPage
from terminal.ui.panels.results.trades_page import TradesPage
from terminal.ui.panels.results.waiting import WaitingPage
from terminal.ui.run_plan import RunPlan, restored
from terminal.ui.widgets.buttons import FlatButton
from terminal.ui.widgets.table import Table

if TYPE_CHECKING:
    from terminal.app.answers import Run

PAGES = ("Summary", "Trades", "Distribution", "Times", "Costs", "Doubts", "Measures", "Settings", "Next run", "Runs")
_WITHOUT_RUN = ("Next run", "Runs")
"""Pages that have something to show before there is a result."""
_ALSO = {
    "Summary": "equity verdict heat map dashboard",
    "Doubts": "review stress shocks survival monte carlo fan sensitivity tornado envelope",
    "Times": "hours weekdays rolling",
    "Runs": "compare earlier history",
    "Settings": "assumptions fingerprints",
    "Next run": "several symbols instruments portfolio account currency exchange rates splits dividends universe funding strategies",
}
"""What people look for on a page, for the palette."""


class ResultsPanel(Panel):
    """Shows `link.run`; its pages are switched in the header."""

    id = "results"
    title = "Results"
    icon = "results"

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QWidget | None = None) -> None:
        super().__init__(bridge, link, parent)
        self.waiting = WaitingPage(self.run_backtest)
        self.summary = SummaryPage(bridge.zones)
        self.distribution = DistributionPage()
        self.trades_page = TradesPage(bridge.zones)
        self.trades = self.trades_page.table
        self.times = TimesPage(bridge.zones)
        self.costs = CostsPage()
        self.doubts = DoubtsPage(bridge)
        self.measures: Table[Measure] = Table(measure_columns(), name="Measures", key=lambda measure: measure.key)
        self.settings: Table[Fact] = Table(fact_columns("Name"), name="Settings and fingerprints", key=lambda fact: (fact.group, fact.name))
        self.plan = PlanPage(link, self.run_backtest)
        self.runs = RunsPage(bridge, link)
        self.exports = ExportMenu(bridge, link, lambda: self.doubts.band.answer is not None and self.doubts.band.run is link.run, self)
        self._stack = QStackedLayout(self)
        pages = (self.summary, self.trades_page, self.distribution, self.times, self.costs, self.doubts, self.measures, self.settings, self.plan, self.runs)
        for page in (self.waiting, *pages):
            self._stack.addWidget(page)
        self._buttons = {name: FlatButton(name, partial(self.show_page, name), checkable=True) for name in PAGES}
        self._page = PAGES[0]
        self._stale: set[str] = set()
        """Pages that do not show the run in view yet."""
        self.running = Running(bridge, link, self.runs, self.waiting, self)
        self._connect()
        self.show_page(PAGES[0])
        if link.run is not None:
            self.show_run(link.run)

    def header_widgets(self) -> list[QWidget]:
        return [*self._buttons.values(), self.exports.button]

    def actions(self) -> list[Action]:  # type: ignore[override] # as in the base
        pages = [
            Action(
                f"results.{name.lower().replace(' ', '_')}",
                f"Results: {name.lower()}",
                partial(self.show_page, name),
                f"Shows the page {name}",
                group="Results",
                also=_ALSO.get(name, ""),
            )
            for name in PAGES
        ]
        return pages + self.exports.actions()

    def state(self) -> dict[str, Any]:
        return {"page": self._page, "trade_columns": self.trades.chosen_columns(), "doubt": self.doubts.part, "plan": self.link.plan.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        self.trades.restore_columns(state.get("trade_columns"))
        self.doubts.show_part(str(state.get("doubt", "")))
        if "plan" in state and self.link.plan == RunPlan():  # of the window's last close, or of a perspective that brings one along
            try:
                self.link.set_plan(restored(state["plan"]))
            except BadInput as problem:
                self.bridge.notify(Severity.WARNING, problem.message, problem.cure)
        if state.get("page") in PAGES:
            self.show_page(state["page"])

    def show_page(self, name: str) -> None:
        """Shows a page; what needs a result shows how to get one while there is none."""
        self._page = name
        for title, button in self._buttons.items():
            button.setChecked(title == name)
        index = PAGES.index(name) + 1 if self.link.run is not None or name in _WITHOUT_RUN else 0
        if self.link.run is not None and name in self._stale:
            self._fill(name, self.link.run)
        self._stack.setCurrentIndex(index)

    def run_backtest(self) -> None:
        """Runs the strategy in view over what the plan of the link group names, usually the series in view."""
        self.running.run()

    def show_run(self, run: "Run | None") -> None:
        """Shows that run on every page."""
        self.running.end()
        if run is not None:
            self.runs.show_chosen(run)
            self._stale = set(PAGES)
        self.exports.button.setEnabled(run is not None)
        self.show_page(self._page)

    def _fill(self, page: str, run: "Run") -> None:
        """Pages are filled when they are looked at, so that a slider's many runs cost no more than what is seen of them."""
        self._stale.discard(page)
        match page:
            case "Summary":
                self.summary.show_run(run)
            case "Trades":
                self.trades_page.show_result(run.result)
            case "Distribution":
                self.distribution.show_result(run.result)
            case "Times":
                self.times.show_result(run.result)
            case "Costs":
                self.costs.show_result(run.result)
            case "Doubts":
                self.doubts.show_run(run)
            case "Measures":
                every = {**run.result.metrics, **run.result.details}  # those on demand cost some milliseconds, now that they are looked at
                self.measures.set_rows(measures_of(every, str(run.result.settings.get("currency", ""))))
            case "Settings":
                self.settings.set_rows(settings_of(run))

    def _connect(self) -> None:
        link = self.link
        link.run_changed.connect(self.show_run)
        self.trades.row_chosen.connect(self._show_trade)
        self.trades_page.notes.row_chosen.connect(self._show_note)
        self.distribution.trade_chosen.connect(self._show_trade_number)
        self.runs.learned.connect(self._learned)
        self.summary.moment_clicked.connect(self._show_moment)
        self.summary.crosshair_moved.connect(link.move_crosshair)
        self.running.refused.connect(self.plan.show_problem)
        self.running.ran.connect(self._leave_plan)

    def _learned(self) -> None:
        self.plan.show_stored(self.runs.all_stored)
        self.plan.world.show_strategies(self.runs.strategies)

    def _leave_plan(self) -> None:
        """A run planned here shows its result where results are read."""
        if self._page == "Next run":
            self.show_page(PAGES[0])

    def _show_trade(self, row: TradeRow | None) -> None:
        if row is not None:
            self._show_trade_number(row.number)

    def _show_trade_number(self, number: int) -> None:
        run = self.link.run
        if run is not None:
            self.link.choose_moment(series_of(run.result, number), int(run.result.trade_table["entry_time"][number]), number)

    def _show_note(self, row: NoteRow | None) -> None:
        if row is not None:
            self.link.choose_moment(row.series, row.moment)

    def _show_moment(self, time_ns: int | None) -> None:
        if time_ns is not None and self.link.run is not None:
            self.link.choose_moment(self.link.run.result.candles_key, time_ns)
