"""What a run must know before its first candle: that funding is no mystery, and what share of equity a rolling size gives each decision.

Called by `run.backtest` once its options are checked; both ways of running read what it leaves in the options.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.cost_options import OFF
from terminal.backtest.options import Options
from terminal.domain.candles import Candles, iso
from terminal.domain.errors import BadInput
from terminal.domain.instrument import AssetClass
from terminal.domain.signals import CheckedSignals
from terminal.domain.size import Size, SizeKind
from terminal.stats.trades import kelly

LEAST_TRADES = 30
"""Below so many closed trades a win rate says nothing: Kelly's share is refused."""
MOST_TRADES = 100
"""The last trades that the rolling estimate of Kelly's share is made of."""
VOLATILITY_WINDOW = 30
LEAST_RETURNS = 10
YEAR = 365.0 * 86_400_000_000_000.0


def prepared(options: Options, candles: Candles | Sequence[Candles], run: Callable[[Options], Any]) -> Options:
    """`options` with the share of equity of each row where the size is a rolling one; `run` simulates with other options.

    Raises BadInput for what are no candles, a perpetual whose funding is unknown, a volume that is asked for and unknown, and Kelly's
    share of too few trades.
    """
    several = [candles] if isinstance(candles, Candles) else list(candles)
    for each in several:
        if not isinstance(each, Candles):
            raise BadInput(f"`backtest` was given {type(each).__name__} among its candles.", cure="Give a list of Candles, one for each instrument.")
        demand_funding(options, each)
        demand_volume(options, each)
    size = Size.parse(options.size)
    if size.kind is SizeKind.VOLATILITY:
        return replace(options, shares={each.instrument.symbol: volatility_shares(each, size.value, options.leverage) for each in several})
    if size.kind is not SizeKind.KELLY:
        return options
    if len(several) > 1:
        raise BadInput(f"The size {size} is estimated from the trades of one instrument; this run has {len(several)}.", cure='Choose a size such as "100%".')
    table, first = run(replace(options, size="100%", shares=None)).trade_table, first_row(several[0], options)
    return replace(options, shares={several[0].instrument.symbol: kelly_shares(table, first, len(several[0]), size.value, options.leverage)})


def demand_funding(options: Options, candles: Candles) -> None:
    """Raises BadInput for a perpetual without its funding rates: a result without them would be wrong, not approximate."""
    instrument = candles.instrument
    if instrument.asset_class is AssetClass.PERPETUAL and options.funding != OFF and options.funding_of(instrument.symbol) is None:
        message = f"{instrument.symbol} is a perpetual, and there is no series of its funding rates: without one its result would be wrong."
        raise BadInput(message, cure='Give its rates as `funding` (--funding FILE), or leave funding out knowingly by "off".')


def demand_volume(options: Options, candles: Candles) -> None:
    """Raises BadInput where fills are capped, or cost, by a volume that is not known: what is not known would cap nothing."""
    if options.participation is None and options.slippage_model != "impact":
        return
    with np.errstate(invalid="ignore"):
        is_known = candles.volume >= 0
    if not is_known.all():
        row = int(np.argmin(is_known))
        told = f"The volume of {candles.instrument.symbol} is {candles.volume[row]:g} at {iso(int(candles.time[row]))} (row {row:,})"
        asked = "participation caps fills by it" if options.participation is not None else "the slippage model impact asks for it"
        raise BadInput(f"{told}, and {asked}.", cure="Give the volume of every candle, 0 where nothing was traded, or leave that setting out.")


def first_row(candles: Candles, options: Options) -> int:
    """The row of the first candle that may decide."""
    return 0 if options.start is None else int(np.searchsorted(candles.time, options.start))


def volatility_shares(candles: Candles, target: float, most: float) -> NDArray[np.float64]:
    """The share of equity whose yearly volatility is `target`, by row, at most `most`; 0 while there are too few returns. Shape (n,).

    Volatility is the deviation of the last 30 log returns up to the row's close, scaled by the time they took (a year of 365 days).
    """
    logs = np.log(candles.close)
    returns = np.diff(logs, prepend=logs[:1])
    rows = np.arange(len(candles))
    since = np.maximum(rows - VOLATILITY_WINDOW, 0)
    count = (rows - since).astype(float)
    sums, squares = np.cumsum(returns), np.cumsum(returns**2)
    total, square = sums - sums[since], squares - squares[since]
    years = (candles.time - candles.time[since]) / YEAR
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.maximum(square - total**2 / count, 0.0) / (count - 1) * count / years
        shares = np.minimum(target / np.sqrt(variance), most)
    return np.where((count >= LEAST_RETURNS) & np.isfinite(shares), shares, 0.0)


def kelly_shares(trades: NDArray[Any], first: int, rows: int, fraction: float, most: float) -> NDArray[np.float64]:
    """`fraction` of Kelly's share by row, from the last hundred trades closed by then, at most `most`; 0 before the thirtieth. Shape (n,).

    Kelly's share is w − (1 − w) / (average win / average loss) of the trades' returns; no edge gives 0. Raises BadInput where
    fewer than thirty trades are closed in all. Kelly, A new interpretation of information rate (1956).
    """
    closed = trades[trades["reason"] != 0]
    if len(closed) < LEAST_TRADES:
        message = f"Kelly's share needs {LEAST_TRADES} closed trades to be estimated from; at a size of 100% this run closes {len(closed)}."
        raise BadInput(message, cure='Choose a longer range, or a size such as "10%".')
    order = np.argsort(closed["exit_row"], kind="stable")
    returns, exits = closed["return"][order], closed["exit_row"][order] + first
    shares = np.zeros(rows)
    for known in range(LEAST_TRADES, len(returns) + 1):
        shares[exits[known - 1] :] = min(max(fraction * kelly_of(returns[max(0, known - MOST_TRADES) : known]), 0.0), most)
    return shares


def kelly_of(returns: NDArray[np.float64]) -> float:
    """Kelly's share of trades with these returns; 1 where none lost, 0 where none won."""
    wins, losses = returns[returns > 0], -returns[returns < 0]
    if not len(wins) or not len(losses):
        return 1.0 if len(wins) else 0.0
    share = kelly(len(wins) / len(returns), float(np.mean(wins) / np.mean(losses)))
    return share if math.isfinite(share) else 0.0


def with_shares(signals: CheckedSignals, options: Options, candles: Candles) -> CheckedSignals:
    """The signals with the share of equity of each row where they name no size of their own and the run's size is a rolling one."""
    if options.shares is None:
        return signals
    shares = options.shares[candles.instrument.symbol]
    return replace(signals, size=np.where(np.isnan(signals.size), shares, signals.size))


def told_size(size: Size) -> str:
    """How a rolling size is estimated, "" for any other."""
    if size.kind is SizeKind.VOLATILITY:
        return f"target over the yearly volatility of the last {VOLATILITY_WINDOW} candles, at most the leverage"
    if size.kind is SizeKind.KELLY:
        return (
            f"{size.value:.4g} of Kelly's share of the last {MOST_TRADES} trades closed before each decision in a run at 100%; nothing before "
            f"the {LEAST_TRADES}th, at most the leverage"
        )
    return ""
