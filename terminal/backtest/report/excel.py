"""A result as an Excel workbook: summary, trades, equity, months, settings; real numbers and dates, so that a person can go on reckoning.

Written by `export`; openpyxl is fetched only then.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from terminal.backtest.report.curves import MONTHS, months
from terminal.backtest.report.document import MONEY
from terminal.backtest.report.words import origin_of, told
from terminal.backtest.result import NO_TIME, Result
from terminal.domain.orders import ExitReason, Side
from terminal.domain.words import worded
from terminal.stats.glossary import GROUPS, Form

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_ROWS = 250_000
"""Rows of equity; of a longer run the last close of each day is written."""
_DAY = 86_400_000_000_000
_MONEY, _PERCENT, _RATIO, _PRICE, _TIME = "#,##0.00;-#,##0.00", "0.00%", "0.000", "#,##0.########", "yyyy-mm-dd hh:mm"
_FORMS = {Form.PERCENT: _PERCENT, Form.MONEY: _MONEY, Form.RATIO: _RATIO, Form.COUNT: "#,##0", Form.DAYS: "#,##0"}
_RATES = ("return", "mae", "mfe", "confidence")
_PRICES = ("quantity", "entry_price", "exit_price", "stop", "target")
Cell = tuple[Any, str]
"""A value and its number format, "" for text."""


def result_xlsx(result: Result) -> bytes:
    """The workbook as bytes. Times are UTC."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "Outcry"
    _summary(book, result)
    _trades(book, result)
    _equity(book, result)
    _months(book, result)
    if result.log:
        _notes(book, result)
    if result.symbols:
        _symbols(book, result)
    _settings(book, result)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _summary(book: "Workbook", result: Result) -> None:
    settings, metrics = result.settings, result.metrics
    rows: list[Sequence[Cell]] = [
        [("Outcry — backtest", "")],
        [(f"{settings['strategy']} · {origin_of(result)}", "")],
        *([[("SIMULATED — these prices are invented", "")]] if result.simulated else []),
        [(result.verdict, "")],
        *([(caution, "")] for caution in settings.get("cautions") or ()),
        [],
    ]
    for group, terms in GROUPS.items():
        known = [(name, term) for name, term in terms.items() if name in metrics]
        if known:
            rows += [[(group, "")], *([(term.title, ""), (_known(metrics[name]), _FORMS[term.form]), (term.meaning, "")] for name, term in known), []]
    _sheet(book, "Summary", rows, widths=(34, 16, 110))


def _trades(book: "Workbook", result: Result) -> None:
    heads = ("Number", "Symbol", "Side", "Entry (UTC)", "Exit (UTC)", *(worded(name) for name in MONEY), "Bars", "Left by", "Entry note", "Exit note")
    formats = {**dict.fromkeys(MONEY, _MONEY), **dict.fromkeys(_RATES, _PERCENT), **dict.fromkeys(_PRICES, _PRICE)}

    def rows() -> Iterable[Sequence[Cell]]:
        for number, trade in enumerate(result.trade_table, start=1):
            yield [
                (number, "0"),
                (result.labels[int(trade["symbol"])], ""),
                (Side(int(trade["side"])).word, ""),
                *((_moment(int(trade[name])), _TIME) for name in ("entry_time", "exit_time")),
                *((_known(float(trade[name])), formats[name]) for name in MONEY),
                (int(trade["bars"]), "#,##0"),
                (ExitReason(int(trade["reason"])).words, ""),
                *((result.note(int(trade[name])), "") for name in ("entry_note", "exit_note")),
            ]

    _sheet(book, "Trades", rows(), heads=heads, widths=(8, 14, 8, 17, 17, *(14 for _ in MONEY), 8, 14, 20, 20))


