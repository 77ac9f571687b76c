"""`outcry stress`, `sensitivity`, `envelope`, `review`, `montecarlo` and `causality`: what makes a result doubt itself.

Names only commands; how the answers read stands in `doubt_words`.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from terminal.app.cli.backtest import everything_named, strategy_named
from terminal.app.cli.conversation import Conversation, conversation
from terminal.app.cli.doubt_words import (
    monte_carlo_plain,
    stress_plain,
    tell_envelope,
    tell_monte_carlo,
    tell_review,
    tell_sensitivity,
    tell_stress,
)
from terminal.app.cli.words import moment_or_none, pairs, plain, write_json
from terminal.app.commands import CheckCausality, ListRuns, ReviewRun, RunEnvelope, RunMonteCarlo, RunSensitivity, RunStress
from terminal.domain.errors import BadInput, OutcryError

Option = typer.Option
RunId = Annotated[str, typer.Argument(help="A kept run (see `outcry runs list`); the newest where none is named.")]
AsJson = Annotated[bool, Option("--json", help="One JSON document on stdout.")]
Data = Annotated[Path | None, Option(help="Candle file: CSV or Parquet.")]
Venue = Annotated[str | None, Option(help="Venue of a stored series.")]
Symbol = Annotated[str | None, Option(help="Symbol of a stored series, or of the ticks.")]
Symbols = Annotated[str | None, Option(help="Several stored symbols on one account, as for `outcry backtest`.")]
TicksFile = Annotated[Path | None, Option("--ticks", help="File of trades, quotes or books instead.")]
Zone = Annotated[str, Option(help="Time zone of ticks whose times name none.")]
Length = Annotated[str | None, Option(help="Candle length: 1m 5m 15m 30m 1h 4h 1d 1w.")]
Start = Annotated[str | None, Option(help="First moment, such as 2024-01-31 (UTC), included.")]
End = Annotated[str | None, Option(help="Last moment, left out.")]
Setting = Annotated[str | None, Option(help="As for `outcry backtest`.")]
NEWEST = "last"


def stress(
    strategies: Annotated[list[str] | None, typer.Argument(help="Built-ins' names or files; beside --run they are added to it.")] = None,
    run: Annotated[str, Option(help='A kept run to stress with its own candles and settings; "last" is the newest.')] = "",
    data: Data = None,
    ticks: TicksFile = None,
    zone: Zone = "UTC",
    venue: Venue = None,
    symbol: Symbol = None,
    symbols: Symbols = None,
    timeframe: Length = None,
    start: Start = None,
    end: End = None,
    shock: Annotated[list[str] | None, Option(help='A shock by name, or an own one: "move=-40% bars=3 volatility=4"; several times.')] = None,
    at: Annotated[float, Option(help="Where in the range shocks strike: 0 = at its start, 1 = at its end.")] = 0.5,
    capital: Setting = None,
    commission: Setting = None,
    slippage: Setting = None,
    size: Setting = None,
    as_json: AsJson = False,
) -> None:
    """Simulate strategies anew on shocked candles and in past crises, and show what survives."""
    with conversation(imports_first=True) as talk:
        names = tuple(strategy_named(name) for name in strategies or ())
        if run:
            if any((data, ticks, venue, symbol, symbols, timeframe, start, end, capital, commission, slippage, size)):
                raise BadInput("--run brings its own candles and settings.", cure="Leave the other options out, or leave --run out.")
            command = RunStress(run_named(talk, run), names, shocks=tuple(shock or ()), at=at)
        else:
            if not names:
                raise BadInput("No strategy is named.", cure="Name one or several, or give --run last.")
            money = {"capital": capital, "commission": commission, "slippage": slippage, "size": size}
            checked = talk.terminal.settings.checked
            options: dict[str, Any] = {name: checked(name, text, f"--{name}") for name, text in money.items() if text is not None}
            since, until = moment_or_none(start, "--start"), moment_or_none(end, "--end")
            candles, others = everything_named(data, ticks, zone, venue, symbol, symbols, timeframe)
            command = RunStress("", names, candles, options, since, until, tuple(shock or ()), at, others)
        answer = talk.ask(command, "Stress")
        if as_json:
            write_json(stress_plain(answer))
        else:
            tell_stress(answer)


def sensitivity(
    run: RunId = NEWEST,
    metric: Annotated[str, Option(help="The measure to watch, by its name in the JSON of a run.")] = "total_return",
    as_json: AsJson = False,
) -> None:
    """Give and take a fifth of each parameter and cost of a run, and show what that does to one measure."""
    with conversation() as talk:
        answer = talk.ask(RunSensitivity(run_named(talk, run), metric), "Sensitivity")
        if as_json:
            write_json(answer)
        else:
            tell_sensitivity(answer)


def envelope(run: RunId = NEWEST, as_json: AsJson = False) -> None:
    """Show between which equities a run lies when fills and costs are kind or unkind."""
    with conversation() as talk:
        answer = talk.ask(RunEnvelope(run_named(talk, run)), "Envelope")
        if as_json:
            write_json({**plain(answer), "time": [plain(int(time)) for time in answer.time]})
        else:
            tell_envelope(answer)


def review(run: RunId = NEWEST, as_json: AsJson = False) -> None:
    """Rank what is doubtful in a run."""
    with conversation() as talk:
        answer = talk.ask(ReviewRun(run_named(talk, run)), "Review")
        if as_json:
            write_json({**plain(answer), "summary": answer.summary})
        else:
            tell_review(answer)


def montecarlo(
    run: RunId = NEWEST,
    method: Annotated[str, Option(help="bootstrap (blocks of days, drawn with replacement) or reshuffle (the trades in another order).")] = "bootstrap",
    paths: Annotated[int, Option(help="How many paths.")] = 10_000,
    seed: Annotated[int, Option(help="The same seed draws the same paths.")] = 1,
    length: Annotated[int | None, Option(help="Days of a bootstrapped path; 252 where not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw the paths that a run's days or trades could have taken instead."""
    with conversation() as talk:
        answer = talk.ask(RunMonteCarlo(run_named(talk, run), method, paths, seed, length), "Monte Carlo")
        if as_json:
            write_json(monte_carlo_plain(answer))
        else:
            tell_monte_carlo(answer)


