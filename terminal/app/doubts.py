"""Commands by which a result doubts itself: stress, Monte Carlo, sensitivity, envelope, look-ahead, review, and runs side by side.

Between a face that asks and the rooms that simulate again; a kept run is made anew from its own settings, candles and strategy.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal.app.commands import (
    CheckCausality,
    CompareRuns,
    ExportRun,
    LoadCandles,
    ReviewRun,
    RunEnvelope,
    RunMonteCarlo,
    RunSensitivity,
    RunStress,
    TickFile,
)
from terminal.app.kept import again, candles_of, changes_of, with_code
from terminal.app.run_costs import money_of
from terminal.app.run_ticks import is_over_ticks, ticks_again, ticks_in, without_candle_ways
from terminal.app.state import VariantsTried
from terminal.domain.errors import BadInput, OutcryError
from terminal.domain.work import CancelQuestion, Report, silent, stop_if

if TYPE_CHECKING:
    from terminal.app.runs import Run
    from terminal.app.terminal import Handler, Terminal
    from terminal.backtest.doubts.causality import Causality
    from terminal.backtest.doubts.comparison import Comparison
    from terminal.backtest.doubts.envelope import Envelope
    from terminal.backtest.doubts.review import Review
    from terminal.backtest.doubts.sensitivity import SensitivityReport
    from terminal.backtest.doubts.stress import StressReport
    from terminal.backtest.doubts.subject import Over, Players
    from terminal.backtest.options import Options
    from terminal.backtest.report.appendix import Appendix
    from terminal.backtest.result import Result
    from terminal.domain.candles import Candles
    from terminal.stats.monte_carlo import MonteCarlo
    from terminal.strategies.contract import Strategy

METHODS = ("bootstrap", "reshuffle")


def run_stress(terminal: "Terminal", command: RunStress, report: Report, cancelled: CancelQuestion) -> "StressReport":
    """The survival matrix of a run's strategy, of others beside it, or of strategies on candles that are named."""
    report(0, 0, "Loading candles")
    strategies: dict[str, Players]
    over: Over
    if command.run_id:
        made = again(terminal, command.run_id, cancelled)
        names = (made.run.info.strategy, *made.run.info.beside)
        strategies, over, options = {" + ".join(map(_short, names)): made.players}, made.over, made.options
    else:
        strategies = {}
        over, options = _named(terminal, command, cancelled)
    for name in command.strategies:
        if _short(name) not in strategies:
            strategies[_short(name)] = terminal.strategies.find(name).demand_class()()
    terminal.engine.wait(cancelled)
    from terminal.backtest.doubts.shocks import SHOCKS, scenario
    from terminal.backtest.doubts.stress import stress

    shocks = tuple(scenario(text) for text in command.shocks) or SHOCKS
    return stress(strategies, over, options, shocks, at=command.at, report=report, cancelled=cancelled)


def run_monte_carlo(terminal: "Terminal", command: RunMonteCarlo, report: Report, cancelled: CancelQuestion) -> "MonteCarlo":
    """The paths; raises BadInput for a method that does not exist and for a run with too little to draw from."""
    if command.method not in METHODS:
        raise BadInput(f"The method is {command.method!r}.", cure=f"Use {' or '.join(METHODS)}.")
    result = terminal.runs.open(command.run_id).result
    from terminal.stats.monte_carlo import bootstrap, reshuffle

    if command.method == "bootstrap":
        _demand_two(result.daily_returns, "day")
        returns = result.daily_returns
        found = bootstrap(returns, paths=command.paths, length=command.length, seed=command.seed, report=report, cancelled=cancelled)
    else:
        profits = result.trade_table["profit"][result.trade_table["reason"] != 0].copy()
        _demand_two(profits, "closed trade")
        found = reshuffle(profits, float(result.metrics["capital"]), paths=command.paths, seed=command.seed, report=report, cancelled=cancelled)
    stop_if(cancelled)
    report(command.paths, command.paths, f"A fan of {found.fan.shape[1] - 1:,} steps")  # drawn here: who shows it must not wait for it
    return found


def run_sensitivity(terminal: "Terminal", command: RunSensitivity, report: Report, cancelled: CancelQuestion) -> "SensitivityReport":
    """The tornado. Every run with other parameters is a trial like any other, and is noted."""
    report(0, 0, "Loading candles")
    made = again(terminal, command.run_id, cancelled)
    terminal.engine.wait(cancelled)
    from terminal.backtest.doubts.sensitivity import sensitivity

    def tried(result: "Result", strategy: "Strategy") -> None:  # noqa: ARG001 - the form of a note
        terminal.runs.note(with_code(result, code), "sensitivity")

    code = made.run.info.code_fingerprint
    try:
        return sensitivity(made.players, made.over, made.options, command.metric, report=report, cancelled=cancelled, tried=tried, code=code)
    finally:  # those of a run that was stopped count too
        terminal.publisher.publish(VariantsTried(command.run_id))


def run_envelope(terminal: "Terminal", command: RunEnvelope, report: Report, cancelled: CancelQuestion) -> "Envelope":
    """The band about a kept run."""
    report(0, 0, "Loading candles")
    made = again(terminal, command.run_id, cancelled)
    terminal.engine.wait(cancelled)
    from terminal.backtest.doubts.envelope import envelope

    return envelope(made.players, made.over, made.options, report=report, cancelled=cancelled)


