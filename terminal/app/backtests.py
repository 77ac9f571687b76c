"""Commands about backtests: run one over stored candles or a file, list and open kept runs, write a run's report.

Between a face that asks and the rooms that simulate and keep; everything heavy is imported when first needed.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal.app.commands import CountVariants, ExportRun, ListRuns, LoadCandles, LoadRunCandles, OpenRun, RunBacktest, TickFile
from terminal.app.kept import candles_of, changes_of, code_of, with_code
from terminal.app.loading import available, none_in_range
from terminal.app.run_costs import options_for
from terminal.app.run_ticks import over_ticks, ticks_of
from terminal.app.state import Notice, RunStored, Severity
from terminal.domain.candles import iso
from terminal.domain.errors import BadInput
from terminal.domain.parameters import Int
from terminal.domain.timeframe import Timeframe
from terminal.domain.work import CancelQuestion, Report, silent, stop_if

if TYPE_CHECKING:
    from terminal.app.run_files import RunInfo
    from terminal.app.runs import Run
    from terminal.app.terminal import Handler, Terminal
    from terminal.backtest.result import Result
    from terminal.domain.candles import Candles
    from terminal.domain.series import SeriesKey
    from terminal.strategies.contract import Strategy
    from terminal.strategies.loader import StrategyEntry

_LEAST_WARM_UP = 500
_WINDOWS_OF_WARM_UP = 5
_STEPS = 4


def run_backtest(terminal: "Terminal", command: RunBacktest, report: Report, cancelled: CancelQuestion) -> "Run":
    """Runs the strategy, records the trial and keeps the run; a slider's run is kept on disk only once it is saved."""
    entries = [terminal.strategies.find(name) for name in (command.strategy, *(each.strategy for each in command.beside))]
    given = (command.parameters, *(each.parameters for each in command.beside))
    strategies = [entry.demand_class()(**parameters) for entry, parameters in zip(entries, given, strict=True)]
    handed_in: dict[str, Any] = {}
    if isinstance(command.candles, TickFile):
        report(0, _STEPS, "Reading ticks")
        ticks = ticks_of(command)
        make_ready(terminal, report, cancelled, for_desk=True)
        result, file = over_ticks(terminal, command, strategies[0], ticks, entries[0].code_fingerprint, cancelled), str(command.candles.path)
    else:
        result, handed_in = _over_candles(terminal, command, [command.candles, *command.others], entries, strategies, report, cancelled)
        file = str(command.candles) if isinstance(command.candles, Path) else ""
    finer = str(command.options["finer"]) if isinstance(command.options.get("finer"), str | Path) else ""
    stop_if(cancelled)
    report(3, _STEPS, "Judging")
    run = terminal.runs.record(
        result, command.strategy, origin=command.origin, candles=file, save=command.origin != "slider", beside=command.beside, handed_in=handed_in, finer=finer
    )
    if run.is_saved:
        terminal.publisher.publish(RunStored(run.id))
    if run.trouble is not None:
        told = f"This run was not kept, and no trial of it may be counted. {run.trouble.message}"
        terminal.publisher.publish(Notice(Severity.WARNING, told, run.trouble.cure))
    report(_STEPS, _STEPS, "Done")
    return run


def _over_candles(
    terminal: "Terminal",
    command: RunBacktest,
    wanted: "list[SeriesKey | Path]",
    entries: "Sequence[StrategyEntry]",
    strategies: "list[Strategy]",
    report: Report,
    cancelled: CancelQuestion,
) -> "tuple[Result, dict[str, Any]]":
    """The result over the candles that are `wanted`, and what was handed to the run as data."""
    report(0, _STEPS, "Loading candles")
    several = []
    for series in wanted:
        stop_if(cancelled)
        several.append(_candles(terminal, command, series, max(map(warm_up, strategies)), cancelled))
    options = options_for(terminal, command.options, several, cancelled)
    if command.start is not None:
        options["start"] = command.start
    if options.get("portions") and not command.beside:
        raise BadInput("Shares of the capital are given, and there is one strategy.", cure="Name the others too (--beside STRATEGY), or leave the shares out.")
    make_ready(terminal, report, cancelled, for_desk=len(several) > 1 or any(each.answers_events() for each in strategies))
    from terminal.backtest.handed_in import arrays_of
    from terminal.backtest.options import Options
    from terminal.backtest.run import backtest

    candles = several if command.others else several[0]
    handed_in = arrays_of(Options.of(**options), [each.instrument.symbol for each in several])
    if command.beside:
        return with_code(backtest(strategies, candles, cancelled=cancelled, **options), code_of(entries)), handed_in
    return backtest(strategies[0], candles, code=entries[0].code_fingerprint, cancelled=cancelled, **options), handed_in


