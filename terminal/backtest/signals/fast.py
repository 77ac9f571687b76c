"""The candle loop: decisions of earlier closes fill at the open, protection works inside the candle, the close is marked.

Compiled once and cached; `backtest.run` hands it plain arrays. Rules live in `trading`, `risk` and `ledger`; here is their order.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from terminal.domain.orders import ExitReason
from terminal.ledger.fast import ACCOUNT, TRADE, book_trade, close_lot, open_lot, value_at
from terminal.ledger.inner import comparing, inner
from terminal.risk.grid import SLACK, grid_down
from terminal.risk.sizing import EQUITY, QUANTITY, RISK, payable_quantity, unit_loss, unit_outlay, wanted_quantity
from terminal.trading.costs import commission, slipped
from terminal.trading.matching import HIGH_FIRST, LOW_FIRST, NEARER_FIRST, NONE, PESSIMISTIC, TARGET, better, rounded_to_market, tighter, trail_level, walk
from terminal.trading.tables import Tables, table

ENTER_LONG, EXIT_LONG, ENTER_SHORT, EXIT_SHORT = (np.uint8(1 << bit) for bit in range(4))
BOTH_ENTRIES, LEAVES_LONG, LEAVES_SHORT = ENTER_LONG | ENTER_SHORT, EXIT_LONG | ENTER_SHORT, EXIT_SHORT | ENTER_LONG
SIGNAL, REVERSAL, STOP, END = (np.int64(reason) for reason in (ExitReason.SIGNAL, ExitReason.REVERSAL, ExitReason.STOP_LOSS, ExitReason.END))
LONG, SHORT, NO_ROW = np.int64(1), np.int64(-1), np.int64(-1)
STOP_SIGN, TARGET_SIGN = np.int64(-1), np.int64(1)
RISK_NEEDS_STOP = 1
BLOCK = 64
"""Candles that are asked together whether any of them reaches a level."""
ALL_ROWS = np.empty(0, np.int64)
"""No marks: the equity is written at each close."""

RULES = np.dtype(
    [
        ("size_kind", np.int64),
        ("size", np.float64),
        ("fee_rate", np.float64),
        ("slippage", np.float64),
        ("multiplier", np.float64),
        ("tick_over", np.float64),
        ("tick_under", np.float64),
        ("lot_over", np.float64),
        ("lot_under", np.float64),
        ("minimum_notional", np.float64),
        ("path", np.int64),
        ("lag", np.int64),
        ("fills_at_close", np.int64),
        ("closes_at_end", np.bool_),
        ("sizes_at_fill", np.int64),
        ("fill_on_touch", np.bool_),
        ("stop_is_price", np.bool_),
        ("target_is_price", np.bool_),
        ("trail_is_distance", np.bool_),
        ("stop_step", np.int64),
        ("target_step", np.int64),
        ("trail_step", np.int64),
        ("size_step", np.int64),
    ]
)
"""The settings of a run as compiled code reads them. A `…_step` is 1 where the strategy gave one value per row, 0 where one for all."""

COUNTS = np.dtype(
    [
        ("trades", np.int64),
        ("conflicts", np.int64),
        ("cut", np.int64),
        ("unaffordable", np.int64),
        ("too_small", np.int64),
        ("stops_passed", np.int64),
        ("error", np.int64),
        ("error_row", np.int64),
        ("error_side", np.int64),
    ]
)
"""What the loop counted, and the first decision that was wrong (`error` 0 = none)."""


@dataclass(frozen=True)
class Loop(Tables):
    """What one run of the loop reads and changes beside the candles: rules, account and counts of one row each, the round trips, and
    the levels of the decisions, one value per row or one for all."""

    rules: NDArray[Any] = table(RULES)
    account: NDArray[Any] = table(ACCOUNT)
    counts: NDArray[Any] = table(COUNTS)
    trades: NDArray[Any] = table(TRADE)
    stops: NDArray[np.float64] = table(np.float64)
    targets: NDArray[np.float64] = table(np.float64)
    trails: NDArray[np.float64] = table(np.float64)
    sizes: NDArray[np.float64] = table(np.float64)


def new_loop(rules: NDArray[Any], levels: Sequence[NDArray[np.float64]], capital: float, trades: NDArray[Any]) -> Loop:
    """A loop with `capital` and nothing done yet, that writes its round trips into `trades`."""
    account = np.zeros(1, ACCOUNT)
    account["cash"] = capital
    return Loop(rules, account, np.zeros(1, COUNTS), trades, *levels)


@inner
def exit_price(account, rules, raw, reason):  # type: ignore[no-untyped-def] # numba records have no Python type
    """What leaving at `raw` fills at: a target is a limit and fills there, everything else slips."""
    if reason == TARGET:
        return raw
    return slipped(raw, -account.side, rules.slippage, rules.tick_over, rules.tick_under)


@inner
def leave(run, row, decision, raw, price, reason):  # type: ignore[no-untyped-def]
    """Closes the position at `raw`, filled at `price`."""
    account, rules, counts = run.account[0], run.rules[0], run.counts[0]
    fee = commission(account.quantity, price, rules.multiplier, rules.fee_rate)
    account.cash += close_lot(account, run.trades[counts.trades], row, decision, raw, price, fee, reason)
    counts.trades += 1


@inner
def level_of(values, step, row, side, is_price, entry, sign):  # type: ignore[no-untyped-def]
    """A stop (`sign` −1) or target (1) of the decision at `row` for an entry at `entry`, unrounded; NaN = none."""
    value = values[row * step]
    return value if is_price else entry * (1.0 + sign * side * value)


@inner
def loss_at_stop(run, row, side, expected):  # type: ignore[no-untyped-def]
    """What one unit entered at `expected` loses at the stop or trail of the decision at `row`; 0 and an error without either."""
    protect(run, row, side, expected)
    account, rules, counts = run.account[0], run.rules[0], run.counts[0]
    trailing = trail_level(side, expected, account.trail, rules.trail_is_distance, rules.tick_over, rules.tick_under)
    level = tighter(side, account.stop, trailing)
    if math.isnan(level):
        counts.error, counts.error_row, counts.error_side = RISK_NEEDS_STOP, row, side
        return 0.0
    stop_exit = slipped(level, -side, rules.slippage, rules.tick_over, rules.tick_under)
    return unit_loss(side, expected, stop_exit, rules.fee_rate, rules.multiplier)


@inner
def protect(run, row, side, price):  # type: ignore[no-untyped-def]
    """Sets the stop, target and trail of the decision at `row` for an entry at `price`, rounded toward the market."""
    account, rules = run.account[0], run.rules[0]
    stop = level_of(run.stops, rules.stop_step, row, side, rules.stop_is_price, price, STOP_SIGN)
    target = level_of(run.targets, rules.target_step, row, side, rules.target_is_price, price, TARGET_SIGN)
    account.stop = rounded_to_market(stop, side > 0, rules.tick_over, rules.tick_under)
    account.target = rounded_to_market(target, side < 0, rules.tick_over, rules.tick_under)
    account.trail = run.trails[row * rules.trail_step]
    account.best = price


@inner
def enter(run, candle_row, row, side, raw, close, worth):  # type: ignore[no-untyped-def]
    """Opens a position at `raw`, sized at the decision's `close`, cut to what can be paid; or refuses it and counts why."""
    account, rules, counts = run.account[0], run.rules[0], run.counts[0]
    price = slipped(raw, side, rules.slippage, rules.tick_over, rules.tick_under)
    expected = price if rules.sizes_at_fill else slipped(close, side, rules.slippage, rules.tick_over, rules.tick_under)
    own_size = run.sizes[row * rules.size_step]
    kind, size = (rules.size_kind, rules.size) if math.isnan(own_size) else (EQUITY, own_size)
    loss = loss_at_stop(run, row, side, expected) if kind == RISK else 0.0
    if counts.error:
        return
    available = account.cash if rules.sizes_at_fill else worth
    wanted = wanted_quantity(kind, size, available, unit_outlay(expected, rules.fee_rate, rules.multiplier), loss)
    quantity = grid_down(wanted, rules.lot_over, rules.lot_under)
    payable = payable_quantity(account.cash, unit_outlay(price, rules.fee_rate, rules.multiplier), rules.lot_over, rules.lot_under)
    if quantity > payable * (1.0 + SLACK):  # what rounding alone puts above is neither refused nor called a cut
        if kind == QUANTITY:
            counts.unaffordable += 1
            return
        counts.cut += 1
    quantity = min(quantity, payable)
    if quantity <= 0.0 or quantity * price * rules.multiplier < rules.minimum_notional:
        counts.too_small += 1
        return
    protect(run, row, side, price)
    fee = commission(quantity, price, rules.multiplier, rules.fee_rate)
    open_lot(account, candle_row, row, side, quantity, rules.multiplier, raw, price, fee)
    account.first_stop, account.first_target = account.stop, account.target
    if side * (account.stop - price) >= 0.0:
        counts.stops_passed += 1
        leave(run, candle_row, NO_ROW, price, price, STOP)


