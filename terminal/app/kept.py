"""What a kept run was made of, as it is now: its strategies, its candles, its settings and what was handed to it; and what has changed.

Asked by the commands that open a run and by those that make it again to doubt it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.app.commands import LoadCandles
from terminal.app.run_costs import finer_of, read_finer
from terminal.app.run_ticks import is_over_ticks, ticks_again
from terminal.domain.errors import OutcryError
from terminal.domain.moments import parse_moment
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.domain.work import CancelQuestion, silent

if TYPE_CHECKING:
    from terminal.app.runs import Run
    from terminal.app.terminal import Terminal
    from terminal.backtest.options import Options
    from terminal.backtest.result import Result
    from terminal.domain.candles import Candles
    from terminal.domain.ticks import Ticks
    from terminal.strategies.contract import Strategy
    from terminal.strategies.loader import StrategyEntry


@dataclass(frozen=True, eq=False)
class Again:
    """A run that can be made again, over candles of each instrument or over ticks."""

    run: "Run"
    strategies: "tuple[Strategy, ...]"
    candles: "tuple[Candles, ...]"
    options: "Options"
    ticks: "Ticks | None" = None

    @property
    def players(self) -> "Strategy | list[Strategy]":
        """The strategy, or the strategies, as `backtest` takes them."""
        return self.strategies[0] if len(self.strategies) == 1 else list(self.strategies)

    @property
    def over(self) -> "Candles | Ticks | list[Candles]":
        """The candles of one instrument or of several, or the ticks, as `backtest` takes them."""
        if self.ticks is not None:
            return self.ticks
        return self.candles[0] if len(self.candles) == 1 else list(self.candles)


def again(terminal: "Terminal", run_id: str, cancelled: CancelQuestion) -> Again:
    """The run's strategies, candles and options; raises OutcryError in words where one of them is not there any more."""
    run = terminal.runs.open(run_id)
    from terminal.backtest.doubts.rerun import options_of

    names = (run.info.strategy, *run.info.beside)
    told = run.result.settings.get("strategies")
    values = [each["parameters"] for each in told] if told else [run.info.parameters]
    strategies = tuple(terminal.strategies.find(name).demand_class()(**given) for name, given in zip(names, values, strict=True))
    ticks = ticks_again(run.result, run.info.candles) if is_over_ticks(run.result) else None
    candles = candles_of(terminal, run, cancelled) if ticks is None else (ticks.candles,)
    options = options_of(run.result.settings, _start_of(run, candles), run.handed_in)
    if options.path == "detail":
        options = replace(options, finer=_finer(terminal, run, candles, cancelled) or None)
    return Again(run, strategies, candles, options, ticks)


def candles_of(terminal: "Terminal", run: "Run", cancelled: CancelQuestion) -> "tuple[Candles, ...]":
    """The candles a kept run was made on, one for each instrument, as they are now; raises OutcryError where they are not there any more."""
    settings, info = run.result.settings, run.info
    if is_over_ticks(run.result):
        return (ticks_again(run.result, info.candles).candles,)
    if info.candles:
        from terminal.app.research import read_candles

        return (read_candles(info.candles).between(int(settings["data_start"]), _end_of(run, 0)),)
    if not run.result.symbols:
        return (terminal.execute(LoadCandles(info.series, int(settings["data_start"]), info.end + 1), silent, cancelled),)
    keys = zip(settings["venues"], settings["symbols"], settings["timeframes"], settings["data_starts"], strict=True)
    return tuple(
        terminal.execute(LoadCandles(SeriesKey(venue, symbol, Timeframe(frame)), int(start), _end_of(run, place)), silent, cancelled)
        for place, (venue, symbol, frame, start) in enumerate(keys)
    )


def changes_of(terminal: "Terminal", run: "Run", cancelled: CancelQuestion) -> tuple[str, ...]:
    """What is no longer as it was when the run was made, in words."""
    found = []
    try:
        if code_of([terminal.strategies.find(name) for name in (run.info.strategy, *run.info.beside)]) != run.info.code_fingerprint:
            found.append("the strategy's code has changed since")
    except OutcryError:
        found.append("the strategy is not there any more")
    try:
        if _fingerprint_now(terminal, run, cancelled) != run.info.data_fingerprint:
            found.append("the candles have changed since")
    except OutcryError:
        found.append("the candles are not there any more")
    return tuple(found)


def code_of(entries: "Sequence[StrategyEntry]") -> str:
    """One fingerprint of the files of all strategies of a run, that of the file where there is one."""
    codes = [entry.code_fingerprint for entry in entries]
    return codes[0] if len(codes) == 1 else hashlib.blake2b("|".join(codes).encode(), digest_size=16).hexdigest()


def with_code(result: "Result", code: str) -> "Result":
    """The result filed under the fingerprint of the files it was made by."""
    return replace(result, fingerprints={**result.fingerprints, "code": code})


def _fingerprint_now(terminal: "Terminal", run: "Run", cancelled: CancelQuestion) -> str:
    if is_over_ticks(run.result):
        return ticks_again(run.result, run.info.candles).fingerprint
    candles = candles_of(terminal, run, cancelled)
    if not run.result.symbols:
        return candles[0].fingerprint
    from terminal.backtest.many.result import fingerprint

    return fingerprint(candles)


def _end_of(run: "Run", place: int) -> int:
    """UTC ns before which the last candle of that instrument opened."""
    ends = run.result.settings.get("data_ends")
    return (int(ends[place]) if ends else run.info.end) + 1


def _start_of(run: "Run", candles: "Sequence[Candles]") -> int | None:
    """The start that the run was asked for in UTC ns, None = the first candle; of older runs as it can be seen."""
    settings = run.result.settings
    if "asked_start" in settings:
        return None if settings["asked_start"] is None else parse_moment(str(settings["asked_start"]), "the start of the run")
    start = int(run.result.time[0])
    return None if start == int(candles[0].time[0]) else start


def _finer(terminal: "Terminal", run: "Run", candles: "Sequence[Candles]", cancelled: CancelQuestion) -> "list[Candles | Ticks]":
    if run.info.finer:
        return [read_finer(Path(run.info.finer))]
    return [finer for each in candles if (finer := finer_of(terminal, each, cancelled)) is not None]
