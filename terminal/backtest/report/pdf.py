"""A result as a PDF of a few pages: verdict, key figures, curves, months, costs, doubts, measures, the last trades, settings.

Written by `export`; reportlab is fetched only then. The same result gives the same bytes.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from terminal.backtest.report.appendix import NOTHING, Appendix
from terminal.backtest.report.curves import MONTHS, curves, months, round_steps, time_steps
from terminal.backtest.report.page_parts import cost_steps
from terminal.backtest.report.words import ABSENT, CAUTION, moment, number, origin_of, price, settings_told, title_of, told, written
from terminal.backtest.result import NO_TIME, Result
from terminal.domain.orders import ExitReason, Side
from terminal.domain.resources import resource_path
from terminal.domain.words import percent, worded
from terminal.stats.glossary import GROUPS, Form

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

MOST_TRADES = 200
MOST_NOTES = 100
_TEXT, _SECOND, _LINE, _ACCENT, _HOLDING, _UP, _DOWN, _WARN = "#17202b", "#4d5b6d", "#d8dee7", "#2f6fdb", "#7254c4", "#14795a", "#b23a45", "#8a5a00"
_PLAIN, _STRONG = "Inter-Regular", "Inter-SemiBold"
_AFTER_NUMBERS = [("LEFTPADDING", (column, 0), (column, -1), 9) for column in (1, 5, 9)]
"""Room before the columns of words that follow a column of numbers."""
_WIDTH = 523.0
"""Points between the margins of A4."""


def result_pdf(result: Result, appendix: Appendix = NOTHING) -> bytes:
    """The document as bytes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    _fonts()
    title, content = title_of(result), io.BytesIO()
    origin = "SIMULATED — these prices are invented" if result.simulated else str(result.settings["venue"])

    def foot(canvas: Any, document: Any) -> None:
        canvas.setFont(_PLAIN, 7)
        canvas.setFillColor(_SECOND)
        canvas.drawString(36, 22, f"Outcry · {title} · {origin}. {CAUTION}")
        canvas.drawRightString(36 + _WIDTH, 22, str(document.page))

    document = SimpleDocTemplate(
        content, pagesize=A4, leftMargin=36, rightMargin=36, topMargin=36, bottomMargin=42, title=f"{title} — Outcry", author="Outcry", invariant=1
    )
    document.build(_story(result, appendix), onFirstPage=foot, onLaterPages=foot)
    return content.getvalue()


def _story(result: Result, appendix: Appendix) -> "list[Flowable]":
    settings = result.settings
    parameters = ", ".join(f"{name} {value}" for name, value in settings["parameters"].items())
    story = [_words(f"{settings['strategy']}  {parameters}", 16, strong=True)]
    story.append(_words(origin_of(result), 8.5, _SECOND))
    if result.simulated:
        story.append(_words("SIMULATED · prices are invented", 9, _WARN, strong=True))
    story += [_words(result.verdict, 11, strong=True, after=6), *(_words(f"⚠ {caution}", 9, _WARN) for caution in settings.get("cautions") or ())]
    if appendix.changes:
        story.append(_words(f"Changed since this run was made: {'; '.join(appendix.changes)}.", 9, _WARN))
    story += [_figures(result), *_head(f"Equity, {settings['currency']}"), _equity(result, appendix), *_head("Returns by month, %"), _months(result)]
    story += [*_head("From gross to net"), _costs(result)]
    if len(result.symbols) > 1:
        story += [*_head("Instruments"), _instruments(result)]
    if appendix.review is not None:
        story += [*_head(f"Doubts: {appendix.review.summary}"), _doubts(appendix)]
    if appendix.band is not None:
        story += [*_head("What fills leave open"), _words(("⚠ " if appendix.band.sign_depends else "") + appendix.band.words, 9)]
    story += [*_head("Measures"), _measures(result), *_trades(result), *_notes(result), *_head("Settings and fingerprints"), _settings(result)]
    return story