@inner
def act(run, wish, candle_row, row, raw, close, worth):  # type: ignore[no-untyped-def]
    """Carries out the decision of `row` at the price `raw`: leave first, then enter, at the same price."""
    account, rules, counts = run.account[0], run.rules[0], run.counts[0]
    if wish & BOTH_ENTRIES == BOTH_ENTRIES:
        counts.conflicts += 1
        wish &= ~BOTH_ENTRIES
    enters_long = wish & ENTER_LONG != 0 and wish & EXIT_LONG == 0
    enters_short = wish & ENTER_SHORT != 0 and wish & EXIT_SHORT == 0
    exits = wish & (EXIT_LONG if account.side > 0 else EXIT_SHORT) != 0
    reverses = enters_short if account.side > 0 else enters_long
    if account.side != 0 and (exits or reverses):
        reason = SIGNAL if exits else REVERSAL
        leave(run, candle_row, row, raw, exit_price(account, rules, raw, reason), reason)
    if account.side == 0 and (enters_long or enters_short):
        enter(run, candle_row, row, LONG if enters_long else SHORT, raw, close, worth)


@inner
def worth_if_left(account, rules, price):  # type: ignore[no-untyped-def]
    """The account's value were its position left at `price`, slippage and commission paid: what a new position could use."""
    if account.side == 0:
        return account.cash
    filled = exit_price(account, rules, price, SIGNAL)
    fee = commission(account.quantity, filled, rules.multiplier, rules.fee_rate)
    return value_at(account, price) - account.quantity * rules.multiplier * abs(filled - price) - fee


