"""The stress run: strategies simulated anew on shocked candles and in past crises, and a matrix of what survived.

Asked by commands and scripts with candles in hand; each shock is drawn once and every strategy meets the same one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from terminal.backtest.doubts.crises import CRISES, Crisis, CrisisReplay, replay
from terminal.backtest.doubts.rerun import by_candles_alone, rerun
from terminal.backtest.doubts.shocks import SHOCKS, Scenario, Shock
from terminal.backtest.doubts.shocks_struck import Struck, struck
from terminal.backtest.doubts.subject import Over, Players, Subject
from terminal.backtest.options import Options
from terminal.backtest.result import Result
from terminal.domain.candles import iso
from terminal.domain.errors import BadInput
from terminal.domain.words import percent
from terminal.domain.work import CancelQuestion, Report, never, silent, stop_if
from terminal.strategies.contract import Strategy

RUIN = 0.5
"""The loss, at any close, of this share of the capital, or of what the account had when the shock struck, is not survived."""


@dataclass(frozen=True, slots=True)
class StressCell:
    """One strategy under one shock. Rates are fractions; `max_drawdown` is the deepest fall at any candle, negative."""

    total_return: float
    max_drawdown: float
    survived: bool
    words: str
    trades: int = 0
    exposed: bool = False
    """Whether a position was held when the shock struck."""
    loss: float = 0.0
    """The deepest fall from what the account had when the shock struck, up to the end of the shock itself; 0 or negative."""


@dataclass(frozen=True, eq=False)
class StressReport:
    """The survival matrix: `cells[i][j]` is strategy i under shock j, `plain[i]` the same strategy without any."""

    strategies: tuple[str, ...]
    shocks: tuple[Scenario, ...]
    cells: tuple[tuple[StressCell, ...], ...]
    plain: tuple[StressCell, ...]
    struck: tuple[int, ...]
    """When each shock began, UTC ns."""
    crises: tuple[tuple[CrisisReplay, ...], ...] = ()
    """A row for each crisis, an entry for each strategy."""
    touched: tuple[int, ...] = ()
    """How many instruments each shock struck, at one moment; the others did not trade then, or not for long enough."""
    instruments: int = 1

    @property
    def failed(self) -> tuple[bool, ...]:
        """Which strategies are marked: those that do not survive half of the shocks."""
        return tuple(2 * sum(not cell.survived for cell in row) >= max(len(row), 1) for row in self.cells)

    @property
    def findings(self) -> tuple[str, ...]:
        """A sentence a strategy."""
        return tuple(self._finding(number) for number in range(len(self.strategies)))

    def _finding(self, number: int) -> str:
        row, name = self.cells[number], self.strategies[number]
        lost = [shock.name for shock, cell in zip(self.shocks, row, strict=True) if not cell.survived]
        exposed = sum(cell.exposed for cell, shock in zip(row, self.shocks, strict=True) if isinstance(shock, Shock))
        struck = sum(isinstance(shock, Shock) for shock in self.shocks)
        held = f" It held a position when {exposed} of {struck} struck." if struck else ""
        if not lost:
            return f"{name} survives all {len(row)} shocks, none costing half of the account.{held}"
        mark = "FAILS" if self.failed[number] else "does not survive"
        return f"{name} {mark} {len(lost)} of {len(row)} shocks: {', '.join(lost)}.{held}"


def stress(
    strategies: Mapping[str, Players] | Sequence[Strategy],
    candles: Over,
    options: Options | None = None,
    shocks: Sequence[Scenario] = SHOCKS,
    *,
    at: float = 0.5,
    crises: Sequence[Crisis] = CRISES,
    report: Report = silent,
    cancelled: CancelQuestion = never,
) -> StressReport:
    """Every strategy, by name or as given, under every shock, which strikes at the share `at` of the traded candles or ticks.

    Several instruments are struck at one moment, each for its own candles. Shocked candles have no finer ones: the path "detail"
    becomes the pessimistic one throughout. Raises BadInput, Cancelled.
    """
    named: dict[str, Players] = dict(strategies) if isinstance(strategies, Mapping) else _named(strategies)
    if not named or not shocks:
        raise BadInput("There is nothing to stress.", cure="Name at least one strategy and one shock.")
    if not 0 <= at <= 1:
        raise BadInput(f"`at` is {at!r}.", cure="Give a share of the traded range from 0 to 1.")
    chosen, subject = by_candles_alone(options or Options()), Subject.of(candles)
    run = _Run(named, subject, chosen, at, _Progress(report, len(named) * (len(shocks) + 1 + len(crises))), cancelled)
    plain = tuple(run.plain(name) for name in named)
    columns = [run.under(shock) for shock in shocks]
    cells = tuple(zip(*(column for _, column in columns), strict=True))
    replays = tuple(run.through(crisis) for crisis in crises)
    report(1, 1, "Done")
    begins, touched = (tuple(getattr(found, name) for found, _ in columns) for name in ("begins", "touched"))
    return StressReport(tuple(named), tuple(shocks), cells, plain, begins, replays, touched, len(subject.candles))


class _Progress:
    """Counts the runs that were begun."""

    def __init__(self, report: Report, total: int) -> None:
        self._report = report
        self._total = total
        self._begun = 0

    def begin(self, note: str, runs: int = 1) -> None:
        """Tells that the next `runs` runs begin."""
        self._report(self._begun, self._total, note)
        self._begun += runs


@dataclass(frozen=True, eq=False)
class _Run:
    """What all runs of one stress run share."""

    strategies: Mapping[str, Players]
    subject: Subject
    options: Options
    at: float
    progress: _Progress
    cancelled: CancelQuestion

    def plain(self, name: str) -> StressCell:
        """One strategy without any shock."""
        stop_if(self.cancelled)
        self.progress.begin(f"{name} · no shock")
        return _cell(rerun(self.strategies[name], self.subject.over, self.options, self.cancelled), None)

    def under(self, shock: Scenario) -> tuple[Struck, tuple[StressCell, ...]]:
        """When and whom the shock struck, and what each strategy made of it."""
        found = struck(shock, self.subject, self.options, self.at)
        over, cells = found.subject.over, []
        for name, strategy in self.strategies.items():
            stop_if(self.cancelled)
            self.progress.begin(f"{name} · {shock.name}")
            cells.append(_cell(rerun(strategy, over, found.options, self.cancelled), found if isinstance(shock, Shock) else None))
        return replace(found, subject=self.subject), tuple(cells)

    def through(self, crisis: Crisis) -> tuple[CrisisReplay, ...]:
        """What each strategy made of a crisis."""
        stop_if(self.cancelled)
        self.progress.begin(crisis.name, len(self.strategies))
        return replay(tuple(self.strategies), tuple(self.strategies.values()), self.subject, self.options, crisis, RUIN, self.cancelled)


def _named(strategies: Sequence[Strategy]) -> dict[str, Players]:
    """Strategies by their class name, with their parameters where two share it."""
    names = [type(strategy).__name__ for strategy in strategies]
    found: dict[str, Players] = {}
    for strategy, name in zip(strategies, names, strict=True):
        words = name if names.count(name) == 1 else " ".join([name, *(f"{key}={value}" for key, value in strategy.values.items())])
        found[words if words not in found else f"{words} ({len(found) + 1})"] = strategy
    return found


def _cell(result: Result, shock: Struck | None) -> StressCell:
    """What came of one run under a shock, None = there was none that struck at one moment."""
    metrics, equity = result.metrics, result.equity_values
    capital, fall = float(metrics["capital"]), metrics["max_drawdown_at_candles"]
    words = f"{percent(metrics['total_return'], signed=True)}, deepest fall {percent(fall)}"
    survived = float(equity.min()) > capital * (1 - RUIN)
    sides, loss = "", 0.0
    if shock is not None:
        begun, after = (int(row) for row in np.searchsorted(result.time, (shock.begins, shock.ends)))
        begun = min(begun, len(equity) - 1)
        had = float(equity[begun - 1]) if begun > 0 else capital
        survived = survived and float(equity[begun:].min()) > had * (1 - RUIN)
        sides, loss = _sides_at(result, begun), min(0.0, float(equity[begun : max(after, begun + 1)].min()) / had - 1.0)
        words += f"; {sides or 'flat'} when it struck, {percent(loss)} while it lasted"
    return StressCell(metrics["total_return"], fall, survived, words, int(metrics["trades"]), bool(sides), loss)


def _sides_at(result: Result, row: int) -> str:
    """The sides of what was held before the candle `row` of the result in words, "" = nothing."""
    table = result.trade_table
    held = (table["entry_row"] < row) & ((table["exit_row"] >= row) | (table["exit_row"] < 0))
    return " and ".join(word for word, side in (("long", 1), ("short", -1)) if (table["side"][held] == side).any())


def matrix_words(report: StressReport) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The matrix as a table of words: its heads, and a row for each strategy."""
    heads = ("strategy", "no shock", *(shock.name for shock in report.shocks))
    rows = []
    for name, plain, cells, failed in zip(report.strategies, report.plain, report.cells, report.failed, strict=True):
        shown = [f"{percent(cell.total_return, signed=True)}{'' if cell.survived else ' ✗'}" for cell in cells]
        rows.append((f"{name}{' (fails)' if failed else ''}", percent(plain.total_return, signed=True), *shown))
    return heads, tuple(rows)


def struck_words(report: StressReport) -> tuple[str, ...]:
    """What each shock was, when it struck and, of several instruments, how many."""
    touched = report.touched or (report.instruments,) * len(report.shocks)
    return tuple(
        f"{shock.name}: {shock.words}{f', from {iso(time)}' if isinstance(shock, Shock) else ''}"
        f"{f', on {count} of {report.instruments} instruments' if report.instruments > 1 else ''}"
        for shock, time, count in zip(report.shocks, report.struck, touched, strict=True)
    )
