"""Small event strategies and candles for the tests of the event path."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from terminal.backtest.events.account import EventAccount
from terminal.backtest.events.passing import run_events
from terminal.backtest.options import Options
from terminal.domain.candles import Candles
from terminal.domain.timeframe import Timeframe
from terminal.domain.work import CancelQuestion, never
from terminal.strategies.contract import Strategy
from tests.backtest import builders

Rows = Sequence[tuple[float, float, float, float]]


def flat(rows: int, price: float = 100.0, timeframe: Timeframe = Timeframe.H1) -> Candles:
    """Candles that go one up and one down around `price`."""
    return builders.candles([(price, price + 1, price - 1, price)] * rows, timeframe=timeframe)


def walk(rows: int, seed: int = 1, timeframe: Timeframe = Timeframe.M1) -> Candles:
    """A random walk, the same each time."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.001, rows)))
    opens = np.concatenate(([100.0], close[:-1]))
    high, low = np.maximum(opens, close) * (1 + rng.uniform(0, 0.0005, rows)), np.minimum(opens, close) * (1 - rng.uniform(0, 0.0005, rows))
    return builders.candles(list(zip(opens, high, low, close, strict=True)), timeframe=timeframe)


def lived(strategy: Strategy | type[Strategy], candles: Candles, cancelled: CancelQuestion = never, **options: Any) -> EventAccount:
    """The account after a run without costs, unless `options` say otherwise."""
    chosen = strategy() if isinstance(strategy, type) else strategy
    return run_events(chosen, candles, Options.of(**{"commission": 0.0, "slippage": 0.0} | options), 0, cancelled)


def acting(**events: Callable[..., Any]) -> type[Strategy]:
    """A strategy class with these answers, such as on_candle=lambda self, candle: …"""
    return type("Acts", (Strategy,), dict(events))


def fills(account: EventAccount) -> list[tuple[int, int, float, float]]:
    """Row, side, quantity and price of every fill."""
    rows = account.desk.fills[: int(account.desk.totals["fills"][0])]
    return [(int(fill["row"]), int(fill["side"]), float(fill["quantity"]), float(fill["price"])) for fill in rows]
