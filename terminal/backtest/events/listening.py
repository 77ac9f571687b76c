"""Takes a strategy through recorded ticks: which message it hears how, and the candles that close between them.

Called by `run` where a backtest is given ticks.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest import summary
from terminal.backtest.counting import counts_of
from terminal.backtest.events.passing import hear_out, live_through, ring, tell
from terminal.backtest.events.ticks import TickAccount
from terminal.backtest.events.views import BookView, TickView
from terminal.backtest.options import Options, rules_for
from terminal.backtest.result import NO_TIME, Result
from terminal.backtest.run import holding
from terminal.backtest.tabling import Notes
from terminal.domain.candles import Candles, iso
from terminal.domain.errors import BadInput
from terminal.domain.signals import Signals
from terminal.domain.ticks import TickKind, Ticks
from terminal.domain.work import CancelQuestion, stop_if
from terminal.strategies.contract import Strategy

_HEARD_AS = {TickKind.TRADE: ("on_tick",), TickKind.MARK: ("on_tick",), TickKind.QUOTE: ("on_tick", "on_book"), TickKind.BOOK: ("on_book", "on_tick")}
"""The event by which a message is heard: the first that the strategy answers."""
_STRETCH = 65_536
"""Messages between two questions whether the person asked to stop."""
Listeners = tuple["Callable[[int], None] | None", ...]


def backtest_ticks(strategy: Strategy, ticks: Ticks, options: Options, code: str | None, cancelled: CancelQuestion) -> Result:
    """What `strategy` would have made of the messages, its equity marked at the closes of their candles; raises as `run.backtest` does."""
    demand_listener(strategy, ticks)
    candles = ticks.candles
    first = first_candle(candles, options)
    account = run_ticks(strategy, ticks, options, first, cancelled)
    book, counts = account.book(), counts_of(account.desk)
    entered, left = book["entry_row"].copy(), book["exit_row"].copy()
    is_open, times = left < 0, _times(book, account, ticks)
    rows = np.maximum(np.searchsorted(candles.time, ticks.time, side="right") - 1, first)
    book["entry_row"], book["exit_row"] = rows[entered], np.where(is_open, -1, rows[left])
    rules, _ = rules_for(options, candles.instrument, Signals().checked(len(candles)))
    notes, held = Notes.of_orders(account.blotter.reasons, book), holding(candles, options, first, rules)
    found = summary.result(strategy, candles, options, notes, first, book, account.feed.equity, held, counts, code)
    table = found.trade_table.copy()
    table["entry_time"], table["exit_time"] = times[0], np.where(is_open, NO_TIME, times[1])
    table.flags.writeable = False
    told = {"input": ticks.words, "fills": "as each message showed the market", "marked": f"at the close of each {ticks.timeframe.value} candle made of them"}
    return replace(
        found,
        trade_table=table,
        log=tuple(account.notes),
        settings=dict(found.settings) | told,
        fingerprints=dict(found.fingerprints) | {"data": ticks.fingerprint},
    )


def _times(book: NDArray[Any], account: TickAccount, ticks: Ticks) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """UTC ns of the first fill of each trade's entry and of the last of its exit; what is closed at the end is so at the last message."""
    fills = account.desk.fills[: int(account.desk.totals["fills"][0])]
    first = dict(zip(fills["order"][::-1].tolist(), fills["time"][::-1].tolist(), strict=True))
    last = dict(zip(fills["order"].tolist(), fills["time"].tolist(), strict=True))
    entries, exits = (
        [known.get(order, int(ticks.time[-1])) for order in book[name].tolist()] for known, name in ((first, "entry_order"), (last, "exit_order"))
    )
    return np.array(entries, np.int64), np.array(exits, np.int64)


def first_candle(candles: Candles, options: Options) -> int:
    """The first candle that takes part; raises BadInput where there is none."""
    first = 0 if options.start is None else int(np.searchsorted(candles.time, options.start))
    if first >= len(candles):
        told = f"there are {len(candles):,} candles of {candles.timeframe.value} before it" if len(candles) else "there are no prices"
        raise BadInput(f"Nothing is left to run over: {told}.", cure="Give trades or quotes, and a start before their end.")
    return first


def demand_listener(strategy: Strategy, ticks: Ticks) -> None:
    """Raises BadInput where nothing in `ticks` could ever wake the strategy."""
    name = type(strategy).__name__
    if not len(ticks):
        raise BadInput(f"There are no ticks of {ticks.instrument.symbol}.", cure="Choose a longer range, or another file.")
    if not strategy.answers_events():
        raise BadInput(f"{name} decides on candles, and was given ticks.", cure="Hand it `ticks.candles`, or answer `on_tick` or `on_book`.")
    if strategy.answers("on_candle") or any(strategy.answers(event) for kind in ticks.kinds for event in _HEARD_AS[kind]):
        return
    raise BadInput(f"{name} answers `on_book`, and there are only {ticks.words}.", cure="Answer `on_tick`, or give books or quotes.")


