"""The commands about backtests, through a whole terminal: run, list, reopen with a badge, export, cancel, refuse in words."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terminal.app.build import build
from terminal.app.commands import ExportRun, ListRuns, OpenRun, RunBacktest
from terminal.app.state import RunStored
from terminal.app.terminal import Terminal
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput, Cancelled, StrategyError, UnknownName
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from tests.app.test_runs import some_candles

HEAD = "from terminal import Signals, Strategy\n\n\nclass Mine(Strategy):\n    def signals(self, candles):\n"
KEY = SeriesKey("test", "X", Timeframe.H1)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    built = build(tmp_path / "outcry")
    store(built, some_candles())
    return built


def store(terminal: Terminal, candles: Candles) -> None:
    end = int(candles.time[-1]) + candles.timeframe.nanoseconds
    terminal.store.write(candles, source="test", covered=(int(candles.time[0]), end))


def strategy_file(terminal: Terminal, text: str, name: str = "mine") -> str:
    path = terminal.paths.strategies / f"{name}.py"
    path.write_text(text)
    return name


def test_a_run_is_recorded_announced_listed_and_opened(terminal: Terminal) -> None:
    heard: list[Any] = []
    terminal.publisher.subscribe(lambda number, value: heard.append(value))
    notes: list[str] = []
    run = terminal.execute(RunBacktest("ema_trend", KEY), lambda done, total, note="", lane="": notes.append(note))
    assert RunStored(run.id) in heard
    assert notes[0] == "Loading candles"
    assert [info.id for info in terminal.execute(ListRuns())] == [run.id]
    opened = terminal.execute(OpenRun(run.id))
    assert opened.changes == ()
    assert opened.result.to_json() == run.result.to_json()
    assert run.result.settings["commission"] == terminal.settings["commission"]


def test_a_slider_run_counts_as_a_trial_and_is_kept_only_when_saved(terminal: Terminal) -> None:
    terminal.execute(RunBacktest("ema_trend", KEY))
    run = terminal.execute(RunBacktest("ema_trend", KEY, {"fast": 10}, origin="slider"))
    assert run.result.metrics["variants_tried"] == 2
    assert len(terminal.execute(ListRuns())) == 1
    run.result.save()
    assert len(terminal.execute(ListRuns())) == 2


def test_an_opened_run_says_what_has_changed_since(terminal: Terminal) -> None:
    text = HEAD + "        return Signals(enter_long=candles.close > candles.open)\n"
    run = terminal.execute(RunBacktest(strategy_file(terminal, text), KEY))
    assert terminal.execute(OpenRun(run.id)).changes == ()
    strategy_file(terminal, text.replace(">", "<"))
    assert terminal.execute(OpenRun(run.id)).changes == ("the strategy's code has changed since",)
    (terminal.paths.strategies / "mine.py").unlink()
    terminal.store.delete(KEY)
    assert terminal.execute(OpenRun(run.id)).changes == ("the strategy is not there any more", "the candles are not there any more")
    store(terminal, some_candles(seed=4))
    assert terminal.execute(OpenRun(run.id)).changes[-1] == "the candles have changed since"


BEGINNINGS = {
    ".html": b"<!DOCTYPE html>",
    ".pdf": b"%PDF-",
    ".xlsx": b"PK",
    ".json": b'{"settings"',
    ".csv": b"symbol,entry_time,exit_time,side",
    ".png": b"\x89PNG",
}


@pytest.mark.parametrize("ending", BEGINNINGS)
def test_a_run_is_exported_in_each_form(terminal: Terminal, tmp_path: Path, ending: str) -> None:
    run = terminal.execute(RunBacktest("ema_trend", KEY))
    path = terminal.execute(ExportRun(run.id, tmp_path / "out" / f"report{ending}"))
    content = path.read_bytes()
    assert content.startswith(BEGINNINGS[ending])
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_another_ending_is_refused_by_name(terminal: Terminal, tmp_path: Path) -> None:
    run = terminal.execute(RunBacktest("ema_trend", KEY))
    with pytest.raises(BadInput, match=r"\.html, \.pdf, \.xlsx, \.json, \.csv, \.png"):
        terminal.execute(ExportRun(run.id, tmp_path / "report.docx"))


def test_the_range_is_traded_with_its_warm_up_read_from_before_the_start(terminal: Terminal) -> None:
    candles = some_candles()
    start, end = int(candles.time[1000]), int(candles.time[1500])
    result = terminal.execute(RunBacktest("ema_trend", KEY, start=start, end=end)).result
    assert (int(result.time[0]), len(result.time)) == (start, 500)
    assert result.settings["warm_up_candles"] == 500


def test_candles_may_come_from_a_file(terminal: Terminal, tmp_path: Path) -> None:
    candles = some_candles(400)
    stamps = np.datetime_as_string(candles.time.view("datetime64[ns]").astype("datetime64[s]"))
    rows = [f"{stamp},{o},{h},{low},{c},1" for stamp, o, h, low, c in zip(stamps, candles.open, candles.high, candles.low, candles.close, strict=True)]
    path = tmp_path / "prices.csv"
    path.write_text("time,open,high,low,close,volume\n" + "\n".join(rows))
    run = terminal.execute(RunBacktest("ema_trend", path))
    assert run.result.equity_values.shape == (400,)
    assert terminal.execute(OpenRun(run.id)).changes == ()


def test_wrong_wishes_are_refused_in_words(terminal: Terminal) -> None:
    with pytest.raises(UnknownName, match="ema_trend"):
        terminal.execute(RunBacktest("ema_tren", KEY))
    with pytest.raises(UnknownName, match="slippage"):
        terminal.execute(RunBacktest("ema_trend", KEY, options={"slipage": 0.1}))
    with pytest.raises(BadInput, match="fast"):
        terminal.execute(RunBacktest("ema_trend", KEY, {"fast": 1000}))
    with pytest.raises(BadInput, match="end of the range"):
        terminal.execute(RunBacktest("ema_trend", KEY, start=2, end=1))
    with pytest.raises(BadInput, match="not stored"):
        terminal.execute(RunBacktest("ema_trend", SeriesKey("test", "Y", Timeframe.H1)))
    with pytest.raises(UnknownName):
        terminal.execute(OpenRun("none"))
    with pytest.raises(BadInput, match="size"):
        terminal.execute(RunBacktest("ema_trend", KEY, options={"size": "a lot"}))


def test_an_exception_deep_in_a_strategy_names_its_line(terminal: Terminal) -> None:
    text = HEAD + "        for row in range(len(candles)):\n            1 / (row - 700)\n"
    with pytest.raises(StrategyError, match=r"mine\.py:7") as caught:
        terminal.execute(RunBacktest(strategy_file(terminal, text), KEY))
    assert caught.value.line == 7
    assert "row = 700" in str(caught.value)


def test_a_cancelled_run_leaves_no_trace(terminal: Terminal) -> None:
    with pytest.raises(Cancelled):
        terminal.execute(RunBacktest("ema_trend", KEY), cancelled=lambda: True)
    assert terminal.execute(ListRuns()) == ()
    assert terminal.execute(RunBacktest("ema_trend", KEY)).result.metrics["variants_tried"] == 1


def test_the_json_has_the_agreed_shape(terminal: Terminal) -> None:
    document = json.loads(terminal.execute(RunBacktest("ema_trend", KEY)).result.to_json())
    assert list(document) == ["settings", "fingerprints", "metrics", "trades", "equity"]
    assert len(document["metrics"]) >= 25
    assert all(name == name.lower() for name in document["metrics"])
    needed = {"entry_time", "exit_time", "side", "quantity", "entry_price", "exit_price", "costs", "profit", "reason"}
    assert needed <= set(document["trades"][0])
    assert document["trades"][0]["entry_time"].endswith("Z")
    assert len(document["equity"]["time"]) == len(document["equity"]["value"]) == 2000
    assert {"capital", "commission", "slippage", "size", "path", "delay_bars", "fill_at", "tick", "lot", "benchmark"} <= set(document["settings"])
    assert {"data", "code", "parameters", "outcry", "numpy"} <= set(document["fingerprints"])
