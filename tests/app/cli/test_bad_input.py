"""What issue 3 lists as bad input, each from a shell: the exit code, the thing, its value and the cure."""

import math
from pathlib import Path

import pytest

from tests.app.cli.test_shell import document, outcry

DEMO = ("--venue", "demo", "--symbol", "BTC/USDT", "--timeframe", "1h", "--start", "2024-01-01", "--end", "2024-02-01")
HEAD = "from terminal import Price, Signals, Strategy\nimport numpy as np\n\n\nclass Mine(Strategy):\n"
STRATEGIES = {
    "stop": "    def signals(self, candles):\n        return Signals(enter_long=candles.close > candles.open, stop_loss=Price(candles.close * 1.1))\n",
    "stop_event": "    def on_candle(self, candle):\n        self.buy(percent=0.5, stop_loss=candle.close * 1.1)\n",
    "crowd": "    def on_candle(self, candle):\n        for step in range(10_000):\n            self.buy(percent=0.001, limit=candle.close * 0.5)\n",
    "endless": "    patience = 1\n\n    def on_candle(self, candle):\n        while True:\n            pass\n",
    "endless_array": "    patience = 0.2\n\n    def signals(self, candles):\n        while True:\n            pass\n",
    "nan": "    def signals(self, candles):\n        found = np.zeros(len(candles))\n        found[7] = np.nan\n        return Signals(enter_long=found)\n",
    "nan_order": "    def on_candle(self, candle):\n        self.buy(quantity=float('nan'))\n",
    "tiny": "    def on_candle(self, candle):\n        self.buy(quantity=1e-9)\n",
}


def hours(path: Path, minutes: int = 0, broken: str = "") -> str:
    lines = ["timestamp,open,high,low,close,volume"]
    for row in range(300):
        at, price = row * 60 + minutes, 100 + math.sin(row / 9) * 5
        lines.append(f"2024-01-{1 + at // 1440:02d} {at % 1440 // 60:02d}:{at % 60:02d}:00,{price},{price + 1},{price - 1},{price + 0.3},10")
    if broken:
        cells = lines[50].split(",")
        lines[50] = ",".join([cells[0], cells[1], broken, *cells[3:]])
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def strategy(folder: Path, name: str) -> str:
    path = folder / f"{name}.py"
    path.write_text(HEAD + STRATEGIES[name])
    return str(path)


