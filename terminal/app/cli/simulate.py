"""`outcry simulate-faults`: random fault schedules against the real order engine, in virtual time.

A number of schedules, or one of them again; exit code 1 where one of them failed.
"""

from typing import Annotated

import typer

from terminal.app.cli.conversation import conversation
from terminal.app.cli.words import write_json, write_table
from terminal.app.commands import SimulateFaults
from terminal.domain.words import count

_SHOWN = 10


def simulate_faults(
    schedules: Annotated[int, typer.Option(help="How many random schedules.")] = 2_000,
    seed: Annotated[int, typer.Option(help="Which schedules: the same seed makes the same ones.")] = 1,
    replay: Annotated[int | None, typer.Option(help="Run this one schedule of the seed again, by its number.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Strike the order engine with random faults and count what was doubled, lost or guessed."""
    from terminal.proving.faults import FAULTS

    with conversation() as talk:
        answer = talk.ask(SimulateFaults(schedules, seed, replay), "Simulate faults")
        if as_json:
            write_json(answer)
        else:
            orders = f"{count(answer.orders)} orders in {count(answer.schedules)} schedules of seed {answer.seed}"
            typer.echo(f"{orders}: {answer.duplicates} doubled, {answer.lost} lost, {answer.unproven_unknown} guessed, {answer.violations} rules broken.")
            write_table(("fault", "struck", "what it is"), [(name, count(times), FAULTS[name]) for name, times in answer.faults_by_kind.items()], right=(1,))
            for number, words in list(answer.failures.items())[:_SHOWN]:
                typer.echo(f"Schedule {number}: {'; '.join(words)}")
                typer.echo(f"  again: outcry simulate-faults --schedules {schedules} --seed {seed} --replay {number}")
        if answer.failures:
            raise typer.Exit(1)
