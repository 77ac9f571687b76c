"""What a result writes stands alone, says what is simulated, and shows the same numbers in every form."""

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from terminal.backtest.report.curves import curves, months, round_steps, time_steps
from terminal.backtest.report.document import trades_csv
from terminal.backtest.report.export import write_result
from terminal.backtest.report.page import MOST_TRADES, result_html
from terminal.backtest.report.picture import HEIGHT, WIDTH, result_png
from terminal.backtest.report.words import number, price, written
from terminal.backtest.result import Result
from terminal.backtest.run import backtest
from terminal.domain.errors import BadInput, OutcryError
from terminal.stats.glossary import GROUPS, Form, term
from tests.app.test_runs import Sometimes, some_candles
from tests.backtest.builders import at, run


@pytest.fixture(scope="module")
def result() -> Result:
    return backtest(Sometimes(length=40), some_candles(3000))


def test_the_page_needs_nothing_but_itself(result: Result) -> None:
    page = result_html(result)
    assert not re.search(r"(?i)<script|<link|<img|@import|url\(|https?://(?!www\.w3\.org)", page)
    assert "prefers-color-scheme:light" in page
    assert page.count("<svg") == 3


def test_page_and_picture_say_that_prices_are_invented(result: Result) -> None:
    assert "SIMULATED" in result_html(result)
    real = run([(1.0, 1.0, 1.0, 1.0)] * 5, enter_long=True)
    assert "SIMULATED" not in result_html(real)
    assert "Simulated prices" not in real.verdict


def test_the_verdict_stands_before_the_figures_and_every_measure_is_explained(result: Result) -> None:
    page = result_html(result)
    assert page.index('class="verdict"') < page.index('class="tiles"')
    for group in GROUPS.values():
        for name, words in group.items():
            assert name in result.metrics
            assert words.meaning.replace("'", "&#x27;") in page
    unexplained = {name for name in result.metrics if term(name) is None}
    assert unexplained == {"capital", "days", "annual_days", "calendar_days"}


def test_words_of_a_strategy_cannot_become_part_of_the_page() -> None:
    rows = [(100.0, 101.0, 99.0, 100.0)] * 4
    found = run(rows, enter_long=at(4, 0), exit_long=at(4, 1), reason=0, reasons=("<script>alert(1)</script>",))
    page = result_html(found)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_long_list_of_trades_is_cut_on_the_page_and_whole_in_the_csv() -> None:
    rows = [(100.0, 101.0, 99.0, 100.0)] * (2 * MOST_TRADES + 40)
    often = np.arange(len(rows)) % 2 == 0
    found = run(rows, enter_long=often, exit_long=~often)
    count = len(found.trade_table)
    assert count > MOST_TRADES
    assert f"The first {MOST_TRADES:,} of {count:,} trades" in result_html(found)
    assert len(list(csv.DictReader(io.StringIO(trades_csv(found))))) == count


def test_csv_json_and_table_hold_the_same_trades(result: Result) -> None:
    from_csv = list(csv.DictReader(io.StringIO(trades_csv(result))))
    from_json = json.loads(result.to_json())["trades"]
    assert len(from_csv) == len(from_json) == len(result.trades)
    for line, trade, (_, row) in zip(from_csv, from_json, result.trades.iterrows(), strict=True):
        assert float(line["profit"]) == trade["profit"] == row["profit"]
        assert line["entry_time"] == trade["entry_time"] == row["entry_time"].strftime("%Y-%m-%dT%H:%M:%SZ")
        assert (line["side"], line["reason"]) == (trade["side"], trade["reason"]) == (row["side"], row["reason"])


def test_json_writes_what_is_not_known_as_null() -> None:
    document = json.loads(run([(100.0, 101.0, 99.0, 100.0)] * 3).to_json())
    assert document["metrics"]["win_rate"] is None
    opened = json.loads(run([(100.0, 101.0, 99.0, 100.0)] * 3, enter_long=at(3, 0)).to_json())["trades"][0]
    assert (opened["exit_time"], opened["reason"]) == (None, "open")


def test_the_picture_is_the_same_each_time_and_not_empty(result: Result) -> None:
    first = result_png(result)
    assert first == result_png(result)
    image = Image.open(io.BytesIO(first))
    assert image.size == (WIDTH, HEIGHT)
    assert len(image.getcolors(maxcolors=WIDTH * HEIGHT) or []) > 500


@pytest.mark.parametrize("rows", [2, 3, 50])
def test_short_runs_are_drawn_too(rows: int) -> None:
    short = run([(100.0, 101.0, 99.0, 100.0)] * rows, enter_long=at(rows, 0))
    assert result_png(short)
    assert "<svg" in result_html(short)


def test_thinning_keeps_the_ends_and_every_extreme() -> None:
    found = run(
        [(100.0, 101.0, 99.0, 100.0)] * 4 + [(float(value), value + 1.0, value - 1.0, float(value)) for value in 100 + 40 * np.sin(np.arange(9000))],
        enter_long=True,
    )
    lines = curves(found, 300)
    assert len(lines.time) <= 310
    assert (lines.equity[0], lines.equity[-1]) == (found.equity_values[0], found.equity_values[-1])
    assert (lines.equity.min(), lines.equity.max()) == (found.equity_values.min(), found.equity_values.max())


def test_months_compound_to_the_whole(result: Result) -> None:
    _, table = months(result)
    assert np.nanprod(1 + table) == pytest.approx(1 + result.metrics["total_return"], rel=1e-9)


def test_axis_steps_are_round_and_inside() -> None:
    assert round_steps(0, 100) == [0, 20, 40, 60, 80, 100]
    assert round_steps(5, 5) == [5]
    hours = time_steps(0, 6 * 3_600_000_000_000)
    assert all(0 <= time <= 6 * 3_600_000_000_000 for time, _ in hours)
    assert [label for _, label in time_steps(0, 86_400_000_000_000 * 365 * 6)][:2] == ["1971", "1972"]


def test_numbers_are_written_with_a_real_minus_and_groups() -> None:
    assert number(-1234.5, 1) == "−1,234.5"
    assert number(-0.001, 1) == "0.0"
    assert written(-0.0191, Form.PERCENT) == "−1.9 %"
    assert written(float("nan"), Form.RATIO) == "–"
    assert (price(0.00001234), price(46216.9), price(1.137)) == ("0.00001234", "46,216.9", "1.1370")


def test_a_result_without_a_store_says_so() -> None:
    with pytest.raises(BadInput, match="no store"):
        run([(100.0, 101.0, 99.0, 100.0)] * 3).save()


def test_a_place_where_nothing_can_be_written_is_told_in_words(result: Result, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("not a folder", encoding="utf-8")
    for ending in (".json", ".csv"):
        with pytest.raises(OutcryError, match="could not be written"):
            write_result(result, blocked / f"result{ending}")
