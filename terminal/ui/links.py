"""What linked panels share: the series in view, the moment under the crosshair, the run and the strategy they speak of.

A panel tells its link group; the group tells every other panel in the same frame. Panels never know each other.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from terminal.app.commands import RunBacktest
from terminal.domain.series import SeriesKey
from terminal.ui.run_plan import RunPlan

if TYPE_CHECKING:
    from terminal.app.answers import Run


class LinkGroup(QObject):
    """One colour of linked panels. Times are UTC ns; a signal is emitted only when something really changed."""

    series_changed = Signal(object)
    """SeriesKey"""
    moment_chosen = Signal(object, object)
    """SeriesKey, time; emitted each time, since a person may ask for the same place twice"""
    crosshair_moved = Signal(object)
    """time, or None when the pointer left"""
    replay_moved = Signal(object)
    """time up to which linked charts show their candles, or None when the replay ended"""
    run_changed = Signal(object)
    """app.runs.Run or None"""
    run_told = Signal(str, str)
    """words about a run a panel asked for, with who asked, and their state: "busy", "up", "down" or "warn\""""
    strategy_changed = Signal(str)
    """name of a built-in or path of a file"""
    parameters_changed = Signal(object)
    """dict of the strategy's parameters"""
    plan_changed = Signal(object)
    """RunPlan"""

    def __init__(self, colour: str = "violet", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.colour = colour
        self.series: SeriesKey | None = None
        self.replay: int | None = None
        """Time up to which linked charts show their candles; None = no replay."""
        self.run: Run | None = None
        self.trade: int | None = None
        """The trade of the run that the last chosen moment belongs to; several may begin in one candle."""
        self.strategy = ""
        self.parameters: dict[str, Any] = {}
        self.plan = RunPlan()

    def set_plan(self, plan: RunPlan) -> None:
        """Makes `plan` what every run of this group trades."""
        if plan != self.plan:
            self.plan = plan
            self.plan_changed.emit(plan)

    def traded(self) -> tuple[SeriesKey, ...]:
        """The series that a run would trade now: the planned ones, else the one in view, () where there is none or ticks are planned."""
        return self.plan.traded(self.series)

    def run_command(self, strategy: str, parameters: Mapping[str, Any], *, origin: str = "hand") -> RunBacktest | None:
        """The command that runs `strategy` by the plan, None where no series is in view; raises BadInput for a strategy beside that can't be read."""
        return self.plan.command(strategy, parameters, self.series, origin)

    def show_series(self, key: SeriesKey) -> None:
        """Makes `key` the series of every linked panel."""
        if key != self.series:
            self.series = key
            self.series_changed.emit(key)

    def choose_moment(self, key: SeriesKey, time_ns: int, trade: int | None = None) -> None:
        """Brings `time_ns` of that series into view; `trade` is the number of the trade of the run that is meant, where one is."""
        self.trade = trade
        self.show_series(key)
        self.moment_chosen.emit(key, time_ns)

    def move_crosshair(self, time_ns: int | None) -> None:
        """Moves the shared crosshair; None takes it away."""
        self.crosshair_moved.emit(time_ns)

    def move_replay(self, time_ns: int | None) -> None:
        """Moves the one clock of a replay: linked charts show nothing that opened later; None ends it."""
        self.replay = time_ns
        self.replay_moved.emit(time_ns)

    def show_run(self, run: "Run | None") -> None:
        """Makes `run` the one that results and marks are drawn of."""
        if run is not self.run:
            self.run = run
            self.run_changed.emit(run)

    def tell_run(self, words: str, state: str) -> None:
        """Says in every linked panel how a run that this one asked for stands."""
        self.run_told.emit(words, state)

    def show_strategy(self, name_or_path: str) -> None:
        """Makes it the strategy of every linked panel; its parameters start at their defaults."""
        if name_or_path != self.strategy:
            self.strategy = name_or_path
            self.parameters = {}
            self.strategy_changed.emit(name_or_path)

    def set_parameters(self, values: Mapping[str, Any]) -> None:
        """Replaces the parameters of the strategy in view."""
        if dict(values) != self.parameters:
            self.parameters = dict(values)
            self.parameters_changed.emit(dict(values))
