"""What answers look like in a shell: an extraction by symbol, a receipt, a file as it was understood, the measures of a run.

Words only; the same answers as JSON go through `words.plain`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from terminal.app.cli.words import day, with_flags, write_table

if TYPE_CHECKING:
    from terminal.app.answers import Extraction, Reading, Receipt, Run


def tell_extraction(answer: "Extraction") -> None:
    """A line a symbol: what came, and whether that is all; why not is told on stderr."""
    for one in answer.series:
        parts = [f"{_count(one.received, 'new candle')} in {_count(one.requests, 'request')}", one.note, "not finished" if one.error is not None else ""]
        typer.echo(f"{one.key}: {' · '.join(part for part in parts if part)}")


def tell_receipt(answer: "Receipt") -> None:
    """How many candles came, how many of them are new, and what was put right on the way."""
    first, last = answer.covered
    typer.echo(f"{answer.key}: {answer.rows:,} candles from {day(first)} to {day(last)} UTC, {answer.added:,} new, {answer.changed:,} changed")
    for note in answer.notes:
        typer.echo(note)


def tell_reading(answer: "Reading") -> None:
    """The first candles as they would be imported, what was detected and how surely, and what stands in the way."""
    write_table(("time (UTC)", "open", "high", "low", "close", "volume"), [tuple(str(cell) for cell in row) for row in answer.candles], right=range(1, 6))
    typer.echo("")
    columns = [(role, f'column "{header}"', "", "") for role, header in answer.roles.items()]
    write_table(("detected", "value", "how surely", "why"), [(fact.name, fact.value, str(fact.sureness), fact.why) for fact in answer.facts] + columns)
    typer.echo(f"\n{answer.rows:,} rows from {day(answer.start)} to {day(answer.end)}")
    for note in answer.notes:
        typer.echo(note)
    for problem in answer.problems:
        typer.echo(with_flags(f"{problem.text} {problem.cure}"))


def tell_run(run: "Run") -> None:
    """The verdict first, then every measure under its heading."""
    from terminal.backtest.report.words import written
    from terminal.stats.glossary import GROUPS
    from terminal.stats.glossary_details import DETAILS

    typer.echo(run.result.verdict)
    for caution in run.result.settings.get("cautions", ()):
        typer.echo(caution)
    for heading, terms in (GROUPS | DETAILS).items():
        rows = [(term.title, written(run.result.metrics[name], term.form)) for name, term in terms.items() if name in run.result.metrics]
        if not rows:
            continue
        typer.echo("")
        write_table((heading, ""), rows, right=(1,))
    if run.result.symbols:
        _tell_symbols(run.result.symbols)
    kept = f"Run {run.id} is kept." if run.is_saved else "This run is not kept."
    typer.echo(f"\n{kept} What is past says nothing certain about what will come.")


def _tell_symbols(symbols: Sequence[Mapping[str, Any]]) -> None:
    """A line for each instrument of the account, of each strategy where there are several."""
    from terminal.backtest.report.words import written
    from terminal.stats.glossary import Form

    columns = {"trades": Form.COUNT, "win_rate": Form.PERCENT} | dict.fromkeys(("gross", "slippage", "costs", "carry", "profit"), Form.MONEY)
    columns["holding_return"] = Form.PERCENT
    heads = ["Instrument", "trades", "win rate", "gross", "slippage", "commission", "carry", "profit", "holding"]
    figures = [[math.nan if row[name] is None else float(row[name]) for name in columns] for row in symbols]
    rows = [(str(row["symbol"]), *map(written, values, columns.values())) for row, values in zip(symbols, figures, strict=True)]
    if "strategy" in symbols[0]:
        heads, rows = ["Strategy", *heads], [(str(row["strategy"]), *cells) for row, cells in zip(symbols, rows, strict=True)]
    typer.echo("")
    write_table(heads, rows, right=range(len(heads) - 8, len(heads)))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
