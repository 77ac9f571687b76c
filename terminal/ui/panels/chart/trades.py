"""A run's trades as marks on the series in view, with the words of each: side, prices, reason, profit and costs.

Made by the chart panel whenever the run or the series in view changes.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from terminal.domain.orders import ExitReason, Side
from terminal.domain.series import SeriesKey
from terminal.ui.charts.columns import Columns
from terminal.ui.charts.levels import Level
from terminal.ui.charts.marks import Marks
from terminal.ui.numbers import money, number, percent, price
from terminal.ui.zones import Zones

if TYPE_CHECKING:
    from terminal.app.answers import Result

_OPEN = -1
_SAME = 1e-9
"""Share of a price that arithmetic alone may move it by."""
_AT_LEVELS = (ExitReason.STOP_LOSS, ExitReason.TAKE_PROFIT, ExitReason.TRAILING_STOP, ExitReason.LIQUIDATION)
"""Exits whose price is that of a level the trade carried, but for slippage."""
_OPENED_WITH = (("stop", "down", ExitReason.STOP_LOSS), ("target", "up", ExitReason.TAKE_PROFIT))
"""Columns of the levels that a trade was opened with, the token of their colour, and the exit that says the same where it was made there."""


def marks_of(result: "Result", key: SeriesKey, columns: Columns, zones: Zones, calendar: str) -> Marks | None:
    """The trades of `result` by the rows of `columns`; None where it ran on another symbol. Coarser charts show them too."""
    ran = result.candles_key
    if key.symbol not in result.symbol_names or ran.venue != key.venue or not len(columns):
        return None
    table = result.trade_table
    if len(result.symbol_names) > 1:  # several instruments: the words count all trades, the marks are those of this one
        chosen = np.flatnonzero(table["symbol"] == result.symbol_names.index(key.symbol))
        table = table[chosen]
    else:
        chosen = np.arange(len(table))
    entry = np.searchsorted(columns.time, table["entry_time"], side="right") - 1
    leave = np.searchsorted(columns.time, table["exit_time"], side="right") - 1
    is_open = table["exit_row"] < 0
    is_long = table["side"] > 0
    return Marks(
        entry,
        table["entry_price"],
        np.where(is_open, _OPEN, leave),
        table["exit_price"],
        is_long,
        table["profit"],
        lambda trade: trade_words(result, int(chosen[trade]), zones, calendar),
        lambda trade: trade_levels(result, int(chosen[trade])),
        chosen,
    )


def trade_words(result: "Result", trade: int, zones: Zones, calendar: str) -> str:
    """What the tooltip of a trade says, one fact a line."""
    row = result.trade_table[trade]
    side = Side(int(row["side"])).word
    lines = [f"{side.capitalize()} {number(float(row['quantity']), 4)} · trade {trade + 1:,}"]
    lines.append(f"In   {zones.minute(int(row['entry_time']), calendar)} at {price(float(row['entry_price']))}{_note(result, int(row['entry_note']))}")
    if row["exit_row"] < 0:
        lines.append("Still open, valued at the last close")
    else:
        reason = _note(result, int(row["exit_note"])) or f" · {ExitReason(int(row['reason'])).words}"
        lines.append(f"Out  {zones.minute(int(row['exit_time']), calendar)} at {price(float(row['exit_price']))}{reason}")
    opened_with = [f"{name} {price(level)}" for name, _, _, level in _opened_with(row)]
    if opened_with:
        lines.append(f"Opened with {', '.join(opened_with)}")
    lines.append(f"Profit {money(float(row['profit']), signed=True, decimals=2)} ({percent(float(row['return']), 2, signed=True)})")
    lines.append(f"Costs {money(float(row['costs']), decimals=2)} commission, {money(float(row['slippage']), decimals=2)} slippage")
    return "\n".join(lines)


def trade_levels(result: "Result", trade: int) -> tuple[Level, ...]:
    """The prices of a trade: in, out with the level it left at, the stop and target it was opened with, the worst and best seen on the way."""
    row = result.trade_table[trade]
    entry, leave, side = float(row["entry_price"]), float(row["exit_price"]), int(row["side"])
    levels = [Level(entry, f"in {price(entry)}", "text")]
    reason = ExitReason(int(row["reason"]))
    if row["exit_row"] >= 0:
        words = reason.words if reason in _AT_LEVELS else "out"
        levels.append(Level(leave, f"{words} {price(leave)}", "up" if row["profit"] > 0 else "down"))
    for name, colour, same, level in _opened_with(row):
        if reason is not same or abs(level - leave) > _slipped(row) + _SAME * leave:
            levels.append(Level(level, f"{name} {price(level)}", colour))
    for name, fraction in (("worst", float(row["mae"])), ("best", float(row["mfe"]))):
        if fraction:
            levels.append(Level(entry * (1 + side * fraction), f"{name} {percent(fraction, 2, signed=True)}", "faint", is_reached=True))
    return tuple(levels)


def _opened_with(row: Any) -> list[tuple[str, str, ExitReason, float]]:
    """Of `_OPENED_WITH` what the trade had, with its price."""
    return [(*each, float(row[each[0]])) for each in _OPENED_WITH if np.isfinite(row[each[0]])]


def _slipped(row: Any) -> float:
    """How far slippage moved the prices of a trade, entry and exit together: its money over what a price of one more is worth."""
    made = float(row["gross"] - row["slippage"])
    return abs(float(row["slippage"]) * float(row["exit_price"] - row["entry_price"]) / made) if made else 0.0


def _note(result: "Result", code: int) -> str:
    words = result.note(code)
    return f" · {words}" if words else ""