@inner
def live_through(run, row, candle):  # type: ignore[no-untyped-def]
    """Walks the open position through `candle` by the chosen path and books what it hit."""
    account, rules = run.account[0], run.rules[0]
    if math.isnan(account.trail) and not reaches(account.side, account.stop, account.target, candle[1], candle[2]):
        see(account, candle[1], candle[2])
        return
    low, high = walk_of(LOW_FIRST, account, rules, candle), walk_of(HIGH_FIRST, account, rules, candle)
    if rules.path == NEARER_FIRST:
        chosen = high if candle[1] - candle[0] < candle[0] - candle[2] else low
    else:
        gain = outcome(account, rules, high, candle[3]) - outcome(account, rules, low, candle[3])
        takes_high = gain < 0.0 if rules.path == PESSIMISTIC else gain > 0.0
        chosen = high if takes_high else low
    reason, raw, best, worst = chosen
    account.best = best
    account.worst = better(-account.side, account.worst, worst)
    if reason != NONE:
        leave(run, row, NO_ROW, raw, exit_price(account, rules, raw, reason), reason)


@inner
def walk_of(order, account, rules, candle):  # type: ignore[no-untyped-def]
    """The walk of the open position through `candle` in one order of its extremes."""
    protection = (account.stop, account.target, account.trail, rules.trail_is_distance, account.best)
    stop, target, trail, is_distance, extreme = protection
    return walk(order, account.side, candle, stop, target, trail, is_distance, extreme, rules.fill_on_touch, rules.tick_over, rules.tick_under)


@inner
def outcome(account, rules, walked, close):  # type: ignore[no-untyped-def]
    """What a walk leaves of the account's value at the close, up to what both walks share."""
    reason, raw = walked[0], walked[1]
    if reason == NONE:
        return account.units * close
    filled = exit_price(account, rules, raw, reason)
    return account.units * filled - commission(account.quantity, filled, rules.multiplier, rules.fee_rate)


@inner
def next_act(acts, cursor, wishes, first, last, kinds):  # type: ignore[no-untyped-def]
    """The place in `acts` (rows with any wish, rising) of the first from row `first` on whose wishes are of these kinds, and its row or `last`."""
    while cursor < len(acts) and acts[cursor] < last and (acts[cursor] < first or wishes[acts[cursor]] & kinds == 0):
        cursor += 1
    return cursor, min(acts[cursor], last) if cursor < len(acts) else last


@inner
def rest(first, last, marks, noted, cash, equity):  # type: ignore[no-untyped-def]
    """Marks a flat account on the rows `first` to before `last`; returns how many of `marks` are noted now."""
    if len(marks) == 0:
        for flat in range(first, last):
            equity[flat] = cash
    while noted < len(marks) and marks[noted] < last:
        equity[noted] = cash
        noted += 1
    return noted


@inner
def reaches(side, stop, target, high, low):  # type: ignore[no-untyped-def]
    """True where a candle may touch the fixed stop or target of a position; the walk decides whether it fills."""
    return (low <= stop or high >= target) if side > 0 else (high >= stop or low <= target)


@inner
def until_touched(side, stop, target, first, last, highs, lows):  # type: ignore[no-untyped-def]
    """The first row from `first` on whose candle reaches a fixed level (NaN = none), or `last`; the highest high and lowest low before it.

    Blocks that no level is near to are passed at once.
    """
    lower, upper = (stop, target) if side > 0 else (target, stop)
    highest, lowest, begin = -np.inf, np.inf, first
    while begin < last:
        stop_row = min(begin + BLOCK, last)
        high, low = extremes(highs, lows, begin, stop_row)
        if low <= lower or high >= upper:
            for row in range(begin, stop_row):
                if lows[row] <= lower or highs[row] >= upper:
                    return row, highest, lowest
                highest, lowest = max(highest, highs[row]), min(lowest, lows[row])
        highest, lowest = max(highest, high), min(lowest, low)
        begin = stop_row
    return last, highest, lowest