def make_ready(terminal: "Terminal", report: Report, cancelled: CancelQuestion, *, for_desk: bool) -> None:
    """Waits for what is compiled beside the window, with words for it."""
    report(1, _STEPS, "Running" if _engine_is_ready() else "Preparing the engine, once only · a few seconds")
    terminal.engine.wait(cancelled, for_desk=for_desk)


def list_runs(terminal: "Terminal", command: ListRuns, report: Report, cancelled: CancelQuestion) -> "tuple[RunInfo, ...]":  # noqa: ARG001 - every handler's form
    """The saved runs, newest first."""
    return terminal.runs.list()


def open_run(terminal: "Terminal", command: OpenRun, report: Report, cancelled: CancelQuestion) -> "Run":  # noqa: ARG001
    """A kept run, with what has changed since it ran."""
    run = terminal.runs.open(command.run_id)
    return replace(run, changes=changes_of(terminal, run, cancelled))


def load_run_candles(terminal: "Terminal", command: LoadRunCandles, report: Report, cancelled: CancelQuestion) -> "tuple[Candles, ...]":  # noqa: ARG001
    """The candles of a run, which need not be stored; raises OutcryError where they are not there any more."""
    return candles_of(terminal, terminal.runs.open(command.run_id), cancelled)


def count_variants(terminal: "Terminal", command: CountVariants, report: Report, cancelled: CancelQuestion) -> int:  # noqa: ARG001
    """What the ledger counts now."""
    return terminal.runs.trials(terminal.runs.open(command.run_id).result).tried


def export_run(terminal: "Terminal", command: ExportRun, report: Report, cancelled: CancelQuestion) -> Path:
    """Writes the run in the form that the ending of the path names; raises BadInput for another ending."""
    from terminal.backtest.report.appendix import NOTHING
    from terminal.backtest.report.export import DOUBTING, demand_ending, write_result

    demand_ending(command.path)
    appendix = NOTHING
    if command.path.suffix.lower() in DOUBTING:
        from terminal.app.doubts import appendix_of

        appendix = appendix_of(terminal, command, report, cancelled)
    write_result(terminal.runs.open(command.run_id).result, command.path, appendix)
    return command.path


def _candles(terminal: "Terminal", command: RunBacktest, series: "SeriesKey | Path", warm: int, cancelled: CancelQuestion) -> "Candles":
    """The candles of the range and, where there are any, those before it that indicators need to settle."""
    if command.start is not None and command.end is not None and command.end <= command.start:
        raise BadInput(f"The end of the range does not come after its start: {iso(command.end)}, {iso(command.start)}.", cure="Choose a later end.")
    if isinstance(series, Path):
        from terminal.app.research import read_candles

        whole = read_candles(series)
        candles = whole.between(_first(command, warm, whole.timeframe), command.end)
        there: tuple[int, int] | None = (int(whole.time[0]), int(whole.time[-1]) + whole.timeframe.nanoseconds)
        name = series.name
    else:
        first = _first(command, warm, series.timeframe)
        candles = terminal.execute(LoadCandles(series, first, command.end), silent, cancelled)
        there, name = available(terminal, series), str(series)
    if not len(candles) or (command.start is not None and int(candles.time[-1]) < command.start):
        raise none_in_range(name, there)
    return candles


def _first(command: RunBacktest, warm: int, timeframe: "Timeframe") -> int | None:
    """UTC ns from which on candles are read: the start, less the `warm` candles that strategies settle on; None = from the first."""
    return None if command.start is None else command.start - warm * timeframe.nanoseconds


def warm_up(strategy: "Strategy") -> int:
    """Candles to read before the start: what the strategy declares as `warmup`, else several of its longest window."""
    declared = getattr(strategy, "warmup", None)
    if isinstance(declared, int) and not isinstance(declared, bool):
        return max(0, declared)
    windows = [strategy.values[name] for name, declaration in strategy.parameters().items() if isinstance(declaration, Int)]
    return max(_LEAST_WARM_UP, _WINDOWS_OF_WARM_UP * max(windows, default=0))


def _engine_is_ready() -> bool:
    import sys

    module = sys.modules.get("terminal.backtest.signals.fast")
    return module is not None and bool(module.simulate.signatures)


HANDLERS: "dict[type, Handler]" = {
    RunBacktest: run_backtest,
    ListRuns: list_runs,
    OpenRun: open_run,
    LoadRunCandles: load_run_candles,
    CountVariants: count_variants,
    ExportRun: export_run,
}