def _fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (_PLAIN, _STRONG):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(resource_path(f"fonts/{name}.ttf"))))


def _words(text: str, size: float, colour: str = _TEXT, *, strong: bool = False, after: float = 3) -> "Flowable":
    from html import escape

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle("words", fontName=_STRONG if strong else _PLAIN, fontSize=size, leading=size * 1.4, textColor=colour, spaceAfter=after)
    return Paragraph(escape(text), style)


def _head(text: str) -> "list[Flowable]":
    """A heading that does not stay alone at the foot of a page."""
    from html import escape

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import CondPageBreak, Paragraph

    style = ParagraphStyle("head", fontName=_STRONG, fontSize=9.5, leading=13, textColor=_TEXT, spaceBefore=10, spaceAfter=4)
    return [CondPageBreak(80), Paragraph(escape(text), style)]


def _table(
    rows: Sequence[Sequence[Any]], widths: Sequence[float], *, numbers: Sequence[int] = (), heads: int = 0, size: float = 7.5, extra: Sequence[Any] = ()
) -> "Flowable":
    from reportlab.platypus import Table, TableStyle

    style = [
        ("FONT", (0, 0), (-1, -1), _PLAIN, size),
        ("LEADING", (0, 0), (-1, -1), size * 1.35),
        ("TEXTCOLOR", (0, 0), (-1, -1), _TEXT),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("TOPPADDING", (0, 0), (-1, -1), 1.6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.2),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        *(("ALIGN", (column, 0), (column, -1), "RIGHT") for column in numbers),
        *extra,
    ]
    if heads:
        style += [("FONT", (0, 0), (-1, heads - 1), _STRONG, size), ("TEXTCOLOR", (0, 0), (-1, heads - 1), _SECOND)]
    return Table(rows, colWidths=widths, repeatRows=heads, style=TableStyle(style), hAlign="LEFT")


def _figures(result: Result) -> "Flowable":
    metrics, currency = result.metrics, result.settings["currency"]
    figures = (
        ("Net", written(metrics["total_return"], Form.PERCENT, signed=True), f"{number(metrics['net_profit'], 2, signed=True)} {currency}"),
        ("Holding made", written(metrics["holding_return"], Form.PERCENT, signed=True), "at the same costs"),
        ("Deepest drawdown", written(metrics["max_drawdown"], Form.PERCENT), f"longest {written(metrics['max_drawdown_days'], Form.DAYS)}"),
        ("Sharpe", written(metrics["sharpe_ratio"], Form.RATIO), f"{number(metrics['sharpe_low'], 1)} to {number(metrics['sharpe_high'], 1)} at 95 %"),
        ("Deflated Sharpe", written(metrics["deflated_sharpe"], Form.RATIO), f"{number(metrics['variants_tried'], 0)} tried"),
        ("Trades", written(metrics["trades"], Form.COUNT), f"{written(metrics['win_rate'], Form.PERCENT)} won"),
    )
    extra = [
        ("FONT", (0, 1), (-1, 1), _STRONG, 12),
        ("LEADING", (0, 1), (-1, 1), 15),
        ("TEXTCOLOR", (0, 0), (-1, 0), _SECOND),
        ("TEXTCOLOR", (0, 2), (-1, 2), _SECOND),
    ]
    return _table(list(zip(*figures, strict=True)), [_WIDTH / 6] * 6, extra=extra)


