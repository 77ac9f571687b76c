"""From one account that traded several instruments to a Result: its trades with their symbols, a row for each instrument, the measures.

Called once at the end of a run by `account`; what holds for one instrument too is done by `summary`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest import summary, tabling
from terminal.backtest.breakdown import CARRIED, breakdown, cautions, told_detail
from terminal.backtest.evidence import Trials, judged
from terminal.backtest.many.clock import Clock
from terminal.backtest.many.seen import doubts
from terminal.backtest.many.surroundings import account_currency
from terminal.backtest.options import Options, rules_for
from terminal.backtest.result import Note, Result
from terminal.backtest.run import holding
from terminal.backtest.tabling import Notes
from terminal.domain.candles import Candles, iso
from terminal.domain.series import SeriesKey
from terminal.domain.signals import Signals
from terminal.domain.timeframe import DAY
from terminal.market.actions import adjusted
from terminal.stats import measures
from terminal.strategies.contract import Strategy

SYMBOL_COLUMNS = {
    "symbol": "the instrument",
    "venue": "where it is traded",
    "timeframe": "the length of its candles",
    "currency": "what its prices are in; money in this table is in the account's currency",
    "candles": "candles that took part",
    "trades": "trades that were closed",
    "open_trades": "trades still open after the last candle",
    "win_rate": "closed trades with a profit, as a fraction; null without trades",
    "gross": "profit before any cost",
    "slippage": "what fills were worse than the price they were due",
    "costs": "commissions",
    "carry": "funding, borrow, dividends owed (received: below 0) and liquidation fees",
    "profit": "what is left",
    "contribution": "profit as a fraction of the capital",
    "holding_return": "what holding it from its first open to its last close would have made, before costs",
    "data": "fingerprint of its candles",
}
"""What a row of `Result.symbols` holds, by column."""
_MONEY = ("gross", "slippage", "costs", "carry", "profit")


@dataclass(frozen=True, eq=False)
class Trading:
    """What a driver leaves: round trips in the order of entry, the account's value at each moment, the notes of each instrument's trades.

    `rates` are by instrument: units of the account's currency for one of its own at each moment, None = always 1.
    """

    book: NDArray[Any]
    equity: NDArray[np.float64]
    notes: Sequence[Notes]
    counts: Mapping[str, int]
    rates: Sequence[NDArray[np.float64] | None]
    log: tuple[Note, ...] = ()
    cautions: tuple[str, ...] = ()


def result(strategy: Strategy, candles: Sequence[Candles], clock: Clock, options: Options, trading: Trading, code: str | None) -> Result:
    """The finished run as a Result whose rows are the moments of the clock."""
    table, reasons = trade_table(candles, clock, trading)
    equity = trading.equity
    daily = measures.resample(clock.time, equity, options.capital)
    views = [adjusted(each, tuple(options.actions.get(each.instrument.symbol, ()))) for each in candles]
    curve = held_curve(views[0], clock, options, trading.rates[0])
    metrics = measures.measure(
        clock.time, equity, options.capital, worth_table(table, candles, trading), benchmark=curve[-1:], daily=daily, risk_free=options.risk_free
    )
    metrics["calendar_days"] = (int(clock.moments[-1]) - int(clock.time[0])) / DAY
    metrics |= breakdown(table, options, metrics["final_equity"]) | told_detail(options, candles, clock.first)
    metrics |= {name: float(count) for name, count in trading.counts.items()}
    if any(rate is not None for rate in trading.rates):
        metrics["currency_gain"] = metrics["final_equity"] - options.capital - float(np.sum(table["profit"]))
    is_simulated = any(each.provenance.simulated for each in candles)
    metrics, verdict = judged(metrics, daily.returns, Trials(), is_simulated)
    for array in (equity, table, curve):
        array.flags.writeable = False
    first = candles[0].instrument
    return Result(
        settings=settings_of(strategy, candles, clock, options, daily.annual_days)
        | told_orders(trading.notes)
        | {"cautions": [*cautions(metrics, daily.deepest), *trading.cautions, *doubts(candles, options)]},
        fingerprints=summary.fingerprints_of(strategy, fingerprint(candles), code),
        metrics=metrics,
        verdict=verdict,
        candles_key=SeriesKey(first.venue, first.symbol, candles[0].timeframe),
        simulated=is_simulated,
        time=clock.time,
        equity_values=equity,
        holding=lambda: curve,
        trade_table=table,
        reasons=reasons,
        daily_returns=daily.returns,
        daily_days=daily.days,
        log=trading.log,
        symbols=tuple(map(symbol_row, tabling.split(table, "symbol", len(candles)), candles, views, clock.first, [options.capital] * len(candles))),
    )


def told_orders(notes: Sequence[Notes]) -> dict[str, str]:
    """What entries wait for and how long, as the settings state it: each word once."""
    return {name: ", ".join(dict.fromkeys(getattr(each, name) for each in notes)) for name in ("order", "expires")}


def trade_table(candles: Sequence[Candles], clock: Clock, trading: Trading) -> tuple[NDArray[Any], tuple[str, ...]]:
    """All trades in the order of entry with rows of the clock and money in the account's currency, and the words of their notes."""
    parts: list[tuple[NDArray[np.int64], NDArray[Any]]] = []
    reasons: tuple[str, ...] = ()
    books = tabling.split(trading.book, "instrument", len(candles))
    for code, (book, each, notes, rate) in enumerate(zip(books, candles, trading.notes, trading.rates, strict=True)):
        part = tabling.trade_table(book, each, notes, 0)
        is_open = part["exit_row"] < 0
        closes_at = clock.closes_at[code]
        part["entry_row"], part["exit_row"] = closes_at[part["entry_row"]], np.where(is_open, -1, closes_at[part["exit_row"]])
        part["symbol"] = code
        if rate is not None:
            _convert(part, rate)
        for name in ("entry_note", "exit_note"):
            part[name] += np.where(part[name] >= 0, len(reasons), 0)
        reasons += notes.reasons
        parts.append((book["entry_order"], part))
    order = np.argsort(np.concatenate([ids for ids, _ in parts]), kind="stable")
    return np.concatenate([part for _, part in parts])[order], reasons


