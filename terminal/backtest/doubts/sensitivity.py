"""The tornado: what a fifth more or less of each parameter and of each cost does to one measure of a run.

Asked by commands and scripts; each row is two runs, the widest first.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from terminal.backtest.doubts.rerun import rerun
from terminal.backtest.doubts.subject import Over, Players, players_of
from terminal.backtest.many.strategies import names_of
from terminal.backtest.options import Options
from terminal.backtest.result import Result
from terminal.domain.errors import BadInput, StrategyError, UnknownName
from terminal.domain.names import nearest
from terminal.domain.parameters import Declaration, Float, Int
from terminal.domain.work import CancelQuestion, Report, never, silent, stop_if
from terminal.strategies.contract import Strategy

SHARE = 0.2
"""How far each value is moved, down and up."""
COSTS = ("commission", "maker", "taker", "fee_minimum", "per_unit", "slippage", "borrow", "interest", "liquidation_fee")
"""Settings that are moved beside the parameters, where a run has them above zero."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """One row: the measure with the value `low` and with the value `high` in place of `value`; NaN where such a run is not possible."""

    parameter: str
    value: float
    low: float
    high: float
    metric: str
    metric_low: float
    metric_high: float
    is_cost: bool = False
    words: str = ""
    """Why a side is missing or shorter than a fifth; "" = nothing to say."""

    def span(self, base: float) -> float:
        """The distance between the extremes of the row, the unchanged run counted."""
        known = [value for value in (self.metric_low, self.metric_high, base) if math.isfinite(value)]
        return max(known) - min(known) if known else 0.0


@dataclass(frozen=True, slots=True)
class SensitivityReport:
    """The rows, widest first, about the unchanged run's `base`."""

    metric: str
    base: float
    rows: tuple[Sensitivity, ...]
    words: tuple[str, ...]


Note = Callable[[Result, Strategy], None]


def sensitivity(
    strategy: Players,
    candles: Over,
    options: Options | None = None,
    metric: str = "total_return",
    *,
    share: float = SHARE,
    report: Report = silent,
    cancelled: CancelQuestion = never,
    tried: Note | None = None,
    code: str | None = None,
) -> SensitivityReport:
    """The tornado of `metric` (a name in `result.metrics`); raises UnknownName, BadInput, Cancelled.

    Parameters of several strategies are each moved on their own, and carry the name of theirs. `tried` is told of every run with
    other parameters, for the trial ledger; `code` is the fingerprint it is filed under.
    """
    if not 0 < share < 1:
        raise BadInput(f"`share` is {share!r}.", cure="Give a fraction between 0 and 1, such as 0.2.")
    chosen = options or Options()
    report(0, 0, "as it was")
    plain = rerun(strategy, candles, chosen, cancelled, code).metrics
    if metric not in plain:
        raise UnknownName("measure", metric, nearest=nearest(metric, plain), cure=f"There are: {', '.join(plain)}.")
    tornado = _Tornado(strategy, candles, chosen, metric, plain[metric], share, cancelled, tried, code)
    players = players_of(strategy)
    parameters = [(place, name) for place, each in enumerate(players) for name, item in each.parameters().items() if isinstance(item, Int | Float)]
    known = {item.name for item in fields(Options)}
    costs = [name for name in COSTS if name in known and _is_positive(getattr(chosen, name))]
    total = len(parameters) + len(costs)
    rows: list[Sensitivity] = []
    for place, name in parameters:
        report(len(rows), total, name)
        rows.append(tornado.of_parameter(place, name))
    for name in costs:
        report(len(rows), total, name)
        rows.append(tornado.of_cost(name))
    report(total, total, "Done")
    rows.sort(key=lambda row: -row.span(tornado.base))
    return SensitivityReport(metric, tornado.base, tuple(rows), tuple(_findings(rows, metric, tornado.base)))


@dataclass(frozen=True, eq=False)
class _Tornado:
    """What every row of one tornado shares."""

    strategy: Players
    candles: Over
    options: Options
    metric: str
    base: float
    share: float
    cancelled: CancelQuestion
    tried: Note | None
    code: str | None

    def of_parameter(self, place: int, name: str) -> Sensitivity:
        """The row of one parameter of one strategy; a value that it refuses, or fails with, is NaN and says why."""
        players = players_of(self.strategy)
        own = players[place]
        value = own.values[name]
        low, high, words = moved(own.parameters()[name], value, self.share)
        notes = [words] if words else []
        found = []
        for other in (low, high):
            stop_if(self.cancelled)
            try:
                variant = type(own)(**{**own.values, name: other})
                changed = variant if isinstance(self.strategy, Strategy) else [*players[:place], variant, *players[place + 1 :]]
                result = rerun(changed, self.candles, self.options, self.cancelled, self.code)
            except BadInput as refusal:
                notes.append(f"{other:g} is refused: {refusal.message}")
                found.append(math.nan)
                continue
            except StrategyError as failure:
                notes.append(f"{other:g} fails: {failure.message}")
                found.append(math.nan)
                continue
            if self.tried is not None and other != value:
                self.tried(result, variant)
            found.append(result.metrics[self.metric])
        told = name if len(players) == 1 else f"{names_of(players)[place]} {name}"
        return Sensitivity(told, value, low, high, self.metric, found[0], found[1], words=" · ".join(notes))

    def of_cost(self, name: str) -> Sensitivity:
        """The row of one cost; a value that settings refuse is NaN and says why."""
        value = getattr(self.options, name)
        low, high = value * (1 - self.share), value * (1 + self.share)
        found, words = [], ""
        for other in (low, high):
            stop_if(self.cancelled)
            try:
                changed = replace(self.options, **{name: other})
            except BadInput as refusal:
                found.append(math.nan)
                words = f"{other:g} is refused: {refusal.message}"
                continue
            found.append(rerun(self.strategy, self.candles, changed, self.cancelled).metrics[self.metric])
        return Sensitivity(name, value, low, high, self.metric, found[0], found[1], True, words)


def moved(declaration: Declaration[Any], value: float, share: float) -> tuple[float, float, str]:
    """`value` a `share` lower and higher within the declaration's bounds, a whole number by at least 1; and what had to be bent."""
    low, high = value - abs(value) * share, value + abs(value) * share
    if isinstance(declaration, Int):
        low, high = min(math.floor(low + 0.5), int(value) - 1), max(math.floor(high + 0.5), int(value) + 1)
    elif value == 0 and isinstance(declaration, Float):
        step = (declaration.high - declaration.low) * share / 2
        low, high = -step, step
    if not isinstance(declaration, Int | Float):
        return value, value, "not a number"
    inside_low, inside_high = max(low, declaration.low), min(high, declaration.high)
    words = "" if (inside_low, inside_high) == (low, high) else f"kept within {declaration.low:g} to {declaration.high:g}"
    return inside_low, inside_high, words


def _findings(rows: list[Sensitivity], metric: str, base: float) -> list[str]:
    found = []
    turned = [row.parameter for row in rows if any(math.isfinite(value) and value * base < 0 for value in (row.metric_low, row.metric_high))]
    if turned and metric in ("total_return", "net_profit", "sharpe_ratio", "cagr", "expectancy"):
        found.append(f"The sign of the result turns when a fifth of {' or of '.join(turned)} is given or taken.")
    if rows and rows[0].span(base) > abs(base) > 0:
        found.append(f"{rows[0].parameter} alone moves the measure by more than the measure itself.")
    if not rows:
        found.append("There is nothing to move: no number among the parameters, no cost above zero.")
    return found


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0