def _equity(result: Result, appendix: Appendix) -> "Flowable":
    from reportlab.graphics.shapes import Drawing, Line, Polygon, PolyLine, String

    height, right = 190.0, _WIDTH - 54
    lines, capital = curves(result, 900), float(result.settings["capital"])
    band = appendix.band
    low = min(float(lines.equity.min()), float(lines.holding.min()), capital, float(band.low.min()) if band is not None else capital)
    high = max(float(lines.equity.max()), float(lines.holding.max()), capital, float(band.high.max()) if band is not None else capital)
    first, last = int(lines.time[0]), int(lines.time[-1])

    def x(time: int) -> float:
        return (time - first) / max(1, last - first) * right

    def y(value: float) -> float:
        return 16 + (value - low) / ((high - low) or 1.0) * (height - 26)

    def points(time: Any, values: Any) -> list[float]:
        return [part for at, value in zip(time.tolist(), values.tolist(), strict=True) for part in (x(at), y(value))]

    drawing = Drawing(_WIDTH, height)
    for step in round_steps(low, high):
        drawing.add(Line(0, y(step), right, y(step), strokeColor=_colour(_LINE), strokeWidth=0.5))
        drawing.add(String(right + 4, y(step) - 2.5, number(step, 0), fontName=_PLAIN, fontSize=7, fillColor=_colour(_SECOND)))
    for time, label in time_steps(first, last):
        drawing.add(String(x(time), 3, label, fontName=_PLAIN, fontSize=7, fillColor=_colour(_SECOND), textAnchor="middle"))
    if band is not None:
        rows = np.unique(np.linspace(0, len(band.time) - 1, 400).astype(np.int64))
        around = points(band.time[rows], band.high[rows]) + points(band.time[rows][::-1], band.low[rows][::-1])
        drawing.add(Polygon(around, fillColor=_colour(_HOLDING, 0.18), strokeColor=None))
    drawing.add(PolyLine(points(lines.time, lines.holding), strokeColor=_colour(_HOLDING), strokeWidth=0.7))
    drawing.add(PolyLine(points(lines.time, lines.equity), strokeColor=_colour(_ACCENT), strokeWidth=1.1))
    legend = "Blue: equity. Violet: holding at the same costs." + (" Tinted: what fills and costs leave open." if band is not None else "")
    drawing.add(String(2, height - 8, legend, fontName=_PLAIN, fontSize=7, fillColor=_colour(_SECOND)))
    return drawing


def _colour(value: str, alpha: float = 1.0) -> Any:
    from reportlab.lib.colors import Color, HexColor

    plain = HexColor(value)
    return plain if alpha == 1.0 else Color(plain.red, plain.green, plain.blue, alpha=alpha)


def _months(result: Result) -> "Flowable":
    years, table = months(result)
    rows: list[list[str]] = [["", *MONTHS, "Year"]]
    extra = []
    for line, (year, values) in enumerate(zip(years, table, strict=True), start=1):
        known = values[np.isfinite(values)]
        rows.append([str(year), *("" if np.isnan(value) else number(value * 100, 1, signed=True) for value in values.tolist())])
        rows[-1].append(number(float(np.prod(1 + known) - 1) * 100, 1, signed=True) if len(known) else "")
        for column, value in enumerate(values.tolist(), start=1):
            if np.isfinite(value):
                strength = 0.08 + 0.42 * min(1.0, abs(value) / 0.12)
                extra.append(("BACKGROUND", (column, line), (column, line), _colour(_UP if value >= 0 else _DOWN, strength)))
    return _table(rows, [31, *([36] * 12), 44], numbers=range(1, 14), heads=1, extra=extra)


def _costs(result: Result) -> "Flowable":
    currency = str(result.settings["currency"])
    rows = [
        [name, f"{number(value, 2, signed=True)} {currency}", percent(share, signed=True) if share is not None else ""]
        for name, value, share in cost_steps(result)
    ]
    return _table([["", "", "of the gross profit"], *rows], [150, 120, 90], numbers=(1, 2), heads=1)


def _instruments(result: Result) -> "Flowable":
    heads = ["Instrument", "Trades", "Won", "Profit", "Gross", "Slippage", "Commission", "Carry", "Holding made"]
    rows = []
    for label, row in zip(result.labels, result.symbols, strict=True):
        shares = (percent(row[name], signed=name != "win_rate") if row[name] is not None else ABSENT for name in ("win_rate", "holding_return"))
        won, held = shares
        money = (number(row[name], 2, signed=name in ("profit", "gross")) for name in ("profit", "gross", "slippage", "costs", "carry"))
        rows.append([_words(label, 7.5, after=0), number(row["trades"], 0), won, *money, held])
    return _table([heads, *rows], [101, 40, 40, 60, 60, 52, 60, 44, 66], numbers=range(1, 9), heads=1)


