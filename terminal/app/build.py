"""The one place that wires everything: folders, settings, store, venues, strategies, runs and the handlers of every command.

Called once by each face, before the first candle; imports nothing heavy.
"""

from pathlib import Path

from terminal.app import backtests, data, demo, doubts, extraction, proofs, settings, strategies, trading
from terminal.app.engine import Engine
from terminal.app.paths import Paths, prepare_compile_cache
from terminal.app.runs import Runs
from terminal.app.settings import Settings
from terminal.app.state import Publisher
from terminal.app.terminal import Handler, Terminal
from terminal.domain.clock import Clock, system_clock
from terminal.market.store import CandleStore
from terminal.strategies.library import StrategyLibrary
from terminal.venues.directory import VenueDirectory


def build(home: Path | None = None, *, clock: Clock = system_clock, read_only: bool = False) -> Terminal:
    """A terminal over the folders of `home` (else $OUTCRY_HOME, else the system's), with its folders made.

    `read_only` is for the second program on the same folders: nothing of the store or the settings is written.
    """
    paths = Paths.of(home).create()
    compiled = prepare_compile_cache(paths)
    chosen = Settings(paths.settings_file, read_only=read_only)
    return Terminal(
        paths=paths,
        settings=chosen,
        clock=clock,
        publisher=Publisher(),
        store=CandleStore(paths.candles, clock, read_only=read_only),
        venues=VenueDirectory(chosen, clock),
        strategies=StrategyLibrary(paths.strategies),
        runs=Runs(paths.runs, clock),
        engine=Engine(compiled),
        handlers=_handlers(),
        read_only=read_only,
    )


def _handlers() -> dict[type, Handler]:
    """Every command's handler, from the modules that answer for one subject each."""
    modules = (data, extraction, strategies, backtests, doubts, settings, demo, proofs, trading)
    return {command: handler for module in modules for command, handler in module.HANDLERS.items()}
