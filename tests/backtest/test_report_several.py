"""Reports of runs of several instruments and strategies, and of what a strategy noted: every form says whose trade it is."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from terminal.backtest.doubts.question import Doubt, Severity
from terminal.backtest.doubts.review import Review
from terminal.backtest.report.appendix import Appendix
from terminal.backtest.report.curves import curves
from terminal.backtest.report.document import trades_csv, tradingview_csv
from terminal.backtest.report.excel import result_xlsx
from terminal.backtest.report.page import result_html
from terminal.backtest.report.page_charts import equity_chart
from terminal.backtest.report.page_parts import MOST_NOTES
from terminal.backtest.report.pdf import result_pdf
from terminal.backtest.report.words import settings_told, told
from terminal.backtest.result import Note, Result
from terminal.backtest.run import backtest
from tests.app.test_runs import Sometimes, some_candles
from tests.app.test_several_instruments import another

NOTES = (
    Note(1_704_067_200_000_000_000, "looked <here>", {"close": 1234.5, "rows": np.int64(3), "share": float("nan")}),
    Note(1_704_070_800_000_000_000, "again", {"profit": -2.5}, "Y"),
)


@pytest.fixture(scope="module")
def several() -> Result:
    found = backtest([Sometimes(length=40), Sometimes(length=60)], [some_candles(1500), another()], size="20%", start=int(some_candles(1500).time[50]))
    return replace(found, log=NOTES)


def test_every_form_names_instrument_and_strategy(several: Result, tmp_path: Path) -> None:
    assert several.labels == ("X · Sometimes 1", "Y · Sometimes 1", "X · Sometimes 2", "Y · Sometimes 2")
    page = result_html(several)
    assert "<h2>Instruments</h2>" in page
    assert "X · Sometimes 2" in page
    rows = list(csv.DictReader(io.StringIO(trades_csv(several))))
    assert {row["strategy"] for row in rows} == {"Sometimes 1", "Sometimes 2"}
    assert {row["Symbol"] for row in csv.DictReader(io.StringIO(tradingview_csv(several)))} <= set(several.labels)
    path = tmp_path / "run.xlsx"
    path.write_bytes(result_xlsx(several))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Summary", "Trades", "Equity", "Months", "Notes", "Symbols", "Settings"]
    assert {row[1].value for row in book["Trades"].iter_rows(min_row=2)} <= set(several.labels)
    assert result_pdf(several).startswith(b"%PDF")


def test_a_list_of_one_instrument_has_no_column_for_it() -> None:
    head = tradingview_csv(backtest(Sometimes(length=40), some_candles(1500))).splitlines()[0]
    assert "Symbol" not in head


def test_notes_stand_in_page_workbook_and_json_without_becoming_part_of_the_page(several: Result, tmp_path: Path) -> None:
    page = result_html(several)
    assert "looked &lt;here&gt;" in page
    assert "close 1,234.5 · rows 3 · share None" in page
    assert "profit −2.5" in page
    path = tmp_path / "run.xlsx"
    path.write_bytes(result_xlsx(several))
    assert [cell.value for cell in list(openpyxl.load_workbook(path)["Notes"].rows)[2]][1:] == ["Y", "again", "profit −2.5"]
    assert json.loads(several.to_json())["notes"][1] == {"time": "2024-01-01T01:00:00Z", "words": "again", "values": {"profit": -2.5}, "symbol": "Y"}


def test_a_long_list_of_notes_is_cut_on_the_page(several: Result) -> None:
    page = result_html(replace(several, log=NOTES[:1] * (MOST_NOTES + 1)))
    assert page.count("looked &lt;here&gt;") == MOST_NOTES
    assert f"The first {MOST_NOTES} of {MOST_NOTES + 1} notes" in page


def test_times_among_the_settings_are_told_as_times(several: Result) -> None:
    shown = settings_told(several.settings)
    assert re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(; )?){2}", shown["data_starts"])
    assert "T" in shown["data_start"]
    assert "parameters" not in shown
    assert told([True, {"share": 0.5}, None]) == "yes; share 0.5; none"
    assert not re.search(r"\b1[67]\d{17}\b", result_html(several))


def test_doubts_say_in_every_document_which_rule_asked(several: Result) -> None:
    review = Review("run", (Doubt("one month carries it", Severity.GRAVE, "May made all of it.", 1.0),), (), ())
    page = result_html(several, Appendix(review))
    assert 'class="doubts"' in page
    assert "one month carries it" in page
    assert len(result_pdf(several, Appendix(review))) > len(result_pdf(several))


def test_no_number_of_the_axis_stands_under_the_tag_of_a_curve(several: Result) -> None:
    svg = equity_chart(curves(several), float(several.settings["capital"]))
    tags = [float(place) for place in re.findall(r'<rect x="\d+" y="([\d.]+)"', svg)]
    axis = [float(place) for place in re.findall(r'<text class="axis" x="1046" y="([\d.]+)"', svg)]
    assert len(tags) == 2
    assert all(abs(at - 4 - (tag + 10)) >= 16 for at in axis for tag in tags)
