"""From options and candles to the tables of a desk: fees, slippage units, funding rows, and the finer candles inside each candle.

Everything that a candle's costs need is known at its open: the units of a row are made of earlier rows only.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.cost_options import OFF
from terminal.domain.candles import Candles, iso
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument

if TYPE_CHECKING:
    from terminal.backtest.options import Options
    from terminal.trading.desk import Desk

VOLATILITY_WINDOW = 20
ATR_WINDOW = 14
SPREAD_WINDOW = 20


def with_costs(desk: "Desk", options: "Options", instruments: Sequence[Instrument], candles: Sequence[Candles]) -> "Desk":
    """The desk with the costs of `options` for each instrument; `candles` are theirs, where costs change with them. Raises BadInput."""
    from terminal.trading import costs

    books, is_per_unit = desk.books, options.per_unit is not None
    books["fee_kind"] = costs.PER_UNIT if is_per_unit else costs.RATE
    for side in ("maker", "taker"):
        rate = getattr(options, side)
        books[side] = options.per_unit if is_per_unit else options.commission if rate is None else rate
    books["fee_minimum"], books["fee_cap"] = options.fee_minimum, math.inf if options.fee_cap is None else options.fee_cap
    books["maintenance"], books["liquidation_fee"], books["borrow"] = options.kept_margin, options.liquidation_fee, options.borrow
    desk.rules["participation"] = math.inf if options.participation is None else options.participation
    desk.rules["leverage"], desk.rules["interest"] = options.leverage, options.interest
    kinds = {"atr": costs.FRACTION_OF_UNIT, "impact": costs.SQUARE_ROOT}
    estimates = options.slippage_model == "half_spread" and options.slippage is None
    books["slippage_kind"] = costs.FRACTION_OF_UNIT if estimates else kinds.get(options.slippage_model, costs.FIXED)
    books["slippage"] = 0.5 if estimates else options.flat_slippage if options.slippage_model == "half_spread" else options.slippage
    if options.tiers:
        desk = replace(desk, tiers=np.array(options.tiers))
        books["maker"], books["taker"] = options.tiers[0][1:]
    if len(candles) != len(instruments):
        if estimates or options.slippage_model in kinds or options.path == "detail" or options.funding not in (None, OFF):
            raise BadInput("These costs change from candle to candle, and no candles were handed in.", cure="Hand `desk_for` the candles.")
        return desk
    for book, each in zip(books, candles, strict=True):
        book["length"] = each.timeframe.nanoseconds
    if books["slippage_kind"][0] != costs.FIXED:
        desk = _with_units(desk, options.slippage_model, candles)
    desk = _with_funding(desk, options, candles)
    books["carries"] = (books["funding_last"] > books["funding_next"]) | (books["borrow"] > 0) | (options.interest != 0)
    return _with_detail(desk, options, candles)


def _with_units(desk: "Desk", model: str, candles: Sequence[Candles]) -> "Desk":
    make = {"half_spread": spread_units, "atr": range_units, "impact": volatility_units}[model]
    desk.books["unit_first"] = np.cumsum([0, *(len(each) for each in candles[:-1])])
    return replace(desk, units=np.concatenate([make(each) for each in candles]))


def range_units(candles: Candles) -> NDArray[np.float64]:
    """The average true range (Wilder, 14 candles) before each candle, in price; the mean so far until there are 14. Shape (n,)."""
    from terminal.indicators.trend import atr

    before = np.concatenate((candles.close[:1], candles.close[:-1]))
    ranges = np.maximum(candles.high, before) - np.minimum(candles.low, before)
    so_far = np.cumsum(ranges) / np.arange(1, len(candles) + 1)
    known = np.asarray(atr(candles.high, candles.low, candles.close, ATR_WINDOW))
    return _known_before(np.where(np.isnan(known), so_far, known))


def volatility_units(candles: Candles) -> NDArray[np.float64]:
    """The deviation of the last 20 log returns before each candle, a fraction per candle; 0 before there are two. Shape (n,)."""
    import pandas as pd

    returns = pd.Series(np.diff(np.log(candles.close), prepend=np.nan))
    deviation = returns.rolling(VOLATILITY_WINDOW, min_periods=2).std().fillna(0.0).to_numpy()
    return _known_before(deviation)


def spread_units(candles: Candles) -> NDArray[np.float64]:
    """The spread in price before each candle, estimated from the highs and lows of two candles at a time (negative ones as 0), the
    mean of 20. Corwin & Schultz, A simple way to estimate bid-ask spreads from daily high and low prices (2012). Shape (n,)."""
    import pandas as pd

    high, low = np.log(candles.high), np.log(candles.low)
    beta = (high[1:] - low[1:]) ** 2 + (high[:-1] - low[:-1]) ** 2
    gamma = (np.maximum(high[1:], high[:-1]) - np.minimum(low[1:], low[:-1])) ** 2
    divisor = 3 - 2 * math.sqrt(2)
    alpha = (np.sqrt(2 * beta) - np.sqrt(beta)) / divisor - np.sqrt(gamma / divisor)
    spread = np.concatenate(([0.0], np.maximum(2 * (np.exp(alpha) - 1) / (1 + np.exp(alpha)), 0.0)))
    mean = pd.Series(spread).rolling(SPREAD_WINDOW, min_periods=1).mean().to_numpy()
    return _known_before(mean * candles.close)


def _known_before(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row's value as it was known when the row opened; row 0 has nothing before it and takes none."""
    return np.concatenate(([0.0], values[:-1]))


