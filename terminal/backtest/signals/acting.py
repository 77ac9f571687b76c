"""What rows of conditions and targets do at a close: working entries are withdrawn, positions left, entries and rebalancing placed.

Compiled; drivers of one instrument and of several call `act` after a candle has closed, before anything else happens.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.orders import ExitReason
from terminal.ledger.inner import inner
from terminal.risk.sizing import EQUITY, QUANTITY, RISK, TARGET
from terminal.trading.desk import CANCELLED, DONE, EXPIRED, MARKET, NEVER, NO_CAUSE, ORDER, UNBOUND
from terminal.trading.filling import lot_of
from terminal.trading.noting import NO_ROW, strike
from terminal.trading.placing import place_order
from terminal.trading.tables import Tables, table
from terminal.trading.valuing import position_of, worth_of

ENTER_LONG, EXIT_LONG, ENTER_SHORT, EXIT_SHORT, AIMS, WATCHES_DRIFT = (np.int64(1 << bit) for bit in range(6))
"""The wishes of a row: four conditions; a target to be traded; a target to be traded only if the position has drifted from it."""
BOTH_ENTRIES = np.int64(ENTER_LONG | ENTER_SHORT)
SIGNAL, REVERSAL, REBALANCE = (np.int64(reason) for reason in (ExitReason.SIGNAL, ExitReason.REVERSAL, ExitReason.REBALANCE))
LONG, SHORT, FLAT = np.int64(1), np.int64(-1), np.int64(0)
RISK_NEEDS_STOP = 1

PLAN = np.dtype(
    [
        ("delay", np.int64),
        ("fills_at_close", np.bool_),
        ("pyramiding", np.int64),
        ("drift", np.float64),
        ("expires_rows", np.int64),
        ("expires_span", np.int64),
        ("length", np.int64),
        ("stop_step", np.int64),
        ("target_step", np.int64),
        ("trail_step", np.int64),
        ("size_step", np.int64),
        ("limit_step", np.int64),
        ("trigger_step", np.int64),
        ("weight_step", np.int64),
    ]
)
"""What holds for all rows of one instrument. A `…_step` is 1 where there is one value per row, 0 where one for all."""

STATE = np.dtype(
    [
        ("conflicts", np.int64),
        ("exit", np.int64),
        ("aim", np.int64),
        ("lived", np.int64),
        ("error", np.int64),
        ("error_row", np.int64),
        ("error_side", np.int64),
    ]
)
"""What is remembered of one instrument: how many rows wanted both sides, the ids of the order that leaves and of the one that
rebalances, the last row (of several instruments the last moment) that was lived through, and the first decision that was wrong (`error` 0 = none)."""


@dataclass(frozen=True)
class Decisions(Tables):
    """The decisions for all instruments of an account: `plans`, `states` and `blanks` (an entry's order but for its row) one per
    instrument; the columns one value per row, of one instrument after the other; `wishes` hold at row t what acts after its close.
    `ticket` is a table of one order to write on."""

    plans: NDArray[Any] = table(PLAN)
    states: NDArray[Any] = table(STATE)
    blanks: NDArray[Any] = table(ORDER)
    ticket: NDArray[Any] = table(ORDER)
    wishes: NDArray[np.uint8] = table(np.uint8)
    stops: NDArray[np.float64] = table(np.float64)
    targets: NDArray[np.float64] = table(np.float64)
    trails: NDArray[np.float64] = table(np.float64)
    sizes: NDArray[np.float64] = table(np.float64)
    limits: NDArray[np.float64] = table(np.float64)
    triggers: NDArray[np.float64] = table(np.float64)
    weights: NDArray[np.float64] = table(np.float64)


@inner
def act(desk, i, decisions, times, closes, bounds, row, worths):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Carries out what was decided `delay` candles before `row`, the candle of instrument `i` that has just closed.

    `times` and `closes` have the rows of the decisions' columns, `bounds` says where the instrument's begin and end. `worths` is
    the account's value at the decision, were its positions left and as it stood; NaN = work it out now.
    """
    plan, state = decisions.plans[i], decisions.states[i]
    decision = row - plan.delay
    wish = np.int64(decisions.wishes[row])
    if row + 1 < bounds[1]:
        expire(desk, i, times[row + 1])
    if wish & BOTH_ENTRIES == BOTH_ENTRIES:
        state.conflicts += 1
        wish &= ~BOTH_ENTRIES
    if wish & (AIMS | WATCHES_DRIFT) != 0:
        aim(desk, i, decisions, closes, bounds, decision, wish, worths)
        return
    enters_long = wish & ENTER_LONG != 0 and wish & EXIT_LONG == 0
    enters_short = wish & ENTER_SHORT != 0 and wish & EXIT_SHORT == 0
    withdraw(desk, i, wish & EXIT_LONG != 0 or enters_short, wish & EXIT_SHORT != 0 or enters_long)
    side = side_of(desk, i)
    exits = wish & (EXIT_LONG if side > 0 else EXIT_SHORT) != 0
    reverses = enters_short if side > 0 else enters_long
    is_left = side != FLAT and (exits or reverses)
    is_leaving = side != FLAT and is_working(desk, i, state.exit)
    if is_left and not is_leaving:
        leave(desk, i, decisions, decision - bounds[0], side, SIGNAL if exits else REVERSAL)
    if not (enters_long or enters_short):
        return
    wanted = LONG if enters_long else SHORT
    if side == wanted and is_leaving:
        return
    if entries(desk, i, wanted) <= plan.pyramiding:
        worth = worths[1] if side == wanted else worths[0]
        enter(desk, i, decisions, times, closes, bounds, row, wanted, worth)


@inner
def expire(desk, i, time):  # type: ignore[no-untyped-def]
    """Strikes out the orders whose time is over before the next candle, so that new ones may take their place."""
    for k in range(desk.books[i].working):
        order = desk.orders[i, k]
        if order.state != DONE and order.expires <= time:
            strike(desk, i, order, EXPIRED, NO_CAUSE)


@inner
def withdraw(desk, i, longs, shorts):  # type: ignore[no-untyped-def]
    """Takes back the working entries of the sides that are not wanted any more; what they have filled stays."""
    for k in range(desk.books[i].working):
        order = desk.orders[i, k]
        if is_entry(order) and (longs if order.side > 0 else shorts):
            strike(desk, i, order, CANCELLED, NO_CAUSE)


@inner
def is_entry(order):  # type: ignore[no-untyped-def]
    """Whether an order may still open something."""
    return order.state != DONE and order.lot == UNBOUND and not order.reduce_only


@inner
def is_working(desk, i, order_id):  # type: ignore[no-untyped-def]
    """Whether the order is still in the market."""
    for k in range(desk.books[i].working):
        if desk.orders[i, k].id == order_id:
            return desk.orders[i, k].state != DONE
    return False


@inner
def side_of(desk, i):  # type: ignore[no-untyped-def]
    """The side of what is held of instrument `i`, 0 = nothing."""
    return desk.lots[i, 0].side if desk.books[i].held > 0 else FLAT


@inner
def entries(desk, i, side):  # type: ignore[no-untyped-def]
    """How many entries of that side are held or on their way."""
    count = 0
    for k in range(desk.books[i].held):
        count += desk.lots[i, k].side == side
    for k in range(desk.books[i].working):
        order = desk.orders[i, k]
        count += is_entry(order) and order.side == side and lot_of(desk, i, order) == NO_ROW
    return count


@inner
def leave(desk, i, decisions, decision, side, reason):  # type: ignore[no-untyped-def]
    """Places the market order that leaves all that is held."""
    plan, order = decisions.plans[i], decisions.ticket[0]
    decisions.ticket[0] = decisions.blanks[i]
    order.kind, order.side, order.reason, order.reduce_only = MARKET, -side, reason, True
    order.size_kind, order.quantity = QUANTITY, abs(position_of(desk, i))
    order.stop, order.target, order.child_trail = np.nan, np.nan, np.nan
    order.decision, order.on_close = decision, plan.fills_at_close
    decisions.states[i].exit = place_order(desk, i, order)


@inner
def enter(desk, i, decisions, times, closes, bounds, row, side, worth):  # type: ignore[no-untyped-def]
    """Places the entry decided `delay` candles before `row`: sized by its own price or the decision's close, with its bracket."""
    plan, state, order = decisions.plans[i], decisions.states[i], decisions.ticket[0]
    decision = row - plan.delay
    decisions.ticket[0] = decisions.blanks[i]
    order.side = side
    own = decisions.sizes[decision * plan.size_step]
    if not math.isnan(own):
        order.size_kind, order.size, order.quantity = EQUITY, own, 0.0
    protect(decisions, i, decision)
    if order.size_kind == RISK and math.isnan(order.stop) and math.isnan(order.child_trail):
        state.error, state.error_row, state.error_side = RISK_NEEDS_STOP, decision - bounds[0], side
        return
    order.price, order.trigger = decisions.limits[decision * plan.limit_step], decisions.triggers[decision * plan.trigger_step]
    order.decision, order.reference, order.worth = decision - bounds[0], closes[decision], worth
    if order.kind == MARKET:
        order.on_close = plan.fills_at_close
    elif plan.expires_span > 0:
        order.expires = times[decision] + plan.length + plan.expires_span
    elif plan.expires_rows > 0:
        over = row + 1 + plan.expires_rows
        order.expires = times[over] if over < bounds[1] else NEVER
    place_order(desk, i, order)


@inner
def protect(decisions, i, decision):  # type: ignore[no-untyped-def]
    """Writes the bracket of the decision on the ticket."""
    plan, order = decisions.plans[i], decisions.ticket[0]
    order.stop = decisions.stops[decision * plan.stop_step]
    order.target = decisions.targets[decision * plan.target_step]
    order.child_trail = decisions.trails[decision * plan.trail_step]


@inner
def aim(desk, i, decisions, closes, bounds, decision, wish, worths):  # type: ignore[no-untyped-def]
    """Places the order that makes the position what the target of the decision says, in place of one that is still working."""
    plan, state, order = decisions.plans[i], decisions.states[i], decisions.ticket[0]
    weight, held = decisions.weights[decision * plan.weight_step], position_of(desk, i)
    if wish & AIMS == 0 and not has_drifted(desk, i, plan, held, weight, closes[decision], worths):
        return
    for k in range(desk.books[i].working):
        if desk.orders[i, k].id == state.aim and desk.orders[i, k].state != DONE:
            strike(desk, i, desk.orders[i, k], CANCELLED, NO_CAUSE)
    if held == 0.0 and weight == 0.0:
        return
    decisions.ticket[0] = decisions.blanks[i]
    order.size_kind, order.size, order.quantity, order.side = TARGET, weight, 0.0, LONG if weight >= 0.0 else SHORT
    order.reason = SIGNAL if weight == 0.0 else REVERSAL if held * weight < 0.0 else REBALANCE
    protect(decisions, i, decision)
    order.decision, order.on_close = decision - bounds[0], plan.fills_at_close
    order.reference, order.worth = closes[decision], worths[0] if held * weight < 0.0 else worths[1]
    refused = desk.totals[0].too_small
    state.aim = place_order(desk, i, order)
    if held != 0.0:
        desk.totals[0].too_small = refused  # the position is as near to its target as the lot allows


@inner
def has_drifted(desk, i, plan, held, weight, close, worths):  # type: ignore[no-untyped-def]
    """Whether the position's share of the account is further from `weight` than the band allows."""
    book = desk.books[i]
    worth = worth_of(desk) if math.isnan(worths[1]) else worths[1]
    share = held * close * book.multiplier * desk.rates[book.currency] / worth if worth > 0.0 else 0.0
    return abs(share - weight) > plan.drift
