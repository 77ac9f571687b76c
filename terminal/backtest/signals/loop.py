"""The compiled walk of array signals over the candles of one instrument on the desk: every order type and every cost model.

`backtest.fast` runs what fits it and is faster; where both can run they agree to the byte. Called by `desk_run`.
"""

import numpy as np
from numba import njit

from terminal.backtest.many.loop import is_crowded
from terminal.backtest.signals.acting import act, side_of
from terminal.ledger.inner import inner
from terminal.trading.marking import pass_quietly
from terminal.trading.valuing import worth_if_left, worth_of
from terminal.trading.walking import close_candle, live_candle, reach

ONLY = np.int64(0)
"""The one instrument; numpy's, since a Python number would be compiled as a type of its own."""


@njit(cache=True, nogil=True, error_model="numpy")
def drive(desk, first, last, decisions, candles, equity, worths):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Runs rows `first` to before `last` of `candles` (time, open, high, low, close, volume); returns the row it came to.

    That is `last`, one whose decision is wrong, or one before which the desk must grow. `wishes[t]` of the decisions holds what
    acts after the close of candle t. `worths` is empty without delay, else a ring of the account's value, one row per candle of
    delay: were its positions left, and as it stood.
    """
    times, opens, highs, lows, closes, volumes = candles
    plan, state = decisions.plans[0], decisions.states[0]
    rows, delays, row = len(times), len(worths), first
    bounds = (np.int64(0), np.int64(rows))
    lower, upper, due, _ = reach(desk, ONLY)
    while row < last and not is_crowded(desk):
        if state.lived != row:
            if delays == 0:
                begin = row
                row = next_row(decisions.wishes, times, highs, lows, row, last, lower, upper, due)
                pass_quietly(desk, ONLY, begin, row, times, highs, lows, closes, equity)
                if row >= last:
                    break
            live_candle(desk, ONLY, row, times[row], opens[row], highs[row], lows[row], closes[row], volumes[row])
            state.lived = row
            if is_crowded(desk):
                break
        if decisions.wishes[row] != 0 and (plan.fills_at_close or row + 1 < rows):
            worth = (worths[row % delays, 0], worths[row % delays, 1]) if delays > 0 else (np.nan, np.nan)
            act(desk, ONLY, decisions, times, closes, bounds, row, worth)
            if state.error != 0:
                break
        if plan.fills_at_close:
            close_candle(desk, ONLY, closes[row], volumes[row])
        equity[row] = worth_of(desk)
        if delays > 0:
            note_worths(desk, worths, row)
        row += 1
        lower, upper, due, _ = reach(desk, ONLY)
    return row


@inner
def note_worths(desk, worths, row):  # type: ignore[no-untyped-def]
    """Keeps the account's value at this close for the decision that is made here and acts later."""
    worths[row % len(worths), 0] = worth_if_left(desk, ONLY, -side_of(desk, ONLY))
    worths[row % len(worths), 1] = worth_of(desk)


@inner
def next_row(wishes, times, highs, lows, first, last, lower, upper, due):  # type: ignore[no-untyped-def]
    """The first row from `first` on that an order can feel or where something is wished, or `last`."""
    row = first
    while row < last and wishes[row] == 0 and not (lows[row] <= lower or highs[row] >= upper or times[row] >= due):
        row += 1
    return row
