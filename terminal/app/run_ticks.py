"""A run over the ticks of a file: reads them, chooses the options that mean something there, and tells where they came from.

Called by `backtests`; a kept run asks `ticks_again` whether its file is still the same.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal.app.commands import RunBacktest, TickFile
from terminal.app.run_costs import money_of
from terminal.app.run_world import with_world
from terminal.domain.candles import iso
from terminal.domain.errors import BadInput
from terminal.domain.moments import parse_moment
from terminal.domain.timeframe import Timeframe
from terminal.domain.work import CancelQuestion

if TYPE_CHECKING:
    from terminal.app.terminal import Terminal
    from terminal.backtest.result import Result
    from terminal.domain.ticks import Ticks
    from terminal.strategies.contract import Strategy

_OF_CANDLES = ("path", "fill_at", "delay_bars", "participation", "gap_improvement")
"""Settings that say how candles are traded: a person's own are left aside, one given for the run is refused there."""


def ticks_of(command: RunBacktest) -> "Ticks":
    """The messages of the command's file up to its end; raises BadInput for what else it asks that ticks can't answer."""
    file = command.candles
    if not isinstance(file, TickFile):
        raise BadInput("The command names no file of ticks.", cure="Give a TickFile.")
    if command.others or command.beside:
        raise BadInput("Ticks are of one instrument, for one strategy.", cure="Leave the other instruments and strategies out.")
    ticks = ticks_in(file, None, command.end)
    if command.start is not None and int(ticks.time[-1]) < command.start:
        raise _none_there(file)
    return ticks


def ticks_in(file: TickFile, start: int | None, end: int | None) -> "Ticks":
    """The messages of a file from `start` to before `end` (UTC ns, None = open end); raises BadInput where there are none."""
    from terminal.venues.files.ticks import read_ticks

    ticks = read_ticks(file.path, symbol=file.symbol, timeframe=file.timeframe, zone=file.zone).between(start, end)
    if not len(ticks):
        raise _none_there(file)
    return ticks


def _none_there(file: TickFile) -> BadInput:
    return BadInput(f"{file.path.name} has no ticks in that range.", cure="Choose an earlier start or a later end.")


def without_candle_ways(options: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """`options` without a person's own settings of how candles are traded; one `given` for this run stays, and is refused there."""
    return {name: value for name, value in options.items() if name not in _OF_CANDLES or name in given}


def over_ticks(terminal: "Terminal", command: RunBacktest, strategy: "Strategy", ticks: "Ticks", code: str, cancelled: CancelQuestion) -> "Result":
    """The result over `ticks`, by the person's settings but for those that say how candles are traded; it says how the file was read."""
    from terminal.backtest.run import backtest

    kept = without_candle_ways(with_world(money_of(terminal, command.options)), command.options)
    if command.start is not None:
        kept["start"] = command.start
    result = backtest(strategy, ticks, code=code, cancelled=cancelled, **kept)
    zone = command.candles.zone if isinstance(command.candles, TickFile) else "UTC"
    told = {"ticks": {"zone": zone, "end": None if command.end is None else iso(command.end)}}
    return replace(result, settings={**result.settings, **told})


def is_over_ticks(result: "Result") -> bool:
    """Whether the run was made over ticks of a file."""
    return "ticks" in result.settings


def ticks_again(result: "Result", path: str) -> "Ticks":
    """The ticks that a kept run was made over, as they are now; raises BadInput where the file is not there any more."""
    from terminal.venues.files.ticks import read_ticks

    settings = result.settings
    end = settings["ticks"]["end"]
    ticks = read_ticks(Path(path), symbol=settings["symbol"], timeframe=Timeframe(settings["timeframe"]), zone=settings["ticks"]["zone"])
    return ticks.between(None, None if end is None else parse_moment(end, "the end of the run"))
