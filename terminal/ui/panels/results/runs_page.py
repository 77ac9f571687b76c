"""The page of earlier runs: opened by a click, with what is no longer as it was when they ran.

It keeps the three lists the Results panel speaks from: runs, stored series and strategies.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from terminal.app.commands import CompareRuns, ListRuns, ListSeries, ListStrategies, OpenRun
from terminal.app.state import RunStored, StoreChanged, StrategiesChanged
from terminal.domain.series import SeriesKey
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panels.results.compare import ComparePage
from terminal.ui.panels.results.tables import RunRow, run_columns
from terminal.ui.widgets.buttons import SecondaryButton
from terminal.ui.widgets.labels import EmptyState, label
from terminal.ui.widgets.table import Table

if TYPE_CHECKING:
    from terminal.app.answers import Comparison, Run, RunInfo, SeriesInfo, StrategyEntry


class RunsPage(QWidget):
    """Lists the saved runs, newest first. `learned` is emitted when one of the lists arrived."""

    learned = Signal()

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._link = bridge, link
        self._infos: tuple[RunInfo, ...] = ()
        self._stored: tuple[SeriesInfo, ...] = ()
        self._strategies: tuple[StrategyEntry, ...] = ()
        self.table: Table[RunRow] = Table(run_columns(bridge.zones, bridge.clock), name="Runs", key=lambda row: row.info.id)
        self.table.row_chosen.connect(self._open)
        self.table.selectionModel().selectionChanged.connect(self._count)
        self.hint = label("Ctrl click chooses several runs to compare.", "faint")
        self.compare = SecondaryButton("Compare", self._compare, tooltip="Shows the chosen runs side by side")
        self.comparison = ComparePage(bridge.zones, self.show_list)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(EmptyState("No run is kept yet.", hint="Every backtest you run is listed here and can be opened again."))
        self._stack.addWidget(self._listed())
        self._stack.addWidget(self.comparison)
        self._count()
        for kind in (RunStored, StoreChanged, StrategiesChanged):
            bridge.on(kind, self.ask)
        self.ask()

    def ask(self, _event: object = None) -> None:
        """Asks for the lists anew."""
        for command, take in ((ListSeries(), self._take_series), (ListStrategies(), self._take_strategies), (ListRuns(), self._take_runs)):
            self._bridge.send(command, then=take, question=f"results {type(command).__name__}")

    def show_list(self) -> None:
        """Shows the list of runs."""
        self._stack.setCurrentIndex(1 if self._infos else 0)

    @property
    def all_stored(self) -> "tuple[SeriesInfo, ...]":
        """What the store holds."""
        return self._stored

    @property
    def strategies(self) -> "tuple[StrategyEntry, ...]":
        """The strategies there are, broken ones included."""
        return self._strategies

    def stored(self, key: SeriesKey | None) -> "SeriesInfo | None":
        """What is known of a stored series."""
        return next((info for info in self._stored if info.key == key), None)

    def title_of(self, strategy: str) -> str:
        """The strategy's title for a person, given its name or path."""
        entry = next((entry for entry in self._strategies if strategy in (entry.name, str(entry.path))), None)
        return entry.title if entry is not None else strategy.replace("_", " ")

    def show_chosen(self, run: "Run | None") -> None:
        """Marks the run in view."""
        if run is not None and len(self._chosen()) < 2:
            self.table.choose(run.id, quietly=True)
            self._count()

    def _take_series(self, stored: "tuple[SeriesInfo, ...]") -> None:
        self._stored = stored
        self._list()

    def _take_strategies(self, entries: "tuple[StrategyEntry, ...]") -> None:
        self._strategies = entries
        self._list()

    def _take_runs(self, infos: "tuple[RunInfo, ...]") -> None:
        self._infos = infos
        self._list()

    def _list(self) -> None:
        self.table.set_rows(RunRow(info, self._changed(info)) for info in self._infos)
        if self._stack.currentWidget() is not self.comparison:
            self.show_list()
        self.show_chosen(self._link.run)
        self.learned.emit()

    def _listed(self) -> QWidget:
        page = QWidget()
        top = QHBoxLayout()
        top.setContentsMargins(10, 4, 10, 2)
        top.addWidget(self.hint)
        top.addStretch()
        top.addWidget(self.compare)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        return page

    def _chosen(self) -> tuple[str, ...]:
        """The ids of the chosen runs, in the order of the list."""
        places = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(self.table.rows.row(place).info.id for place in places)

    def _count(self, *_selections: object) -> None:
        many = len(self._chosen())
        self.compare.setText(f"Compare {many} runs" if many > 1 else "Compare")
        self.compare.setEnabled(many > 1)

    def _compare(self) -> None:
        def show(comparison: "Comparison") -> None:
            self.comparison.show_comparison(comparison)
            self._stack.setCurrentWidget(self.comparison)

        chosen = self._chosen()
        self._bridge.send(CompareRuns(chosen), then=show, title=f"Compare {len(chosen)} runs", question="results compare")

    def _changed(self, info: "RunInfo") -> str:
        """What is known to have changed without opening the run: its code, or the stored candles since."""
        codes = {entry.code_fingerprint for entry in self._strategies if info.strategy in (entry.name, str(entry.path))}
        stored = self.stored(info.series)
        words = ["code"] if codes and info.code_fingerprint not in codes else []
        words += ["data"] if stored is not None and stored.updated > info.created else []
        return " and ".join(words)

    def _open(self, row: RunRow | None) -> None:
        if row is not None and len(self._chosen()) < 2 and (self._link.run is None or self._link.run.id != row.info.id):
            self._bridge.send(OpenRun(row.info.id), then=self._link.show_run, title=f"Open run {row.info.id}", question="results open")