def _notes(result: Result) -> "list[Flowable]":
    many = len(result.log)
    if not many:
        return []
    rows = [
        [moment(note.time), note.symbol, _words(str(note.words), 6.8, after=0), _words(note.told, 6.8, _SECOND, after=0)] for note in result.log[-MOST_NOTES:]
    ]
    symbol = 58 if any(note.symbol for note in result.log) else 0
    title = "Notes of the strategy" if many <= MOST_NOTES else f"The last {MOST_NOTES} of {number(many, 0)} notes of the strategy; JSON has them all"
    return [
        *_head(title),
        _table([["At (UTC)", "Symbol" if symbol else "", "Note", "Values"], *rows], [78, symbol, 140, _WIDTH - 218 - symbol], heads=1, size=6.8),
    ]


def _doubts(appendix: Appendix) -> "Flowable":
    review = appendix.review
    answers = (*review.doubts, *review.not_asked, *review.sound) if review is not None else ()
    rows = [
        [
            _words(doubt.severity.words, 7.5, strong=doubt.severity > 1, after=0),
            _words(doubt.words, 7.5, after=0),
            _words(doubt.rule.replace("_", " "), 7, _SECOND, after=0),
        ]
        for doubt in answers
    ]
    return _table(rows or [["", "No rule was asked.", ""]], [56, _WIDTH - 176, 120])


def _measures(result: Result) -> "Flowable":
    rows: list[list[Any]] = []
    for group, terms in GROUPS.items():
        for name, term in terms.items():
            if name in result.metrics:
                rows.append([group, term.title, written(result.metrics[name], term.form), _words(term.meaning, 7, _SECOND, after=0)])
    return _table(rows, [58, 130, 70, _WIDTH - 258], numbers=(2,))


def _trades(result: Result) -> "list[Flowable]":
    total, rows = len(result.trade_table), []
    for place in range(max(0, total - MOST_TRADES), total):
        trade = result.trade_table[place]
        is_open = int(trade["exit_time"]) == NO_TIME
        rows.append(
            [
                str(place + 1),
                _words(result.labels[int(trade["symbol"])], 6.8, after=0),
                Side(int(trade["side"])).word,
                moment(int(trade["entry_time"])),
                price(float(trade["entry_price"])),
                ABSENT if is_open else moment(int(trade["exit_time"])),
                price(float(trade["exit_price"])),
                number(float(trade["profit"]), 2, signed=True),
                written(float(trade["return"]), Form.PERCENT, signed=True),
                "still open" if is_open else ExitReason(int(trade["reason"])).words,
            ]
        )
    if not rows:
        return [*_head("Trades"), _words("No trade was made.", 9)]
    heads = ["#", "Symbol", "Side", "Entry (UTC)", "Price", "Exit (UTC)", "Price", "Profit", "Return", "Left by"]
    title = "Trades" if total <= MOST_TRADES else f"The last {MOST_TRADES} of {number(total, 0)} trades; the other forms have them all"
    return [*_head(title), _table([heads, *rows], [26, 62, 26, 76, 50, 82, 50, 54, 44, 53], numbers=(0, 4, 6, 7, 8), heads=1, size=6.8, extra=_AFTER_NUMBERS)]


def _settings(result: Result) -> "Flowable":
    parameters = dict(result.settings.get("parameters") or {})
    named = [*parameters.items(), *settings_told(result.settings).items(), *result.fingerprints.items()]
    return _table([[worded(name), _words(told(value), 7, after=0)] for name, value in named], [140, _WIDTH - 140], size=7)
