"""Runs a strategy over several instruments of one account, on one clock, with shared cash.

`run.backtest` hands over to here where it is given several candles; what comes back is a Result with a row for each instrument.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.beforehand import with_shares
from terminal.backtest.counting import COUNTED, counts_of, refusals
from terminal.backtest.many import result as many_result
from terminal.backtest.many.actions import Events, events_for
from terminal.backtest.many.clock import Clock, clock_of
from terminal.backtest.many.loop import with_room
from terminal.backtest.many.result import Trading
from terminal.backtest.many.seen import as_traded, shown, weights_of_members
from terminal.backtest.many.surroundings import PAID_IN_FULL, currencies, rates_at
from terminal.backtest.options import Options, desk_for
from terminal.backtest.result import Result
from terminal.backtest.tabling import Notes, split
from terminal.domain.candles import Candles
from terminal.domain.work import CancelQuestion, never, stop_if
from terminal.strategies.contract import Strategy
from terminal.strategies.run import decide
from terminal.trading.desk import Desk
from terminal.trading.marking import account_value, finish


@dataclass(frozen=True, eq=False)
class Account:
    """What every driver of several instruments is given: raw candles and as strategies see them, their clock, and what happens around."""

    candles: Sequence[Candles]
    seen: Sequence[Candles]
    clock: Clock
    options: Options
    names: list[str]
    """Currencies, the account's own first."""
    rates: NDArray[np.float64]
    events: Events

    def desk(self) -> Desk:
        """A desk with the capital in the account's currency, and each instrument in its own."""
        desk = desk_for(self.options, [each.instrument for each in self.candles], self.candles)
        desk.books["currency"] = [self.names.index(each.instrument.quote) for each in self.candles]
        if len(self.names) == 1:
            return desk
        cash = np.zeros(len(self.names))
        cash[0] = self.options.capital
        return replace(desk, cash=cash, rates=self.rates[0].copy(), saved_cash=np.zeros(len(self.names)))

    def closed(self, desk: Desk, equity: NDArray[np.float64]) -> NDArray[Any]:
        """The round trips in the order of entry, those still open after the last moment included."""
        desk = with_room(desk)
        finish(desk, self.options.close_at_end)
        if self.options.close_at_end:
            equity[-1] = account_value(desk) + float(self.events.claims @ desk.rates)
        book = desk.trades[: int(desk.totals["trades"][0])]
        return book[np.argsort(book["entry_order"], kind="stable")]

    def trading(self, book: NDArray[Any], equity: NDArray[np.float64], notes: Sequence[Notes], counts: dict[str, int]) -> Trading:
        """What came of it, for the result."""
        columns = [self.names.index(each.instrument.quote) for each in self.candles]
        return Trading(book, equity, notes, counts, [self.rates[:, column] if column else None for column in columns])


def backtest_many(strategy: Strategy, candles: Sequence[Candles], options: Options, *, code: str | None = None, cancelled: CancelQuestion = never) -> Result:
    """What `strategy` would have made of all `candles` with one account; raises as `run.backtest` does, and BadInput where clocks clash."""
    account = account_of(candles, options)
    return many_result.result(strategy, candles, account.clock, options, traded(strategy, account, cancelled), code)


def traded(strategy: Strategy, account: Account, cancelled: CancelQuestion) -> Trading:
    """What came of the strategy on that account, by what it answers: weights, events or signals."""
    trade = _by_weights if callable(getattr(type(strategy), "weights", None)) else _by_events if strategy.answers_events() else _by_signals
    return trade(strategy, account, cancelled)


def account_of(candles: Sequence[Candles], options: Options) -> Account:
    """The clock, rates and events of a run; raises BadInput where something is missing or does not fit together."""
    clock = clock_of(candles, options.start)
    names, rates = currencies(candles, options), rates_at(clock.moments, candles, options)
    paid = np.array([each.instrument.asset_class in PAID_IN_FULL for each in candles])
    return Account(candles, shown(candles, options), clock, options, names, rates, events_for(candles, clock, options.actions, rates, paid))


def _by_signals(strategy: Strategy, account: Account, cancelled: CancelQuestion) -> Trading:
    """Asks for the signals of each instrument and trades them all on one account."""
    from terminal.backtest.many.signals import trade_signals

    signals = []
    for raw, seen in zip(account.candles, account.seen, strict=True):
        stop_if(cancelled)
        signals.append(with_shares(as_traded(decide(strategy, seen, account.options.leverage), raw, account.options), account.options, raw))
    desk, equity, conflicts = trade_signals(account.desk(), account.candles, account.clock, account.events, signals, account.options, cancelled)
    book, counts = account.closed(desk, equity), counts_of(desk, conflicts)
    notes = list(map(Notes.of_signals, signals, split(book, "instrument", len(signals))))
    return account.trading(book, equity, notes, counts)


def _by_weights(strategy: Strategy, account: Account, cancelled: CancelQuestion) -> Trading:
    """Asks once for the weights of all instruments, and trades them on the rows that rebalance."""
    from terminal.backtest.many.weights_run import decide_weights, is_plain, trade_plainly

    candles, clock, options = account.candles, account.clock, account.options
    weights = weights_of_members(decide_weights(strategy, account.seen, clock, options.leverage), candles, clock.time, options)
    if is_plain(candles, clock, options):
        book, equity, few = trade_plainly(candles, clock, weights, options)
        counts = dict.fromkeys(COUNTED, 0) | few
    else:
        from terminal.backtest.many.weights_desk import trade_on_desk

        desk, equity = trade_on_desk(account.desk(), candles, clock, account.events, weights, options, cancelled)
        book, counts = account.closed(desk, equity), counts_of(desk)
    return account.trading(book, equity, _notes({}, book, account), counts)


def _by_events(strategy: Strategy, account: Account, cancelled: CancelQuestion) -> Trading:
    """Wakes the strategy at each close of each instrument, all on one account."""
    from terminal.backtest.many.events import run_events

    ran = run_events(strategy, account, cancelled)
    book, counts = account.closed(ran.desk, ran.equity_values), counts_of(ran.desk)
    trading = account.trading(book, ran.equity_values, _notes(ran.blotter.reasons, book, account), counts)
    return replace(trading, log=tuple(ran.notes), cautions=refusals(ran.desk))


def _notes(words: dict[int, str], book: NDArray[Any], account: Account) -> list[Notes]:
    return [Notes.of_orders(words, own) for own in split(book, "instrument", len(account.candles))]
