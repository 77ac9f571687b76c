"""The tables of trades and of earlier runs.

Columns are declared here; the widget kit sorts, shortens and draws them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from terminal.domain.orders import ExitReason, Side
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.numbers import ABSENT, age_of, count, money, number, percent, price
from terminal.ui.widgets.columns import Column
from terminal.ui.zones import Zones

if TYPE_CHECKING:
    from terminal.app.answers import Result, RunInfo

_SECOND = 1_000_000_000
SPARE = ("Carry", "Quantity", "Best", "Worst", "Bars", "Costs", "Exit price", "Entry price", "Exit", "Left by")
"""Columns of the trades that step back where room is short, the first first."""


@dataclass(frozen=True, slots=True)
class TradeRow:
    """One trade as the table shows it; `number` counts from 0 in the order of entry. Times UTC ns."""

    number: int
    side: str
    entry_time: int
    exit_time: int | None
    entry_price: float
    exit_price: float
    quantity: float
    profit: float
    share: float
    costs: float
    reason: str
    bars: int
    symbol: str
    calendar: str
    """Trading calendar of its instrument, "" where none is known: its times are those of that exchange where a person wants them so."""
    mae: float
    mfe: float
    carry: float
    code: int
    """Of the instrument among those of the run."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """An earlier run and what is no longer as it was, "" where nothing is known to have changed."""

    info: "RunInfo"
    changed: str


def trade_rows(result: "Result") -> list[TradeRow]:
    """The trades of `result` in the order of entry."""
    table = result.trade_table
    words = {reason.value: reason.words for reason in ExitReason}
    sides = {side.value: side.word for side in Side}
    names = (
        "side",
        "entry_time",
        "exit_time",
        "entry_price",
        "exit_price",
        "quantity",
        "profit",
        "return",
        "costs",
        "slippage",
        "reason",
        "bars",
        "exit_row",
        "exit_note",
        "symbol",
        "mae",
        "mfe",
        "carry",
    )
    symbols, calendars = result.labels, calendars_of(result)
    columns = zip(*(table[name].tolist() for name in names), strict=True)
    return [
        TradeRow(
            number,
            sides[side],
            entered,
            None if row < 0 else left,
            entry,
            leave,
            quantity,
            profit,
            share,
            costs + slippage,
            "still open" if row < 0 else result.note(note) or words[reason],
            bars,
            symbols[symbol],
            calendars[symbol],
            mae,
            mfe,
            carry,
            symbol,
        )
        for number, (
            side,
            entered,
            left,
            entry,
            leave,
            quantity,
            profit,
            share,
            costs,
            slippage,
            reason,
            bars,
            row,
            note,
            symbol,
            mae,
            mfe,
            carry,
        ) in enumerate(columns)
    ]


def series_of(result: "Result", trade: int) -> SeriesKey:
    """The candles that a trade was made on."""
    return key_of(result, int(result.trade_table["symbol"][trade]))


def key_of(result: "Result", code: int) -> SeriesKey:
    """The candles of an instrument of the run, by its number."""
    if not result.symbols:
        return result.candles_key
    row = result.symbols[code]
    return SeriesKey(str(row["venue"]), str(row["symbol"]), Timeframe(row["timeframe"]))


def calendars_of(result: "Result") -> tuple[str, ...]:
    """The trading calendar of each instrument of a run, "" where an older run does not tell it."""
    settings = result.settings
    return tuple(settings.get("calendars") or (str(settings.get("calendar", "")),) * len(result.symbol_names))


def trade_columns(zones: Zones) -> tuple[Column[TradeRow], ...]:
    """The columns of the list of trades."""
    return (
        Column("#", lambda row: count(row.number + 1), lambda row: row.number, is_number=True),
        Column("Symbol", lambda row: row.symbol),
        Column("Side", lambda row: ("▲ " if row.side == "long" else "▼ ") + row.side, colour=lambda row: "up" if row.side == "long" else "down"),
        Column(
            "Entry",
            lambda row: zones.minute(row.entry_time, row.calendar),
            lambda row: row.entry_time,
            tooltip=lambda row: zones.both(row.entry_time, row.calendar),
        ),
        Column("Entry price", lambda row: price(row.entry_price), lambda row: row.entry_price, is_number=True, help="As filled, slippage included"),
        Column(
            "Exit",
            lambda row: ABSENT if row.exit_time is None else zones.minute(row.exit_time, row.calendar),
            lambda row: row.exit_time,
            tooltip=lambda row: "" if row.exit_time is None else zones.both(row.exit_time, row.calendar),
        ),
        Column("Exit price", lambda row: price(row.exit_price), lambda row: row.exit_price, is_number=True, help="As filled; the last close while open"),
        Column("Left by", lambda row: row.reason),
        Column("Profit", lambda row: money(row.profit, signed=True, decimals=2), lambda row: row.profit, is_number=True, colour=lambda row: _state(row.profit)),
        Column("Return", lambda row: percent(row.share, 2, signed=True), lambda row: row.share, is_number=True, colour=lambda row: _state(row.share)),
        Column(
            "Costs",
            lambda row: money(row.costs, decimals=2),
            lambda row: row.costs,
            is_number=True,
            help="Commission and slippage; what holding cost stands under Carry",
        ),
        Column(
            "Carry",
            lambda row: money(-row.carry, signed=True, decimals=2) if row.carry else ABSENT,
            lambda row: -row.carry,
            is_number=True,
            colour=lambda row: _state(-row.carry),
            help="Funding, borrow, dividends and liquidation: what holding the position cost (−) or brought (+)",
        ),
        Column(
            "Worst", lambda row: percent(row.mae, 2, signed=True), lambda row: row.mae, is_number=True, help="Worst price seen while held, from entry (MAE)"
        ),
        Column("Best", lambda row: percent(row.mfe, 2, signed=True), lambda row: row.mfe, is_number=True, help="Best price seen while held, from entry (MFE)"),
        Column("Bars", lambda row: count(row.bars), lambda row: row.bars, is_number=True, help="Candles held"),
        Column("Quantity", lambda row: number(row.quantity, 4), lambda row: row.quantity, is_number=True),
        Column("", lambda _row: "", stretches=True),
    )


def run_columns(zones: Zones, now: Callable[[], int]) -> tuple[Column[RunRow], ...]:
    """The columns of the list of runs."""
    return (
        Column("When", lambda row: zones.recent(row.info.created, now()), lambda row: row.info.created, tooltip=lambda row: zones.both(row.info.created)),
        Column("Strategy", lambda row: row.info.title, tooltip=lambda row: row.info.strategy),
        Column("Parameters", lambda row: ", ".join(f"{name} {value}" for name, value in row.info.parameters.items()), stretches=True),
        Column("Series", lambda row: row.info.traded.rpartition(" (")[0], tooltip=lambda row: ", ".join((str(row.info.series), *row.info.others))),
        Column(
            "Net",
            lambda row: percent(row.info.total_return, signed=True),
            lambda row: row.info.total_return,
            is_number=True,
            colour=lambda row: _state(row.info.total_return),
        ),
        Column("Sharpe", lambda row: number(row.info.sharpe), lambda row: row.info.sharpe, is_number=True),
        Column("Trades", lambda row: count(row.info.trades), lambda row: row.info.trades, is_number=True),
        Column("Span", lambda row: age_of((row.info.end - row.info.start) / _SECOND), lambda row: row.info.end - row.info.start, is_number=True),
        Column(
            "Origin", lambda row: "simulated" if row.info.simulated else row.info.series.venue, colour=lambda row: "demo" if row.info.simulated else "second"
        ),
        Column("Changed", lambda row: row.changed, colour=lambda _row: "warn", help="What is no longer as it was when this run was made"),
    )


def _state(value: float) -> str:
    return "up" if value > 0 else "down" if value < 0 else ""
