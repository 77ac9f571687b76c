"""Runs a strategy over several instruments of one account, on one clock, with shared cash.

`run.backtest` hands over to here where it is given several candles; what comes back is a Result with a row for each instrument.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest import many_result
from terminal.backtest.many_clock import Clock, clock_of
from terminal.backtest.many_loop import with_room
from terminal.backtest.many_result import Trading
from terminal.backtest.options import Options, desk_for
from terminal.backtest.result import Result
from terminal.backtest.run import COUNTED
from terminal.backtest.summary import Notes
from terminal.domain.candles import Candles
from terminal.domain.work import CancelQuestion, never, stop_if
from terminal.strategies.contract import Strategy
from terminal.strategies.run import decide
from terminal.trading.desk import Desk
from terminal.trading.marking import account_value, finish


def backtest_many(strategy: Strategy, candles: Sequence[Candles], options: Options, *, code: str | None = None, cancelled: CancelQuestion = never) -> Result:
    """What `strategy` would have made of all `candles` with one account; raises as `run.backtest` does, and BadInput where clocks clash."""
    clock = clock_of(candles, options.start)
    beside = [each.beside(candles) for each in candles]
    trade = _by_weights if hasattr(strategy, "weights") else _by_events if strategy.answers_events() else _by_signals
    return many_result.result(strategy, candles, clock, options, trade(strategy, beside, clock, options, cancelled), code)


def _by_signals(strategy: Strategy, candles: Sequence[Candles], clock: Clock, options: Options, cancelled: CancelQuestion) -> Trading:
    """Asks for the signals of each instrument and trades them all on one account."""
    from terminal.backtest.many_signals import trade_signals

    signals = []
    for each in candles:
        stop_if(cancelled)
        signals.append(decide(strategy, each))
    desk = desk_for(options, [each.instrument for each in candles], candles)
    desk, equity, conflicts = trade_signals(desk, candles, clock, signals, options, cancelled)
    book, counts = closed(desk, equity, options)
    notes = [Notes.of_signals(each, book[book["instrument"] == code]) for code, each in enumerate(signals)]
    return Trading(book, equity, notes, counts | {"conflicts": conflicts}, [None] * len(candles))


def _by_weights(strategy: Strategy, candles: Sequence[Candles], clock: Clock, options: Options, cancelled: CancelQuestion) -> Trading:
    """Asks once for the weights of all instruments, and trades them on the rows that rebalance."""
    from terminal.backtest.weights_run import decide_weights, is_plain, trade_plainly

    weights = decide_weights(strategy, candles, clock, options.leverage)
    if is_plain(candles, clock, options):
        book, equity, counts = trade_plainly(candles, clock, weights, options)
    else:
        from terminal.backtest.weights_desk import trade_on_desk

        desk = desk_for(options, [each.instrument for each in candles], candles)
        desk, equity = trade_on_desk(desk, candles, clock, weights, options, cancelled)
        book, counts = closed(desk, equity, options)
    notes = [Notes.of_orders({}, book[book["instrument"] == code]) for code in range(len(candles))]
    return Trading(book, equity, notes, dict.fromkeys(COUNTED, 0) | counts, [None] * len(candles))


def _by_events(strategy: Strategy, candles: Sequence[Candles], clock: Clock, options: Options, cancelled: CancelQuestion) -> Trading:
    """Wakes the strategy at each close of each instrument, all on one account."""
    from terminal.backtest.many_events import run_events

    account = run_events(strategy, candles, clock, options, cancelled)
    book, counts = closed(account.desk, account.equity_values, options)
    notes = [Notes.of_orders(account.reasons, book[book["instrument"] == code]) for code in range(len(candles))]
    return Trading(book, account.equity_values, notes, counts, [None] * len(candles))


def closed(desk: Desk, equity: NDArray[np.float64], options: Options) -> tuple[NDArray[Any], dict[str, int]]:
    """The round trips in the order of entry, those still open after the last moment included, and what was counted."""
    desk = with_room(desk)
    finish(desk, options.close_at_end)
    equity[-1] = account_value(desk)
    book, totals = desk.trades[: int(desk.totals["trades"][0])], desk.totals[0]
    counts = {"conflicts": 0} | {name: int(totals[name]) for name in COUNTED if name in (totals.dtype.names or ())}
    return book[np.argsort(book["entry_order"], kind="stable")], counts
