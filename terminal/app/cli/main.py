"""The command line's front door: which subcommands there are, and the exit code of what they did.

Started by `terminal.__main__` when arguments are given; imports nothing that computes.
"""

from typing import Annotated, Any

import typer

import terminal
from terminal.app.cli.backtest import backtest
from terminal.app.cli.catalogue import settings, strategies
from terminal.app.cli.conversation import complain
from terminal.app.cli.data import data
from terminal.app.cli.demo import demo
from terminal.app.cli.doubts import causality, envelope, montecarlo, review, sensitivity, stress
from terminal.app.cli.output import OutputLost, guarded
from terminal.app.cli.runs import runs
from terminal.app.cli.simulate import simulate_faults
from terminal.app.cli.trade import COMMANDS
from terminal.domain.errors import BadInput, Cancelled, OutcryError


def run(arguments: list[str]) -> int:
    """The exit code: 0 done, 1 failed, 2 bad input, 130 stopped by the person."""
    unreadable = next((word for word in arguments if not _is_text(word)), None)
    if unreadable is not None:
        complain(f"{unreadable!r} holds bytes that are no text in this system's encoding.", "Rename the file, or write the word anew.")
        return BadInput.exit_code
    try:
        with guarded():
            code = _front_door()(args=arguments, prog_name="outcry", standalone_mode=False)
    except OutputLost as lost:
        if lost.reason is None:
            return 0  # whoever read it, such as `head`, has enough
        complain(f"The output could not be written: {lost.reason}.", "Free some space, or send it elsewhere.")
        return OutcryError.exit_code
    except KeyboardInterrupt:
        return Cancelled.exit_code
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return _misused(error)
    return code if isinstance(code, int) else 0


def _is_text(word: str) -> bool:
    """False for a word of other bytes, such as an old file name: it could be neither kept nor shown in a result."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _misused(error: Any) -> int:
    """The exit code of a misspelt command line, told in two lines."""
    context = error.ctx
    complain(error.format_message(), f"See: {context.command_path if context is not None else 'outcry'} --help")
    return BadInput.exit_code


def _front_door() -> typer.Typer:
    door = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, help=_HELP)
    door.callback(invoke_without_command=False)(_version)
    door.command()(demo)
    door.add_typer(data, name="data")
    door.command()(backtest)
    door.add_typer(runs, name="runs")
    for doubt in (review, stress, sensitivity, envelope, montecarlo, causality):
        door.command()(doubt)
    door.command()(strategies)
    door.command()(settings)
    for part in COMMANDS:
        door.command()(part)
    door.command("simulate-faults")(simulate_faults)
    return door


_HELP = "Outcry, an open trading terminal. Without arguments it opens its window."


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"outcry {terminal.__version__}")
        raise typer.Exit


def _version(
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say the version and end.")] = False,
) -> None:
    """Options of `outcry` itself; `_say_version` has done what they ask."""
