"""What reaches an account from outside its orders: exchange rates, splits of what it holds, dividends due and paid, futures rolled.

Part of the compiled walk of `loop`; the tables are made once a run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.many.clock import Clock
from terminal.domain.actions import Action, Dividend, Roll
from terminal.domain.candles import Candles
from terminal.domain.orders import ExitReason
from terminal.ledger.fast import close_lot, open_lot
from terminal.ledger.inner import inner
from terminal.trading.costs import TAKER, fee_of, slipped_fill
from terminal.trading.desk import FILLED, NEVER, NO_CAUSE
from terminal.trading.noting import NO_ROW
from terminal.trading.placing import round_prices
from terminal.trading.tables import Tables, table
from terminal.trading.valuing import position_of, worth_of

ROLL = np.int64(ExitReason.ROLL)
ACTION = np.dtype(
    [
        ("instrument", np.int64),
        ("row", np.int64),
        ("ratio", np.float64),
        ("amount", np.float64),
        ("pays_at", np.int64),
        ("leave", np.float64),
        ("enter", np.float64),
        ("owed", np.float64),
    ]
)
"""One split (`ratio` new shares for one), dividend (`amount` a share) or roll (from the price `leave` to `enter`, 0 = none) before the
candle `row` of the feed opens; `pays_at` is the moment before whose opens a dividend is paid, `owed` what the account is then paid, in
the instrument's currency."""


@dataclass(frozen=True)
class Events(Tables):
    """`actions` by instrument and row, `begin` (k + 1,) where each instrument's are, `next_action` (k,) how far it has come.

    `payments` are rows of `actions` in the order of payment, `next_payment` (1,) the next. `rates` (moments, currencies) are units
    of the account's currency for one of each; `is_paid_in_full` (k,) whether a long is bought with money, so that its whole value
    is in its currency.
    """

    actions: NDArray[Any] = table(ACTION)
    begin: NDArray[np.int64] = table(np.int64)
    next_action: NDArray[np.int64] = table(np.int64)
    payments: NDArray[np.int64] = table(np.int64)
    next_payment: NDArray[np.int64] = table(np.int64)
    rates: NDArray[np.float64] = table(np.float64, 2)
    is_paid_in_full: NDArray[np.bool_] = table(np.bool_)
    claims: NDArray[np.float64] = table(np.float64)
    """Dividends owed and not yet paid, by currency."""


def events_for(
    candles: Sequence[Candles], clock: Clock, actions: Mapping[str, Sequence[Action]], rates: NDArray[np.float64], is_paid_in_full: NDArray[np.bool_]
) -> Events:
    """The tables of a run; actions before the first candle that takes part or after the last are left out."""
    rows: list[tuple[int, int, float, float, int, float, float, float]] = []
    begin, offset = [0], 0
    for code, (each, first) in enumerate(zip(candles, clock.first, strict=True)):
        for action in sorted(actions.get(each.instrument.symbol, ()), key=lambda one: one.time):
            row = int(np.searchsorted(each.time, action.time))
            if first < row < len(each):
                rows.append((code, offset + row, *_terms(action, int(each.time[row]), clock), 0.0))
        begin.append(len(rows))
        offset += len(each)
    made = np.array(rows, ACTION)
    payments = np.argsort(made["pays_at"], kind="stable")
    start = np.array(begin, np.int64)
    return Events(
        made, start, start[:-1].copy(), payments[made["pays_at"][payments] < NEVER], np.zeros(1, np.int64), rates, is_paid_in_full, np.zeros(rates.shape[1])
    )


def _terms(action: Action, opens: int, clock: Clock) -> tuple[float, float, int, float, float]:
    """Ratio, amount, the moment of payment, and the prices of a roll."""
    if isinstance(action, Dividend):
        return 1.0, action.amount, int(np.searchsorted(clock.moments, max(action.pays_at or opens, opens), side="right")), 0.0, 0.0
    if isinstance(action, Roll):
        return 1.0, 0.0, int(NEVER), action.leave, action.enter
    return action.ratio, 0.0, int(NEVER), 0.0, 0.0


