"""What the next runs trade and are told, beside strategy and parameters: a value that panels share and that survives a restart.

Held by a link group; the page Next run writes it, the editor's F5 and the Results panel run by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from terminal.app.commands import RunBacktest, TickFile
from terminal.app.run_world import DECLARED_WORLD, beside_of, texts_of
from terminal.domain.errors import BadInput
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe


@dataclass(frozen=True, slots=True)
class RunPlan:
    """An empty one trades the series in view, told nothing more."""

    series: tuple[SeriesKey, ...] = ()
    """What is traded on one account, in this order, whatever the chart shows; () = the series in view."""
    world: Mapping[str, str] = field(default_factory=dict)
    """The texts of `backtest.declared.WorldSettings` that a person gave, by name."""
    ticks: TickFile | None = None
    """A file of trades, quotes or books that is run over in place of candles."""

    def trading(self, *series: SeriesKey) -> "RunPlan":
        """This plan over those series of candles; without any, over the series in view."""
        return replace(self, series=series, ticks=None)

    def over(self, ticks: TickFile | None) -> "RunPlan":
        """This plan over a file of ticks, which leaves the series; None leaves the file."""
        return replace(self, series=() if ticks is not None else self.series, ticks=ticks)

    def telling(self, name: str, text: str) -> "RunPlan":
        """This plan with `text` as what it is told of `name`; "" takes it away."""
        world = {**self.world, name: text.strip()}
        return replace(self, world={each: said for each, said in world.items() if said})

    def traded(self, in_view: SeriesKey | None) -> tuple[SeriesKey, ...]:
        """The series that a run would trade, () where it runs over ticks or nothing is in view."""
        if self.ticks is not None:
            return ()
        return self.series or (() if in_view is None else (in_view,))

    def names(self, in_view: SeriesKey | None) -> str:
        """What a run would trade by name, such as "BTC/USDT 1h (demo), SPY 1d (demo)" or "the ticks of trades.csv"."""
        return ", ".join(map(str, self.traded(in_view))) if self.ticks is None else f"the ticks of {self.ticks.path.name}"

    def words(self, in_view: SeriesKey | None) -> str:
        """What the next run trades, in a sentence."""
        if self.ticks is not None:
            return f"The next run goes over {self.ticks.path.name}, message by message."
        words = ", ".join(f"{key.symbol} {key.timeframe.value}" for key in self.series)
        if len(self.series) > 1:
            return f"The next run trades {words} on one account. The size is a share of that account."
        if self.series:
            return f"The next run trades {words}."
        view = "" if in_view is None else f", {in_view.symbol} {in_view.timeframe.value}"
        return f"The next run trades the series in view{view}. Ctrl click chooses several for one account."

    def command(self, strategy: str, parameters: Mapping[str, Any], in_view: SeriesKey | None, origin: str) -> RunBacktest | None:
        """What runs `strategy` by this plan, None where no series is in view; raises BadInput for a strategy beside that can't be read."""
        traded = self.traded(in_view)
        candles = self.ticks or (traded[0] if traded else None)
        if candles is None:
            return None
        options: dict[str, Any] = dict(self.world)
        beside = tuple(beside_of(text) for text in texts_of(options.pop("beside", "")))
        return RunBacktest(strategy, candles, dict(parameters), options, origin=origin, others=traded[1:], beside=beside)

    def state(self) -> dict[str, Any]:
        """The plan as JSON values, for the next start."""
        ticks = self.ticks
        return {
            "series": [[key.venue, key.symbol, key.timeframe.value] for key in self.series],
            "world": dict(self.world),
            "ticks": None if ticks is None else [str(ticks.path), ticks.symbol or "", ticks.timeframe.value, ticks.zone],
        }


def restored(state: object) -> RunPlan:
    """The plan that `RunPlan.state` made `state` of; raises BadInput where anything in it is not as it was written."""
    match state:
        case {"series": list(series), "world": dict(world), "ticks": None | list() as ticks}:
            if all(name in DECLARED_WORLD and isinstance(text, str) for name, text in world.items()):
                return RunPlan(tuple(map(_series, series)), world, None if ticks is None else _ticks(ticks))
    raise _unreadable()


def _series(state: object) -> SeriesKey:
    match state:
        case [str(venue), str(symbol), str(frame)] if frame in list(Timeframe):
            return SeriesKey(venue, symbol, Timeframe(frame))
    raise _unreadable()


def _ticks(state: object) -> TickFile:
    match state:
        case [str(path), str(symbol), str(frame), str(zone)] if path and frame in list(Timeframe):
            return TickFile(Path(path), symbol or None, Timeframe(frame), zone)
    raise _unreadable()


def _unreadable() -> BadInput:
    return BadInput("The plan of the next run could not be read again.", cure="It starts empty: Results, Next run sets it up anew.")
