"""Fills become a position, costs and profit, in compiled float64: one account, one instrument, one position at a time.

The compiled backtest books every fill here and reads the account's value at each close from it.
"""

import numpy as np
from numba import njit

inner = njit(nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)  # type: ignore[call-overload] # its stub lacks the last two
"""Compiles a part of the candle loop, never called from Python, so that nothing is compiled for that."""
ACCOUNT = np.dtype(
    [
        ("cash", np.float64),
        ("side", np.int64),
        ("quantity", np.float64),
        ("units", np.float64),
        ("entry_raw", np.float64),
        ("entry_price", np.float64),
        ("slippage", np.float64),
        ("commission", np.float64),
        ("stop", np.float64),
        ("target", np.float64),
        ("trail", np.float64),
        ("best", np.float64),
        ("worst", np.float64),
        ("entry_row", np.int64),
        ("entry_decision", np.int64),
    ]
)
"""One account. `cash` is its value while flat; an open position's profit is booked when it is left, so that the cash after a
trade is exactly the cash before it plus the trade's profit. `units` = side × quantity × multiplier. `entry_raw` is the price
before slippage. `slippage` and `commission` are those paid by the open position so far. `stop`, `target` and `trail` are its
protection, NaN = none; `best` and `worst` the prices seen since its entry."""

TRADE = np.dtype(
    [
        ("entry_row", np.int64),
        ("exit_row", np.int64),
        ("entry_decision", np.int64),
        ("exit_decision", np.int64),
        ("side", np.int64),
        ("quantity", np.float64),
        ("entry_price", np.float64),
        ("exit_price", np.float64),
        ("gross", np.float64),
        ("slippage", np.float64),
        ("commission", np.float64),
        ("profit", np.float64),
        ("mae", np.float64),
        ("mfe", np.float64),
        ("reason", np.int64),
    ]
)
"""One round trip. Rows count from the first candle handed in, −1 = none. `gross` is at prices without slippage, and
`profit` = gross − slippage − commission, exactly and in this order. `mae` and `mfe` are the worst and best price seen, as
signed fractions of the entry price."""


@inner
def open_position(account, row, decision, side, quantity, multiplier, raw, price, fee):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Books the entry fill: `raw` before slippage, `price` as filled, `fee` its commission."""
    account.side = side
    account.quantity = quantity
    account.units = side * quantity * multiplier
    account.entry_raw = raw
    account.entry_price = price
    account.slippage = quantity * multiplier * abs(price - raw)
    account.commission = fee
    account.best = price
    account.worst = price
    account.entry_row = row
    account.entry_decision = decision


@inner
def value_at(account, price):  # type: ignore[no-untyped-def]
    """The account's value with its position, none included, marked at `price`, in quote currency. `price` may be an array."""
    return account.cash - account.slippage - account.commission + account.units * (price - account.entry_raw)


@inner
def book_trade(account, trade, row, decision, raw, price, fee, reason):  # type: ignore[no-untyped-def]
    """Writes the round trip that an exit at `raw`, filled at `price` for the commission `fee`, would end; changes no account."""
    trade.entry_row = account.entry_row
    trade.exit_row = row
    trade.entry_decision = account.entry_decision
    trade.exit_decision = decision
    trade.side = account.side
    trade.quantity = account.quantity
    trade.entry_price = account.entry_price
    trade.exit_price = price
    trade.gross = account.units * (raw - account.entry_raw)
    trade.slippage = account.slippage + abs(account.units) * abs(price - raw)
    trade.commission = account.commission + fee
    trade.profit = trade.gross - trade.slippage - trade.commission
    trade.mae = account.side * (account.worst - account.entry_price) / account.entry_price
    trade.mfe = account.side * (account.best - account.entry_price) / account.entry_price
    trade.reason = reason


@inner
def close_position(account, trade, row, decision, raw, price, fee, reason):  # type: ignore[no-untyped-def]
    """Books the exit fill: the round trip into `trade`, its profit into the cash; the account is flat afterwards."""
    book_trade(account, trade, row, decision, raw, price, fee, reason)
    account.cash += trade.profit
    account.side = 0
    account.quantity = 0.0
    account.units = 0.0
    account.slippage = 0.0
    account.commission = 0.0