def _with_funding(desk: "Desk", options: "Options", candles: Sequence[Candles]) -> "Desk":
    from terminal.trading.desk import FUNDING

    rows = [np.zeros(0, FUNDING)]
    for book, each in zip(desk.books, candles, strict=True):
        funding = options.funding_of(each.instrument.symbol)
        if funding is None:
            continue
        start = int(each.time[0]) if options.start is None else max(options.start, int(each.time[0]))
        funding.demand_cover(start, int(each.time[-1]) + each.timeframe.nanoseconds)
        table = np.zeros(len(funding.time), FUNDING)
        table["time"], table["rate"], table["mark"] = funding.time, funding.rate, funding.mark
        book["funding_next"] = sum(len(part) for part in rows)
        book["funding_next"] += int(np.searchsorted(funding.time, start, side="right"))
        rows.append(table)
        book["funding_last"] = sum(len(part) for part in rows)
    return replace(desk, fundings=np.concatenate(rows))


def _with_detail(desk: "Desk", options: "Options", candles: Sequence[Candles]) -> "Desk":
    if options.path != "detail" or options.finer is None:
        return desk
    from terminal.backtest.detail import finer_candles, is_of_trades
    from terminal.trading.desk import FINER

    tables, rows, so_far = [np.zeros(0, FINER)], [np.zeros(0, np.int64)], 0
    for book, each in zip(desk.books, candles, strict=True):
        finer = finer_candles(options.finer, each)
        if finer is None:
            continue
        table, begins = finer
        book["shows_prints"] = is_of_trades(options.finer, each)
        book["detail_first"] = sum(len(part) for part in rows)
        rows.append(begins + so_far)
        tables.append(table)
        so_far += len(table)
    return replace(desk, finer=np.concatenate(tables), finer_rows=np.concatenate(rows))


def purchase_costs(options: "Options", candles: Candles, row: int) -> tuple[float, float]:
    """The commission and the slippage, as fractions of the price, of buying all that the capital pays for at the open of `row`."""
    price, multiplier = float(candles.open[row]), float(candles.instrument.multiplier)
    quantity = options.capital / (price * multiplier)
    fee = options.flat_fee if options.per_unit is None else options.per_unit / (price * multiplier)
    fee = max(fee, options.fee_minimum / options.capital)
    if options.slippage_model == "atr":
        return fee, options.slippage * float(range_units(candles)[row]) / price
    if options.slippage_model == "impact":
        volume = float(candles.volume[row])
        return fee, options.slippage * float(volatility_units(candles)[row]) * math.sqrt(quantity / volume if volume > 0 else 1.0)
    if options.slippage_model == "half_spread" and options.slippage is None:
        return fee, 0.5 * float(spread_units(candles)[row]) / price
    return fee, options.flat_slippage


def funding_of_holding(options: "Options", candles: Candles, first: int, bought: int, units: float) -> NDArray[np.float64] | None:
    """The funding that `units` bought at row `bought` paid up to the close of each row from `first` on, None without funding."""
    funding = options.funding_of(candles.instrument.symbol)
    if funding is None:
        return None
    closes_at = candles.time + candles.timeframe.nanoseconds
    rows = np.searchsorted(closes_at, funding.time)
    held = (rows >= bought) & (rows < len(candles)) & (funding.time > candles.time[bought])
    prices = np.where(np.isnan(funding.mark), candles.close[np.minimum(rows, len(candles) - 1)], funding.mark)
    paid = np.zeros(len(candles))
    np.add.at(paid, rows[held], (units * prices * funding.rate)[held])
    total: NDArray[np.float64] = np.cumsum(paid)[first:]
    return total


def told_funding(options: "Options", candles: Candles) -> str:
    """What the result says of funding."""
    funding = options.funding_of(candles.instrument.symbol)
    if funding is not None:
        return f"{len(funding.time):,} rates from {iso(int(funding.time[0]))} to {iso(int(funding.time[-1]))}, each at its own time, on the close there"
    return "left out" if options.funding == OFF else "none: not a perpetual"
