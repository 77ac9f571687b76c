"""Rules that run the strategy again: with the future hidden, one candle later, and by the other path inside candles."""

from typing import Any

import numpy as np

from terminal.backtest.doubts.causality import causality
from terminal.backtest.doubts.envelope import envelope
from terminal.backtest.doubts.question import Case, Doubt, Rule, Severity, graded, not_asked
from terminal.backtest.doubts.rerun import rerun
from terminal.backtest.result import Result
from terminal.domain.orders import ExitReason
from terminal.domain.ticks import Ticks
from terminal.domain.words import count, percent

_GONE = "The strategy or its candles are not at hand to run it again."
_PROTECTIVE = (int(ExitReason.STOP_LOSS), int(ExitReason.TAKE_PROFIT), int(ExitReason.TRAILING_STOP))


def looks_ahead(case: Case) -> Doubt:
    """Decisions that change when candles after them do."""
    rule = "looks ahead"
    if case.strategy is None or case.candles is None:
        return not_asked(rule, _GONE)
    found = causality(case.strategy, case.candles, case.options, cancelled=case.cancelled)
    return Doubt(rule, Severity.SOUND if found.sound else Severity.GRAVE, found.words, 0.0 if found.sound else 1.0)


def one_bar_of_delay(case: Case) -> Doubt:
    """What is left of the return when every decision acts one candle later."""
    rule = "one bar of delay"
    if case.makings is None:
        return not_asked(rule, _GONE)
    strategy, candles, options = case.makings
    if isinstance(candles, Ticks):
        return not_asked(rule, "Over ticks an order meets the next message; there is no candle that it could wait for.")
    base = case.result.metrics["total_return"]
    if base <= 0:
        return not_asked(rule, "The run made no profit that a delay could take.")
    later = rerun(strategy, candles, options, case.cancelled, delay_bars=options.delay_bars + 1).metrics["total_return"]
    lost = 1.0 - later / base
    words = f"One candle later the return is {percent(later, signed=True)} instead of {percent(base, signed=True)}."
    return Doubt(rule, graded(lost, 0.25, 0.5, 1.0), words, lost)


def stop_and_target_in_one_candle(case: Case) -> Doubt:
    """Trades that end elsewhere when the price is taken to have gone the other way inside the candle."""
    rule = "stop and target in one candle"
    if case.makings is None:
        return not_asked(rule, _GONE)
    strategy, candles, options = case.makings
    table = case.result.trade_table
    if not len(table):
        return not_asked(rule, "There is no trade.")
    if not np.isin(table["reason"], _PROTECTIVE).any():
        return Doubt(rule, Severity.SOUND, "No trade ends at a stop or a target.", 0.0)
    if isinstance(candles, Ticks):
        return Doubt(rule, Severity.SOUND, "The messages tell which of both came first.", 0.0)
    low, high = (rerun(strategy, candles, options, case.cancelled, path=path) for path in ("pessimistic", "optimistic"))
    unsure, matched = _unsure(low, high)
    share = unsure / max(matched, 1)
    words = f"{count(unsure)} of {count(matched)} trades touch both in one candle; only finer candles can tell which came first."
    return Doubt(rule, graded(share, 0.01, 0.05, 0.20), words, share)


def sign_depends_on_fills(case: Case) -> Doubt:
    """Whether the kind and the unkind reading of fills and costs disagree about gain or loss."""
    rule = "gain or loss depends on fills"
    if case.makings is None:
        return not_asked(rule, _GONE)
    strategy, candles, options = case.makings
    band = envelope(strategy, candles, options, cancelled=case.cancelled)
    return Doubt(rule, Severity.SERIOUS if band.sign_depends else Severity.SOUND, band.words, max(band.finals) - min(band.finals))


def _unsure(low: Result, high: Result) -> tuple[int, int]:
    """Of the trades that both runs entered alike (candle, instrument, side): how many end otherwise or for another reason, and all."""
    exits = {_entry(row): row for row in high.trade_table}
    unsure = matched = 0
    for row in low.trade_table:
        other = exits.get(_entry(row))
        if other is None:
            continue
        matched += 1
        is_protective = int(row["reason"]) in _PROTECTIVE or int(other["reason"]) in _PROTECTIVE
        unsure += is_protective and (row["reason"], row["exit_row"], row["exit_price"]) != (other["reason"], other["exit_row"], other["exit_price"])
    return unsure, matched


def _entry(trade: Any) -> tuple[int, int, int]:
    return int(trade["symbol"]), int(trade["entry_row"]), int(trade["side"])


RULES: tuple[Rule, ...] = (looks_ahead, one_bar_of_delay, sign_depends_on_fills, stop_and_target_in_one_candle)
