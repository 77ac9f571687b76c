"""A result in its other forms: Excel with real numbers and dates, PDF, TradingView's list of trades, JSON as docs/files.md says."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from terminal.backtest.doubts.envelope import Envelope
from terminal.backtest.doubts.question import Doubt, Severity
from terminal.backtest.doubts.review import Review
from terminal.backtest.report.appendix import Appendix
from terminal.backtest.report.document import trades_csv, tradingview_csv
from terminal.backtest.report.excel import result_xlsx
from terminal.backtest.report.export import ENDINGS, write_result
from terminal.backtest.report.page import result_html
from terminal.backtest.report.page_parts import cost_steps
from terminal.backtest.report.pdf import result_pdf
from terminal.backtest.report.words import origin_of, title_of
from terminal.backtest.result import SCHEMA, Result
from terminal.backtest.run import backtest
from terminal.domain.errors import BadInput
from terminal.strategies.contract import Strategy
from tests.app.test_runs import Sometimes, some_candles
from tests.app.test_several_instruments import another
from tests.backtest.builders import at, run
from tests.backtest.ticking import trades

DOCS = Path(__file__).resolve().parents[2] / "docs/files.md"


@pytest.fixture(scope="module")
def result() -> Result:
    return backtest(Sometimes(length=40), some_candles(3000))


@pytest.fixture
def hostile() -> Result:
    """A run whose strategy gives words that a spreadsheet or page could take for commands."""
    found = run([(100.0, 101.0, 99.0, 100.0)] * 6, enter_long=at(6, 0), exit_long=at(6, 2), reason=0, reasons=('=HYPERLINK("http://x")\x00<b>',))
    return replace(found, simulated=True)


def appendix(result: Result, *, sign_depends: bool) -> Appendix:
    review = Review("r", (Doubt("few trades", Severity.GRAVE, "Only <3> trades.", 3.0),), (), ())
    low, high = result.equity_values * 0.9, result.equity_values * 1.1
    band = Envelope(result.time, low, high, result.equity_values, ("kind", "unkind"), (0.1, -0.1), sign_depends, "The sign depends on the fills.")
    return Appendix(review, band, ("the candles",))


def sheets(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    from openpyxl import load_workbook

    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(io.BytesIO(content))}


def test_the_workbook_holds_real_numbers_and_dates(result: Result) -> None:
    book = sheets(result_xlsx(result))
    assert list(book) == ["Summary", "Trades", "Equity", "Months", "Settings"]
    heads, *rows = book["Trades"]
    assert len(rows) == len(result.trade_table)
    for row, trade in zip(rows, result.trade_table, strict=True):
        named = dict(zip(heads, row, strict=True))
        assert named["Profit"] == pytest.approx(trade["profit"], rel=1e-14)  # a workbook keeps 16 digits
        assert isinstance(named["Entry (UTC)"], datetime)
        assert np.datetime64(named["Entry (UTC)"], "s") == np.datetime64(int(trade["entry_time"]), "ns").astype("datetime64[s]")
    assert [row[1] for row in book["Equity"][1:]] == pytest.approx(result.equity_values.tolist(), rel=1e-14)
    assert any("SIMULATED" in str(row[0]) for row in book["Summary"])


def test_words_of_a_strategy_stay_words_in_a_workbook(hostile: Result) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(result_xlsx(hostile)))
    cells = [cell for row in book["Trades"].iter_rows() for cell in row if str(cell.value).startswith("=HYPERLINK")]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_pdf_is_one_and_the_same_each_time(result: Result) -> None:
    first = result_pdf(result, appendix(result, sign_depends=True))
    assert first.startswith(b"%PDF")
    assert first == result_pdf(result, appendix(result, sign_depends=True))
    assert len(first) > len(result_pdf(result))


@pytest.mark.parametrize("rows", [2, 3, 50])
def test_short_and_hostile_runs_are_written_too(rows: int, hostile: Result) -> None:
    short = run([(100.0, 101.0, 99.0, 100.0)] * rows, enter_long=at(rows, 0))
    for one in (short, hostile):
        assert result_pdf(one).startswith(b"%PDF")
        assert sheets(result_xlsx(one))


@pytest.mark.parametrize("sign_depends", [True, False])
def test_the_page_tells_doubts_band_and_what_has_changed(result: Result, sign_depends: bool) -> None:
    page = result_html(result, appendix(result, sign_depends=sign_depends))
    assert "Only &lt;3&gt; trades." in page
    assert ("⚠ The sign depends" in page) == sign_depends
    assert "Changed since this run was made: the candles." in page
    assert "Only" not in result_html(result)
    assert not re.search(r"(?i)<script|<link|<img|@import|url\(|https?://(?!www\.w3\.org)", page)


def test_every_report_of_a_run_over_ticks_says_ticks_and_never_a_length_of_candles() -> None:
    class Buys(Strategy):
        def on_tick(self, tick: object) -> None:
            if self.position.is_flat:
                self.buy(quantity=1)

    over_ticks = backtest(Buys, trades(np.arange(100, 140)), commission=0.0, slippage=0.0)
    assert (over_ticks.traded, over_ticks.went_over) == ("X ticks", "40 trades")
    page, told = result_html(over_ticks), origin_of(over_ticks)
    assert told.startswith("X ticks · test · ")
    assert told.endswith(" · 40 trades")
    assert "<title>Buys · X ticks — Outcry</title>" in page
    assert f'<p class="origin">{told}</p>' in page
    assert sheets(result_xlsx(over_ticks))["Summary"][1][0] == f"Buys · {told}"
    assert rb"/Title (Buys \267 X ticks \204 Outcry)" in result_pdf(over_ticks)


def test_a_report_names_how_many_more_instruments_there_were() -> None:
    both = backtest(Sometimes(length=40), [some_candles(300), another()], size="20%", start=int(some_candles(300).time[50]))
    assert title_of(both) == "Sometimes · X 1h and 1 more"
    assert origin_of(both).endswith(f" · {len(both.time):,} candles")


def test_the_steps_from_gross_to_net_add_up(result: Result) -> None:
    (_, gross, _), *costs, (_, net, _) = cost_steps(result)
    for _, amount, _ in costs:
        gross += amount
    assert gross == pytest.approx(net, rel=1e-12)
    assert net == result.metrics["net_profit"]


def test_the_list_of_trades_reads_as_tradingviews(result: Result) -> None:
    lines = list(csv.DictReader(io.StringIO(tradingview_csv(result))))
    assert len(lines) == 2 * len(result.trade_table)
    first = next(iter(lines[0]))
    assert first == "Trade # (SIMULATED)"
    currency, total = result.settings["currency"], 0.0
    for number, (leave, enter) in enumerate(zip(lines[::2], lines[1::2], strict=True)):
        trade = result.trade_table[number]
        total += float(trade["profit"])
        assert (leave["Type"].split()[0], enter["Type"].split()[0]) == ("Exit", "Entry")
        assert leave[first] == enter[first] == str(number + 1)
        assert float(enter[f"Price {currency}"]) == trade["entry_price"]
        assert float(leave[f"Net P&L {currency}"]) == pytest.approx(trade["profit"], abs=1e-9)
        assert float(leave[f"Cumulative P&L {currency}"]) == pytest.approx(total, abs=1e-8)
        assert float(leave["Drawdown %"]) <= 0.0 <= float(leave["Run-up %"])


def test_every_form_is_written_and_says_what_is_simulated(result: Result, tmp_path: Path) -> None:
    for ending in (*ENDINGS, ".tradingview.csv"):
        write_result(result, tmp_path / f"run{ending}")
        assert (tmp_path / f"run{ending}").stat().st_size > 100
    assert {row["origin"] for row in csv.DictReader(io.StringIO(trades_csv(result)))} == {"simulated"}
    with pytest.raises(BadInput, match="cannot be written"):
        write_result(result, tmp_path / "run.docx")


def documented(title: str) -> set[str]:
    """The keys in the first column of the first table after `title` in docs/files.md."""
    table = DOCS.read_text(encoding="utf-8").split(title, 1)[1].split("|---|---|\n", 1)[1].split("\n\n", 1)[0]
    return {key for line in table.splitlines() for key in re.findall(r"`(\w+)`", line.split("|")[1])}


def test_json_is_as_its_documentation_says(result: Result) -> None:
    document = json.loads(result.to_json())
    assert set(document) == documented("## A result as JSON") - {"symbols", "notes"}  # those of several instruments, and of a strategy that logs
    assert document["settings"]["schema"] == SCHEMA == 2
    assert f"now {SCHEMA};" in DOCS.read_text(encoding="utf-8")
    told = documented("A trade:\n") - {"strategy"}  # told where there are several
    for trade in document["trades"]:
        assert set(trade) <= told | {"funding", "borrow", "dividends", "liquidation"}
        assert told <= set(trade)
        assert trade["profit"] == trade["gross"] - trade["slippage"] - trade["costs"] - trade["carry"]
    assert len(document["equity"]["time"]) == len(document["equity"]["value"])
    assert all(isinstance(value, int | float | None) for value in document["metrics"].values())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["equity"]["time"][0])
