"""Parts of the HTML report beside figures and curves: costs from gross to net, the distribution of trades, doubts, the band, instruments.

Called by `page`; the PDF shares the steps from gross to net.
"""

from collections.abc import Sequence
from html import escape

import numpy as np

from terminal.backtest.breakdown import TRADE_LINES
from terminal.backtest.report.appendix import Appendix
from terminal.backtest.report.curves import round_steps
from terminal.backtest.report.page_charts import WIDTH, band_chart
from terminal.backtest.report.words import moment, number
from terminal.backtest.result import Result
from terminal.domain.words import percent, worded
from terminal.stats.glossary import term

_MOST_BINS = 48
_SHARED_FIRST = ("strategy", "symbol", "trades", "win_rate", "profit", "contribution", "holding_return", "gross", "slippage", "costs", "carry")
_WORDS = ("strategy", "symbol")
MOST_NOTES = 500
"""Notes listed on the page; JSON has them all."""
_RATES = ("win_rate", "contribution", "holding_return")
_MONEY = ("profit", "gross", "slippage", "costs", "carry")


def cost_steps(result: Result) -> list[tuple[str, float, float | None]]:
    """Name, amount and share of the gross profit of each step: gross, every cost that is not 0 (negative where paid), interest, net."""
    metrics = result.metrics
    gross, net = metrics["gross_profit"], metrics["net_profit"]
    costs = [(_title(name), -metrics.get(name, 0.0)) for name in TRADE_LINES if metrics.get(name, 0.0) or name in ("total_slippage", "total_costs")]
    if metrics.get("total_interest", 0.0):
        costs.append((_title("total_interest"), metrics["total_interest"]))
    share = (lambda value: value / abs(gross)) if gross else (lambda value: None)  # noqa: ARG005 - of nothing there is no share
    return [("Gross profit", gross, None), *((name, value, share(value)) for name, value in costs), ("Net profit", net, share(net))]


def costs(result: Result) -> str:
    """The steps as a table."""
    currency = escape(str(result.settings["currency"]))
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td class=number>{number(value, 2, signed=True)} {currency}</td>"
        f"<td class=number>{'' if share is None else percent(share, signed=True)}</td></tr>"
        for name, value, share in cost_steps(result)
    )
    head = "<thead><tr><th>From gross to net</th><th class=number></th><th class=number>of the gross profit</th></tr></thead>"
    return f'<section class="panel"><h2>Costs</h2><table>{head}<tbody>{rows}</tbody></table></section>'


def distribution(result: Result) -> str:
    """How often which return of a trade came, as bars; "" without a closed trade."""
    closed = result.trade_table["return"][result.trade_table["reason"] != 0]
    closed = closed[np.isfinite(closed)]
    if not len(closed):
        return ""
    low, high = min(0.0, float(closed.min())), max(0.0, float(closed.max()))
    steps = round_steps(low, max(high, low + 1e-6), _MOST_BINS)
    width = steps[1] - steps[0] if len(steps) > 1 else max(high - low, 1e-6)
    first, last = int(np.floor(low / width)), int(np.floor(high / width)) + 1
    many = np.bincount(np.clip(np.floor(closed / width + 1e-9).astype(np.int64) - first, 0, last - first - 1), minlength=last - first)
    height, room = 150, WIDTH / (last - first)
    bars = []
    for place, count in enumerate(many.tolist()):
        tall = count / max(1, int(many.max())) * (height - 26)
        edge = (first + place) * width
        colour = "var(--down)" if edge < -1e-12 else "var(--up)"
        told = f"{number(count, 0)} of {percent(edge, 2)} to {percent(edge + width, 2)}"
        place_and_size = f'x="{place * room + 1:.1f}" y="{height - 22 - tall:.1f}" width="{max(room - 2, 1):.1f}" height="{tall:.1f}"'
        bars.append(f'<rect {place_and_size} fill="{colour}"><title>{told}</title></rect>')
    labels = "".join(
        f'<text class="axis" x="{(step / width - first) * room:.1f}" y="{height - 6}" text-anchor="middle">{percent(step, 1)}</text>'
        for step in round_steps(low, max(high, low + 1e-6), 8)
    )
    svg = f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Trades by return">{"".join(bars)}{labels}</svg>'
    return f'<section class="panel"><h2>Trades by return</h2>{svg}</section>'


