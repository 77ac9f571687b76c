"""The one place that wires everything: folders, settings, store, venues, strategies, runs and the handlers of every command.

Called once by each face, before the first candle; imports nothing heavy.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from terminal.app.paths import Paths, prepare_compile_cache
from terminal.app.settings import Settings
from terminal.app.state import Publisher
from terminal.app.terminal import Handler, Terminal
from terminal.domain.clock import Clock, system_clock

_HANDLER_MODULES = (
    "terminal.app.data",
    "terminal.app.extraction",
    "terminal.app.strategies",
    "terminal.app.backtests",
    "terminal.app.demo",
    "terminal.app.settings",
)


def build(home: Path | None = None, *, clock: Clock = system_clock, read_only: bool = False) -> Terminal:
    """A terminal over the folders of `home` (else $OUTCRY_HOME, else the system's), with its folders made.

    `read_only` is for the second program on the same folders: nothing of the store or the settings is written.
    """
    paths = Paths.of(home).create()
    prepare_compile_cache(paths)
    settings = Settings(paths.settings_file, read_only=read_only)
    return Terminal(
        paths=paths,
        settings=settings,
        clock=clock,
        publisher=Publisher(),
        store=_made("terminal.market.store", "CandleStore", paths.candles, clock, read_only=read_only),
        venues=_made("terminal.venues.directory", "VenueDirectory", settings, clock),
        strategies=_made("terminal.strategies.library", "StrategyLibrary", paths.strategies),
        runs=_made("terminal.app.runs", "Runs", paths.runs, clock),
        handlers=_handlers(),
        read_only=read_only,
    )


def _made(module: str, name: str, *arguments: Any, **options: Any) -> Any:
    try:
        return getattr(import_module(module), name)(*arguments, **options)
    except ImportError:
        return None


def _handlers() -> dict[type, Handler]:
    handlers: dict[type, Handler] = {}
    for name in _HANDLER_MODULES:
        try:
            handlers.update(import_module(name).HANDLERS)
        except ImportError:
            continue
    return handlers
