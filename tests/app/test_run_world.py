"""The world around a run, handed in by a shell as files: rates, actions, lists with dates, several strategies; and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from terminal.app.research import backtest
from terminal.app.run_world import beside_of, portions_of, with_world
from terminal.domain.errors import BadInput
from tests.app.cli.test_shell import document, outcry
from tests.app.test_runs import some_candles
from tests.app.test_several_instruments import another

SEVERAL = ("backtest", "ema_trend", "--symbols", "BTC/USDT,SPY@1d", "--start", "2024-01-01", "--end", "2024-04-01", "--size", "20%")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "rates.csv").write_text("time,currency,rate\n2023-01-01,USD,1.0\n2024-02-01,USD,1.1\n")
    (tmp_path / "actions.csv").write_text("symbol,date,kind,value,pay_date\nSPY,2024-02-01,split,2,\nSPY,2024-03-01,dividend,0.5,2024-03-15\n")
    (tmp_path / "universe.csv").write_text("symbol,from,until\nSPY,2024-01-01,2024-03-01\nBTC/USDT,2020-01-01,\n")
    return tmp_path


def test_a_shell_hands_in_rates_actions_and_a_dated_list(files: Path) -> None:
    given = ("--rates", str(files / "rates.csv"), "--actions", str(files / "actions.csv"), "--universe", str(files / "universe.csv"))
    settings = document(*SEVERAL, *given)["settings"]
    assert (settings["currency"], settings["universe"], settings["actions"]) == ("USDT", "dated", {"SPY": 2})


def test_a_shell_runs_several_strategies_with_shares_of_the_capital(files: Path) -> None:
    run = document(*SEVERAL, "--rates", "USD=1", "--beside", "mean_reversion:window=30", "--shares", "60%,0.4")
    told = [(each["name"], each["share"]) for each in run["settings"]["strategies"]]
    assert told == [("EmaTrend", 0.6), ("MeanReversion", 0.4)]
    assert run["settings"]["strategies"][1]["parameters"]["window"] == 30
    assert [(row["strategy"], row["symbol"]) for row in run["symbols"]] == [
        ("EmaTrend", "BTC/USDT"),
        ("EmaTrend", "SPY"),
        ("MeanReversion", "BTC/USDT"),
        ("MeanReversion", "SPY"),
    ]
    assert "Strategy" in outcry(*SEVERAL, "--rates", "USD=1", "--beside", "mean_reversion").stdout


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--rates", "EUR=1.1"), "SPY is quoted in USD, the account is in USDT, and no rate between them is known."),
        (("--rates", "USD=-1"), "A rate is -1."),
        (("--rates", "USD=1", "--rates", "usd=2"), "USD is given twice among the rates."),
        (("--rates", "USD=1", "--shares", "0.5,0.5"), "there is one strategy"),
        (("--rates", "USD=1", "--beside", "mean_reversion", "--shares", "0.9,0.9"), "The portions are 0.9, 0.9."),
        (("--rates", "USD=1", "--beside", "mean_reversion", "--shares", "1"), "There are 2 strategies and 1 portions."),
        (("--rates", "USD=1", "--beside", "mean_reversal"), "Did you mean mean_reversion"),
        (("--rates", "USD=1", "--series", "vix.csv"), "Write NAME=FILE"),
        (("--rates", "USD=1", "--universe", "none.csv"), "There is no file of members none.csv."),
    ],
)
def test_what_a_shell_hands_in_wrongly_is_refused_in_words(given: tuple[str, ...], words: str) -> None:
    assert words in outcry(*SEVERAL, *given, code=2).stderr


def test_what_is_data_already_stays_as_it_is(files: Path) -> None:
    rates: dict[str, Any] = {"EUR": 1.1}
    found = with_world({"rates": rates, "capital": 5.0, "universe": None})
    assert found == {"rates": rates, "capital": 5.0}
    assert with_world({"rates": f"JPY=0.007; {files / 'rates.csv'}"})["rates"].keys() == {"JPY", "USD"}
    assert with_world({"rates": "", "actions": "", "currency": "", "shares": ""}) == {}


def test_shares_are_fractions_or_percent() -> None:
    assert portions_of("60%, .4") == (0.6, 0.4)
    with pytest.raises(BadInput, match="The shares are 'half'"):
        portions_of("half")


def test_a_script_runs_several_strategies_by_name_on_one_account() -> None:
    result = backtest(["ema_trend", "mean_reversion"], [some_candles(), another()], portions=(0.5, 0.5), size="20%")
    assert [row["strategy"] for row in result.symbols] == ["EmaTrend", "EmaTrend", "MeanReversion", "MeanReversion"]
    with pytest.raises(BadInput, match="No strategies were given"):
        backtest([], [some_candles()])


def test_a_strategy_beside_may_bring_its_parameters() -> None:
    assert beside_of(" mean_reversion ").strategy == "mean_reversion"
    found = beside_of("C:/mine.py: window=20, low = 25")
    assert (found.strategy, dict(found.parameters)) == ("C:/mine.py", {"window": "20", "low": "25"})
    assert beside_of("C:/mine.py").parameters == {}
    with pytest.raises(BadInput, match="A parameter of mine is 'low'"):
        beside_of("mine:window=20,low")
