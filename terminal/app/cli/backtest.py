"""`outcry backtest`: one strategy over one series, its verdict and measures, or the one JSON shape of results.

Names only commands; the run itself is recorded in the trial ledger like any other.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminal.app.cli.conversation import Conversation, conversation
from terminal.app.cli.flags import with_flags_for
from terminal.app.cli.telling import tell_run
from terminal.app.cli.words import moment_or_none, pairs
from terminal.app.commands import Beside, ExportRun, RunBacktest, TickFile
from terminal.app.run_world import beside_of, texts_of
from terminal.backtest.declared import DECLARED, DECLARED_FILLS, DECLARED_MEASURES, DECLARED_WORLD
from terminal.domain.errors import BadInput, WrongValue
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe

if TYPE_CHECKING:
    from terminal.app.answers import Result, Run

Option = typer.Option


@with_flags_for({"Fills": DECLARED_FILLS, "Costs": DECLARED, "Measures": DECLARED_MEASURES, "The world around the run": DECLARED_WORLD})
def backtest(
    strategy: Annotated[str, typer.Argument(help="A built-in's name (see `outcry strategies`) or a file.")],
    data: Annotated[Path | None, Option(help="Candle file: CSV or Parquet.")] = None,
    ticks: Annotated[Path | None, Option(help="File of trades, quotes or books to run over instead: CSV, Parquet, or a stream's lines of JSON.")] = None,
    zone: Annotated[str, Option(help="Time zone of ticks whose times name none.")] = "UTC",
    venue: Annotated[str | None, Option(help="Venue of a stored series.")] = None,
    symbol: Annotated[str | None, Option(help="Symbol of a stored series; of --ticks, what is traded where the file holds several.")] = None,
    symbols: Annotated[str | None, Option(help="Several stored symbols on one account, joined by commas; SYMBOL@1d takes another timeframe.")] = None,
    timeframe: Annotated[str | None, Option(help="Candle length: 1m 5m 15m 30m 1h 4h 1d 1w.")] = None,
    start: Annotated[str | None, Option(help="First moment, such as 2024-01-31 (UTC), included.")] = None,
    end: Annotated[str | None, Option(help="Last moment, left out.")] = None,
    given: Annotated[list[str] | None, Option("--set", help="A parameter of the strategy: name=value; several times.")] = None,
    capital: Annotated[str | None, Option(help="Capital to start with; default from the settings.")] = None,
    commission: Annotated[str | None, Option(help="Commission of each fill, 0.001 = 0.1 %; default from the settings.")] = None,
    slippage: Annotated[str | None, Option(help="Slippage of each market fill, 0.0005 = 0.05 %; default from the settings.")] = None,
    size: Annotated[str | None, Option(help='"100%", "cash 1000", "risk 1%", "volatility 15%", "kelly 25%" or "quantity 2"; else the settings.')] = None,
    finer: Annotated[Path | None, Option(help="File of finer candles, or of trades, for --path detail; without it the finest stored ones are taken.")] = None,
    measures: Annotated[str | None, Option(help="More measures by name, joined by commas, or all; docs/measures.md lists them.")] = None,
    as_json: Annotated[bool, Option("--json", help="One JSON document on stdout: settings, fingerprints, metrics, trades, equity.")] = False,
    form: Annotated[str | None, Option("--format", help="Write on stdout instead: tradingview (its list of trades), json (as --json), csv (trades).")] = None,
    report: Annotated[Path | None, Option(help="Also write a report: .html, .pdf, .xlsx, .json, .csv, .tradingview.csv or .png.")] = None,
    *,
    given_settings: Mapping[str, Any],
) -> None:
    """Run a strategy over candles or ticks and report what came of it."""
    with conversation(imports_first=True) as talk:
        written = form_of("json" if as_json and form is None else form)
        if report is not None:
            from terminal.backtest.report.export import demand_ending

            demand_ending(report)
        wanted = _measure_names(measures)
        options, beside = _options(talk, {"capital": capital, "commission": commission, "slippage": slippage, "size": size, **given_settings}, finer)
        candles, others = everything_named(data, ticks, zone, venue, symbol, symbols, timeframe)
        since, until = moment_or_none(start, "--start"), moment_or_none(end, "--end")
        name, values = strategy_named(strategy), pairs(given or [])
        command = RunBacktest(name, candles, values, options, since, until, "command line", others, beside)
        run = _run(talk, command)
        if report is not None:
            talk.ask(ExportRun(run.id, report.expanduser().absolute()), "Write the report")
        if wanted:
            run = replace(run, result=run.result.with_measures(wanted))
        if written is not None:
            typer.echo(written(run.result), nl=False)
            talk.complain(run.result.verdict)
            for caution in run.result.settings.get("cautions", ()):
                talk.complain(caution)
        else:
            tell_run(run)
            if report is not None:
                typer.echo(f"Report: {report}")


def _options(talk: Conversation, given: Mapping[str, Any], finer: Path | None) -> tuple[dict[str, Any], tuple[Beside, ...]]:
    """The options of the run, each checked as the settings would, and the strategies beside the first."""
    options: dict[str, Any] = {} if finer is None else {"finer": finer}
    for name, value in given.items():
        if name in DECLARED_WORLD:
            options[name] = value
        elif value is not None:
            options[name] = talk.terminal.settings.checked(name, value, f"--{name.replace('_', '-')}")
    beside = [beside_of(text) for text in texts_of(options.pop("beside", ()))]
    return options, tuple(replace(each, strategy=strategy_named(each.strategy)) for each in beside)


def _measure_names(given: str | None) -> list[str]:
    """The measures asked for by name; a wrong name is refused before the run."""
    from terminal.stats.glossary import term

    names = [name.strip() for name in given.split(",")] if given is not None else []
    for name in names:
        if name != "all" and term(name) is None:
            raise BadInput(f"--measures: there is no measure {name!r}.", cure="docs/measures.md lists all of them.")
    return names


def _run(talk: Conversation, command: RunBacktest) -> "Run":
    """The answer; an option that the run refuses is named as the shell knows it."""
    try:
        run: Run = talk.ask(command, f"Backtest {command.strategy}")
    except WrongValue as error:
        raise error.told_as(f"--{error.option.replace('_', '-')}") if error.option else error from None
    return run


def form_of(form: str | None) -> "Callable[[Result], str] | None":
    """What writes a result in that form for stdout, None where none was asked for; raises BadInput for another form."""
    if form is None:
        return None
    from terminal.backtest.report.document import trades_csv, tradingview_csv

    known: dict[str, Callable[[Result], str]] = {"json": lambda result: result.to_json() + "\n", "csv": trades_csv, "tradingview": tradingview_csv}
    if form not in known:
        raise BadInput(f"--format is {form!r}.", cure=f"Use {', '.join(known)}.")
    return known[form]


def strategy_named(given: str) -> str:
    """A file is named by its whole path, a built-in by its name."""
    is_file = given.endswith(".py") or "/" in given or "\\" in given
    if not is_file:
        return given
    path = Path(given).expanduser().absolute()
    if not path.is_file():
        raise BadInput(f"There is no file {path}.", cure="Give the path of a Python file, or a name that `outcry strategies` lists.")
    return str(path)


def everything_named(
    data: Path | None, ticks: Path | None, zone: str, venue: str | None, symbol: str | None, symbols: str | None, timeframe: str | None
) -> tuple[SeriesKey | Path | TickFile, tuple[SeriesKey, ...]]:
    """What the options name: a file of ticks, a stored series or candle file, or the first of several stored series and the others."""
    if symbols is not None and (data is not None or symbol is not None):
        raise BadInput("--symbols names several stored series; --data or --symbol was given too.", cure="Give one or the other.")
    if ticks is not None:
        if data is not None or venue is not None or symbols is not None:
            raise BadInput("--ticks names a file; --data, --venue or --symbols was given too.", cure="Give one or the other.")
        return TickFile(ticks.expanduser().absolute(), symbol, Timeframe.parse(timeframe or "1m"), zone), ()
    if symbols is not None:
        first, *others = several_named(venue, symbols, timeframe)
        return first, tuple(others)
    return candles_named(data, venue, symbol, timeframe), ()


def candles_named(data: Path | None, venue: str | None, symbol: str | None, timeframe: str | None) -> SeriesKey | Path:
    if data is not None:
        if venue or symbol or timeframe:
            raise BadInput("--data names a file, --venue/--symbol/--timeframe a stored series.", cure="Give one or the other.")
        return data.expanduser().absolute()
    missing = [option for option, value in (("--venue", venue), ("--symbol", symbol), ("--timeframe", timeframe)) if not value]
    if missing or venue is None or symbol is None or timeframe is None:
        raise BadInput(
            f"No candles are named: {', '.join(missing)} missing.", cure="Give --data FILE, or --venue, --symbol and --timeframe; see `outcry data list`."
        )
    return SeriesKey(venue, symbol, Timeframe.parse(timeframe))


def several_named(venue: str | None, symbols: str, timeframe: str | None) -> list[SeriesKey]:
    """The stored series of `symbols`, joined by commas, each with its own timeframe after an @; the simulated market's hours by default."""
    keys = []
    for text in symbols.split(","):
        symbol, _, own = text.strip().partition("@")
        if not symbol:
            raise BadInput(f"--symbols is {symbols!r}.", cure="Join symbols by commas, such as BTC/USDT,ETH/USDT.")
        keys.append(SeriesKey(venue or "demo", symbol, Timeframe.parse(own or timeframe or "1h")))
    return keys