def doubts(appendix: Appendix) -> str:
    """The reviewer's answers, worst first; "" where it was not asked."""
    review = appendix.review
    if review is None:
        return ""
    colours = {3: "down", 2: "warn", 0: "up"}
    rows = "".join(
        f'<tr><td class="{colours.get(int(doubt.severity), "meaning")}">{escape(doubt.severity.words)}</td>'
        f"<td>{escape(doubt.words)}</td><td class=meaning>{escape(doubt.rule.replace('_', ' '))}</td></tr>"
        for doubt in (*review.doubts, *review.not_asked, *review.sound)
    )
    return f'<section class="panel"><h2>Doubts</h2><p class="note">{escape(review.summary)}</p><table class="doubts">{rows}</table></section>'


def band(result: Result, appendix: Appendix) -> str:
    """The band of fills with its warning; "" where it was not drawn."""
    found = appendix.band
    if found is None:
        return ""
    words = f'<p class="{"warn" if found.sign_depends else "note"}">{"⚠ " if found.sign_depends else ""}{escape(found.words)}</p>'
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td class=number>{percent(made, signed=True)}</td></tr>" for name, made in zip(found.names, found.finals, strict=True)
    )
    chart = band_chart(found.time, found.low, found.high, found.base, float(result.settings["capital"]))
    return f'<section class="panel"><h2>What fills and costs leave open</h2>{words}{chart}<table>{rows}</table></section>'


def instruments(result: Result) -> str:
    """A row for each instrument of a run of several, "" for a run of one."""
    if len(result.symbols) < 2:
        return ""
    names = [name for name in _SHARED_FIRST if name in result.symbols[0]]
    head = "".join(f"<th{'' if name in _WORDS else ' class=number'}>{escape(worded(name))}</th>" for name in names)
    rows = "".join("<tr>" + "".join(_cell(name, row.get(name)) for name in names) + "</tr>" for row in result.symbols)
    return f'<section class="panel"><h2>Instruments</h2><div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></section>'


def notes(result: Result) -> str:
    """What the strategy logged, "" where it logged nothing."""
    if not result.log:
        return ""
    rows = "".join(
        f"<tr><td>{moment(note.time)}</td><td>{escape(note.symbol)}</td><td>{escape(str(note.words))}</td><td class=meaning>{escape(note.told)}</td></tr>"
        for note in result.log[:MOST_NOTES]
    )
    many = len(result.log)
    rest = f"<p class=note>The first {number(MOST_NOTES, 0)} of {number(many, 0)} notes. The JSON export has them all.</p>" if many > MOST_NOTES else ""
    lead = '<p class="note">Written by the strategy while it ran. Times in UTC.</p>'
    return f'<section class="panel"><h2>Notes of the strategy</h2>{lead}<div class="wide"><table class="notes">{rows}</table></div>{rest}</section>'


def changed(changes: Sequence[str]) -> str:
    """What is no longer as it was when the run was made; "" where nothing is."""
    return f'<p class="warn">Changed since this run was made: {escape("; ".join(changes))}.</p>' if changes else ""


def _cell(name: str, value: object) -> str:
    if not isinstance(value, int | float):
        return f"<td>{escape(str(value))}</td>" if name in _WORDS else "<td class=number></td>"
    told = percent(value, 1, signed=name != "win_rate") if name in _RATES else number(value, 2 if name in _MONEY else 0, signed=name in ("profit", "gross"))
    return f"<td class=number>{told}</td>"


def _title(name: str) -> str:
    known = term(name)
    return known.title if known is not None else worded(name.removeprefix("total_"))
