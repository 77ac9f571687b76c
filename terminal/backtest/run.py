"""Runs a strategy over candles: asks for its decisions once, lets the compiled loop trade them, and hands back a Result.

Called by commands, the Python face and benchmarks. Records nothing and opens nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.beforehand import prepared, with_shares
from terminal.backtest.counting import COUNTED, counts_of, refusals
from terminal.backtest.holding import Holding
from terminal.backtest.options import Options, rules_for, wishes_for
from terminal.backtest.preparing import funding_of_holding, purchase_costs
from terminal.backtest.result import Result
from terminal.backtest.signals.choice import asked, is_plain
from terminal.backtest.tabling import Notes
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput, StrategyError
from terminal.domain.signals import CheckedSignals, Signals, minute
from terminal.domain.size import SizeKind
from terminal.domain.ticks import Ticks
from terminal.domain.work import CancelQuestion, never, stop_if
from terminal.ledger.fast import TRADE
from terminal.strategies.contract import Strategy
from terminal.strategies.run import decide

_SPARE = 4
"""Rows of the trade table that the candle loop keeps free, beside one for each row on which it may enter."""
_CHUNK = 2_000_000
"""Candles between two questions whether the person asked to stop."""


def backtest(
    strategy: Strategy | type[Strategy] | Sequence[Strategy | type[Strategy]],
    candles: Candles | Ticks | Sequence[Candles],
    *,
    code: str | None = None,
    cancelled: CancelQuestion = never,
    **settings: Any,
) -> Result:
    """What `strategy` would have made of `candles` (or ticks), several instruments, or several strategies, on one account; `Options` lists the `settings`.

    `code` is the fingerprint of the strategy's file where it came from one. Raises StrategyError where the strategy fails,
    BadInput for settings or candles that cannot be simulated, Cancelled.
    """
    if isinstance(candles, Ticks) or (isinstance(candles, list | tuple) and any(isinstance(each, Ticks) for each in candles)):
        from terminal.backtest.events.listening import backtest_ticks

        if isinstance(strategy, list | tuple) or not isinstance(candles, Ticks):
            raise BadInput("A run over ticks has one strategy and one instrument; several were given.", cure="Run them one by one.")
        return backtest_ticks(strategy() if isinstance(strategy, type) else strategy, candles, Options.of(**settings), code, cancelled)  # type: ignore[arg-type]
    if isinstance(strategy, list | tuple):
        from terminal.backtest.many.strategies import backtest_strategies

        several = [each() if isinstance(each, type) else each for each in strategy]

        def refuse(_options: Options) -> Result:
            raise BadInput(f"Kelly's share is estimated from the trades of one strategy; this run has {len(several)}.", cure='Choose a size such as "50%".')

        options = prepared(Options.of(**settings), candles, refuse)
        return backtest_strategies(several, [candles] if isinstance(candles, Candles) else candles, options, code=code, cancelled=cancelled)
    chosen: Strategy = strategy() if isinstance(strategy, type) else strategy  # type: ignore[assignment] # mypy keeps the sequence
    options = prepared(Options.of(**settings), candles, lambda other: simulated(chosen, candles, other, code, cancelled))
    return simulated(chosen, candles, options, code, cancelled)


def simulated(chosen: Strategy, candles: Candles | Sequence[Candles], options: Options, code: str | None, cancelled: CancelQuestion) -> Result:
    """The result by options that are prepared; raises as `backtest` does."""
    if not isinstance(candles, Candles) or callable(getattr(type(chosen), "weights", None)) or options.needs_clock(candles.instrument.quote):
        from terminal.backtest.many.account import backtest_many

        return backtest_many(chosen, [candles] if isinstance(candles, Candles) else candles, options, code=code, cancelled=cancelled)
    first = first_row(candles, options)
    if chosen.answers_events():
        return simulate_events(chosen, candles, options, first, code, cancelled)
    signals = with_shares(decide(chosen, candles, options.leverage, cancelled), options, candles)
    return simulate_signals(signals, candles, options, first, chosen, code, cancelled)


def simulate_events(strategy: Strategy, candles: Candles, options: Options, first: int, code: str | None, cancelled: CancelQuestion) -> Result:
    """The result of waking `strategy` on every candle from row `first` on; raises StrategyError for whatever it raises."""
    from terminal.backtest import summary
    from terminal.backtest.events.passing import run_events

    account = run_events(strategy, candles, options, first, cancelled)
    book, counts = account.book(), counts_of(account.desk)
    rules, _ = rules_for(options, candles.instrument, Signals().checked(len(candles)))
    notes, held = Notes.of_orders(account.blotter.reasons, book), holding(candles, options, first, rules)
    found = summary.result(strategy, candles, options, notes, first, book, account.feed.equity, held, counts, code)
    cautions = [*found.settings["cautions"], *refusals(account.desk)]
    return replace(found, log=tuple(account.notes), settings={**found.settings, "cautions": cautions})


def simulate_signals(
    signals: CheckedSignals, candles: Candles, options: Options, first: int, strategy: Strategy, code: str | None, cancelled: CancelQuestion
) -> Result:
    """The result of trading checked `signals` on `candles` from row `first` on."""
    from terminal.backtest import summary

    options = asked(signals, options)
    book, equity, counts = trade_signals(signals, candles, options, first, cancelled)
    rules, _ = rules_for(options, candles.instrument, signals)
    notes = Notes.of_signals(signals, book)
    return summary.result(strategy, candles, options, notes, first, book, equity, holding(candles, options, first, rules), counts, code)


def trade_signals(
    signals: CheckedSignals, candles: Candles, options: Options, first: int, cancelled: CancelQuestion
) -> tuple[NDArray[Any], NDArray[np.float64], dict[str, int]]:
    """Round trips, the equity at each close from row `first` on, and the counts: by the short loop where that can, else on the desk."""
    options = asked(signals, options)
    if is_plain(signals, options):
        rules, levels = rules_for(options, candles.instrument, signals)
        return trade_fast(candles, options, first, wishes_for(signals, first, options.lag), levels, rules, cancelled)
    from terminal.backtest.signals.desk_run import book_of, trade_on_desk

    desk, equity, counts, wrong = trade_on_desk(signals, candles, options, first, cancelled)
    if wrong is not None:
        raise wrong_decision(candles, *wrong)
    return book_of(desk), equity, counts


def trade_fast(
    candles: Candles,
    options: Options,
    first: int,
    wishes: NDArray[np.uint8],
    levels: tuple[NDArray[np.float64], ...],
    rules: NDArray[Any],
    cancelled: CancelQuestion,
) -> tuple[NDArray[Any], NDArray[np.float64], dict[str, int]]:
    """Round trips, the equity at each close from row `first` on, and what the loop counted."""
    from terminal.backtest.signals.fast import ALL_ROWS, COUNTS, new_loop, simulate

    acts, equity = np.flatnonzero(wishes != 0), np.empty(len(candles))
    loop = new_loop(rules, levels, options.capital, np.empty(len(acts) + _SPARE, TRADE))
    counts = loop.counts
    worths = np.full(options.lag if options.delay_bars else 0, options.capital)
    prices = (candles.open, candles.high, candles.low, candles.close)
    row = first
    while row < len(candles):
        stop_if(cancelled)
        last = min(row + _CHUNK, len(candles))
        is_end = last == len(candles)
        row = simulate(row, last, is_end, loop, wishes, acts, prices, equity, ALL_ROWS, worths)
        if counts[0]["error"]:
            raise wrong_decision(candles, int(counts[0]["error_row"]), int(counts[0]["error_side"]))
    return loop.trades[: int(counts[0]["trades"])], equity, {name: int(counts[0][name]) if name in (COUNTS.names or ()) else 0 for name in COUNTED}


def holding(candles: Candles, options: Options, first: int, rules: NDArray[Any]) -> Holding:
    """The account that bought all it could at the first price an order could fill at, by the same rules, and kept it."""
    from terminal.backtest.signals.fast import ALL_ROWS, new_loop, simulate

    bought = min(first + options.lag, len(candles) - 1)
    wishes = np.zeros(len(candles), np.uint8)
    wishes[bought] = 1
    none = np.full(1, np.nan)
    none.flags.writeable = False
    held = rules.copy()
    held["size_kind"], held["size"], held["sizes_at_fill"] = int(SizeKind.EQUITY), 1.0, 1
    for name in ("stop_step", "target_step", "trail_step", "size_step", "stop_is_price", "target_is_price", "trail_is_distance"):
        held[name] = 0
    if options.needs_desk:
        held["fee_rate"], held["slippage"] = purchase_costs(options, candles, bought)
    prices = (candles.open, candles.high, candles.low, candles.close)
    loop = new_loop(held, (none,) * 4, options.capital, np.empty(_SPARE, TRADE))
    simulate(bought, bought + 1, False, loop, wishes, np.array([bought]), prices, np.empty(bought + 1), ALL_ROWS, np.empty(0))
    account = loop.account
    carried = funding_of_holding(options, candles, first, bought, float(account["units"][0])) if options.needs_desk else None
    return Holding(account.view(np.recarray)[0], options.capital, candles.close[first:], bought - first, carried)


def first_row(candles: Candles, options: Options) -> int:
    if candles.price_fault:
        raise BadInput(candles.price_fault, cure="Check the series for bad candles, or repair it from a second source.")
    first = 0 if options.start is None else int(np.searchsorted(candles.time, options.start))
    if len(candles) - first < 2:
        found = f"{len(candles) - first:,} of {len(candles):,} candles lie at or after the start" if first else f"there are {len(candles):,} candles"
        raise BadInput(f"A backtest needs at least two candles; {found}.", cure="Choose a longer range.")
    return first


def wrong_decision(candles: Candles, row: int, side: int) -> StrategyError:
    when = minute(int(candles.time[row]))
    word = "long" if side > 0 else "short"
    return StrategyError(
        f"The size is a risk, but the {word} decided at {when} (close {candles.close[row]:g}) has neither `stop_loss` nor `trailing_stop`.",
        cure='Return a `stop_loss`, or choose a size such as "100%".',
    )
