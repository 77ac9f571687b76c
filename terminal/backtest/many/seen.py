"""What a strategy of several instruments is shown, and what it says is brought back to the prices that are traded.

Shown are prices without the jumps of splits, dividends and rolls as known at each row; orders and the account live on raw ones.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.many.surroundings import Surroundings, known_series
from terminal.domain.actions import Universe
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.signals import CheckedSignals
from terminal.domain.weights import CheckedWeights
from terminal.market.actions import adjusted, factors

SURVIVORS = 5
"""Instruments from which on a list without dates is suspected to hold only those that survived."""
_PRICES = {"stop_loss": "stop_loss_is_price", "take_profit": "take_profit_is_price", "trailing_stop": "trailing_stop_is_price"}


def shown(candles: Sequence[Candles], around: Surroundings) -> list[Candles]:
    """The candles as strategies see them: without jumps, each beside the others and the other series."""
    demand_known(candles, around)
    series = {name: known_series(name, given) for name, given in around.series.items()}
    views = [adjusted(each, tuple(around.actions.get(each.instrument.symbol, ()))) for each in candles]
    by_symbol = {each.instrument.symbol: each for each in views}
    return [each.beside(by_symbol, series) for each in views]


def demand_known(candles: Sequence[Candles], around: Surroundings) -> None:
    """Raises BadInput for actions of an instrument that takes no part, and for one that the dated universe does not name."""
    symbols = [each.instrument.symbol for each in candles]
    for name in around.actions:
        if name not in symbols:
            raise BadInput(f"There are splits, dividends or rolls of {name}, which takes no part in the run.", cure=f"It has {', '.join(symbols)}.")
    missing = [name for name in symbols if around.universe is not None and name not in around.universe]
    if missing:
        raise BadInput(f"The universe has no dates of {missing[0]}.", cure="Give the spans in which each symbol was a member.")


def as_traded(signals: CheckedSignals, candles: Candles, around: Surroundings) -> CheckedSignals:
    """`signals` with price levels in raw prices, and no entry, but an exit, while the instrument is no member of the universe."""
    symbol, changes = candles.instrument.symbol, dict[str, Any]()
    actions = tuple(around.actions.get(symbol, ()))
    if actions:
        price, _ = factors(candles, actions)
        for name, flag in _PRICES.items():
            if getattr(signals, flag):
                changes[name] = getattr(signals, name) / price
        for name in ("limit", "trigger"):
            if not np.isnan(getattr(signals, name)).all():
                changes[name] = getattr(signals, name) / price
    if around.universe is not None:
        outside = ~members(symbol, candles.time, around.universe)
        if outside.any():
            for name in ("enter_long", "enter_short"):
                changes[name] = getattr(signals, name) & ~outside
            for name in ("exit_long", "exit_short"):
                changes[name] = getattr(signals, name) | outside
            changes["target"] = np.where(outside & ~np.isnan(signals.target), 0.0, signals.target)
    return replace(signals, **changes) if changes else signals


def weights_of_members(weights: CheckedWeights, candles: Sequence[Candles], time: NDArray[np.int64], around: Surroundings) -> CheckedWeights:
    """`weights` with nothing of an instrument while it is no member of the universe."""
    if around.universe is None:
        return weights
    target = weights.target.copy()
    for code, each in enumerate(candles):
        inside = members(each.instrument.symbol, time[weights.rows], around.universe)
        target[~inside, code] = 0.0
    return replace(weights, target=target)


def members(symbol: str, time: NDArray[np.int64], universe: Universe) -> NDArray[np.bool_]:
    """Whether the symbol is a member at each time (UTC ns), shape (n,)."""
    inside = np.zeros(len(time), bool)
    for begin, end in universe[symbol]:
        inside |= (time >= begin) & (time < (np.iinfo(np.int64).max if end is None else end))
    return inside


def doubts(candles: Sequence[Candles], around: Surroundings) -> list[str]:
    """What a person should know about the list of instruments, in sentences."""
    count = len({each.instrument.symbol for each in candles})
    if around.universe is not None or count < SURVIVORS:
        return []
    return [f"The list of {count} instruments has no dates: those that failed and left it are missing, which flatters the result (survivorship)."]
