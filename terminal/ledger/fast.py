"""Fills become lots, costs and profit, in compiled float64.

The compiled backtest, the event path and the paper broker book every fill here; `exact` is the Decimal counterpart.
"""

import numpy as np

from terminal.ledger.inner import inner

_LOT = [
    ("id", np.int64),
    ("side", np.int64),
    ("quantity", np.float64),
    ("entered", np.float64),
    ("units", np.float64),
    ("entry_raw", np.float64),
    ("entry_price", np.float64),
    ("slippage", np.float64),
    ("commission", np.float64),
    ("carry", np.float64),
    ("best", np.float64),
    ("worst", np.float64),
    ("entry_row", np.int64),
    ("entry_decision", np.int64),
    ("exited", np.float64),
    ("exit_value", np.float64),
    ("gross_left", np.float64),
    ("slippage_left", np.float64),
    ("commission_left", np.float64),
    ("carry_left", np.float64),
    ("funding", np.float64),
    ("borrow", np.float64),
    ("dividends", np.float64),
    ("liquidation", np.float64),
    ("first_stop", np.float64),
    ("first_target", np.float64),
]
LOT = np.dtype(_LOT)
"""What all fills of one entry order (`id`) opened. `units` = side × `quantity` still held × multiplier; `entered` is all that was
ever bought. `entry_raw` is the price before slippage. `slippage`, `commission` and `carry` (what holding cost) are
those of what is still held; the `…_left` fields those of parts already left, with `exited` and `exit_value` their quantity and
price × quantity. `best` and `worst` are the prices seen since the entry. `funding`, `borrow`, `dividends` (owed) and `liquidation` are
what the whole lot ever carried, a cost above 0. `first_stop` and `first_target` are the prices it was opened with to protect it, NaN = none."""

ACCOUNT = np.dtype([("cash", np.float64), ("stop", np.float64), ("target", np.float64), ("trail", np.float64), *_LOT])
"""One account with at most one lot, flat while its side is 0. `cash` is its value while flat; an open position's profit is booked
when it is left, so that the cash after a trade is exactly the cash before it plus the trade's profit. `stop`, `target` and
`trail` are the lot's protection, NaN = none."""

TRADE = np.dtype(
    [
        ("instrument", np.int64),
        ("entry_order", np.int64),
        ("exit_order", np.int64),
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
        ("carry", np.float64),
        ("funding", np.float64),
        ("borrow", np.float64),
        ("dividends", np.float64),
        ("liquidation", np.float64),
        ("profit", np.float64),
        ("mae", np.float64),
        ("mfe", np.float64),
        ("stop", np.float64),
        ("target", np.float64),
        ("reason", np.int64),
    ]
)
"""One round trip of a lot. Rows count from the first candle handed in, −1 = none. `gross` is at prices without slippage, and
`profit` = gross − slippage − commission − carry and `carry` = funding + borrow + dividends + liquidation, exactly and in this
order. `mae` and `mfe` are the worst and best price seen, as signed fractions of the entry price. `stop` and `target` are the prices
that it was opened with, NaN = none. Of several exits the price is their average, the row and reason those of the last."""


@inner
def open_lot(lot, row, decision, side, quantity, multiplier, raw, price, fee):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Books the entry fill: `raw` before slippage, `price` as filled, `fee` its commission."""
    lot.side = side
    lot.quantity = quantity
    lot.entered = quantity
    lot.units = side * quantity * multiplier
    lot.entry_raw = raw
    lot.entry_price = price
    lot.slippage = quantity * multiplier * abs(price - raw)
    lot.commission = fee
    lot.carry = 0.0
    lot.best = price
    lot.worst = price
    lot.entry_row = row
    lot.entry_decision = decision
    lot.exited, lot.exit_value = 0.0, 0.0
    lot.gross_left, lot.slippage_left, lot.commission_left, lot.carry_left = 0.0, 0.0, 0.0, 0.0
    lot.funding, lot.borrow, lot.dividends, lot.liquidation = 0.0, 0.0, 0.0, 0.0
    lot.first_stop, lot.first_target = np.nan, np.nan


@inner
def add_to_lot(lot, quantity, multiplier, raw, price, fee):  # type: ignore[no-untyped-def]
    """Books a further fill of the same entry order: the entry prices become averages over what is held."""
    held = lot.quantity + quantity
    lot.entry_raw = (lot.entry_raw * lot.quantity + raw * quantity) / held
    lot.entry_price = (lot.entry_price * lot.quantity + price * quantity) / held
    lot.quantity = held
    lot.entered += quantity
    lot.units = lot.side * held * multiplier
    lot.slippage += quantity * multiplier * abs(price - raw)
    lot.commission += fee


@inner
def marked(value, lot, price):  # type: ignore[no-untyped-def]
    """`value` with the lot's result so far, marked at `price`, in quote currency. `price` may be an array."""
    return value - lot.slippage - lot.commission - lot.carry + lot.units * (price - lot.entry_raw)


