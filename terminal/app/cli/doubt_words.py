"""What the answers about a result's doubts look like in a shell, and as JSON where their own fields are not what a reader wants."""

from typing import TYPE_CHECKING, Any

import typer

from terminal.app.cli.words import plain, write_table
from terminal.domain.words import count, number, percent

if TYPE_CHECKING:
    from terminal.app.answers import Comparison, Envelope, MonteCarlo, Review, SensitivityReport, StressReport

_BAR = 20


def tell_stress(answer: "StressReport") -> None:
    """The survival matrix, a sentence a strategy, what the shocks were, and the crises that could be replayed."""
    from terminal.backtest.doubts.stress import matrix_words, struck_words

    heads, rows = matrix_words(answer)
    write_table(heads, rows, right=range(1, len(heads)))
    typer.echo("✗ = half of the capital, or of what there was when the shock struck, was lost at some close.\n")
    for line in (*answer.findings, "", *struck_words(answer)):
        typer.echo(line)
    replayed = [entry for row in answer.crises for entry in row if entry.covered]
    if replayed:
        typer.echo("")
        cells = [
            (
                entry.crisis,
                entry.strategy,
                percent(entry.total_return, signed=True),
                percent(entry.max_drawdown),
                percent(entry.market_return, signed=True),
                entry.words,
            )
            for entry in replayed
        ]
        write_table(("crisis", "strategy", "return", "deepest fall", "market", "candles (UTC)"), cells, right=range(2, 5))
    for row in answer.crises:
        if row and not row[0].covered:
            typer.echo(f"{row[0].crisis}: {row[0].words}")


def stress_plain(answer: "StressReport") -> dict[str, Any]:
    """The report as JSON holds it: shocks with their words, and what was found."""
    shocks = [{**plain(shock), "words": shock.words, "struck": plain(time)} for shock, time in zip(answer.shocks, answer.struck, strict=True)]
    return {**plain(answer), "shocks": shocks, "failed": list(answer.failed), "findings": list(answer.findings)}


def tell_sensitivity(answer: "SensitivityReport") -> None:
    """The tornado as bars of characters, the widest first."""
    from terminal.app.measure_words import measured

    widest = max((row.span(answer.base) for row in answer.rows), default=0.0)
    typer.echo(f"{answer.metric} as it was: {measured(answer.metric, answer.base)}")
    rows = []
    for row in answer.rows:
        bar = "█" * round(_BAR * row.span(answer.base) / widest) if widest > 0 else ""
        values = (f"{row.low:.6g}", f"{row.value:.6g}", f"{row.high:.6g}")
        rows.append((row.parameter, *values, measured(answer.metric, row.metric_low), measured(answer.metric, row.metric_high), bar, row.words))
    write_table(("", "low", "as it was", "high", "at low", "at high", "", ""), rows, right=range(1, 6))
    for words in answer.words:
        typer.echo(words)


def tell_envelope(answer: "Envelope") -> None:
    """The return of each run of the band, and the warning where there is one."""
    write_table(("", "return"), [(name, percent(final, signed=True)) for name, final in zip(answer.names, answer.finals, strict=True)], right=(1,))
    typer.echo(answer.words)


def tell_review(answer: "Review") -> None:
    """The verdict, then the doubts, then what was found sound and what could not be asked."""
    typer.echo(answer.verdict)
    typer.echo(answer.summary)
    for change in answer.changes:
        typer.echo(f"{change[:1].upper()}{change[1:]}.")
    typer.echo("")
    findings = (*answer.doubts, *answer.sound, *answer.not_asked)
    write_table(("", "rule", "finding"), [(doubt.severity.words, doubt.rule, doubt.words) for doubt in findings])


def tell_monte_carlo(answer: "MonteCarlo") -> None:
    """The spread of the paths at their end, and their drawdowns."""
    from terminal.stats.monte_carlo import PERCENTILES

    unit = "trades" if answer.method == "reshuffle" else "days"
    typer.echo(f"{count(answer.paths)} paths of {count(answer.length)} {unit} ({answer.method}, seed {answer.seed})")
    ends = [(f"{level:g} % end below", percent(value, signed=True)) for level, value in zip(PERCENTILES, answer.fan[:, -1].tolist(), strict=True)]
    falls = [("mean drawdown", percent(answer.mean_drawdown)), ("one in twenty falls deeper than", percent(answer.worst_drawdown_95))]
    ruin = [(f"ever {percent(-answer.ruin_level, 0)} below the start", percent(answer.ruin, 2))]
    write_table(("", ""), [("mean return", percent(answer.mean, signed=True)), *ends, *falls, *ruin], right=(1,))
    typer.echo("Drawn from what has been; what has never happened is in none of the paths.")


def monte_carlo_plain(answer: "MonteCarlo") -> dict[str, Any]:
    """The summary and the fan; the single paths are left out."""
    from terminal.stats.monte_carlo import PERCENTILES

    names = ("method", "paths", "length", "seed", "block", "mean", "p5", "p95", "mean_drawdown", "worst_drawdown_95", "ruin", "ruin_level", "losing")
    return {**{name: getattr(answer, name) for name in names}, "percentiles": list(PERCENTILES), "fan": answer.fan}


def tell_comparison(answer: "Comparison") -> None:
    """The runs beside each other: settings that differ, then every measure that a person knows by name."""
    from terminal.app.measure_words import measured
    from terminal.stats.glossary import term

    for warning in answer.warnings:
        typer.echo(warning)
    heads = ("", *answer.run_ids)
    right = range(1, len(heads))
    write_table(heads, [("strategy", *answer.titles), *((name, *(_shown(value) for value in values)) for name, values in answer.settings.items())], right=right)
    typer.echo("")
    rows = []
    for name, values in answer.metrics.items():
        known = term(name)
        if known is not None:
            rows.append((known.title, *(measured(name, value) for value in values)))
    write_table(heads, rows, right=right)


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return number(value, 6).rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