@comparing
def extremes(highs, lows, first, last):  # type: ignore[no-untyped-def]
    """The highest high and the lowest low of the rows `first` to before `last`, of which there is one at least."""
    highest, lowest = highs[first], lows[first]
    for row in range(first + 1, last):
        highest, lowest = max(highest, highs[row]), min(lowest, lows[row])
    return highest, lowest


@inner
def hold(first, last, marks, noted, closes, account, equity):  # type: ignore[no-untyped-def]
    """Marks a position that nothing touches on the rows `first` to before `last`; returns how many of `marks` are noted now."""
    units, entry = account.units, account.entry_raw
    paid_in = account.cash - account.slippage - account.commission
    if len(marks) == 0:
        for row in range(first, last):
            equity[row] = paid_in + units * (closes[row] - entry)
    while noted < len(marks) and marks[noted] < last:
        equity[noted] = paid_in + units * (closes[marks[noted]] - entry)
        noted += 1
    return noted


@inner
def see(account, high, low):  # type: ignore[no-untyped-def]
    """Notes the best and the worst price that the open position has seen."""
    best, worst = (high, low) if account.side > 0 else (low, high)
    account.best, account.worst = better(account.side, account.best, best), better(-account.side, account.worst, worst)


@inner
def end(run, row, close, equity):  # type: ignore[no-untyped-def]
    """Reports the position still open after the last candle: left as a last order where asked for, else valued at that close."""
    account, rules, counts = run.account[0], run.rules[0], run.counts[0]
    if rules.closes_at_end:
        leave(run, row, NO_ROW, close, exit_price(account, rules, close, END), END)
        equity[-1] = account.cash
    else:
        book_trade(account, run.trades[counts.trades], NO_ROW, NO_ROW, close, close, 0.0, NONE)
        counts.trades += 1


@njit(cache=True, nogil=True, error_model="numpy")
def simulate(first, last, is_end, run, wishes, acts, prices, equity, marks, worths):  # type: ignore[no-untyped-def]
    """Runs candles `first` to before `last`; returns the row it stopped at: `last`, a full `trades` table, or a wrong decision.

    `wishes[t]` holds the conditions that may act on candle t, `acts` the rows where there are any. `equity` is written at each
    close, or where `marks` names rows (rising) only at theirs, one after the other. `worths` is empty without delay, else a
    ring of the account's value if left, one per candle of lag. All that a later call needs to go on stands in the records and
    arrays; `is_end` says that none will come.
    """
    opens, highs, lows, closes = prices
    rules, account, counts = run.rules[0], run.account[0], run.counts[0]
    lag, delays = rules.lag, len(worths)
    row, noted = first, 0
    entering, leaving_long, leaving_short = 0, 0, 0  # each looks ahead on its own, so that no decision is looked at twice
    while noted < len(marks) and marks[noted] < first:
        noted += 1
    while row < last:
        begin = row
        if delays == 0 and account.side == 0:
            entering, row = next_act(acts, entering, wishes, row, last, BOTH_ENTRIES)
            noted = rest(begin, row, marks, noted, account.cash, equity)
        elif delays == 0 and math.isnan(account.trail):
            if account.side > 0:
                leaving_long, row = next_act(acts, leaving_long, wishes, row, last, LEAVES_LONG)
            else:
                leaving_short, row = next_act(acts, leaving_short, wishes, row, last, LEAVES_SHORT)
            row, highest, lowest = until_touched(account.side, account.stop, account.target, begin, row, highs, lows)
            see(account, highest, lowest)
            noted = hold(begin, row, marks, noted, closes, account, equity)
        if row >= last or counts.trades + 3 > len(run.trades):
            break
        candle = (opens[row], highs[row], lows[row], closes[row])
        decision, raw = row - lag, candle[3] if rules.fills_at_close else candle[0]
        for moment in range(2):
            if moment != rules.fills_at_close and account.side != 0:
                live_through(run, row, candle)
            if moment == rules.fills_at_close and wishes[row]:
                worth = worths[decision % delays] if delays else worth_if_left(account, rules, closes[decision])
                act(run, wishes[row], row, decision, raw, closes[decision], worth)
        if counts.error:
            break
        if len(marks) == 0:
            equity[row] = value_at(account, candle[3])
        elif noted < len(marks) and marks[noted] == row:
            equity[noted] = value_at(account, candle[3])
            noted += 1
        if delays:
            worths[row % delays] = worth_if_left(account, rules, candle[3])
        row += 1
    if is_end and row == last and account.side != 0:
        end(run, last - 1, closes[last - 1], equity)
    return row
