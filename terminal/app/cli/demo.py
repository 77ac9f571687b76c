"""`outcry demo`: the first journey without a screen, on the simulated market: candles, a backtest, a report and a picture."""

from pathlib import Path
from typing import Annotated

import typer

from terminal.app.cli.conversation import conversation
from terminal.app.cli.words import write_json
from terminal.app.commands import RunDemo


def demo(
    output: Annotated[Path, typer.Option(help="Folder to write the CSV, the HTML report and the PNG picture into.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Run the first journey on simulated prices and write a CSV, a report and a picture."""
    with conversation() as talk:
        answer = talk.ask(RunDemo(output.expanduser().absolute()), "Demo")
        if as_json:
            write_json(answer)
            return
        for line in answer.words():
            typer.echo(line)
