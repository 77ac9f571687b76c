"""Runs a portfolio strategy: asks once for its weights on the common clock, and trades them in the compiled loop or on the desk.

Called by `account`; `weights_loop` is the loop for instruments of one calendar at plain costs, the desk takes every other case.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.many.clock import Clock
from terminal.backtest.options import Options, desk_for
from terminal.domain.candles import VALUE_COLUMNS, Candles
from terminal.domain.errors import BadInput, StrategyError
from terminal.domain.weights import CheckedWeights, Weights
from terminal.strategies.contract import Strategy
from terminal.strategies.loader import failure


def decide_weights(strategy: Strategy, candles: Sequence[Candles], clock: Clock, leverage: float) -> CheckedWeights:
    """The checked answer of `strategy.weights` to the candles of all instruments on the rows of the clock; raises StrategyError."""
    method: Any = strategy.weights  # type: ignore[attr-defined] # the caller has looked
    path = Path(method.__func__.__code__.co_filename)
    shown = {each.instrument.symbol: on_clock(each, clock, code) for code, each in enumerate(candles)}
    first = next(iter(shown.values()))
    try:
        with np.errstate(invalid="ignore", divide="ignore"):
            answer = method(shown)
    except (Exception, SystemExit) as error:  # a stranger's strategy may raise anything; it is isolated and named
        raise failure(error, path) from error
    if not isinstance(answer, Weights):
        raise StrategyError(f"`weights` returned {type(answer).__name__}, not Weights.", file=path, cure="End `weights` with `return Weights({...})`.")
    try:
        return answer.checked(tuple(shown), first.time, leverage)
    except BadInput as error:
        raise StrategyError(error.message, file=path, line=method.__func__.__code__.co_firstlineno, cure=error.cure) from error


def on_clock(candles: Candles, clock: Clock, code: int) -> Candles:
    """The instrument's last closed candle at each moment of the clock, NaN before its first; the candles themselves where they are the clock."""
    closes_at, first = clock.closes_at[code], clock.first[code]
    if len(candles) - first == len(clock):
        return candles.rows(first, len(candles))
    row = np.searchsorted(closes_at[first:], np.arange(len(clock)), side="right") - 1 + first
    columns = {name: np.where(row >= first, getattr(candles, name)[np.maximum(row, 0)], np.nan) for name in VALUE_COLUMNS}
    return Candles(candles.instrument, candles.timeframe, clock.time, **columns, provenance=candles.provenance)


def is_plain(candles: Sequence[Candles], clock: Clock, options: Options) -> bool:
    """Whether the compiled loop can run: one calendar for all, market orders at the next open, no cost that needs the desk."""
    together = all(len(each) - first == len(clock) and np.array_equal(each.time[first:], clock.time) for each, first in zip(candles, clock.first, strict=True))
    at_open = options.fill_at == "open" and options.delay_bars == 0 and options.size_at == "decision" and not options.close_at_end
    one_currency = {each.instrument.quote for each in candles} == {options.currency or candles[0].instrument.quote}
    return together and at_open and one_currency and not options.actions and not options.needs_desk


def trade_plainly(
    candles: Sequence[Candles], clock: Clock, weights: CheckedWeights, options: Options
) -> tuple[NDArray[Any], NDArray[np.float64], dict[str, int]]:
    """Round trips in the order of entry, the account's value at each moment, and the counts, by the compiled loop."""
    from terminal.backtest.many.weights_book import round_trips, see_prices
    from terminal.backtest.many.weights_loop import CUT, TOO_SMALL

    fills, equity, counts, books = run_loop(candles, clock, weights, options)
    multipliers = np.ascontiguousarray(books["multiplier"])
    book = round_trips(fills, multipliers, np.array([each.close[-1] for each in candles]))
    book = book[np.argsort(book["instrument"], kind="stable")]
    borders = np.searchsorted(book["instrument"], np.arange(len(candles) + 1))
    for code, (each, first) in enumerate(zip(candles, clock.first, strict=True)):
        see_prices(book[borders[code] : borders[code + 1]], each.high[first:], each.low[first:])
    if any(clock.first):
        first_rows = np.array(clock.first)[book["instrument"]]
        for name in ("entry_row", "exit_row", "entry_decision", "exit_decision"):
            book[name] += np.where(book[name] >= 0, first_rows, 0)
    return book[np.argsort(book["entry_order"], kind="stable")], equity, {"cut": int(counts[CUT]), "too_small": int(counts[TOO_SMALL])}


def run_loop(
    candles: Sequence[Candles], clock: Clock, weights: CheckedWeights, options: Options
) -> tuple[NDArray[Any], NDArray[np.float64], NDArray[np.int64], NDArray[Any]]:
    """The filled orders, the account's value at each moment, the counts, and the books with the instruments' grids and costs."""
    from terminal.backtest.many.weights_loop import FILLS, TRADED, simulate_weights

    books = desk_for(options, [each.instrument for each in candles], candles).books
    closes = np.stack([each.close[first:] for each, first in zip(candles, clock.first, strict=True)])
    after = np.minimum(weights.rows + 1, len(clock) - 1)
    opens = np.stack([each.open[first:][after] for each, first in zip(candles, clock.first, strict=True)], 1)
    fills, counts = np.zeros(weights.target.size, TRADED), np.zeros(3, np.int64)
    equity, held = np.empty(len(clock)), np.zeros(len(candles))
    simulate_weights(closes, opens, weights.rows, weights.target, weights.drift, books, options.capital, equity, held, fills, counts)
    return fills[: int(counts[FILLS])], equity, counts, books