@inner
def value_at(account, price):  # type: ignore[no-untyped-def]
    """The account's value with its position, none included, marked at `price`, in quote currency. `price` may be an array."""
    return marked(account.cash, account, price)


@inner
def reduce_lot(lot, quantity, multiplier, raw, price, fee):  # type: ignore[no-untyped-def]
    """Books an exit of `quantity`, less than all that is held, and returns its profit for the cash."""
    part = quantity / lot.quantity
    units = lot.side * quantity * multiplier
    gross, slippage = units * (raw - lot.entry_raw), lot.slippage * part + abs(units) * abs(price - raw)
    commission, carry = lot.commission * part + fee, lot.carry * part
    lot.gross_left += gross
    lot.slippage_left += slippage
    lot.commission_left += commission
    lot.carry_left += carry
    lot.exited += quantity
    lot.exit_value += quantity * price
    lot.slippage -= lot.slippage * part
    lot.commission -= lot.commission * part
    lot.carry -= carry
    lot.quantity -= quantity
    lot.units = lot.side * lot.quantity * multiplier
    return gross - slippage - commission - carry


@inner
def book_trade(lot, trade, row, decision, raw, price, fee, reason):  # type: ignore[no-untyped-def]
    """Writes the round trip that an exit of all at `raw`, filled at `price` for the commission `fee`, would end; changes no lot.

    Returns the profit of this last exit alone.
    """
    gross, slippage = lot.units * (raw - lot.entry_raw), lot.slippage + abs(lot.units) * abs(price - raw)
    commission = lot.commission + fee
    trade.entry_order = lot.id
    trade.entry_row = lot.entry_row
    trade.exit_row = row
    trade.entry_decision = lot.entry_decision
    trade.exit_decision = decision
    trade.side = lot.side
    trade.quantity = lot.entered
    trade.entry_price = lot.entry_price
    trade.exit_price = price if lot.exited == 0.0 else (lot.exit_value + lot.quantity * price) / lot.entered
    trade.gross = lot.gross_left + gross
    trade.slippage = lot.slippage_left + slippage
    trade.commission = lot.commission_left + commission
    trade.funding, trade.borrow, trade.dividends, trade.liquidation = lot.funding, lot.borrow, lot.dividends, lot.liquidation
    trade.carry = lot.funding + lot.borrow + lot.dividends + lot.liquidation
    trade.profit = trade.gross - trade.slippage - trade.commission - trade.carry
    trade.stop, trade.target = lot.first_stop, lot.first_target
    trade.mae = lot.side * (lot.worst - lot.entry_price) / lot.entry_price
    trade.mfe = lot.side * (lot.best - lot.entry_price) / lot.entry_price
    trade.reason = reason
    return gross - slippage - commission - lot.carry


@inner
def close_lot(lot, trade, row, decision, raw, price, fee, reason):  # type: ignore[no-untyped-def]
    """Books the exit of all that is held: the round trip into `trade`; the lot is flat afterwards. Returns the profit for the cash."""
    profit = book_trade(lot, trade, row, decision, raw, price, fee, reason)
    lot.side = 0
    lot.quantity = 0.0
    lot.units = 0.0
    lot.slippage = 0.0
    lot.commission = 0.0
    lot.carry = 0.0
    return profit
