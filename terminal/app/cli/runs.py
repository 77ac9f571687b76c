"""`outcry runs`: the kept runs, one of them, one as a file, and several side by side."""

from pathlib import Path
from typing import Annotated

import typer

from terminal.app.cli.conversation import conversation
from terminal.app.cli.doubt_words import tell_comparison
from terminal.app.cli.doubts import NEWEST, AsJson, RunId, run_named
from terminal.app.cli.telling import tell_run
from terminal.app.cli.words import day, plain, write_json, write_table
from terminal.app.commands import CompareRuns, ExportRun, ListRuns, OpenRun
from terminal.domain.words import count, number, percent

runs = typer.Typer(add_completion=False, rich_markup_mode=None, help="The kept runs: list them, show or export one, compare several.", no_args_is_help=True)


@runs.command("list")
def list_runs(as_json: AsJson = False) -> None:
    """List the kept runs, newest first."""
    with conversation() as talk:
        kept = talk.ask(ListRuns())
        if as_json:
            write_json([{**plain(info), "series": str(info.series)} for info in kept])
            return
        rows = [
            (info.id, day(info.created), info.strategy, info.traded, percent(info.total_return, signed=True), number(info.sharpe), count(info.trades))
            for info in kept
        ]
        write_table(("run", "made (UTC)", "strategy", "series", "return", "Sharpe", "trades"), rows, right=(4, 5, 6))


@runs.command("show")
def show_run(run: RunId = NEWEST, as_json: AsJson = False) -> None:
    """Show one kept run as it was when it ran, and what has changed since."""
    with conversation() as talk:
        opened = talk.ask(OpenRun(run_named(talk, run)))
        if as_json:
            typer.echo(opened.result.to_json())
        else:
            tell_run(opened)
        for change in opened.changes:
            talk.complain(f"{change[:1].upper()}{change[1:]}.")


@runs.command("export")
def export_run(
    file: Annotated[Path, typer.Argument(help="Where to; the ending chooses: .html, .pdf, .xlsx, .json, .csv, .tradingview.csv or .png.")],
    run: RunId = NEWEST,
    band: Annotated[bool, typer.Option("--band", help="Pages carry the band of fills and costs too, which is four runs more.")] = False,
) -> None:
    """Write one kept run to a file."""
    from terminal.backtest.report.export import demand_ending

    with conversation() as talk:
        demand_ending(file)
        talk.ask(ExportRun(run_named(talk, run), file.expanduser().absolute(), with_band=band), "Write the report")
        typer.echo(f"Report: {file}")


@runs.command("compare")
def compare_runs(
    ids: Annotated[list[str], typer.Argument(help='Two or more kept runs; "last" is the newest.')],
    as_json: AsJson = False,
) -> None:
    """Put kept runs side by side: the settings that differ, and every measure."""
    with conversation() as talk:
        answer = talk.ask(CompareRuns(tuple(run_named(talk, run) for run in ids)), "Compare")
        if as_json:
            write_json(answer)
        else:
            tell_comparison(answer)
