"""The result as one HTML file that needs nothing else: no network, no script, dark or light as the reader's system is.

Written by `ExportRun`, `outcry backtest --report` and `outcry demo`.
"""

from html import escape

from terminal.backtest.report import page_parts
from terminal.backtest.report.appendix import NOTHING, Appendix
from terminal.backtest.report.curves import curves, months
from terminal.backtest.report.page_charts import drawdown_chart, equity_chart, month_table
from terminal.backtest.report.page_style import STYLE
from terminal.backtest.report.words import ABSENT, CAUTION, moment, number, origin_of, price, settings_told, title_of, told, written
from terminal.backtest.result import NO_TIME, Result
from terminal.domain.orders import ExitReason, Side
from terminal.stats.glossary import GROUPS, Form

MOST_TRADES = 2000
"""Trades listed on the page; the CSV has them all."""


def result_html(result: Result, appendix: Appendix = NOTHING) -> str:
    """The whole page as text, with the doubts and the band of `appendix` where it has them."""
    above = [_head(result, appendix), _key_figures(result), _charts(result), page_parts.band(result, appendix), page_parts.doubts(appendix)]
    parts = [_months(result), page_parts.distribution(result), page_parts.costs(result), page_parts.instruments(result)]
    sections = [*above, *parts, _measures(result), _trades(result), page_parts.notes(result), _settings(result), _foot()]
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="dark light"><title>{escape(title_of(result))} — Outcry</title><style>{STYLE}</style></head>'
        f"<body><main>{''.join(sections)}</main></body></html>\n"
    )


def _head(result: Result, appendix: Appendix) -> str:
    settings = result.settings
    parameters = ", ".join(f"{name} {value}" for name, value in settings["parameters"].items())
    badge = '<span class="badge">SIMULATED · prices are invented</span>' if result.simulated else ""
    cautions = "".join(f'<p class="warn">⚠ {escape(str(caution))}</p>' for caution in settings.get("cautions") or ())
    return (
        f'<header><div><p class="mark">Outcry · backtest</p><h1>{escape(str(settings["strategy"]))} <small>{escape(parameters)}</small></h1>'
        f'<p class="origin">{escape(origin_of(result))}</p></div>{badge}</header><p class="verdict">{escape(result.verdict)}</p>'
        f"{cautions}{page_parts.changed(appendix.changes)}"
    )


def _key_figures(result: Result) -> str:
    figures = result.metrics
    interval = f"{written(figures['sharpe_low'], Form.RATIO)} to {written(figures['sharpe_high'], Form.RATIO)} at 95 %"
    tried = f"{number(figures['variants_tried'], 0)} tried, about {number(max(1.0, figures['independent_variants']), 0)} independent"
    tiles = [
        ("Net", f"{number(figures['net_profit'], 0, signed=True)} {result.settings['currency']}", written(figures["total_return"], Form.PERCENT, signed=True)),
        (
            "Against holding",
            written(figures["excess_return"], Form.PERCENT, signed=True),
            f"holding {written(figures['holding_return'], Form.PERCENT, signed=True)}",
        ),
        ("Deepest drawdown", written(figures["max_drawdown"], Form.PERCENT), f"longest {written(figures['max_drawdown_days'], Form.DAYS)}"),
        ("Sharpe", written(figures["sharpe_ratio"], Form.RATIO), interval),
        ("Deflated Sharpe", written(figures["deflated_sharpe"], Form.RATIO), tried),
        ("Trades", written(figures["trades"], Form.COUNT), f"{written(figures['win_rate'], Form.PERCENT)} won"),
    ]
    cells = "".join(f'<div class="tile"><p>{name}</p><b>{escape(value)}</b><p class="note">{escape(note)}</p></div>' for name, value, note in tiles)
    return f'<section class="tiles">{cells}</section>'


def _charts(result: Result) -> str:
    lines = curves(result)
    capital = float(result.settings["capital"])
    legend = '<p class="legend"><span class="key"></span>Equity<span class="key second"></span>Holding, same costs<span class="key dashed"></span>Capital</p>'
    return (
        f'<section class="panel"><h2>Equity, {escape(str(result.settings["currency"]))}</h2>{legend}{equity_chart(lines, capital)}'
        f"<h2>Below the earlier peak</h2>{drawdown_chart(lines)}</section>"
    )


