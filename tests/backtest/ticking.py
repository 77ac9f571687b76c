"""Invented ticks for the tests of runs over them."""

from decimal import Decimal
from typing import Any

import numpy as np

from terminal.backtest.events.listening import run_ticks
from terminal.backtest.events.ticks import TickAccount
from terminal.backtest.options import Options
from terminal.domain.instrument import Instrument
from terminal.domain.ticks import Ticks
from terminal.domain.timeframe import SECOND
from terminal.domain.work import never
from terminal.strategies.contract import Strategy
from tests.backtest.builders import START

X = Instrument("test", "X", tick=Decimal("0.5"), lot=Decimal("0.1"))


def times(count: int, every: int = 10) -> Any:
    """So many moments, `every` seconds apart."""
    return START + np.arange(count) * every * SECOND


def trades(prices: Any, sizes: Any = 100.0, every: int = 10, what: Instrument = X) -> Ticks:
    prices = np.asarray(prices, float)
    return Ticks.of_trades(what, times(len(prices), every), prices, np.broadcast_to(np.asarray(sizes, float), prices.shape))


def books(*shown: tuple[Any, Any], every: int = 10, what: Instrument = X) -> Ticks:
    """Books of (bids, asks), levels as (price, size)."""
    return Ticks.of_books(what, times(len(shown), every), [bids for bids, _ in shown], [asks for _, asks in shown])


def random_ticks(seed: int, count: int) -> Ticks:
    """Books of one to three levels, quotes, trades and marks around a price that wanders, on the grid of X; some at one time."""
    random = np.random.default_rng(seed)
    middle = 100 + np.cumsum(random.integers(-2, 3, count)) * 0.5
    when, kinds = START + np.cumsum(random.integers(0, 30, count)) * SECOND, random.integers(0, 4, count)

    def levels(row: int, side: int, depth: int) -> list[tuple[float, float]]:
        first = middle[row] + side * 0.5 * int(random.integers(1, 3))
        return [(float(first + side * 0.5 * level), float(random.integers(0, 40)) / 10) for level in range(int(random.integers(0, depth + 1)))]

    def part(kind: int) -> Ticks:
        rows = np.flatnonzero(kinds == kind)
        if kind == 0:
            return Ticks.of_trades(X, when[rows], middle[rows] + random.integers(-2, 3, len(rows)) * 0.5, random.integers(1, 40, len(rows)) / 10)
        if kind == 3:
            return Ticks.of_marks(X, when[rows], middle[rows])
        depth = 1 if kind == 1 else 3
        return Ticks.of_books(X, when[rows], *([levels(row, side, depth) for row in rows] for side in (-1, 1)))

    return Ticks.merged(*(part(kind) for kind in range(4)))


def lived(strategy: type[Strategy] | Strategy, ticks: Ticks, **options: Any) -> TickAccount:
    """The account after a run without costs, unless `options` say otherwise."""
    chosen = strategy() if isinstance(strategy, type) else strategy
    return run_ticks(chosen, ticks, Options.of(**{"commission": 0.0, "slippage": 0.0} | options), 0, never)


def fills(account: TickAccount) -> list[tuple[int, int, float, float]]:
    """Message, side, quantity and price of every fill."""
    rows = account.desk.fills[: int(account.desk.totals["fills"][0])]
    return [(int(fill["row"]), int(fill["side"]), round(float(fill["quantity"]), 9), float(fill["price"])) for fill in rows]