@pytest.mark.parametrize(
    ("given", "thing", "cure"),
    [
        (("--capital", "0"), "--capital is 0", "Give a number from 1"),
        (("--capital", "-5"), "--capital is -5", "Give a number from 1"),
        (("--capital", "nan"), "--capital is nan", "Give a number from 1"),
        (("--commission", "nan"), "--commission is nan", "Give a number from 0 to 0.1"),
        (("--size", "quantity 0"), "The size is 0", "Give a size above zero"),
        (("--size", "-10%"), "'-10%'", "risk 1%"),
        (("--size", "nan"), "'nan'", "risk 1%"),
        (("--tiers", "0:0.001/0.001", "--maker", "0.001"), "tiers contradicts", "a schedule, or one rate"),
        (("--per-unit", "0.1", "--commission", "0.001"), "per_unit contradicts", "one kind of commission"),
        (("--slippage-model", "none", "--slippage", "0.1"), "contradicts a slippage of 0.1", "Give one of them"),
        (("--leverage", "2", "--maintenance", "0.6"), "A maintenance margin of 0.6 is not below the initial margin of 0.5", "less leverage"),
        (("--liquidation-fee", "0.01"), "liquidation_fee contradicts", "leverage above 1"),
        (("--shares", "0.5,0.5"), "there is one strategy", "--beside"),
        (("--end", "2023-01-01"), "does not come after its start", "a later end"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_its_value_and_a_cure(given: tuple[str, ...], thing: str, cure: str) -> None:
    ended = outcry("backtest", "ema_trend", *DEMO, *given, code=2)
    assert thing in ended.stderr
    assert cure in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("name", "thing", "cure"),
    [
        ("stop", "stop.py:7 — `stop_loss` is above the entry of a long at", "Stops lie below the entry of a long"),
        ("crowd", "crowd.py:8 — The strategy asked for more than 1,000 orders on one candle", "only when something changed"),
        ("endless", "endless.py:9 — An event was still running after 1 s at 2024-01-01 00:00", "set `patience = 6`"),
        ("endless_array", "`signals` was still running", "Look for a loop that never ends"),
        ("nan", "nan.py:9 — `enter_long` is nan at", "True or False on every row"),
        ("nan_order", "nan_order.py:7 — `quantity` is NaN at 2024-01-01 00:00", "once the indicator behind it has a value"),
    ],
)
def test_a_strategy_that_goes_wrong_is_named_with_its_line(tmp_path: Path, name: str, thing: str, cure: str) -> None:
    ended = outcry("backtest", strategy(tmp_path, name), *DEMO, code=2)
    assert thing in ended.stderr
    assert cure in ended.stderr


def test_a_stop_on_the_wrong_side_of_an_order_is_refused_and_told_before_any_figure(tmp_path: Path) -> None:
    words = "744 orders were refused: its stop or target is on the wrong side of the price (744)."
    ended = outcry("backtest", strategy(tmp_path, "stop_event"), *DEMO)
    assert words in ended.stdout.split("\n\n")[0]
    asked = outcry("backtest", strategy(tmp_path, "stop_event"), *DEMO, "--json")
    assert words in asked.stderr
    several = outcry("backtest", strategy(tmp_path, "stop_event"), "--symbols", "BTC/USDT,ETH/USDT", "--start", "2024-01-01", "--end", "2024-02-01")
    assert "1,488 orders were refused" in several.stdout


@pytest.mark.parametrize("size", ["quantity 0.0000001", "cash 0.5"])
def test_a_size_that_rounds_to_nothing_is_told_before_any_figure(size: str) -> None:
    first = outcry("backtest", "ema_trend", *DEMO, "--size", size).stdout.split("\n\n")[0]
    assert "below one lot or the venue's minimum" in first
    assert "raise the size or the capital" in first


def test_an_order_that_rounds_to_nothing_is_told_too(tmp_path: Path) -> None:
    assert "744 entries were below one lot" in outcry("backtest", strategy(tmp_path, "tiny"), *DEMO, "--json").stderr


@pytest.mark.parametrize("broken", ["nan", "-5"])
def test_a_candle_that_cannot_be_is_named_by_its_line_and_the_cure_works(tmp_path: Path, broken: str) -> None:
    path = hours(tmp_path / "broken.csv", broken=broken)
    for command in (("backtest", "ema_trend"), ("stress", "ema_trend")):
        words = outcry(*command, "--data", path, code=2).stderr
        assert "line 51" in words
        assert "outcry data import FILE --symbol NAME --set bad_rows=drop" in words
    outcry("data", "import", path, "--symbol", "BROKEN", "--set", "bad_rows=drop")
    assert document("backtest", "ema_trend", "--venue", "file", "--symbol", "BROKEN", "--timeframe", "1h")["settings"]["candles"] == 299


def test_clocks_that_clash_are_refused(tmp_path: Path) -> None:
    outcry("data", "import", hours(tmp_path / "a.csv"), "--symbol", "AAA")
    outcry("data", "import", hours(tmp_path / "b.csv", minutes=30), "--symbol", "BBB")
    words = outcry("backtest", "ema_trend", "--venue", "file", "--symbols", "AAA,BBB", "--timeframe", "1h", code=2).stderr
    assert "The clocks of AAA and BBB clash: their 1h and 1h candles open 30 minutes apart." in words
    assert "Check the time zones" in words


def test_a_run_opened_on_changed_data_and_code_says_both(tmp_path: Path) -> None:
    outcry("data", "import", hours(tmp_path / "a.csv"), "--symbol", "AAA")
    mine = strategy(tmp_path, "tiny")
    outcry("backtest", mine, "--venue", "file", "--symbol", "AAA", "--timeframe", "1h")
    assert outcry("runs", "show").stderr == ""
    (tmp_path / "a.csv").write_text((tmp_path / "a.csv").read_text().replace(",10\n", ",11\n"))
    outcry("data", "import", str(tmp_path / "a.csv"), "--symbol", "AAA")
    (tmp_path / "tiny.py").write_text(HEAD + STRATEGIES["tiny"].replace("1e-9", "1e-8"))
    assert outcry("runs", "show").stderr.splitlines() == ["The strategy's code has changed since.", "The candles have changed since."]
    (tmp_path / "tiny.py").unlink()
    assert "The strategy is not there any more." in outcry("runs", "show").stderr