def _months(result: Result) -> str:
    years, returns = months(result)
    return f'<section class="panel"><h2>Returns by month, %</h2><div class="wide">{month_table(years, returns)}</div></section>'


def _measures(result: Result) -> str:
    groups = []
    for group, terms in GROUPS.items():
        rows = [
            f"<tr><td>{escape(term.title)}</td><td class=number>{written(result.metrics[name], term.form)}</td>"
            f"<td class=meaning>{escape(term.meaning)}</td></tr>"
            for name, term in terms.items()
            if name in result.metrics
        ]
        groups.append(f"<h3>{group}</h3><table>{''.join(rows)}</table>")
    return f'<section class="panel"><h2>Measures</h2>{"".join(groups)}</section>'


_HEADS = ("#", "Symbol", "Side", "Entry", "Price", "Exit", "Price", "Quantity", "Bars", "Costs", "Carry", "Worst", "Best", "Profit", "Return", "Left by")
_TEXT_COLUMNS = frozenset((1, 2, 3, 5, 15))
_SIGNED_COLUMNS = frozenset((13, 14))


def _trades(result: Result) -> str:
    head = "".join(f"<th{'' if place in _TEXT_COLUMNS else ' class=number'}>{name}</th>" for place, name in enumerate(_HEADS))
    listed = min(len(result.trade_table), MOST_TRADES)
    rows = "".join(_trade(result, place) for place in range(listed))
    rest = f"<p class=note>The first {number(listed, 0)} of {number(len(result.trade_table), 0)} trades. The CSV export has them all.</p>"
    body = f'<table class="trades"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>' if rows else "<p class=note>No trade was made.</p>"
    lead = '<p class="note">Times in UTC. Prices as filled, slippage included.</p>'
    return f'<section class="panel"><h2>Trades</h2>{lead}<div class="wide">{body}</div>{rest if listed < len(result.trade_table) else ""}</section>'


def _trade(result: Result, place: int) -> str:
    trade = result.trade_table[place]
    is_open = int(trade["exit_time"]) == NO_TIME
    note = result.note(int(trade["exit_note"])) or result.note(int(trade["entry_note"]))
    left_by = "still open" if is_open else ExitReason(int(trade["reason"])).words
    profit = float(trade["profit"])
    cells = (
        str(place + 1),
        result.labels[int(trade["symbol"])],
        Side(int(trade["side"])).word,
        moment(int(trade["entry_time"])),
        price(float(trade["entry_price"])),
        ABSENT if is_open else moment(int(trade["exit_time"])),
        price(float(trade["exit_price"])),
        f"{float(trade['quantity']):,.6g}",
        number(float(trade["bars"]), 0),
        number(float(trade["costs"]), 2),
        number(-float(trade["carry"]), 2, signed=True) if trade["carry"] else ABSENT,
        written(float(trade["mae"]), Form.PERCENT, signed=True),
        written(float(trade["mfe"]), Form.PERCENT, signed=True),
        number(profit, 2, signed=True),
        written(float(trade["return"]), Form.PERCENT, signed=True),
        f"{left_by} · {note}" if note else left_by,
    )
    sign = " up" if profit > 0 else " down" if profit < 0 else ""
    kinds = ("" if column in _TEXT_COLUMNS else f"number{sign if column in _SIGNED_COLUMNS else ''}" for column in range(len(cells)))
    return "<tr>" + "".join(f'<td class="{kind}">{escape(cell)}</td>' for kind, cell in zip(kinds, cells, strict=True)) + "</tr>"


def _settings(result: Result) -> str:
    shown = {"parameters": told(result.settings["parameters"])} | settings_told(result.settings)
    rows = [f"<tr><td>{escape(name.replace('_', ' '))}</td><td>{escape(value)}</td></tr>" for name, value in shown.items()]
    marks = [f"<tr><td>{escape(name)}</td><td><code>{escape(value)}</code></td></tr>" for name, value in result.fingerprints.items()]
    return (
        f'<section class="panel halves"><div><h2>Settings</h2><table>{"".join(rows)}</table></div>'
        f"<div><h2>Fingerprints and versions</h2><table>{''.join(marks)}</table></div></section>"
    )


def _foot() -> str:
    return f"<footer>Made by Outcry from past prices. {CAUTION}</footer>"
