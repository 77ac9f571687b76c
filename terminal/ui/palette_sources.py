"""What the palette can find: actions, stored symbols, strategies, runs and settings, asked ahead and kept up to date.

Read by `ui.palette`; changes come as events from the terminal.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from terminal.app.commands import ListRuns, ListSeries, ListStrategies, OpenRun
from terminal.app.state import RunStored, StoreChanged, StrategiesChanged
from terminal.domain.words import worded
from terminal.ui.actions import ActionBook
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.numbers import percent
from terminal.ui.search import Entry

if TYPE_CHECKING:
    from terminal.app.answers import RunInfo, SeriesInfo, StrategyEntry


class PaletteSources:
    """The entries there are, kept up to date."""

    def __init__(self, bridge: Bridge, link: LinkGroup, book: ActionBook, open_setting: Callable[[str], None]) -> None:
        self._bridge = bridge
        self._link = link
        self._book = book
        self._open_setting = open_setting
        self._symbols: list[Entry] = []
        self._strategies: list[Entry] = []
        self._runs: list[Entry] = []
        self.changed: Callable[[], None] = _unheard
        bridge.on(StoreChanged, self._store_changed)
        bridge.on(StrategiesChanged, self._strategies_changed)
        bridge.on(RunStored, self._run_stored)

    def refresh(self) -> None:
        """Asks for symbols, strategies and runs anew."""
        self._store_changed()
        self._strategies_changed()
        self._run_stored()

    def entries(self) -> Iterable[Entry]:
        """Every entry: actions first, then symbols, strategies, runs, settings."""
        for action in self._book:
            yield Entry("action", action.text, action.run, action.group, action.shortcut, f"{action.tooltip} {action.also}")
        yield from self._symbols
        yield from self._strategies
        yield from self._runs
        for name, declared in self._bridge.settings.declared.items():
            yield Entry("setting", worded(name), lambda name=name: self._open_setting(name), declared.help)  # type: ignore[misc]

    def _store_changed(self, _event: object = None) -> None:
        self._bridge.send(ListSeries(), then=self._take_series, failed=_nothing, question="palette: series")

    def _strategies_changed(self, _event: object = None) -> None:
        self._bridge.send(ListStrategies(), then=self._take_strategies, failed=_nothing, question="palette: strategies")

    def _run_stored(self, _event: object = None) -> None:
        self._bridge.send(ListRuns(), then=self._take_runs, failed=_nothing, question="palette: runs")

    def _take_series(self, series: "tuple[SeriesInfo, ...]") -> None:
        self._symbols = [Entry("symbol", f"{info.key.symbol} · {info.key.timeframe.value}", self._show_series(info), info.key.venue) for info in series]
        self.changed()

    def _take_strategies(self, strategies: "tuple[StrategyEntry, ...]") -> None:
        self._strategies = [Entry("strategy", entry.title, self._show_strategy(entry), entry.name) for entry in strategies]
        self.changed()

    def _take_runs(self, runs: "tuple[RunInfo, ...]") -> None:
        self._runs = [Entry("run", f"{run.title} · {run.series}", self._open_run(run.id), self._told(run)) for run in runs]
        self.changed()

    def _told(self, run: "RunInfo") -> str:
        """What tells a run from the others of its strategy: its return, its parameters and when it ran."""
        parameters = ", ".join(f"{name} {value}" for name, value in run.parameters.items())
        return " · ".join(part for part in (percent(run.total_return, signed=True), parameters, self._bridge.zones.minute(run.created)) if part)

    def _show_series(self, info: "SeriesInfo") -> Callable[[], None]:
        return lambda: self._link.show_series(info.key)

    def _show_strategy(self, entry: "StrategyEntry") -> Callable[[], None]:
        return lambda: self._link.show_strategy(entry.name if entry.is_built_in else str(entry.path))

    def _open_run(self, run_id: str) -> Callable[[], None]:
        return lambda: _sent(self._bridge.send(OpenRun(run_id), then=self._link.show_run, title="Open run"))


def _unheard() -> None:
    """Nobody shows the entries yet."""


def _nothing(_error: BaseException) -> None:
    """A source that cannot be had leaves its part of the palette as it was; whoever owns it tells the person."""


def _sent(_job: int) -> None:
    """Ends an expression that sends a command."""
