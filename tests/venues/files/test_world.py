"""Files about the world around a run: what they hold, and what each refuses with the line and the cure."""

from pathlib import Path

import pytest

from terminal.domain.actions import Dividend, Roll, Split
from terminal.domain.errors import BadInput
from terminal.venues.files.world import read_actions, read_rates, read_series, read_universe

DAY = 86_400 * 10**9
FIRST = 19_723 * DAY  # 2024-01-01


def written(folder: Path, *lines: str) -> Path:
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_rates_of_several_currencies_stand_in_one_file_in_any_order(tmp_path: Path) -> None:
    found = read_rates(written(tmp_path, "Time,Currency,Rate", "2024-01-03,eur,1.2", "2024-01-01,EUR,1.1", "2024-01-02,JPY,0.007"))
    assert {name: (times.tolist(), values.tolist()) for name, (times, values) in found.items()} == {
        "EUR": ([FIRST, FIRST + 2 * DAY], [1.1, 1.2]),
        "JPY": ([FIRST + DAY], [0.007]),
    }


def test_a_series_has_times_and_values(tmp_path: Path) -> None:
    times, values = read_series(written(tmp_path, "date,value", "2024-01-01,13.5", "2024-01-02,14"))
    assert (times.tolist(), values.tolist()) == ([FIRST, FIRST + DAY], [13.5, 14.0])


def test_splits_and_dividends_are_read_with_their_pay_dates(tmp_path: Path) -> None:
    path = written(
        tmp_path, "symbol,date,kind,value,pay_date", "AAPL,2024-01-05,Dividend,0.82,2024-01-09", "AAPL,2024-01-02,split,4,", "SPY,2024-01-03,dividend,1.5,"
    )
    assert read_actions(path) == {
        "AAPL": (Split(FIRST + DAY, 4.0), Dividend(FIRST + 4 * DAY, 0.82, FIRST + 8 * DAY)),
        "SPY": (Dividend(FIRST + 2 * DAY, 1.5),),
    }


def test_members_come_and_go_and_may_come_again(tmp_path: Path) -> None:
    path = written(tmp_path, "symbol,from,until", "A,2024-01-03,", "A,2024-01-01,2024-01-02", "B,2024-01-01,2024-01-05")
    assert read_universe(path) == {"A": ((FIRST, FIRST + DAY), (FIRST + 2 * DAY, None)), "B": ((FIRST, FIRST + 4 * DAY),)}


@pytest.mark.parametrize(
    ("read", "lines", "words"),
    [
        (read_rates, ("time,currency,rate", "2024-01-01,EUR,-1"), "Line 2 of table.csv says -1 for the rate. Give rates above zero."),
        (read_rates, ("time,currency,rate", "2024-01-01,EUR,1", "2024-01-01,EUR,2"), "two values of EUR for one time"),
        (read_rates, ("time,currency,rate", "2024-01-01,,1"), "Line 2 of table.csv has no value for the currency"),
        (read_rates, ("time,rate", "2024-01-01,1"), "no column for the currency: time, rate"),
        (read_rates, ("time,currency,rate", "2024-01-01,EUR,much"), "Line 2 of table.csv says 'much' for the rate"),
        (read_rates, ("time,currency,rate", "soon,EUR,1"), "is 'soon', which is no date"),
        (
            read_actions,
            ("symbol,date,kind,value", "A,2024-01-01,merger,2"),
            "Line 2 of table.csv can't be used: its kind is 'merger'. Use split, dividend or roll.",
        ),
        (read_actions, ("symbol,date,kind,value", "A,2024-01-01,roll,2"), "Line 2 of table.csv can't be used: it is a roll without the old contract's price"),
        (read_actions, ("symbol,date,kind,value", "A,2024-01-01,split,0"), "Line 2 of table.csv can't be used: A split has the ratio 0.0"),
        (read_actions, ("symbol,date,kind,value,pay_date", "A,2024-01-05,dividend,1,2024-01-01"), "is paid before its ex-date"),
        (read_universe, ("symbol,from,until", "A,2024-01-02,2024-01-01"), "Line 2 of table.csv ends before it begins"),
        (read_universe, ("symbol,from", "A,2024-01-02"), "no column for the end of membership"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_by_its_line(tmp_path: Path, read: object, lines: tuple[str, ...], words: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(written(tmp_path, *lines))  # type: ignore[operator]
    assert words in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"There is no file of splits and dividends .*no_such\.csv"):
        read_actions(tmp_path / "no_such.csv")


def test_rolls_name_both_prices(tmp_path: Path) -> None:
    path = written(tmp_path, "symbol,date,kind,value,leave", "ES,2024-03-11,roll,5205.5,5150.25")
    assert read_actions(path) == {"ES": (Roll(1_710_115_200_000_000_000, 5150.25, 5205.5),)}
