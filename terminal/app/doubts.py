"""Commands by which a result doubts itself: stress, Monte Carlo, sensitivity, envelope, look-ahead, review, and runs side by side.

Between a face that asks and the rooms that simulate again; a kept run is made anew from its own settings, candles and strategy.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal.app.commands import CheckCausality, CompareRuns, ExportRun, LoadCandles, ReviewRun, RunEnvelope, RunMonteCarlo, RunSensitivity, RunStress
from terminal.app.kept import Again, again, candles_of, changes_of
from terminal.app.run_costs import money_of
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
    if command.run_id:
        made = _single(again(terminal, command.run_id, cancelled), "shocks strike the candles")
        strategies, candles, options = {made.run.info.strategy: made.strategies[0]}, made.candles[0], made.options
    else:
        strategies = {}
        candles, options = _named(terminal, command, cancelled)
    for name in command.strategies:
        if name not in strategies:
            strategies[name] = terminal.strategies.find(name).demand_class()()
    terminal.engine.wait(cancelled)
    from terminal.backtest.doubts.shocks import SHOCKS, scenario
    from terminal.backtest.doubts.stress import stress

    shocks = tuple(scenario(text) for text in command.shocks) or SHOCKS
    shown = {_short(name): strategy for name, strategy in strategies.items()}
    return stress(shown, candles, options, shocks, at=command.at, report=report, cancelled=cancelled)


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
    if len(made.strategies) > 1:
        _single(made, "a tornado is drawn")
    terminal.engine.wait(cancelled)
    from terminal.backtest.doubts.sensitivity import sensitivity

    def tried(result: "Result", strategy: "Strategy") -> None:  # noqa: ARG001 - the form of a note
        terminal.runs.note(result, "sensitivity")

    strategy, candles = _whole(made)
    code = made.run.info.code_fingerprint
    return sensitivity(strategy, candles, made.options, command.metric, report=report, cancelled=cancelled, tried=tried, code=code)


def run_envelope(terminal: "Terminal", command: RunEnvelope, report: Report, cancelled: CancelQuestion) -> "Envelope":
    """The band about a kept run."""
    report(0, 0, "Loading candles")
    made = again(terminal, command.run_id, cancelled)
    terminal.engine.wait(cancelled)
    from terminal.backtest.doubts.envelope import envelope

    return envelope(*_whole(made), made.options, report=report, cancelled=cancelled)


def check_causality(terminal: "Terminal", command: CheckCausality, report: Report, cancelled: CancelQuestion) -> "Causality":
    """Whether the strategy looks ahead on these candles."""
    report(0, 0, "Loading candles")
    strategy = terminal.strategies.find(command.strategy).demand_class()(**command.parameters)
    candles = _read(terminal, command.candles, command.start, command.end, cancelled)
    terminal.engine.wait(cancelled)
    from terminal.backtest.doubts.causality import causality

    return causality(strategy, candles, report=report, cancelled=cancelled)


def review_run(terminal: "Terminal", command: ReviewRun, report: Report, cancelled: CancelQuestion) -> "Review":
    """Every rule's answer. Where the strategy or the candles are gone, the rules that need them say so."""
    report(0, 0, "Loading candles")
    run = terminal.runs.open(command.run_id)
    terminal.engine.wait(cancelled)
    from terminal.backtest.doubts.question import Case
    from terminal.backtest.doubts.review import examine

    try:
        made = _single(again(terminal, command.run_id, cancelled), "the rules about fills and about the future ask it")
        case = Case(run.result, made.candles[0], made.strategies[0], made.options, cancelled)
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


def _single(made: Again, what: str) -> Again:
    """`made`, where it has one strategy and one instrument; else raises BadInput that says why `what` can't be asked of it."""
    if made.is_single:
        return made
    parts = [f"{len(made.strategies)} strategies"] if len(made.strategies) > 1 else []
    parts += [f"{len(made.candles)} instruments"] if len(made.candles) > 1 else []
    had = " and ".join(parts) or "an account in another currency, or splits, dividends or a dated list"
    raise BadInput(f"This run has {had}; {what} of one strategy on one instrument.", cure="Run each instrument on its own, and ask that run.")


def _whole(made: Again) -> tuple[Any, Any]:
    """Strategies and candles as `backtest` takes them."""
    strategy: Any = made.strategies[0] if len(made.strategies) == 1 else list(made.strategies)
    candles: Any = made.candles[0] if len(made.candles) == 1 else list(made.candles)
    return strategy, candles


def _candles_or_none(terminal: "Terminal", run: "Run", cancelled: CancelQuestion) -> "Candles | None":
    if run.result.symbols:
        return None
    try:
        return candles_of(terminal, run, cancelled)[0]
    except OutcryError:
        stop_if(cancelled)
        return None


def _named(terminal: "Terminal", command: RunStress, cancelled: CancelQuestion) -> "tuple[Candles, Options]":
    if command.candles is None or not command.strategies:
        raise BadInput("There is nothing to stress.", cure="Name a kept run, or strategies and candles.")
    from terminal.backtest.options import Options

    options: dict[str, Any] = money_of(terminal, command.options)
    return _read(terminal, command.candles, command.start, command.end, cancelled), Options.of(**options)


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