def check_causality(terminal: "Terminal", command: CheckCausality, report: Report, cancelled: CancelQuestion) -> "Causality":
    """Whether the strategy, or each of those of a kept run, looks ahead on these candles or ticks."""
    report(0, 0, "Loading candles")
    players: Players
    over: Over
    if command.run_id:
        made = again(terminal, command.run_id, cancelled)
        players, over, options = made.players, made.over, made.options
    else:
        if not command.strategy or command.candles is None:
            raise BadInput("There is nothing to look at.", cure="Name a kept run, or a strategy and candles.")
        players = terminal.strategies.find(command.strategy).demand_class()(**command.parameters)
        over, options = _read_all(terminal, command, cancelled), None
    terminal.engine.wait(cancelled)
    from terminal.backtest.doubts.causality import causality

    return causality(players, over, options, report=report, cancelled=cancelled)


def review_run(terminal: "Terminal", command: ReviewRun, report: Report, cancelled: CancelQuestion) -> "Review":
    """Every rule's answer. Where the strategy or the candles are gone, the rules that need them say so."""
    report(0, 0, "Loading candles")
    run = terminal.runs.open(command.run_id)
    terminal.engine.wait(cancelled)
    from terminal.backtest.doubts.question import Case
    from terminal.backtest.doubts.review import examine

    try:
        made = again(terminal, command.run_id, cancelled)
        case = Case(run.result, made.over, made.players, made.options, cancelled)
    except OutcryError:
        stop_if(cancelled)
        case = Case(run.result, _candles_or_none(terminal, run, cancelled), cancelled=cancelled)
    return examine(case, run.id, report=report, changes=changes_of(terminal, run, cancelled))


def compare_runs(terminal: "Terminal", command: CompareRuns, report: Report, cancelled: CancelQuestion) -> "Comparison":
    """The runs side by side, in the order asked for; one named twice stands once."""
    from terminal.backtest.doubts.comparison import compare

    opened = []
    for number, run_id in enumerate(dict.fromkeys(command.run_ids)):
        stop_if(cancelled)
        report(number, len(command.run_ids), run_id)
        opened.append((run_id, terminal.runs.open(run_id).result))
    return compare(opened)


def _candles_or_none(terminal: "Terminal", run: "Run", cancelled: CancelQuestion) -> "Over | None":
    try:
        if is_over_ticks(run.result):
            return ticks_again(run.result, run.info.candles)
        candles = candles_of(terminal, run, cancelled)
    except OutcryError:
        stop_if(cancelled)
        return None
    return list(candles) if run.result.symbols else candles[0]


def _named(terminal: "Terminal", command: RunStress, cancelled: CancelQuestion) -> "tuple[Over, Options]":
    if command.candles is None or not command.strategies:
        raise BadInput("There is nothing to stress.", cure="Name a kept run, or strategies and candles.")
    from terminal.backtest.options import Options

    over = _read_all(terminal, command, cancelled)
    options = money_of(terminal, command.options)
    if isinstance(command.candles, TickFile):
        options = without_candle_ways(options, command.options)
    return over, Options.of(**options)


def _read_all(terminal: "Terminal", command: RunStress | CheckCausality, cancelled: CancelQuestion) -> "Over":
    """What the command names: ticks of a file, or the candles of one instrument or of several."""
    if isinstance(command.candles, TickFile):
        if command.others:
            raise BadInput("Ticks are of one instrument.", cure="Leave the other instruments out.")
        return ticks_in(command.candles, command.start, command.end)
    candles = [_read(terminal, source, command.start, command.end, cancelled) for source in (command.candles, *command.others)]
    return candles if command.others else candles[0]


def _read(terminal: "Terminal", source: Any, start: int | None, end: int | None, cancelled: CancelQuestion) -> "Candles":
    if isinstance(source, Path):
        from terminal.app.research import read_candles

        return read_candles(source).between(start, end)
    candles: Candles = terminal.execute(LoadCandles(source, start, end), silent, cancelled)
    return candles


def _short(name: str) -> str:
    """A strategy's name as a table shows it: of a path the file's stem."""
    return Path(name).stem if name.endswith(".py") else name


def _demand_two(values: Any, noun: str) -> None:
    if len(values) < 2:
        raise BadInput(f"The run has {len(values)} {noun}{'' if len(values) == 1 else 's'}; paths are drawn from at least two.", cure="Choose a longer run.")


def appendix_of(terminal: "Terminal", command: ExportRun, report: Report, cancelled: CancelQuestion) -> "Appendix":
    """What a report carries beside the result: the review and the band that `command` asks for, and what has changed since the run."""
    from terminal.backtest.report.appendix import Appendix

    review = review_run(terminal, ReviewRun(command.run_id), report, cancelled) if command.with_doubts else None
    band = run_envelope(terminal, RunEnvelope(command.run_id), report, cancelled) if command.with_band else None
    changes = review.changes if review is not None else changes_of(terminal, terminal.runs.open(command.run_id), cancelled)
    return Appendix(review, band, changes)


HANDLERS: "dict[type, Handler]" = {
    RunStress: run_stress,
    RunMonteCarlo: run_monte_carlo,
    RunSensitivity: run_sensitivity,
    RunEnvelope: run_envelope,
    CheckCausality: check_causality,
    ReviewRun: review_run,
    CompareRuns: compare_runs,
}