def causality(
    strategy: Annotated[str, typer.Argument(help="A built-in's name or a file; none with --run.")] = "",
    run: Annotated[str, Option(help='A kept run whose strategies, candles and settings are taken; "last" is the newest.')] = "",
    data: Data = None,
    ticks: TicksFile = None,
    zone: Zone = "UTC",
    venue: Venue = None,
    symbol: Symbol = None,
    symbols: Symbols = None,
    timeframe: Length = None,
    start: Start = None,
    end: End = None,
    given: Annotated[list[str] | None, Option("--set", help="A parameter of the strategy: name=value; several times.")] = None,
    as_json: AsJson = False,
) -> None:
    """Hide and change the future, and see whether a strategy's decisions of before change; exit code 1 where they do."""
    with conversation(imports_first=True) as talk:
        if run:
            if any((strategy, data, ticks, venue, symbol, symbols, timeframe, start, end, given)):
                raise BadInput("--run brings its own strategy, candles and settings.", cure="Leave the other options out, or leave --run out.")
            command = CheckCausality(run_id=run_named(talk, run))
        else:
            if not strategy:
                raise BadInput("No strategy is named.", cure="Name one, or give --run last.")
            since, until = moment_or_none(start, "--start"), moment_or_none(end, "--end")
            candles, others = everything_named(data, ticks, zone, venue, symbol, symbols, timeframe)
            command = CheckCausality(strategy_named(strategy), candles, pairs(given or []), since, until, others)
        answer = talk.ask(command, "Causality")
        if as_json:
            write_json(answer)
        if not answer.sound:
            raise OutcryError(answer.words, cure="Let row t use rows up to t only.")
        if not as_json:
            typer.echo(answer.words)


def run_named(talk: Conversation, given: str) -> str:
    """The id meant by `given`: "last" is the newest kept run; raises BadInput where there is none."""
    if given != NEWEST:
        return given
    runs = talk.ask(ListRuns())
    if not runs:
        raise BadInput("There is no kept run.", cure="Run one first: outcry backtest --help")
    return str(runs[0].id)
