"""A result written down: JSON for programs, CSV for spreadsheets. The HTML page and the picture stand beside this module.

Asked for by `result.to_json()` and by commands that export a run.
"""

import csv
import io
import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.result import NO_TIME, Result
from terminal.domain.orders import ExitReason, Side

MONEY = (
    "quantity",
    "entry_price",
    "exit_price",
    "costs",
    "slippage",
    "carry",
    "funding",
    "borrow",
    "dividends",
    "liquidation",
    "gross",
    "profit",
    "return",
    "mae",
    "mfe",
    "stop",
    "target",
    "confidence",
)


def result_json(result: Result) -> str:
    """The run as JSON: settings, fingerprints, metrics, trades, equity. Times are ISO in UTC, what can't be known is null."""
    document = {
        "settings": {**result.settings, "data_start": iso_texts(np.array([result.settings["data_start"]]))[0]},
        "fingerprints": dict(result.fingerprints),
        "metrics": {name: _known(value) for name, value in result.metrics.items()},
        "trades": trade_rows(result),
        "equity": {"time": iso_texts(result.time), "value": [_known(value) for value in result.equity_values.tolist()]},
    }
    if result.log:
        document["notes"] = [each.plain() | {"time": iso_texts(np.array([each.time]))[0]} for each in result.log]
    if result.symbols:
        document["symbols"] = [dict(row) for row in result.symbols]
    return json.dumps(document, allow_nan=False, ensure_ascii=False)


def trade_rows(result: Result) -> list[dict[str, Any]]:
    """One mapping a trade, in the order of entry, as it stands in JSON and CSV."""
    table = result.trade_table
    times = {name: iso_texts(table[name]) for name in ("entry_time", "exit_time")}
    rows = []
    for number, trade in enumerate(table):
        row: dict[str, Any] = {"symbol": result.symbol_names[int(trade["symbol"])]}
        row |= {"strategy": strategy} if (strategy := result.strategy_of(int(trade["symbol"]))) else {}
        row |= {name: times[name][number] for name in ("entry_time", "exit_time")}
        row["side"] = Side(int(trade["side"])).word
        row |= {name: _known(float(trade[name])) for name in MONEY}
        row["bars"] = int(trade["bars"])
        row["reason"] = ExitReason(int(trade["reason"])).words
        row["entry_note"], row["exit_note"] = result.note(int(trade["entry_note"])), result.note(int(trade["exit_note"]))
        rows.append(row)
    return rows


def trades_csv(result: Result) -> str:
    """The trades as CSV with a header line, times ISO in UTC, an unknown value left empty; `origin` says what is simulated."""
    rows = trade_rows(result)
    own = ["strategy"] if result.strategy_of(0) else []
    names = ["symbol", *own, "entry_time", "exit_time", "side", *MONEY, "bars", "reason", "entry_note", "exit_note", "origin"]
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "origin": result.settings["origin"]} for row in rows)
    return text.getvalue()


def tradingview_csv(result: Result) -> str:
    """The closed and open trades as TradingView's "List of trades" exports them: a line for the exit over one for the entry, percentages as numbers.

    Times are UTC. Of several instruments a last column names whose trade it is. Unlike there, a simulated result says so in the first column's head.
    """
    currency = str(result.settings.get("currency", "")) or "money"
    heads = ["Trade #", "Type", "Date and time", "Signal", f"Price {currency}", "Size (qty)", f"Size (value) {currency}", f"Net P&L {currency}", "Net P&L %"]
    heads += (f"Run-up {currency}", "Run-up %", f"Drawdown {currency}", "Drawdown %", f"Cumulative P&L {currency}", "Cumulative P&L %")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    heads += ["Symbol"] if len(result.symbols) > 1 else []
    writer.writerow((f"{heads[0]} (SIMULATED)" if result.simulated else heads[0], *heads[1:]))
    made, capital = 0.0, float(result.metrics["capital"])
    for number, trade in enumerate(result.trade_table, start=1):
        made += float(trade["profit"])
        share, profit = float(trade["return"]), float(trade["profit"])
        value = profit / share if share else float(trade["quantity"] * trade["entry_price"])
        shared = (
            *(float(trade["quantity"]), value, profit, share * 100),
            *(float(trade["mfe"]) * value, float(trade["mfe"]) * 100, float(trade["mae"]) * value, float(trade["mae"]) * 100),
            *(made, made / capital * 100),
        )
        side, is_open = Side(int(trade["side"])).word, int(trade["exit_time"]) == NO_TIME
        left_by = "Open" if is_open else result.note(int(trade["exit_note"])) or ExitReason(int(trade["reason"])).words
        moment = result.time[-1] if is_open else trade["exit_time"]
        for kind, time, signal, price in (
            ("Exit", moment, left_by, trade["exit_price"]),
            ("Entry", trade["entry_time"], result.note(int(trade["entry_note"])) or side, trade["entry_price"]),
        ):
            stamp = str(np.datetime64(int(time), "ns").astype("datetime64[m]")).replace("T", " ")
            whose = (result.labels[int(trade["symbol"])],) if len(result.symbols) > 1 else ()
            writer.writerow((number, f"{kind} {side}", stamp, signal, float(price), *(_plain(value) for value in shared), *whose))
    return text.getvalue()


def _plain(value: float) -> float | str:
    return round(value, 10) if math.isfinite(value) else ""


def iso_texts(times: NDArray[np.int64]) -> list[str | None]:
    """`times` (UTC ns) as ISO texts to the second, None for a time that is not there."""
    texts = np.datetime_as_string(times.view("datetime64[ns]").astype("datetime64[s]"), timezone="UTC").tolist()
    return [None if time == NO_TIME else text for time, text in zip(times.tolist(), texts, strict=True)]


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
