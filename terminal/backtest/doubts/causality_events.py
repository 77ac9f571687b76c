"""The look-ahead firewall for strategies that answer events: every order they ask for before a cut must be the same whatever comes after.

Asked by `causality`; the strategy runs unchanged on an account that listens.
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from terminal.backtest.doubts.causality_found import Causality, Leak, futures, leak_words
from terminal.backtest.doubts.rerun import rerun
from terminal.backtest.options import Options
from terminal.domain.candles import Candles
from terminal.domain.errors import StrategyError
from terminal.domain.work import CancelQuestion, Report, stop_if
from terminal.strategies.contract import Strategy
from terminal.strategies.orders import OrderHandle, OrderRequest

_CUTS = 6
_CANDLES = 20_000
"""The last so many candles are looked at: each look is a whole run."""
_FUTURE = 500
"""Candles of an invented future that the strategy is shown."""
Heard = list[tuple[int, OrderRequest | None]]


def events_causality(strategy: Strategy, candles: Candles, options: Options, report: Report, cancelled: CancelQuestion) -> Causality:
    looked = candles.rows(max(0, len(candles) - _CANDLES), len(candles))
    start = None if options.start is None or options.start <= int(looked.time[0]) else options.start
    rows, length = len(looked), looked.timeframe.nanoseconds

    def asked(shown: Candles) -> Heard:
        heard: Heard = []
        rerun(_listened_to(strategy, heard), shown, options, cancelled, start=start)
        return heard

    whole = asked(looked)
    cuts = _event_cuts(looked, whole, rows)
    for number, cut in enumerate(cuts):
        for step, (how, other) in enumerate(futures(looked, cut, _FUTURE)):
            stop_if(cancelled)
            report(number * 3 + step, len(cuts) * 3, f"{rows - cut:,} candles {how}")
            until = int(looked.time[cut - 1]) + length - (1 if how == "cut off" else 0)  # the end of a run is an event of its own
            try:
                leak = _first_request(whole, asked(other), until)
            except StrategyError:
                continue  # it cannot run on so few candles, which tells nothing about look-ahead
            if leak is not None:
                time, name, decided, otherwise = leak
                row = int(np.searchsorted(looked.time, time - length))
                found = Leak(row + len(candles) - rows, time - length, name, decided, otherwise, cut + len(candles) - rows, how)
                return Causality(False, found, number + 1, len(whole), leak_words(found))
    report(1, 1, "Done")
    told = f"None of {len(whole):,} orders asked for changed when what came after was hidden or different, at {len(cuts)} cuts of the last {rows:,} candles."
    return Causality(True, None, len(cuts), len(whole), told)


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


def _event_cuts(candles: Candles, whole: Sequence[tuple[int, OrderRequest | None]], rows: int) -> list[int]:
    """Rows from which on to hide: right after requests, and evenly spaced."""
    times = np.unique(np.array([time for time, _ in whole], np.int64))
    after = np.searchsorted(candles.time, times)
    chosen = after[np.linspace(0, len(after) - 1, min(_CUTS // 2, len(after))).astype(int)] if len(after) else np.empty(0, int)
    even = np.linspace(rows // 3, rows - 1, _CUTS - len(chosen)).astype(int)
    return sorted({int(cut) for cut in np.concatenate((chosen, even)) if 2 <= cut < rows})


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