def _convert(part: NDArray[Any], rate: NDArray[np.float64]) -> None:
    """Turns the money of trades into the account's currency at the rate of their exit; profit stays gross less each cost."""
    at_exit = rate[part["exit_row"]]  # −1, a trade still open, is the last moment
    for name in ("gross", "slippage", "costs", "carry", *CARRIED):
        part[name] *= at_exit
    part["profit"] = part["gross"] - part["slippage"] - part["costs"] - part["carry"]


def worth_table(table: NDArray[Any], candles: Sequence[Candles], trading: Trading) -> NDArray[Any]:
    """The trades with quantities such that quantity × price is money of the account, for measures that know one multiplier only."""
    scaled, codes = table.copy(), table["symbol"]
    worth = np.array([float(each.instrument.multiplier) for each in candles])[codes]
    for code, rate in enumerate(trading.rates):
        if rate is not None:
            rows = codes == code
            worth[rows] *= rate[table["entry_row"][rows]]
    scaled["quantity"] *= worth
    return scaled


def held_curve(candles: Candles, clock: Clock, options: Options, rate: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """The benchmark at each moment of the clock: the capital held in the first instrument at the same costs, in the account's currency."""
    first = clock.first[0]
    rules, _ = rules_for(options, candles.instrument, Signals().checked(len(candles)))
    held = holding(candles, options, first, rules).curve()
    row = np.searchsorted(clock.closes_at[0][first:], np.arange(len(clock)), side="right") - 1
    curve = np.where(row >= 0, held[np.maximum(row, 0)], options.capital)
    return curve if rate is None else curve * (rate / rate[0])


def symbol_row(own: NDArray[Any], candles: Candles, view: Candles, first: int, capital: float) -> dict[str, Any]:
    """The row of one instrument and its `own` trades, ready for JSON; `view` are its candles without the jumps of splits and dividends."""
    closed = own[own["reason"] != 0]
    money = {name: float(np.sum(own[name])) for name in _MONEY}
    traded = view.rows(first, len(view))
    return {
        "symbol": candles.instrument.symbol,
        "venue": candles.instrument.venue,
        "timeframe": candles.timeframe.value,
        "currency": candles.instrument.quote,
        "candles": len(traded),
        "trades": len(closed),
        "open_trades": len(own) - len(closed),
        "win_rate": float(np.mean(closed["profit"] > 0)) if len(closed) else None,
        **money,
        "contribution": money["profit"] / capital,
        "holding_return": float(traded.close[-1] / traded.open[0] - 1.0) if len(traded) else None,
        "data": candles.fingerprint,
    }


def settings_of(strategy: Strategy, candles: Sequence[Candles], clock: Clock, options: Options, annual_days: float) -> dict[str, Any]:
    """Every setting of the run, as of one instrument, with what differs between instruments as lists in their order."""
    common = summary.settings_of(strategy, candles[0], options, clock.first[0], annual_days)
    instruments = [each.instrument for each in candles]
    return common | {
        "symbol": ", ".join(each.symbol for each in instruments),
        "currency": account_currency(candles, options),
        "actions": {name: len(what) for name, what in options.actions.items()},
        "universe": "no dates" if options.universe is None else "dated",
        "symbols": [each.symbol for each in instruments],
        "venues": [each.venue for each in instruments],
        "timeframes": [each.timeframe.value for each in candles],
        "calendars": [each.calendar for each in instruments],
        "data_starts": [int(each.time[0]) for each in candles],
        "data_ends": [int(each.time[-1]) for each in candles],
        "start": iso(int(clock.time[0])),
        "end": iso(int(clock.time[-1])),
        "candles": sum(len(each) - first for each, first in zip(candles, clock.first, strict=True)),
        "benchmark": f"holding {instruments[0].symbol} at the same costs",
        "clock": "decisions at closes in the order of time; an order acts on the next candle of its instrument that opens at or after its decision",
    }


def fingerprint(candles: Sequence[Candles]) -> str:
    """One hash of the data of all instruments, in their order."""
    return hashlib.sha256("|".join(each.fingerprint for each in candles).encode(), usedforsecurity=False).hexdigest()[:32]
