"""A shock strikes all that a run trades at one moment: candles of several instruments, what companies did meanwhile, or ticks.

Asked by `stress`; how one instrument's candles are drawn stands in `shocks`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.doubts.redrawn_ticks import like
from terminal.backtest.doubts.rerun import first_row
from terminal.backtest.doubts.shocks import Regime, Scenario, Shock
from terminal.backtest.doubts.subject import Subject
from terminal.backtest.options import Options
from terminal.domain.actions import Action, Dividend, Roll
from terminal.domain.candles import PRICE_COLUMNS, Candles
from terminal.market.actions import adjusted, factors


@dataclass(frozen=True, eq=False)
class Struck:
    """What came of a shock: the candles or ticks, the options that fit them, and from when to when it struck (UTC ns)."""

    subject: Subject
    options: Options
    begins: int
    ends: int
    touched: int
    """How many instruments it struck."""


def struck(scenario: Scenario, subject: Subject, options: Options, at: float) -> Struck:
    """`subject` under the shock, at the share `at` of the way; raises BadInput where it does not fit."""
    rows = _rows(scenario, subject, options, at)
    drawn, actions = list(subject.candles), dict(options.actions)
    for place, row in rows.items():
        each = drawn[place]
        symbol = each.instrument.symbol
        drawn[place], moved = applied(scenario, each, row, tuple(actions.get(symbol, ())))
        if moved:
            actions[symbol] = moved
    ends = max(_end(scenario, subject.candles[place], row) for place, row in rows.items())
    begins = min(int(subject.candles[place].time[row]) for place, row in rows.items())
    changed = subject.with_candles(drawn) if subject.ticks is None else Subject.of(like(subject.ticks, drawn[0]))
    return Struck(changed, replace(options, actions=actions) if actions else options, begins, ends, len(rows))


def _rows(scenario: Scenario, subject: Subject, options: Options, at: float) -> dict[int, int]:
    """The instruments that are struck, by place, and the row of each at which it begins: for all the same moment."""
    firsts = [first_row(each, options) for each in subject.candles]
    if len(firsts) == 1 or isinstance(scenario, Regime):
        return {place: scenario.strikes(each, first, at) for place, (each, first) in enumerate(zip(subject.candles, firsts, strict=True)) if len(each) > 1}
    earliest = [max(first, 1) for first in firsts]
    begins = min(int(each.time[min(row, len(each) - 1)]) for each, row in zip(subject.candles, earliest, strict=True))
    moment = begins + round(at * (max(int(each.time[-1]) for each in subject.candles) - begins))
    latest = {place: int(each.time[-scenario.length]) for place, each in enumerate(subject.candles) if _has_room(scenario, each, earliest[place], moment)}
    if not latest:
        longest = max(range(len(firsts)), key=lambda place: len(subject.candles[place]) - firsts[place])
        return {longest: scenario.strikes(subject.candles[longest], firsts[longest], at)}
    moment = min(moment, *latest.values())
    return {place: max(int(np.searchsorted(subject.candles[place].time, moment)), earliest[place]) for place in latest}


def _has_room(shock: Shock, candles: Candles, earliest: int, moment: int) -> bool:
    """Whether the instrument trades at `moment` and has candles enough for the whole shock."""
    is_long_enough = len(candles) - shock.length >= earliest
    return is_long_enough and int(candles.time[earliest]) <= moment <= int(candles.time[-1]) + candles.timeframe.nanoseconds


def _end(scenario: Scenario, candles: Candles, row: int) -> int:
    last = row + scenario.length - 1 if isinstance(scenario, Shock) else len(candles) - 1
    return int(candles.time[last]) + candles.timeframe.nanoseconds


def applied(scenario: Scenario, candles: Candles, row: int, actions: Sequence[Action]) -> tuple[Candles, tuple[Action, ...]]:
    """The candles under the shock, and the `actions` that fit them: drawn without the jumps of splits, dividends and rolls, which stay as they were."""
    if not actions:
        return scenario.applied(candles, row), ()
    price, shares = factors(candles, actions)
    even = adjusted(candles, actions)
    shocked = scenario.applied(even, row)
    columns = {name: getattr(shocked, name) / price for name in PRICE_COLUMNS}
    raw = Candles(candles.instrument, candles.timeframe, candles.time, volume=shocked.volume * shares, provenance=shocked.provenance, **columns)
    level = shocked.close / even.close
    return raw, tuple(_moved(action, candles, level) for action in actions)


def _moved(action: Action, candles: Candles, level: NDArray[np.float64]) -> Action:
    """The action in prices that stand `level` times as high at the close before it."""
    row = int(np.searchsorted(candles.time, action.time))
    factor = float(level[row - 1]) if row > 0 else 1.0
    if isinstance(action, Dividend):
        return replace(action, amount=action.amount * factor)
    return replace(action, leave=action.leave * factor, enter=action.enter * factor) if isinstance(action, Roll) else action
