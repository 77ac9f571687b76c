"""The look-ahead firewall: a strategy decides again with the future cut off and with other futures, and must decide the same.

Asked on save, by the reviewer and from a shell; compares every decision before the cut and names the first that differs.
"""

import numpy as np

from terminal.backtest.doubts.causality_events import events_causality
from terminal.backtest.doubts.causality_found import Causality, Column, Leak, first_difference, futures, leak_words
from terminal.backtest.doubts.rerun import by_candles_alone, first_row, rerun
from terminal.backtest.options import Options
from terminal.domain.candles import Candles
from terminal.domain.errors import StrategyError
from terminal.domain.work import CancelQuestion, Report, never, silent, stop_if
from terminal.strategies.contract import Strategy
from terminal.strategies.run import decide

__all__ = ["Causality", "Leak", "causality", "futures"]

_CUTS = 24
_RUN_CUTS = 6
"""Cuts where each look is a whole run."""


def causality(strategy: Strategy, candles: Candles, options: Options | None = None, *, report: Report = silent, cancelled: CancelQuestion = never) -> Causality:
    """Whether any decision of `strategy` on `candles` changes when what comes after it is cut off, rises or falls; raises StrategyError, Cancelled."""
    if len(candles) < 3:
        return Causality(True, None, 0, 0, "Too few candles to hide any.")
    chosen = by_candles_alone(options or Options())
    if strategy.answers_events():
        return events_causality(strategy, candles, chosen, report, cancelled)
    if callable(getattr(type(strategy), "weights", None)):
        return _of_equity(strategy, candles, chosen, report, cancelled)
    return _of_signals(strategy, candles, chosen.leverage, report, cancelled)


def _of_signals(strategy: Strategy, candles: Candles, leverage: float, report: Report, cancelled: CancelQuestion) -> Causality:
    whole = {name: values for name, values in decide(strategy, candles, leverage).arrays().items() if values.shape == (len(candles),)}
    cuts = _cuts(whole, len(candles), _CUTS)
    for number, cut in enumerate(cuts):
        report(number, len(cuts), f"{len(candles) - cut:,} candles hidden")
        for how, other in futures(candles, cut):
            stop_if(cancelled)
            try:
                again = decide(strategy, other, leverage).arrays()
            except StrategyError:
                continue  # it cannot decide on so few candles, which tells nothing about look-ahead
            found = first_difference(whole, again, cut)
            if found is not None:
                row, name, decided, otherwise = found
                leak = Leak(row, int(candles.time[row]), name, decided, otherwise, cut, how)
                return Causality(False, leak, number + 1, cut, leak_words(leak))
    report(len(cuts), len(cuts), "Done")
    told = f"No decision of {len(candles):,} candles changed when what came after was hidden or different, at {len(cuts)} cuts."
    return Causality(True, None, len(cuts), len(candles), told)


def _cuts(columns: dict[str, Column], rows: int, most: int) -> list[int]:
    """Rows from which on to hide: half right after decisions, where knowing the next candle would show, half evenly spaced."""
    acting = np.zeros(rows, bool)
    for values in columns.values():
        if values.dtype == np.bool_ and values.strides != (0,):
            acting |= values
    decided = np.flatnonzero(acting[2 : rows - 1]) + 3
    chosen = decided[np.linspace(0, len(decided) - 1, min(most // 2, len(decided))).astype(int)] if len(decided) else np.empty(0, int)
    even = np.linspace(rows // 10, rows - 1, most - len(chosen)).astype(int)
    return sorted({int(cut) for cut in np.concatenate((chosen, even)) if 2 <= cut < rows})


def _of_equity(strategy: Strategy, candles: Candles, options: Options, report: Report, cancelled: CancelQuestion) -> Causality:
    """Of a strategy whose decisions are no arrays and no orders of its own: the equity that came of them before each cut."""
    first = first_row(candles, options)
    whole = {"equity": rerun(strategy, candles, options, cancelled).equity_values}
    cuts = [int(cut) for cut in np.linspace(first + (len(candles) - first) // 3, len(candles) - 1, _RUN_CUTS) if cut > first + 2]
    for number, cut in enumerate(cuts):
        report(number, len(cuts), f"{len(candles) - cut:,} candles hidden")
        for how, other in futures(candles, cut):
            stop_if(cancelled)
            again = {"equity": rerun(strategy, other, options, cancelled).equity_values}
            found = first_difference(whole, again, cut - first)
            if found is not None:
                row, name, decided, otherwise = found
                leak = Leak(row + first, int(candles.time[row + first]), name, decided, otherwise, cut, how)
                return Causality(False, leak, number + 1, cut, leak_words(leak))
    report(1, 1, "Done")
    told = f"The equity of {len(candles) - first:,} candles was the same before what was hidden or different, at {len(cuts)} cuts."
    return Causality(True, None, len(cuts), len(candles) - first, told)
