"""The Python face: five lines from a file to a Sharpe ratio, the trial noted, the result savable, an unwritable home survived."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import terminal
from terminal.app import research
from terminal.app.paths import Paths
from terminal.app.runs import Runs
from terminal.domain.errors import BadInput, OutcryError, UnknownName
from tests.app.test_runs import Sometimes, some_candles


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    candles = some_candles(500)
    stamps = np.datetime_as_string(candles.time.view("datetime64[ns]").astype("datetime64[s]"))
    rows = [f"{stamp}Z,{o},{h},{low},{c},1" for stamp, o, h, low, c in zip(stamps, candles.open, candles.high, candles.low, candles.close, strict=True)]
    path = tmp_path / "prices.csv"
    path.write_text("time,open,high,low,close,volume\n" + "\n".join(rows))
    return path


def test_five_lines_from_a_file_to_a_sharpe_ratio(prices: Path) -> None:
    from terminal import backtest, read_candles

    candles = read_candles(prices)
    result = backtest("ema_trend", candles, capital=5000, commission=0.001, slippage=0.0005, size="50%")
    assert np.isfinite(result.metrics["sharpe_ratio"])
    assert list(result.equity.index) == list(result.equity.index.sort_values())
    assert str(result.equity.index.tz) == "UTC"
    assert {"entry_time", "exit_time", "side", "quantity", "entry_price", "exit_price", "costs", "profit", "reason"} <= set(result.trades.columns)
    kept = result.save()
    assert Runs(Paths.of().runs, lambda: 0).open(kept).result.metrics["sharpe_ratio"] == result.metrics["sharpe_ratio"]


def test_the_function_keeps_its_name_though_a_room_has_the_same(prices: Path) -> None:
    import terminal.backtest.run

    assert terminal.backtest is research.backtest
    assert terminal.backtest("ema_trend", terminal.read_candles(prices)).metrics


def test_every_call_is_noted_as_a_trial() -> None:
    candles = some_candles()
    research.backtest(Sometimes(length=20), candles)
    research.backtest(Sometimes, candles)
    assert research.backtest(Sometimes(length=30), candles).metrics["variants_tried"] == 2


def test_wrong_wishes_are_refused_in_words() -> None:
    candles = some_candles()
    with pytest.raises(UnknownName, match="slippage"):
        research.backtest(Sometimes, candles, slipage=0)
    with pytest.raises(BadInput, match="commission"):
        research.backtest(Sometimes, candles, commission=70)
    with pytest.raises(UnknownName, match="ema_trend"):
        research.backtest("ema_tren", candles)


def test_a_home_that_cannot_be_written_is_survived_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the home should be")
    monkeypatch.setenv("OUTCRY_HOME", str(blocked))
    with pytest.warns(UserWarning, match="not noted in the trial ledger"):
        result = research.backtest(Sometimes, some_candles())
    assert result.metrics["trades"] > 0
    with pytest.raises(OutcryError, match="cannot be written"):
        result.save()


def test_a_new_process_survives_an_unwritable_home_and_compile_cache(tmp_path: Path, prices: Path) -> None:
    (tmp_path / "blocked").write_text("")
    code = f"from terminal import backtest, read_candles\nprint(backtest('ema_trend', read_candles({str(prices)!r})).metrics['trades'])"
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"} | {"OUTCRY_HOME": str(tmp_path / "blocked" / "home")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, cwd=Path(terminal.__file__).parent.parent)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 0
    assert "not noted in the trial ledger" in done.stderr


def test_a_start_may_be_a_date(prices: Path) -> None:
    import pandas as pd

    candles = terminal.read_candles(prices)
    day = str(candles.time.view("datetime64[ns]")[100].astype("datetime64[D]"))
    given = [terminal.backtest("ema_trend", candles, start=start).settings["start"] for start in (day, f"{day}T00:00:00Z", pd.Timestamp(day))]
    assert len(set(given)) == 1
    with pytest.raises(BadInput, match=r"`start` is 'soon'.*2024-01-31"):
        terminal.backtest("ema_trend", candles, start="soon")
    with pytest.raises(BadInput, match=r"`start` is '1\.5'"):
        terminal.backtest("ema_trend", candles, start=1.5)


@pytest.mark.parametrize("wrong", [None, 5, dict, [1, 2]])
def test_what_is_no_strategy_and_what_are_no_candles_are_told(prices: Path, wrong: object) -> None:
    candles = terminal.read_candles(prices)
    with pytest.raises(BadInput, match="is no strategy"):
        terminal.backtest(wrong, candles)
    with pytest.raises(BadInput, match="int among its candles" if isinstance(wrong, list) else f"given {type(wrong).__name__} as candles"):
        terminal.backtest("ema_trend", wrong)
    with pytest.raises(BadInput, match=f"given {type(wrong).__name__}, not the name of a file"):
        terminal.read_candles(wrong)


def test_a_correction_of_another_type_is_read_as_its_text(prices: Path) -> None:
    with pytest.raises(BadInput, match="time_format is '5'"):
        terminal.read_candles(prices, time_format=5)
    assert terminal.read_candles(prices, time=1).fingerprint == terminal.read_candles(prices).fingerprint
