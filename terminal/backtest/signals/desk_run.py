"""Runs array signals on the desk: what `fast` can't express (waiting entries, targets, pyramiding, other costs) goes this way.

Called by `run`, which takes the fast loop wherever both would do the same.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.counting import counts_of
from terminal.backtest.events.tickets import blank_ticket
from terminal.backtest.many.loop import with_room
from terminal.backtest.options import Options, compact, desk_for, wishes_for
from terminal.backtest.signals.acting import AIMS, PLAN, STATE, WATCHES_DRIFT, Decisions
from terminal.backtest.signals.loop import drive
from terminal.domain.candles import Candles
from terminal.domain.orders import ExitReason
from terminal.domain.signals import CheckedSignals
from terminal.domain.size import Size, SizeKind
from terminal.domain.work import CancelQuestion, stop_if
from terminal.trading import desk as tables
from terminal.trading.desk import Desk
from terminal.trading.marking import account_value, finish

_CHUNK = 100_000
"""Candles between two questions whether the person asked to stop."""
_KINDS = {"market": tables.MARKET, "limit": tables.LIMIT, "stop": tables.STOP, "stop limit": tables.STOP_LIMIT}


def decisions_for(signals: CheckedSignals, options: Options, first: int, length: int) -> Decisions:
    """The decisions of one instrument from row `first` on, as the compiled driver reads them; candles last `length` ns."""
    columns = (signals.stop_loss, signals.take_profit, signals.trailing_stop, signals.size, signals.limit, signals.trigger, signals.target)
    arrays, steps = zip(*(compact(column) for column in columns), strict=True)
    plans = np.zeros(1, PLAN)
    alive = (signals.expires_rows, signals.expires_span, length)
    plans[0] = (options.delay_bars, options.fill_at == "close", options.pyramiding, options.drift, *alive, *steps)
    states = np.zeros(1, STATE)
    states["lived"] = -1
    return Decisions(plans, states, _entry(signals, options), blank_ticket(), _wishes(signals, options, first), *arrays)


def _entry(signals: CheckedSignals, options: Options) -> NDArray[Any]:
    """The order of an entry, but for what its row says."""
    blank, size = blank_ticket(), Size.parse(options.size)
    blank["kind"], blank["reason"] = _KINDS[signals.waits_for], int(ExitReason.SIGNAL)
    blank["size_kind"], blank["size"] = int(size.kind), size.value
    blank["quantity"] = size.value if size.kind is SizeKind.QUANTITY else 0.0
    blank["stop_is_price"], blank["target_is_price"] = signals.stop_loss_is_price, signals.take_profit_is_price
    blank["child_trail_is_distance"] = signals.trailing_stop_is_price
    return blank


def _wishes(signals: CheckedSignals, options: Options, first: int) -> NDArray[np.uint8]:
    """One byte a candle with what acts after its close: conditions, or a target to be traded or watched."""
    wishes = wishes_for(signals, first, options.delay_bars)
    if signals.is_target:
        turns = signals.turns(first)
        aims = turns | (~np.isnan(signals.target) if options.rebalance == "every_bar" else False)
        wanted = np.where(aims, np.uint8(AIMS), np.uint8(0))
        if options.rebalance == "drift":
            wanted[~aims & ~np.isnan(signals.target)] = np.uint8(WATCHES_DRIFT)
        acting = wishes[first + options.delay_bars :]
        acting |= wanted[first : first + len(acting)]
    return wishes


def trade_on_desk(
    signals: CheckedSignals, candles: Candles, options: Options, first: int, cancelled: CancelQuestion
) -> tuple[Desk, NDArray[np.float64], dict[str, int], tuple[int, int] | None]:
    """The desk after the last candle, the equity at each close from row `first` on, the counts, and the first wrong decision.

    That is its row and side: an entry sized by its risk that has nothing to lose by. The run ends there.
    """
    desk, decisions = desk_for(options, (candles.instrument,), (candles,)), decisions_for(signals, options, first, candles.timeframe.nanoseconds)
    columns = (candles.time, candles.open, candles.high, candles.low, candles.close, candles.volume)
    equity, worths = np.empty(len(candles)), np.full((options.delay_bars, 2), options.capital)
    row, state = first, decisions.states[0]
    while row < len(candles):
        stop_if(cancelled)
        row = drive(desk, row, min(row + _CHUNK, len(candles)), decisions, columns, equity, worths)
        if state["error"]:
            return desk, equity, {}, (int(state["error_row"]), int(state["error_side"]))
        desk = with_room(desk)
    finish(desk, options.close_at_end)
    equity[-1] = account_value(desk)
    return desk, equity, counts_of(desk, int(state["conflicts"])), None


def book_of(desk: Desk) -> NDArray[Any]:
    """The round trips on a desk, in the order in which they were entered."""
    trades = desk.trades[: int(desk.totals["trades"][0])]
    return trades[np.lexsort((trades["entry_order"], trades["entry_row"]))]
