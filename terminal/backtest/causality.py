"""The look-ahead firewall: a strategy decides again with the future cut off and with other futures, and must decide the same.

Asked on save, by the reviewer and from a shell; compares every decision before the cut and names the first that differs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.options import Options
from terminal.backtest.rerun import by_candles_alone, rerun
from terminal.domain.candles import VALUE_COLUMNS, Candles, Provenance
from terminal.domain.errors import Cancelled, StrategyError
from terminal.domain.signals import minute
from terminal.domain.work import CancelQuestion, Report, never, silent, stop_if
from terminal.strategies.contract import Strategy
from terminal.strategies.orders import OrderHandle, OrderRequest
from terminal.strategies.run import decide

_CUTS = 24
_EVENT_CUTS = 6
_EVENT_CANDLES = 20_000
"""Of a strategy that answers events the last so many candles are looked at: each look is a whole run."""
_FUTURE = 500
"""Candles of an invented future that an event strategy is shown."""
_BUMPED = 20
_BUMP = 0.03
_TOLERANCE = 1e-9
Column = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Leak:
    """The first decision that changed with what came after it."""

    row: int
    time: int
    """Open of the candle at whose close it was decided, UTC ns."""
    field: str
    decided: str
    otherwise: str
    cut: int
    """Row from which on the candles were hidden or changed."""
    how: str


@dataclass(frozen=True, slots=True)
class Causality:
    """What the firewall found. Passing is no proof: a future that changes no decision at the cuts cannot be seen."""

    sound: bool
    leak: Leak | None
    cuts: int
    decisions: int
    """Rows, or orders of an event strategy, that were compared."""
    words: str


def causality(strategy: Strategy, candles: Candles, options: Options | None = None, *, report: Report = silent, cancelled: CancelQuestion = never) -> Causality:
    """Whether any decision of `strategy` on `candles` changes when what comes after it is cut off, rises or falls; raises StrategyError, Cancelled."""
    if len(candles) < 3:
        return Causality(True, None, 0, 0, "Too few candles to hide any.")
    if strategy.answers_events():
        return _of_events(strategy, candles, by_candles_alone(options or Options()), report, cancelled)
    return _of_signals(strategy, candles, report, cancelled)


def futures(candles: Candles, cut: int, length: int | None = None) -> tuple[tuple[str, Candles], ...]:
    """The same candles to before row `cut`, and after it: nothing, a rise, and a fall. Of those `length` candles, None = all."""
    last = len(candles) if length is None else min(len(candles), cut + length)
    shown = candles.rows(0, last)
    return (
        ("cut off", candles.rows(0, cut)),
        ("made to rise", _bent(shown, cut, _BUMP)),
        ("made to fall", _bent(shown, cut, -_BUMP)),
    )


def _bent(candles: Candles, cut: int, bump: float) -> Candles:
    """`candles` with the returns from row `cut` on turned round, the first twenty moved by `bump` each, and the volumes reversed."""
    before = candles.close[cut - 1 : -1]
    gaps, bodies = np.log(candles.open[cut:] / before), np.log(candles.close[cut:] / candles.open[cut:])
    top, bottom = np.maximum(candles.open[cut:], candles.close[cut:]), np.minimum(candles.open[cut:], candles.close[cut:])
    above, below = candles.high[cut:] / top, bottom / candles.low[cut:]
    returns = -(gaps + bodies)
    returns[:_BUMPED] += bump
    closes = candles.close[cut - 1] * np.exp(np.cumsum(returns))
    opens = np.concatenate((candles.close[cut - 1 : cut], closes[:-1])) * np.exp(-gaps)
    drawn = {
        "open": opens,
        "high": np.maximum(opens, closes) * below,
        "low": np.minimum(opens, closes) / above,
        "close": closes,
        "volume": candles.volume[cut:][::-1] * (1.5 if bump > 0 else 0.5),
    }
    columns = {name: np.concatenate((getattr(candles, name)[:cut], drawn[name])) for name in VALUE_COLUMNS}
    origin = Provenance(candles.provenance.source, simulated=True, detail="another future, to look for look-ahead")
    return Candles(candles.instrument, candles.timeframe, candles.time, **columns, provenance=origin)


def _of_signals(strategy: Strategy, candles: Candles, report: Report, cancelled: CancelQuestion) -> Causality:
    whole = {name: values for name, values in decide(strategy, candles).arrays().items() if values.shape == (len(candles),)}
    cuts = _cuts(whole, len(candles), _CUTS)
    for number, cut in enumerate(cuts):
        report(number, len(cuts), f"{len(candles) - cut:,} candles hidden")
        for how, other in futures(candles, cut):
            stop_if(cancelled)
            try:
                again = decide(strategy, other).arrays()
            except StrategyError:
                continue  # it cannot decide on so few candles, which tells nothing about look-ahead
            found = _first_difference(whole, again, cut)
            if found is not None:
                row, name, decided, otherwise = found
                leak = Leak(row, int(candles.time[row]), name, decided, otherwise, cut, how)
                return Causality(False, leak, number + 1, cut, _words(leak))
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


def _first_difference(whole: dict[str, Column], again: dict[str, Column], cut: int) -> tuple[int, str, str, str] | None:
    """Row, field and both values of the first decision before `cut` that differs; None where none does."""
    first: tuple[int, str, str, str] | None = None
    for name, values in whole.items():
        one, two = values[:cut], again[name][:cut]
        if one.strides == (0,) and two.strides == (0,) and len(one):
            one, two = one[:1], two[:1]
        differ = np.flatnonzero(~_same(one, two))
        if len(differ) and (first is None or int(differ[0]) < first[0]):
            row = int(differ[0])
            first = (row, name, _shown(one[row]), _shown(two[row]))
    return first


def _same(one: Column, two: Column) -> NDArray[np.bool_]:
    if one.dtype.kind == "f":
        same: NDArray[np.bool_] = np.isclose(one, two, rtol=_TOLERANCE, atol=0.0, equal_nan=True)
        return same
    return np.asarray(one == two)


class _Listener:
    """An account that carries out what it is asked and notes each request with its time."""

    def __init__(self, account: Any, heard: list[tuple[int, OrderRequest | None]]) -> None:
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


def _of_events(strategy: Strategy, candles: Candles, options: Options, report: Report, cancelled: CancelQuestion) -> Causality:
    looked = candles.rows(max(0, len(candles) - _EVENT_CANDLES), len(candles))
    start = None if options.start is None or options.start <= int(looked.time[0]) else options.start
    rows, length = len(looked), looked.timeframe.nanoseconds

    def asked(shown: Candles) -> list[tuple[int, OrderRequest | None]]:
        heard: list[tuple[int, OrderRequest | None]] = []
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
            except Cancelled:
                raise
            except StrategyError:
                continue  # it cannot run on so few candles, which tells nothing about look-ahead
            if leak is not None:
                time, name, decided, otherwise = leak
                row = int(np.searchsorted(looked.time, time - length))
                found = Leak(row + len(candles) - rows, time - length, name, decided, otherwise, cut + len(candles) - rows, how)
                return Causality(False, found, number + 1, len(whole), _words(found))
    report(1, 1, "Done")
    told = f"None of {len(whole):,} orders asked for changed when what came after was hidden or different, at {len(cuts)} cuts of the last {rows:,} candles."
    return Causality(True, None, len(cuts), len(whole), told)


def _listened_to(strategy: Strategy, heard: list[tuple[int, OrderRequest | None]]) -> Strategy:
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
    chosen = after[np.linspace(0, len(after) - 1, min(_EVENT_CUTS // 2, len(after))).astype(int)] if len(after) else np.empty(0, int)
    even = np.linspace(rows // 3, rows - 1, _EVENT_CUTS - len(chosen)).astype(int)
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


def _shown(value: Any) -> str:
    return str(bool(value)) if isinstance(value, np.bool_) else f"{value:.10g}"


def _words(leak: Leak) -> str:
    when = f"`{leak.field}` at {minute(leak.time)} (row {leak.row:,}) is {leak.decided}"
    return f"{when}, and {leak.otherwise} once the candles from row {leak.cut:,} on are {leak.how}: it knew what came after."