def _equity(book: "Workbook", result: Result) -> None:
    equity, held = result.equity_values, result.benchmark_values
    peak = np.maximum(np.maximum.accumulate(equity), float(result.metrics["capital"]))
    chosen = np.arange(len(equity))
    if len(equity) > MOST_ROWS:
        day = result.time // _DAY
        chosen = np.flatnonzero(np.append(day[1:] != day[:-1], True))
    columns = zip(result.time[chosen].tolist(), equity[chosen].tolist(), held[chosen].tolist(), (equity / peak - 1.0)[chosen].tolist(), strict=True)
    rows = ([(_moment(time), _TIME), (value, _MONEY), (holding, _MONEY), (below, _PERCENT)] for time, value, holding, below in columns)
    heads = ("Candle (UTC)", "Equity at its close", "Holding", "Below the earlier peak")
    _sheet(book, "Equity", rows, heads=heads, widths=(17, 18, 18, 22))


def _months(book: "Workbook", result: Result) -> None:
    years, table = months(result)
    rows = []
    for year, line in zip(years, table, strict=True):
        known = line[np.isfinite(line)]
        whole = float(np.prod(1 + known) - 1) if len(known) else None
        rows.append([(year, "0"), *((_known(value), _PERCENT) for value in line.tolist()), (whole, _PERCENT)])
    _sheet(book, "Months", rows, heads=("Year", *MONTHS, "Year's return"), widths=(8, *(10 for _ in MONTHS), 14))


def _notes(book: "Workbook", result: Result) -> None:
    rows = ([(_moment(note.time), _TIME), (note.symbol, ""), (str(note.words), ""), (note.told, "")] for note in result.log)
    _sheet(book, "Notes", rows, heads=("At (UTC)", "Symbol", "Note", "Values"), widths=(17, 14, 40, 70))


def _symbols(book: "Workbook", result: Result) -> None:
    names = list(result.symbols[0])
    rows = ([(value, _MONEY if isinstance(value, float) else "") for value in (row.get(name) for name in names)] for row in result.symbols)
    _sheet(book, "Symbols", rows, heads=[worded(name) for name in names], widths=[14 for _ in names])


def _settings(book: "Workbook", result: Result) -> None:
    parameters = dict(result.settings.get("parameters") or {})
    groups = (
        ("Parameter", parameters),
        ("Setting", {name: value for name, value in result.settings.items() if name != "parameters"}),
        ("Fingerprint", result.fingerprints),
    )
    rows = ([(kind, ""), (worded(name), ""), (_plain(value), "")] for kind, named in groups for name, value in named.items())
    _sheet(book, "Settings", rows, heads=("Kind", "Name", "Value"), widths=(14, 34, 70))


def _sheet(book: "Workbook", name: str, rows: Iterable[Sequence[Cell]], *, heads: Sequence[str] = (), widths: Sequence[float] = ()) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width

    made: dict[tuple[int, str, bool, bool], Any] = {}

    def cell(place: int, value: Any, form: str, *, is_head: bool = False) -> Any:
        """The one cell of that column and look with another value: making and styling each anew takes ten times as long."""
        is_text = isinstance(value, str)
        key = (place, form, is_text, is_head)
        if key not in made:
            made[key] = WriteOnlyCell(sheet)
            made[key].number_format = form or "General"
            made[key].font = Font(bold=is_head)
        made[key].value = ILLEGAL_CHARACTERS_RE.sub("", value) if is_text else value
        if is_text:
            made[key].data_type = "s"  # words of a strategy that begin with = stay words
        return made[key]

    if heads:
        sheet.freeze_panes = "A2"
        sheet.append([cell(place, head, "", is_head=True) for place, head in enumerate(heads)])
    for row in rows:
        sheet.append([cell(place, value, form, is_head=not heads and len(row) == 1) for place, (value, form) in enumerate(row)])


def _moment(time: int) -> datetime | None:
    """As Excel knows it: without a zone, which stands in the column's head."""
    return None if time == NO_TIME else datetime.fromtimestamp(time / 1e9, UTC).replace(tzinfo=None)


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float) and not isinstance(value, bool) else told(value)
