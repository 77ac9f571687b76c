"""`outcry data`: extract, import, export, list, check and repair candles from a shell.

Each subcommand is one command of `app.commands`; what it does stands in the handlers.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from terminal.app.cli.conversation import Conversation, conversation
from terminal.app.cli.telling import tell_extraction, tell_reading, tell_receipt
from terminal.app.cli.words import day, moment_or_none, names, pairs, plain, write_json, write_table
from terminal.app.commands import CheckCandles, ExportCandles, ExtractCandles, ImportFile, InspectFile, ListSeries, RepairGaps
from terminal.domain.errors import BadInput, OutcryError
from terminal.domain.moments import parse_moment
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe

if TYPE_CHECKING:
    from terminal.app.answers import Extraction

data = typer.Typer(rich_markup_mode=None, help="Get, check and hand on candles.")

Venue = Annotated[str, typer.Option(help="Venue: demo, file, or the id of an exchange such as binance.")]
Symbol = Annotated[str, typer.Option(help="Symbol, such as BTC/USDT.")]
Length = Annotated[str, typer.Option("--timeframe", help="Candle length: 1m 5m 15m 30m 1h 4h 1d 1w.")]
Start = Annotated[str | None, typer.Option(help="First moment, such as 2024-01-31 (UTC), included.")]
End = Annotated[str | None, typer.Option(help="Last moment, left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@data.command("extract")
def extract_candles(
    venue: Venue,
    symbol: Annotated[list[str], typer.Option("--symbol", "--symbols", help="Symbol; several times, or joined by commas.")],
    start: Annotated[str, typer.Option(help="First moment, such as 2024-01-31 (UTC).")],
    timeframe: Length = "1h",
    end: Annotated[str | None, typer.Option(help="Last moment, left out; by default the last closed candle.")] = None,
    as_json: AsJson = False,
) -> None:
    """Download what is missing of a range and store it."""
    with conversation(writes=True) as talk:
        command = ExtractCandles(venue, names(symbol), Timeframe.parse(timeframe), parse_moment(start, "--start"), moment_or_none(end, "--end"))
        answer = talk.ask(command, f"Extract {', '.join(command.symbols)} from {venue}")
        _say(answer, as_json, tell_extraction)
        _end_of(talk, answer)


@data.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV or Parquet file of candles.")],
    symbol: Annotated[str | None, typer.Option(help="Symbol to store it under.")] = None,
    venue: Annotated[str, typer.Option(help="Venue to store it under.")] = "file",
    correct: Annotated[list[str] | None, typer.Option("--set", help="Correct what was detected: name=value. --preview shows the names.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what was detected; store nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a candle file into the store."""
    with conversation(writes=not preview) as talk:
        path, corrections = file.expanduser().absolute(), pairs(correct or [])
        if preview:
            _say(talk.ask(InspectFile(path, corrections), f"Read {path.name}"), as_json, tell_reading)
            return
        if symbol is None:
            raise BadInput("--symbol is missing.", cure="Say what the file holds, such as --symbol BTC/USDT; --preview shows the file first.")
        _say(talk.ask(ImportFile(path, symbol, corrections, venue), f"Import {path.name}"), as_json, tell_receipt)


@data.command("export")
def export_candles(
    venue: Venue,
    symbol: Symbol,
    output: Annotated[Path, typer.Option(help="File to write: .csv, .parquet, .xlsx or .json.")],
    timeframe: Length = "1h",
    start: Start = None,
    end: End = None,
    as_json: AsJson = False,
) -> None:
    """Write stored candles to a file."""
    with conversation() as talk:
        path = output.expanduser().absolute()
        command = ExportCandles(_key(venue, symbol, timeframe), path, moment_or_none(start, "--start"), moment_or_none(end, "--end"))
        rows = talk.ask(command, f"Export {command.series}")
        if as_json:
            write_json({"path": path, "rows": rows})
        else:
            typer.echo(f"{rows:,} candles of {command.series} written to {path}")


@data.command("list")
def list_series(as_json: AsJson = False) -> None:
    """List what the store holds."""
    with conversation() as talk:
        series = talk.ask(ListSeries())
        if as_json:
            write_json([_series(info) for info in series])
        elif not series:
            typer.echo("The store is empty. Fill it with: outcry data extract --venue binance --symbol BTC/USDT --start 2024-01-01")
        else:
            rows = [
                (
                    info.key.venue,
                    info.key.symbol,
                    info.key.timeframe.value,
                    f"{info.rows:,}",
                    day(info.start),
                    day(info.end),
                    f"{len(info.gaps):,}",
                    _origin(info),
                )
                for info in series
            ]
            write_table(("venue", "symbol", "candles", "rows", "from (UTC)", "to (UTC)", "gaps", "origin"), rows, right=(3, 6))


@data.command("check")
def check_candles(venue: Venue, symbol: Symbol, timeframe: Length = "1h", as_json: AsJson = False) -> None:
    """Report gaps and doubtful candles of a stored series."""
    with conversation() as talk:
        key = _key(venue, symbol, timeframe)
        _say(talk.ask(CheckCandles(key), f"Check {key}"), as_json)


@data.command("repair")
def repair_gaps(
    venue: Venue,
    symbol: Symbol,
    timeframe: Length = "1h",
    source: Annotated[str | None, typer.Option(help="Ask this venue instead of the one the series came from.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ask for the missing candles of a stored series again."""
    with conversation(writes=True) as talk:
        key = _key(venue, symbol, timeframe)
        answer = talk.ask(RepairGaps(key, source), f"Repair {key}")
        _say(answer, as_json, tell_extraction)
        _end_of(talk, answer)


def _key(venue: str, symbol: str, timeframe: str) -> SeriesKey:
    return SeriesKey(venue, symbol, Timeframe.parse(timeframe))


def _series(info: Any) -> dict[str, Any]:
    key = info.key
    return {"venue": key.venue, "symbol": key.symbol, "timeframe": key.timeframe, **{name: value for name, value in plain(info).items() if name != "key"}}


def _origin(info: Any) -> str:
    return f"{info.provenance.source}{' (simulated)' if info.provenance.simulated else ''}"


def _say(answer: Any, as_json: bool, tell: Callable[[Any], None] = typer.echo) -> None:
    """The whole answer as one JSON document, or in words."""
    if as_json:
        write_json(answer)
    else:
        tell(answer)


def _end_of(talk: Conversation, extraction: "Extraction") -> None:
    """Tells on stderr what kept each symbol from being finished, and ends with 1 where there is one: the others stay stored."""
    for one in extraction.failed:
        if one.error is not None:
            talk.complain(f"{one.key}: {one.error.message}", one.error.cure)
    if extraction.failed:
        raise typer.Exit(OutcryError.exit_code)
