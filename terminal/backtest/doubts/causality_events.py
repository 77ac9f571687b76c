"""The look-ahead firewall for strategies that answer events: every order they ask for before a cut must be the same whatever comes after.

Asked by `causality`; the strategy runs unchanged on an account that listens.
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from terminal.backtest.doubts.causality_found import Causality, Leak, futures_of, leak_words
from terminal.backtest.doubts.rerun import rerun
from terminal.backtest.doubts.subject import Subject, closed_by
from terminal.backtest.options import Options
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput, StrategyError
from terminal.domain.work import CancelQuestion, Report, stop_if
from terminal.strategies.contract import Strategy
from terminal.strategies.orders import OrderHandle, OrderRequest

_CUTS = 6
_CANDLES = 20_000
"""The last so many candles are looked at: each look is a whole run."""
_MESSAGES = 200_000
"""The last so many messages of ticks are looked at."""
_FUTURE = 500
"""Candles, or messages, of an invented future that the strategy is shown."""
Heard = list[tuple[int, OrderRequest | None]]


def events_causality(strategy: Strategy, whole: Subject, options: Options, report: Report, cancelled: CancelQuestion) -> Causality:
    """What the firewall finds in the orders that `strategy` asks for over the last of `whole`; raises StrategyError, Cancelled."""
    subject = whole.last(_CANDLES if whole.ticks is None else _MESSAGES)
    begin = int(subject.candles[0].time[0]) if len(subject.candles[0]) else 0
    start = None if options.start is None or options.start <= begin else options.start

    def asked(shown: Subject) -> Heard:
        heard: Heard = []
        rerun(_listened_to(strategy, heard), shown.over, options, cancelled, start=start)
        return heard

    requests = asked(subject)
    cuts, noun = _event_cuts(subject, requests), "messages" if subject.ticks is not None else "candles"
    rows = _rows(subject)
    for number, moment in enumerate(cuts):
        for step, (how, other) in enumerate(futures_of(subject, moment, _FUTURE)):
            stop_if(cancelled)
            report(number * 3 + step, len(cuts) * 3, f"{rows - _row_at(subject, moment):,} {noun} {how}")
            try:
                found = _first_request(requests, asked(other), _heard_until(subject, moment, how))
            except (StrategyError, BadInput):
                continue  # it cannot run on so few candles, which tells nothing about look-ahead
            if found is not None:
                leak = _leak(whole, subject, found, moment, how)
                return Causality(False, leak, number + 1, len(requests), leak_words(leak))
    report(1, 1, "Done")
    told = f"None of {len(requests):,} orders asked for changed when what came after was hidden or different, at {len(cuts)} cuts of the last {rows:,} {noun}."
    return Causality(True, None, len(cuts), len(requests), told)


def _rows(subject: Subject) -> int:
    return len(subject.ticks) if subject.ticks is not None else max(map(len, subject.candles))


def _finest(subject: Subject) -> Candles:
    """The candles that leaks and cuts are counted in."""
    return max(subject.candles, key=len)


def _row_at(subject: Subject, moment: int) -> int:
    """How many messages, or candles of the longest series, are known at `moment`."""
    return int(np.searchsorted(subject.ticks.time, moment, side="right")) if subject.ticks is not None else closed_by(_finest(subject), moment)


def _heard_until(subject: Subject, moment: int, how: str) -> int:
    """The time (UTC ns) up to which both runs must ask for the same; the end of a run is an event of its own."""
    if how != "cut off":
        return moment
    return moment - 1 if subject.ticks is None else int(subject.ticks.time[_row_at(subject, moment) - 1]) - 1


def _leak(whole: Subject, subject: Subject, found: tuple[int, str, str, str], moment: int, how: str) -> Leak:
    """The leak, its rows counted in all that was handed in."""
    time, name, decided, otherwise = found
    before = _rows(whole) - _rows(subject)
    cut = _row_at(subject, moment) + before
    if subject.ticks is not None:
        return Leak(int(np.searchsorted(subject.ticks.time, time)) + before, time, name, decided, otherwise, cut, how, messages=True)
    finest = _finest(subject)
    opened = time - finest.timeframe.nanoseconds
    return Leak(int(np.searchsorted(finest.time, opened)) + before, opened, name, decided, otherwise, cut, how)


class _Listener:
    """An account that carries out what it is asked and notes each request with its time."""

    def __init__(self, account: Any, heard: Heard) -> None:
        self._account = account
        self._heard = heard

    def __getattr__(self, name: str) -> Any:
        return getattr(self._account, name)

    def place(self, request: OrderRequest) -> OrderHandle:
        """Notes the request and passes it on."""
        self._heard.append((int(self._account.now), request))
        handle: OrderHandle = self._account.place(request)
        return handle

    def cancel(self, order: OrderHandle) -> None:
        """Notes that an order was taken back, and takes it back."""
        self._heard.append((int(self._account.now), None))
        self._account.cancel(order)


def _listened_to(strategy: Strategy, heard: Heard) -> Strategy:
    """The same strategy, whose requests are noted in `heard`."""
    kind = type(strategy)

    def bound_to(self: Strategy, account: Any) -> Strategy:
        return kind.bound_to(self, _Listener(account, heard))

    listened: type[Strategy] = type(kind.__name__, (kind,), {"bound_to": bound_to, "__module__": kind.__module__, "__doc__": kind.__doc__})
    return listened(**strategy.values)


def _event_cuts(subject: Subject, requests: Heard) -> list[int]:
    """The moments (UTC ns) after which to hide: those of requests, and evenly spaced ones."""
    times = np.unique(np.array([time for time, _ in requests], np.int64))
    if subject.ticks is not None:
        known = subject.ticks.time
        last = int(known[-1]) - 1
    else:
        finest = _finest(subject)
        known, last = finest.time + finest.timeframe.nanoseconds, int(finest.time[-1])
    chosen = times[np.linspace(0, len(times) - 1, min(_CUTS // 2, len(times))).astype(int)] if len(times) else times
    even = known[np.linspace(len(known) // 3, len(known) - 1, _CUTS - len(chosen)).astype(int) - 1]
    return sorted({int(moment) for moment in np.concatenate((chosen, even)) if known[1] <= moment <= last})


def _first_request(
    whole: Sequence[tuple[int, OrderRequest | None]], again: Sequence[tuple[int, OrderRequest | None]], until: int
) -> tuple[int, str, str, str] | None:
    """Time, field and both words of the first request up to `until` (UTC ns) that differs; None where none does."""
    one, two = ([each for each in asked if each[0] <= until] for asked in (whole, again))
    for number in range(max(len(one), len(two))):
        if number >= len(one) or number >= len(two):
            time, request = (one if number < len(one) else two)[number]
            words = (_told(request), "no order") if number < len(one) else ("no order", _told(request))
            return time, "orders", *words
        (time, request), (other_time, other) = one[number], two[number]
        if time != other_time:
            is_ours = time < other_time
            return min(time, other_time), "orders", _told(request) if is_ours else "no order", "no order" if is_ours else _told(other)
        if request is None or other is None:
            if request is not other:
                return time, "orders", _told(request), _told(other)
            continue
        for item in fields(OrderRequest):
            mine, theirs = repr(getattr(request, item.name)), repr(getattr(other, item.name))
            if mine != theirs:
                return time, item.name, mine, theirs
    return None


def _told(request: OrderRequest | None) -> str:
    if request is None:
        return "an order cancelled"
    return {1: "a buy order", -1: "a sell order", 0: "a target"}[request.side]
