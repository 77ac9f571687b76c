"""The look-ahead firewall: a strategy decides again with the future cut off and with other futures, and must decide the same.

Asked on save, by the reviewer and from a shell; compares every decision before the cut and names the first that differs.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from terminal.backtest.doubts.causality_events import events_causality
from terminal.backtest.doubts.causality_found import Causality, Column, Leak, first_difference, futures, futures_of, leak_words
from terminal.backtest.doubts.rerun import by_candles_alone, rerun
from terminal.backtest.doubts.subject import Over, Players, Subject, closed_by, players_of
from terminal.backtest.many.seen import shown
from terminal.backtest.options import Options
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput, StrategyError
from terminal.domain.work import CancelQuestion, Report, never, silent, stop_if
from terminal.strategies.contract import Strategy
from terminal.strategies.run import decide

__all__ = ["Causality", "Leak", "causality", "futures"]

_CUTS = 24
_RUN_CUTS = 6
"""Cuts where each look is a whole run."""
_LEAST_CUTS = 4
"""Cuts that each of many instruments asks for at least."""
_FEW = 3
Decided = list[dict[str, Column]]
"""Of each instrument its decisions by name, a row for each candle."""


def causality(strategy: Players, candles: Over, options: Options | None = None, *, report: Report = silent, cancelled: CancelQuestion = never) -> Causality:
    """Whether any decision of `strategy` on `candles` changes when what comes after it is cut off, rises or falls.

    Of several strategies each is asked on its own; several instruments lose their future at one moment. Raises StrategyError, Cancelled.
    """
    subject = Subject.of(candles)
    rows = len(subject.ticks) if subject.ticks is not None else max(len(each) for each in subject.candles)
    if rows < _FEW:
        return Causality(True, None, 0, 0, f"Too few {'candles' if subject.ticks is None else 'ticks'} to hide any.")
    chosen = replace(by_candles_alone(options or Options()), portions=(), close_at_end=False)
    players = players_of(strategy)
    found = []
    for player in players:
        one = _of_one(player, subject, chosen, report, cancelled)
        if one.leak is not None and len(players) > 1:
            leak = replace(one.leak, strategy=type(player).__name__)
            return replace(one, leak=leak, words=leak_words(leak))
        if not one.sound:
            return one
        found.append(one)
    if len(found) == 1:
        return found[0]
    words = " ".join(f"{type(player).__name__}: {one.words}" for player, one in zip(players, found, strict=True))
    return Causality(True, None, sum(one.cuts for one in found), sum(one.decisions for one in found), words)


def _of_one(strategy: Strategy, subject: Subject, options: Options, report: Report, cancelled: CancelQuestion) -> Causality:
    if strategy.answers_events():
        return events_causality(strategy, subject, options, report, cancelled)
    if subject.ticks is not None:
        raise BadInput(f"{type(strategy).__name__} decides on candles, and was given ticks.", cure="Hand it `ticks.candles`, or answer `on_tick` or `on_book`.")
    ask = _of_equity if callable(getattr(type(strategy), "weights", None)) else _of_signals
    return ask(strategy, subject, options, report, cancelled)


def _of_signals(strategy: Strategy, subject: Subject, options: Options, report: Report, cancelled: CancelQuestion) -> Causality:
    def decided(candles: Sequence[Candles], known: Options) -> Decided:
        seen = shown(candles, known) if subject.is_list or options.needs_clock(candles[0].instrument.quote) else candles
        return [decide(strategy, each, options.leverage, cancelled).arrays() for each in seen]

    whole = [
        {name: values for name, values in answer.items() if values.shape == (len(each),)}
        for answer, each in zip(decided(subject.candles, options), subject.candles, strict=True)
    ]
    cuts, rows = _moments(whole, subject), sum(map(len, subject.candles))
    for number, moment in enumerate(cuts):
        hidden = [closed_by(each, moment) for each in subject.candles]
        report(number, len(cuts), f"{rows - sum(hidden):,} candles hidden")
        for how, other in futures_of(subject, moment):
            stop_if(cancelled)
            try:
                again = decided(other.candles, _until(options, moment))
            except (StrategyError, BadInput):
                continue  # it cannot decide on so few candles, which tells nothing about look-ahead
            leak = _first_leak(whole, again, subject, hidden, how)
            if leak is not None:
                return Causality(False, leak, number + 1, sum(hidden), leak_words(leak))
    report(len(cuts), len(cuts), "Done")
    told = f"No decision of {rows:,} candles changed when what came after was hidden or different, at {len(cuts)} cuts."
    return Causality(True, None, len(cuts), rows, told)


def _first_leak(whole: Decided, again: Decided, subject: Subject, hidden: Sequence[int], how: str) -> Leak | None:
    """The first decision, in time, of any instrument that differs before what is `hidden` from it."""
    found = []
    for one, other, each, cut in zip(whole, again, subject.candles, hidden, strict=True):
        differs = first_difference(one, other, cut)
        if differs is not None:
            row, name, decided, otherwise = differs
            symbol = each.instrument.symbol if len(subject.candles) > 1 else ""
            found.append(Leak(row, int(each.time[row]), name, decided, otherwise, cut, how, symbol))
    return min(found, key=lambda leak: leak.time, default=None)


def _until(options: Options, moment: int) -> Options:
    """The options without splits, dividends and rolls from `moment` (UTC ns) on, whose future is another."""
    return replace(options, actions={name: tuple(one for one in what if one.time < moment) for name, what in options.actions.items()})


def _moments(whole: Decided, subject: Subject) -> list[int]:
    """The moments (UTC ns) from which on to hide: the closes before the rows that each instrument asks for."""
    most = max(_CUTS // len(whole), _LEAST_CUTS)
    found: set[int] = set()
    for columns, each in zip(whole, subject.candles, strict=True):
        found |= {int(each.time[row - 1]) + each.timeframe.nanoseconds for row in _cuts(columns, len(each), most)}
    moments = sorted(found)
    return [moments[place] for place in np.unique(np.linspace(0, len(moments) - 1, min(_CUTS, len(moments))).astype(int))]


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


def _of_equity(strategy: Strategy, subject: Subject, options: Options, report: Report, cancelled: CancelQuestion) -> Causality:
    """Of a strategy whose decisions are no arrays and no orders of its own: the equity that came of them before each cut."""
    whole = rerun(strategy, subject.over, options, cancelled)
    rows, closes = len(whole.time), whole.time + subject.step
    cuts = [int(cut) for cut in np.linspace(rows // 3, rows - 1, _RUN_CUTS) if cut > 2]
    for number, cut in enumerate(cuts):
        moment = int(closes[cut - 1])
        report(number, len(cuts), f"{rows - cut:,} candles hidden")
        for how, other in futures_of(subject, moment):
            stop_if(cancelled)
            try:
                again = rerun(strategy, other.over, _until(options, moment), cancelled)
            except (StrategyError, BadInput):
                continue  # it cannot run on so few candles, which tells nothing about look-ahead
            found = first_difference({"equity": whole.equity_values}, {"equity": again.equity_values}, cut)
            if found is not None:
                row, name, decided, otherwise = found
                leak = Leak(row, int(whole.time[row]), name, decided, otherwise, cut, how)
                return Causality(False, leak, number + 1, cut, leak_words(leak))
    report(1, 1, "Done")
    told = f"The equity of {rows:,} candles was the same before what was hidden or different, at {len(cuts)} cuts."
    return Causality(True, None, len(cuts), rows, told)
