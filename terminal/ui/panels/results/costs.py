"""The way from gross to net, one cost after the other, and what each instrument of a run of several brought.

Filled by the Results panel; the lines are the terminal's, which add up exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from terminal.stats.breakdown import Part as Group
from terminal.stats.breakdown import by_reason, by_side
from terminal.ui.charts.bars import Bar, BarList, Part
from terminal.ui.numbers import ABSENT, count, money, percent
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.fitting import FittingTable

if TYPE_CHECKING:
    from terminal.app.answers import Result

_COSTS = {
    "total_slippage": "Slippage",
    "total_costs": "Commission",
    "total_funding": "Funding",
    "total_borrow": "Borrow",
    "total_dividends": "Dividends owed",
    "total_liquidation": "Liquidation fees",
}
"""The measures between gross and net, in the order in which they are taken off; above 0 = paid."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one group of trades brought, and what they were grouped by."""

    group: str
    part: Group


class CostsPage(QWidget):
    """The waterfall at the left, the instruments at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps = BarList("From gross to net profit")
        self.symbols: FittingTable[Mapping[str, Any]] = FittingTable(
            _columns(), spare=("Carry", "Slippage", "Commission", "Gross", "Won", "Holding made", "Of capital"), name="Profit by instrument", key=_label
        )
        self.parts: FittingTable[Share] = FittingTable(
            _part_columns(),
            spare=("Mean return", "Of the whole", "Won", "By"),
            name="Profit by side and by what ended the trades",
            key=lambda row: (row.group, row.part.label),
        )
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.steps)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 4, 4)
        row.addWidget(scroll, 1)
        tables = QVBoxLayout()
        tables.addWidget(self.symbols, 1)
        tables.addWidget(self.parts, 1)
        row.addLayout(tables, 1)

    def show_result(self, result: "Result") -> None:
        """Shows the costs of `result`, and its instruments where there are several."""
        self.steps.show_bars(steps_of(result.metrics, str(result.settings.get("currency", ""))), 0.0)
        self.symbols.setVisible(len(result.symbols) > 1)
        self.symbols.set_rows(result.symbols)
        table = result.trade_table
        self.parts.set_rows([*(Share("side", part) for part in by_side(table)), *(Share("ended by", part) for part in by_reason(table))])


def steps_of(metrics: Mapping[str, float], currency: str) -> list[Bar]:
    """Gross profit, each cost that was paid or received, and what is left, as bars from where the one before ended."""
    gross, net = metrics.get("gross_profit", 0.0), metrics.get("net_profit", 0.0)
    bars, reached = [_whole("Gross profit", gross, currency, "Before any cost, at prices without slippage")], gross
    for name, words in _COSTS.items():
        cost = metrics.get(name, 0.0)
        if cost or name in ("total_slippage", "total_costs"):
            share = f", {percent(cost / abs(gross))} of the gross profit" if gross else ""
            colour = "down" if cost > 0 else "up"
            told = money(-cost, currency, signed=True, decimals=2)
            bars.append(Bar(words, (Part(reached, reached - cost, colour),), high_words=told, words=f"{words}: {told}{share}"))
            reached -= cost
    interest = metrics.get("total_interest", 0.0)
    if interest:
        told = money(interest, currency, signed=True, decimals=2)
        bars.append(Bar("Interest", (Part(reached, reached + interest, "up" if interest > 0 else "down"),), high_words=told, words=f"Interest on cash: {told}"))
    return [*bars, _whole("Net profit", net, currency, "After every cost")]


def _whole(name: str, value: float, currency: str, words: str) -> Bar:
    told = money(value, currency, signed=True, decimals=2)
    return Bar(name, (Part(0.0, value, "accent"),), high_words=told, words=f"{words}: {told}")


def _label(row: Mapping[str, Any]) -> str:
    return f"{row['symbol']} · {row['strategy']}" if "strategy" in row else str(row["symbol"])


def _columns() -> tuple[Column[Mapping[str, Any]], ...]:
    def amount(head: str, name: str, *, is_cost: bool = False) -> Column[Mapping[str, Any]]:
        return Column(
            head,
            lambda row: money(row.get(name), signed=not is_cost, decimals=2) if row.get(name) is not None else ABSENT,
            lambda row: row.get(name),
            is_number=True,
            colour=None if is_cost else lambda row: _state(row.get(name)),
        )

    def share(head: str, name: str) -> Column[Mapping[str, Any]]:
        return Column(
            head, lambda row: percent(row.get(name), signed=True), lambda row: row.get(name), is_number=True, colour=lambda row: _state(row.get(name))
        )

    return (
        Column("Symbol", _label),
        Column("Trades", lambda row: count(row.get("trades")), lambda row: row.get("trades"), is_number=True),
        Column("Won", lambda row: percent(row.get("win_rate"), 0), lambda row: row.get("win_rate"), is_number=True),
        amount("Net", "profit"),
        share("Of capital", "contribution"),
        share("Holding made", "holding_return"),
        amount("Gross", "gross"),
        amount("Slippage", "slippage", is_cost=True),
        amount("Commission", "costs", is_cost=True),
        amount("Carry", "carry", is_cost=True),
        Column("", lambda _row: "", stretches=True),
    )


def _part_columns() -> tuple[Column[Share], ...]:
    return (
        Column("By", lambda row: row.group, colour=lambda _row: "second"),
        Column("Trades that were", lambda row: row.part.label),
        Column("Trades", lambda row: count(row.part.figures.trades), lambda row: row.part.figures.trades, is_number=True),
        Column("Won", lambda row: percent(row.part.figures.win_rate, 0), lambda row: row.part.figures.win_rate, is_number=True),
        Column(
            "Net",
            lambda row: money(row.part.profit, signed=True, decimals=2),
            lambda row: row.part.profit,
            is_number=True,
            colour=lambda row: _state(row.part.profit),
        ),
        Column(
            "Of the whole", lambda row: percent(row.part.share, 0), lambda row: row.part.share, is_number=True, help="Share of the profit of all closed trades"
        ),
        Column("Mean return", lambda row: percent(row.part.mean_return, 2, signed=True), lambda row: row.part.mean_return, is_number=True),
        Column("", lambda _row: "", stretches=True),
    )


def _state(value: float | None) -> str:
    return "" if value is None else "up" if value > 0 else "down" if value < 0 else ""
