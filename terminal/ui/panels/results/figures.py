"""The key figures of a result in words: which measures stand first, how each is written, and what qualifies it.

Read by the summary page; the full list of measures is a table of its own.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from terminal.ui.numbers import ABSENT, count, money, number, percent


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as shown: name above, value below, a note beside it, a state that colours it, and its tooltip."""

    name: str
    value: str
    note: str = ""
    state: str = ""
    tooltip: str = ""


def key_figures(metrics: Mapping[str, float], currency: str) -> tuple[Figure, ...]:
    """The figures of the row under the verdict, in their order."""

    def value(name: str) -> float:
        return metrics.get(name, math.nan)

    net, deepest, costs = value("total_return"), value("max_drawdown"), value("total_costs") + value("total_slippage")
    interval = f"{number(value('sharpe_low'), 1)}…{number(value('sharpe_high'), 1)}" if math.isfinite(value("sharpe_low")) else ""
    return (
        Figure(
            "Net return",
            percent(net, signed=True),
            state=_state(net),
            tooltip=f"{money(value('net_profit'), currency, signed=True, decimals=2)} after all costs",
        ),
        Figure("Holding made", percent(value("holding_return"), signed=True), tooltip="The same capital held in the instrument at the same costs"),
        Figure(
            "Max drawdown",
            percent(deepest),
            state="down" if deepest < 0 else "",
            tooltip=f"Deepest fall of daily equity from an earlier peak. At every candle's close, as the curve draws it, "
            f"{percent(value('max_drawdown_at_candles'))}. Longest time under water: {count(value('max_drawdown_days'))} calendar days.",
        ),
        Figure(
            "Sharpe (95 %)", number(value("sharpe_ratio")), interval, tooltip="Yearly, from daily returns; beside it the interval that luck alone would leave"
        ),
        Figure("Trades", count(value("trades")), tooltip=f"{count(value('open_trades'))} still open at the end"),
        Figure("Win rate", percent(value("win_rate"), 0), tooltip=f"{count(value('winning_trades'))} won, {count(value('losing_trades'))} lost"),
        Figure("Profit factor", _ratio(value("profit_factor")), tooltip="Sum of the profits over the sum of the losses"),
        Figure(
            "Costs",
            money(-costs, currency) if math.isfinite(costs) else ABSENT,
            tooltip=f"Commission {money(value('total_costs'), currency, decimals=2)}, slippage {money(value('total_slippage'), currency, decimals=2)}",
        ),
        Figure("Exposure", percent(value("exposure"), 0), tooltip="Share of the time in the market"),
    )


def _ratio(value: float) -> str:
    return "∞" if value == math.inf else number(value)


def _state(value: float) -> str:
    return "up" if value > 0 else "down" if value < 0 else ""