@inner
def act_on_shares(desk, events, i, row, begin, time):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Carries out what happens to instrument `i` before its candle `row` opens at `time` (UTC ns); its rows begin at `begin`."""
    while events.next_action[i] < events.begin[i + 1] and events.actions[events.next_action[i]].row <= row:
        action = events.actions[events.next_action[i]]
        if action.ratio != 1.0:
            split(desk, i, action.ratio)
        if action.leave > 0.0:
            desk.books[i].row, desk.books[i].time = row - begin, time
            roll(desk, i, action.leave, action.enter)
        if action.amount > 0.0:
            for k in range(desk.books[i].held):
                lot = desk.lots[i, k]
                action.owed += lot.units * action.amount
                lot.dividends -= lot.units * action.amount
            events.claims[desk.books[i].currency] += action.owed
            desk.totals[0].dividends -= action.owed * desk.rates[desk.books[i].currency]
        events.next_action[i] += 1


@inner
def split(desk, i, ratio):  # type: ignore[no-untyped-def]
    """Turns each share of instrument `i` into `ratio`: in lots, in orders and in the last price."""
    book = desk.books[i]
    book.mark /= ratio
    for k in range(book.held):
        lot = desk.lots[i, k]
        lot.quantity, lot.entered, lot.exited, lot.units = lot.quantity * ratio, lot.entered * ratio, lot.exited * ratio, lot.units * ratio
        lot.first_stop, lot.first_target = lot.first_stop / ratio, lot.first_target / ratio
        lot.entry_raw, lot.entry_price, lot.best, lot.worst = lot.entry_raw / ratio, lot.entry_price / ratio, lot.best / ratio, lot.worst / ratio
    for k in range(book.working):
        order = desk.orders[i, k]
        order.quantity, order.filled, order.asked = order.quantity * ratio, order.filled * ratio, order.asked * ratio
        reprice(order, ratio)


@inner
def reprice(order, ratio):  # type: ignore[no-untyped-def]
    """Divides every price that the order names by `ratio`."""
    order.price, order.trigger, order.activation, order.best = order.price / ratio, order.trigger / ratio, order.activation / ratio, order.best / ratio
    order.reference /= ratio
    order.trail = order.trail / ratio if order.trail_is_distance else order.trail
    order.stop = order.stop / ratio if order.stop_is_price else order.stop
    order.target = order.target / ratio if order.target_is_price else order.target
    order.child_trail = order.child_trail / ratio if order.child_trail_is_distance else order.child_trail
    order.break_even = order.break_even / ratio if order.lot != 0 else order.break_even  # a price once it protects a lot, a fraction before


@inner
def roll(desk, i, leave, enter):  # type: ignore[no-untyped-def]
    """Moves what is held of instrument `i` to the next contract by two fills at the market, and what waits for a price with it.

    Each lot ends as a trade and goes on as one of the same entry, so that what protects it still does.
    """
    book = desk.books[i]
    book.mark = enter
    for k in range(book.working):
        reprice(desk.orders[i, k], leave / enter)
        round_prices(book, desk.orders[i, k])
    if book.held == 0:
        return
    side, total = desk.lots[i, 0].side, abs(position_of(desk, i))
    left, entered = slipped_fill(book, leave, -side, total), slipped_fill(book, enter, side, total)
    paid, fee = fee_of(book, total, left, TAKER, 0.0), fee_of(book, total, entered, TAKER, 0.0)
    number = note_roll(desk, i, -side, total, leave, left, paid)
    note_roll(desk, i, side, total, enter, entered, fee)
    for k in range(book.held):
        lot, trade = desk.lots[i, k], desk.trades[desk.totals[0].trades]
        quantity, decision = lot.quantity, lot.entry_decision
        stop, target = lot.first_stop * enter / leave, lot.first_target * enter / leave
        share = quantity / total
        trade.instrument, trade.exit_order = i, number
        desk.cash[book.currency] += close_lot(lot, trade, book.row, NO_ROW, leave, left, paid * share, ROLL)
        desk.totals[0].trades += 1
        open_lot(lot, book.row, decision, side, quantity, book.multiplier, enter, entered, fee * share)
        lot.first_stop, lot.first_target = stop, target


@inner
def note_roll(desk, i, side, quantity, raw, price, fee):  # type: ignore[no-untyped-def]
    """Writes one fill of a roll and its event; returns the number of the order that the venue would have been sent."""
    book, totals = desk.books[i], desk.totals[0]
    number = totals.next_id
    totals.next_id += 1
    fill, event = desk.fills[totals.fills], desk.events[totals.events]
    fill.order, fill.instrument, fill.row, fill.time, fill.side = number, i, book.row, book.time, side
    fill.quantity, fill.raw, fill.price, fill.commission, fill.is_taker, fill.reason, fill.lot = quantity, raw, price, fee, TAKER, ROLL, 0
    event.order, event.instrument, event.kind, event.cause, event.time, event.fill = number, i, FILLED, NO_CAUSE, book.time, totals.fills
    totals.fills += 1
    totals.events += 1
    totals.traded += quantity * price * book.multiplier * desk.rates[book.currency]
    return number


@inner
def pay_due(desk, events, moment):  # type: ignore[no-untyped-def]
    """Pays the dividends whose day has come; a short pays them."""
    while events.next_payment[0] < len(events.payments):
        action = events.actions[events.payments[events.next_payment[0]]]
        is_entitled = events.next_action[action.instrument] > events.payments[events.next_payment[0]]
        if action.pays_at > moment or not is_entitled:
            return
        currency = desk.books[action.instrument].currency
        desk.cash[currency] += action.owed
        events.claims[currency] -= action.owed
        events.next_payment[0] += 1


@inner
def worth_with_claims(desk, events):  # type: ignore[no-untyped-def]
    """The account's value with the dividends that it is owed and not yet paid."""
    worth = worth_of(desk)
    for currency in range(len(desk.rates)):
        worth += events.claims[currency] * desk.rates[currency]
    return worth


@inner
def take_rates(desk, events, moment):  # type: ignore[no-untyped-def]
    """Takes over the exchange rates that are known at `moment`."""
    for currency in range(1, len(desk.rates)):
        desk.rates[currency] = events.rates[moment, currency]


@inner
def exchange(desk, events):  # type: ignore[no-untyped-def]
    """Buys what of each currency paid-in-full longs were bought with, and sells what is left of it, at the rates last known.

    So a share is worth its price times the rate, while of a margined position only the profit is in its currency.
    """
    for currency in range(1, len(desk.cash)):
        needed = 0.0
        for i in range(len(desk.books)):
            if desk.books[i].currency == currency and events.is_paid_in_full[i]:
                for k in range(desk.books[i].held):
                    lot = desk.lots[i, k]
                    if lot.side > 0:
                        needed += lot.units * lot.entry_raw + lot.slippage + lot.commission + lot.carry
        desk.cash[0] += (desk.cash[currency] - needed) * desk.rates[currency]
        desk.cash[currency] = needed
