"""One array strategy with many parameter values over the same candles: threads over the compiled loop, equal indicators computed once.

For comparing variants by a few figures; `backtest` gives the whole result of one of them, with the same numbers.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.options import Options, rules_for, wishes_for
from terminal.backtest.run import backtest, first_row, wrong_decision
from terminal.backtest.signals.choice import is_plain
from terminal.domain.candles import Candles
from terminal.domain.errors import UnknownName
from terminal.domain.names import nearest
from terminal.domain.timeframe import DAY
from terminal.domain.work import CancelQuestion, Report, never, silent, stop_if
from terminal.indicators.columns import remembering
from terminal.ledger.fast import TRADE
from terminal.stats import measures, returns
from terminal.strategies.contract import Strategy
from terminal.strategies.run import decide


@dataclass(frozen=True, eq=False)
class Sweep:
    """The figures of each variant: `values[k]` are its parameters, `figures[name][k]` one measure of it, NaN where unknown."""

    values: tuple[Mapping[str, Any], ...]
    figures: Mapping[str, NDArray[np.float64]]

    def best(self, name: str) -> Mapping[str, Any]:
        """The parameters of the variant with the highest `name`."""
        return self.values[int(np.nanargmax(self.figures[name]))]


@dataclass(frozen=True, slots=True)
class _Curve:
    """What a figure of a sweep is made from: the account at the last close of each UTC day."""

    values: NDArray[np.float64]
    capital: float
    annual_days: float
    trades: int

    def returns(self) -> NDArray[np.float64]:
        """Simple returns of the days, the first counted from the capital."""
        return returns.simple_returns(self.values, self.capital)


def _deepest(curve: _Curve) -> float:
    peaks = np.maximum(np.maximum.accumulate(curve.values), curve.capital)
    return float(np.min(curve.values / peaks - 1.0))


FIGURES: Mapping[str, Callable[[_Curve], float]] = {
    "total_return": lambda curve: float(curve.values[-1]) / curve.capital - 1.0,
    "sharpe_ratio": lambda curve: returns.sharpe(curve.returns(), curve.annual_days),
    "sortino_ratio": lambda curve: returns.sortino(curve.returns(), curve.annual_days),
    "max_drawdown": _deepest,
    "trades": lambda curve: float(curve.trades),
}
"""The measures that a sweep works out by itself; of any other the whole result is made."""


def sweep(
    strategy: type[Strategy],
    candles: Candles,
    values: Sequence[Mapping[str, Any]],
    *,
    figures: Sequence[str] = ("sharpe_ratio", "total_return", "max_drawdown", "trades"),
    threads: int = 2,
    report: Report = silent,
    cancelled: CancelQuestion = never,
    **settings: Any,
) -> Sweep:
    """`figures` (names of metrics) of `strategy` with each of `values`, by the same rules and with the same numbers as `backtest`.

    Raises BadInput, UnknownName or StrategyError as `backtest` does, for the first variant that fails; Cancelled.
    """
    options = Options.of(**settings)
    work = _Work(strategy, candles, options, tuple(figures))
    found = np.full((len(values), len(work.figures)), np.nan)
    done, counting = [0], threading.Lock()

    def run(places: range) -> None:
        room = _Room(work)
        for place in places:
            stop_if(cancelled)
            found[place] = work.figures_of(values[place], room)
            with counting:
                done[0] += 1
                report(done[0], len(values), "variants")

    chunk = max(1, min(32, len(values) // (4 * threads) or 1))
    with remembering({}), ThreadPoolExecutor(threads) as pool:
        parts = [range(begin, min(begin + chunk, len(values))) for begin in range(0, len(values), chunk)]
        for part in [pool.submit(copy_context().run, run, places) for places in parts]:
            part.result()
    return Sweep(tuple(values), {name: found[:, place] for place, name in enumerate(work.figures)})


class _Room:
    """The arrays that one thread uses again for each variant, so that no memory is asked for."""

    def __init__(self, work: "_Work") -> None:
        self.trades = np.empty(1024, TRADE)
        self.equity = np.empty(len(work.marks))


class _Work:
    """What all variants of a sweep share: the candles, their rules, and the rows at which the account is looked at."""

    def __init__(self, strategy: type[Strategy], candles: Candles, options: Options, figures: tuple[str, ...]) -> None:
        self.strategy, self.candles, self.options, self.figures = strategy, candles, options, figures
        self.first = first_row(candles, options)
        days = candles.time[self.first :] // DAY
        self.marks = self.first + np.append(np.flatnonzero(np.diff(days)), len(days) - 1)
        self.annual_days = measures.annual_days(days[self.marks - self.first])
        self.settings = {item.name: getattr(options, item.name) for item in fields(options)}
        self.is_plain = all(name in FIGURES for name in figures) and not strategy.answers_events()

    def figures_of(self, values: Mapping[str, Any], room: _Room) -> list[float]:
        """The figures of one variant."""
        chosen = self.strategy(**values)
        if self.is_plain:
            signals = decide(chosen, self.candles)
            if is_plain(signals, self.options):
                curve = self._curve(signals, room)
                return [FIGURES[name](curve) for name in self.figures]
        metrics = backtest(chosen, self.candles, **self.settings).metrics
        for name in self.figures:
            if name not in metrics:
                raise UnknownName("measure", name, nearest=nearest(name, tuple(metrics)), cure="Use the name of a metric of a backtest.")
        return [metrics[name] for name in self.figures]

    def _curve(self, signals: Any, room: _Room) -> _Curve:
        from terminal.backtest.signals.fast import new_loop, simulate

        candles, options = self.candles, self.options
        rules, levels = rules_for(options, candles.instrument, signals)
        wishes = wishes_for(signals, self.first, options.lag)
        acts = np.flatnonzero(wishes != 0)
        worths = np.full(options.lag if options.delay_bars else 0, options.capital)
        if len(room.trades) < len(acts) + 4:
            room.trades = np.empty(2 * len(acts) + 4, TRADE)
        loop = new_loop(rules, levels, options.capital, room.trades)
        prices = (candles.open, candles.high, candles.low, candles.close)
        simulate(self.first, len(candles), True, loop, wishes, acts, prices, room.equity, self.marks, worths)
        account, counts = loop.account, loop.counts
        if counts["error"][0]:
            raise wrong_decision(candles, int(counts["error_row"][0]), int(counts["error_side"][0]))
        is_open = account["side"][0] != 0
        return _Curve(room.equity, options.capital, self.annual_days, int(counts["trades"][0]) - int(is_open))