def run_ticks(strategy: Strategy, ticks: Ticks, options: Options, first: int, cancelled: CancelQuestion) -> TickAccount:
    """The account after `strategy` heard the messages from those of candle `first` on; raises StrategyError for what it raises, Cancelled."""
    account = TickAccount(ticks, options, tells_all=strategy.answers("on_fill") or strategy.answers("on_order"))
    account.foresee()
    account.load()
    feed = account.feed
    if not strategy.answers("on_candle"):
        feed.awake = np.zeros(len(feed), bool)

    def where() -> str:
        return f" at {iso(account.now)} (message {max(account.message, 0):,})"

    def progress() -> Any:
        return account.message, account.calls, feed.row

    live_through(strategy, account, cancelled, progress, where, lambda bound: _walk(bound, account, ticks, first, cancelled))
    return account


def _walk(strategy: Strategy, account: TickAccount, ticks: Ticks, first: int, cancelled: CancelQuestion) -> None:
    """Goes through all messages, candle by candle; what comes before candle `first` wakes nobody."""
    feed, listeners, extremes = account.feed, _listeners(strategy, ticks), _extremes(ticks)
    borders = np.searchsorted(ticks.time, feed.columns[0] + feed.length).tolist()
    warm = first + feed.warm_from(strategy.warmup)

    def hear(last: int) -> None:
        begin = account.message + 1
        if any(listeners):
            for start in range(begin, last, _STRETCH):
                stop_if(cancelled)
                _listen(strategy, account, ticks, extremes, listeners, start, min(start + _STRETCH, last))
        else:
            _sleep(strategy, account, last, cancelled)
        account.message = last - 1

    for row, border in enumerate(borders):
        if row < first:
            account.message = border - 1
        else:
            hear(border)
        account.end_candle(row)
        if row >= first and border < len(ticks):  # a candle has closed once a message comes after it
            _close(strategy, account, row, warm)
        account.closing = None
    hear(len(ticks))
    account.live(len(ticks))


def _close(strategy: Strategy, account: TickAccount, row: int, warm: int) -> None:
    """Wakes the strategy at the close of candle `row`: its timers first."""
    feed = account.feed
    ring(strategy, account)
    if row >= warm and (feed.awake is None or feed.awake[row]):
        strategy.on_candle(feed.view)
    hear_out(strategy, account)


def _sleep(strategy: Strategy, account: TickAccount, last: int, cancelled: CancelQuestion) -> None:
    """Lets the messages before row `last` be seen, the strategy being told of its orders only."""
    while account.lived < last:
        stop_if(cancelled)
        account.step(min(last, account.lived + _STRETCH))
        account.message = account.lived - 1
        if account.blotter.has_news(account.desk):
            tell(strategy, account)
            hear_out(strategy, account)


def _listen(strategy: Strategy, account: TickAccount, ticks: Ticks, extremes: tuple[Any, Any], listeners: Listeners, begin: int, end: int) -> None:
    """Lets the messages `begin` to before `end` be heard, each after the desk has felt it."""
    feed = account.feed
    lower, upper, due = feed.lower, feed.upper, feed.due
    columns = (each[begin:end].tolist() for each in (ticks.time, ticks.kind, *extremes))
    for message, time, kind, low, high in zip(range(begin, end), *columns, strict=True):
        account.message = message
        if low <= lower or high >= upper or time >= due:
            account.live(message + 1)
            tell(strategy, account)
            hear_out(strategy, account)
            account.foresee()
            lower, upper, due = feed.lower, feed.upper, feed.due
        listener = listeners[kind]
        if listener is not None:
            listener(message)
            if account.is_changed:
                hear_out(strategy, account)
                lower, upper, due = feed.lower, feed.upper, feed.due


def _extremes(ticks: Ticks) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The lowest and the highest price that each message shows; where it shows none, those that nothing reaches."""
    shows_book = ticks.shown == np.arange(len(ticks))
    bid, ask = (np.where(shows_book, ticks.best[:, column], np.nan) for column in (0, 2))
    low, high = np.fmin(np.fmin(bid, ask), ticks.price), np.fmax(np.fmax(bid, ask), ticks.price)
    return np.where(np.isnan(low), np.inf, low), np.where(np.isnan(high), -np.inf, high)


def _listeners(strategy: Strategy, ticks: Ticks) -> Listeners:
    """By kind what a message calls, None where the strategy answers nothing for it."""
    found: list[Callable[[int], None] | None] = []
    for kind in TickKind:
        event = next((name for name in _HEARD_AS[kind] if strategy.answers(name)), None) if kind in ticks.kinds else None
        if event is None:
            found.append(None)
            continue
        view = TickView(ticks) if event == "on_tick" else BookView(ticks)
        found.append(_caller(getattr(strategy, event), view))
    return tuple(found)


def _caller(answer: Callable[[Any], None], view: TickView | BookView) -> Callable[[int], None]:
    show = view.show

    def call(message: int) -> None:
        show(message)
        answer(view)

    return call
