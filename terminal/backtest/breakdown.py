"""What a run made before costs and what each cost took: lines that add up to the net profit exactly, for each trade and for the account.

Called at the end of a run; what the lines are called for a person stands in `stats.glossary`.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.beforehand import told_size
from terminal.backtest.declared import DECLARED
from terminal.backtest.detail import detail_share
from terminal.backtest.preparing import told_funding
from terminal.domain.candles import Candles
from terminal.domain.orders import ExitReason
from terminal.domain.size import Size

if TYPE_CHECKING:
    from terminal.backtest.options import Options

TRADE_LINES = {
    "total_slippage": "slippage",
    "total_costs": "costs",
    "total_funding": "funding",
    "total_borrow": "borrow",
    "total_dividends": "dividends",
    "total_liquidation": "liquidation",
}
"""The measures that sum a cost over all trades, and the column of each. A cost is above 0; what was received is below."""
CARRIED = ("funding", "borrow", "dividends", "liquidation")
"""Columns of a trade that add up to its `carry`."""
_NEAR = 1e-9


def breakdown(table: NDArray[Any], options: "Options", final: float) -> dict[str, float]:
    """Gross profit, each cost, interest and net profit: net = gross − each cost in the order of `TRADE_LINES` + interest, exactly.

    `final` is the account's value at the end. Interest is what the account gained beyond its trades.
    """
    lines = {"gross_profit": float(np.sum(table["gross"]))} | {name: float(np.sum(table[column])) for name, column in TRADE_LINES.items()}
    traded = lines["gross_profit"]
    for name in TRADE_LINES:
        traded -= lines[name]
    lines["liquidations"] = float(np.count_nonzero(table["reason"] == ExitReason.LIQUIDATION))
    lines["total_interest"] = final - options.capital - traded if options.interest else 0.0
    net = traded + lines["total_interest"]
    scale = abs(options.capital) + sum(abs(value) for value in lines.values())
    if abs(net - (final - options.capital)) <= _NEAR * scale:  # else trades in other currencies were worth something else meanwhile
        lines["net_profit"] = net
    return lines


def cost_settings(options: "Options", candles: Candles) -> dict[str, Any]:
    """Every setting of the costs as the result states them, ready for JSON; null = none of it."""
    told: dict[str, Any] = {name: getattr(options, name) for name in DECLARED}
    told["tiers"] = [list(step) for step in options.tiers]
    told["maintenance"] = options.kept_margin
    told["size_estimate"] = told_size(Size.parse(options.size))
    told["funding_series"] = told_funding(options, candles)
    if isinstance(options.funding, str):
        told["funding"] = options.funding
    return told


def told_detail(options: "Options", candles: Sequence[Candles], first: Sequence[int]) -> dict[str, float]:
    """The share of all candles from each row `first` on that were walked by their real finer candles."""
    if options.path != "detail":
        return {"detail_share": 0.0}
    rows = [len(each) - row for each, row in zip(candles, first, strict=True)]
    shares = [detail_share(options.finer, each, row) for each, row in zip(candles, first, strict=True)]
    return {"detail_share": sum(share * count for share, count in zip(shares, rows, strict=True)) / max(sum(rows), 1)}


def cautions(metrics: dict[str, float], deepest: float) -> list[str]:
    """What a person should know about the account before any figure, in sentences."""
    found = []
    if deepest <= -1.0:
        found.append("The account fell below zero: a position lost more than it had. With leverage and a maintenance margin it would have been liquidated.")
    if metrics["liquidations"] > 0:
        found.append("Positions were liquidated: the account could no longer bear their margin.")
    small = int(metrics.get("too_small", 0))
    if small:
        was, entries = ("was", "1 entry") if small == 1 else ("were", f"{small:,} entries")
        found.append(f"{entries} {was} below one lot or the venue's minimum, or had no size, and {was} not traded; raise the size or the capital.")
    return found
