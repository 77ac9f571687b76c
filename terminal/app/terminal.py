"""The headless terminal: its collaborators in one place, and the one door through which every command goes.

Built by `app.build`; asked by the window's bridge, the command line and scripts alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from terminal.domain.clock import Clock
from terminal.domain.work import CancelQuestion, Report, never, silent

if TYPE_CHECKING:
    from terminal.app.commands import Command
    from terminal.app.engine import Engine
    from terminal.app.paths import Paths
    from terminal.app.runs import Runs
    from terminal.app.settings import Settings
    from terminal.app.state import Publisher
    from terminal.market.store import CandleStore
    from terminal.strategies.library import StrategyLibrary
    from terminal.venues.directory import VenueDirectory

Handler = Callable[["Terminal", Any, Report, CancelQuestion], Any]


@dataclass(frozen=True)
class Terminal:
    """Everything a handler may need, passed by constructor."""

    paths: "Paths"
    settings: "Settings"
    clock: Clock
    publisher: "Publisher"
    store: "CandleStore"
    venues: "VenueDirectory"
    strategies: "StrategyLibrary"
    runs: "Runs"
    engine: "Engine"
    handlers: Mapping[type, Handler]
    read_only: bool = False
    """True in the second program on one OUTCRY_HOME: it shows everything and stores no candles and no settings."""

    def execute(self, command: "Command", report: Report = silent, cancelled: CancelQuestion = never) -> Any:
        """The answer to `command`, made on the calling thread; raises an OutcryError where it can't be had."""
        return self.handlers[type(command)](self, command, report, cancelled)
