"""The command line as a shell meets it: real processes, their output, errors and exit codes."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terminal.app.opening import open_terminal

ROOT = Path(__file__).resolve().parents[3]
LINES = 400


def outcry(*arguments: str, code: int = 0, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A finished `outcry …`; its exit code is the expected one."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-m", "terminal", *arguments], capture_output=True, text=True, check=False, env=environment, cwd=cwd)
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended


def document(*arguments: str) -> Any:
    """The one JSON document on stdout."""
    return json.loads(outcry(*arguments, "--json").stdout)


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """Hourly candles that rise and fall, so that a crossover trades."""
    close = 100 + 10 * np.sin(np.arange(LINES) / 15) + np.arange(LINES) * 0.01
    rows = [
        f"{np.datetime64('2024-01-01T00:00:00') + np.timedelta64(row, 'h')},{price:.4f},{price + 0.5:.4f},{price - 0.5:.4f},{price + 0.1:.4f},{10 + row % 7}"
        for row, price in enumerate(close)
    ]
    path = tmp_path / "candles.csv"
    path.write_text("timestamp,open,high,low,close,volume\n" + "\n".join(rows).replace("T", " ") + "\n")
    return path


def test_help_names_every_command() -> None:
    text = outcry("--help").stdout
    for name in ("demo", "data", "backtest", "strategies", "settings"):
        assert name in text
    data = outcry("data", "--help").stdout
    for name in ("extract", "import", "export", "list", "check", "repair"):
        assert name in data


def test_the_version_is_the_packages() -> None:
    assert re.fullmatch(r"outcry \d+\.\d+\.\d+\n", outcry("--version").stdout)


@pytest.mark.parametrize(
    ("arguments", "thing", "cure"),
    [
        (("dta",), "No such command 'dta'", "outcry --help"),
        (("data", "lst"), "No such command 'lst'", "outcry data --help"),
        (("data", "extract", "--venue", "demo"), "Missing option '--symbol'", "outcry data extract --help"),
        (("backtest", "ema_trend"), "--venue, --symbol, --timeframe missing", "--data FILE"),
        (("backtest", "ema_trnd", "--data", "x.csv"), "'ema_trnd'", "Did you mean ema_trend"),
        (("backtest", "ema_trend", "--data", "no_such.csv"), "no_such.csv", ""),
        (("backtest", "no_such.py", "--data", "x.csv"), "no_such.py", "outcry strategies"),
        (("backtest", "ema_trend", "--data", "x.csv", "--venue", "demo"), "--data names a file", "one or the other"),
        (("backtest", "ema_trend", "--venue", "demo", "--symbol", "BTC/USDT", "--timeframe", "7m"), "'7m'", "1m, 5m"),
        (("backtest", "ema_trend", "--data", "x.csv", "--set", "fast"), "'fast'", "name=value"),
        (("backtest", "ema_trend", "--data", "x.csv", "--start", "yesterday"), "--start is 'yesterday'", "2024-01-31"),
        (("backtest", "ema_trend", "--data", "x.csv", "--capital", "much"), "--capital is 'much'", "a number from 1"),
        (("backtest", "ema_trend", "--data", "x.csv", "--report", "x.docx"), "'x.docx'", ".html, .pdf"),
        (("data", "check", "--venue", "demo", "--symbol", "NO/PE"), "NO/PE", ""),
        (("data", "extract", "--venue", "binanse", "--symbol", "BTC/USDT", "--start", "2024-01-01"), "'binanse'", "binance"),
        (("data", "extract", "--venue", "demo", "--symbol", "BTC/USDT", "--start", "2024-02-01", "--end", "2024-01-01"), "end", "start"),
        (
            ("backtest", "ema_trend", "--venue", "kraken", "--symbol", "BTC/USD", "--timeframe", "1h", "--start", "2024-01-01"),
            "not stored",
            "outcry data extract",
        ),
        (("backtest", "ema_trend", "--data", "x.csv", "--start", "2024-02-01", "--end", "2024-01-01"), "2024-01-01T00:00:00Z, 2024-02-01", "later end"),
        (("data", "extract", "--venue", "file", "--symbol", "X", "--start", "2024-01-01"), "came from files", "name a venue"),
        (("settings", "them", "light"), "'them'", "Did you mean theme"),
        (("settings", "capital", "0.1"), "Setting 'capital' is 0.1", "from 1 to"),
    ],
)
def test_bad_input_is_told_in_two_lines_with_its_cure(arguments: tuple[str, ...], thing: str, cure: str) -> None:
    ended = outcry(*arguments, code=2)
    assert ended.stdout == ""
    assert thing in ended.stderr
    assert cure in ended.stderr
    assert len(ended.stderr.splitlines()) <= 2
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "thing", "cure"),
    [
        (("--delay-bars", "9999"), "--delay-bars is 9999", "from 0 to 1,000"),
        (("--path", "sideways"), "--path is 'sideways'", "pessimistic"),
        (("--set", "fast=9999"), "Parameter 'fast' is 9999", "from 2 to"),
        (("--start", "2030-01-01"), "candles.csv in that range; there are some from 2024-01-01 00:00 to 2024-01-17 16:00 UTC", "inside that one"),
        (("--start", "2024-01-17T16:00"), "2024-01-17 16:00", "inside that one"),
        (("--end", "1999-01-01"), "2024-01-01 00:00", "inside that one"),
    ],
)
def test_what_a_run_refuses_is_named_as_the_shell_knows_it(csv: Path, arguments: tuple[str, ...], thing: str, cure: str) -> None:
    ended = outcry("backtest", "ma_crossover", "--data", str(csv), *arguments, code=2)
    assert thing in ended.stderr
    assert cure in ended.stderr
    assert (ended.stdout, len(ended.stderr.splitlines())) == ("", 2)


def test_an_export_of_nothing_writes_no_file(tmp_path: Path) -> None:
    key = ("--venue", "demo", "--symbol", "BTC/USDT", "--timeframe", "1d")
    ended = outcry("data", "export", *key, "--start", "2040-01-01", "--output", str(tmp_path / "none.csv"), code=2)
    assert "there are some from 2018-01-01 00:00 to" in ended.stderr
    assert list(tmp_path.glob("*.csv")) == []


def test_the_simulated_market_is_there_from_the_first_command_on() -> None:
    result = document("backtest", "ema_trend", "--venue", "demo", "--symbol", "ETH/USDT", "--timeframe", "4h")
    assert result["settings"]["simulated"] is True
    assert len(result["equity"]["value"]) > 1000


def test_symbols_is_another_word_for_symbol(home: Path) -> None:
    outcry("data", "extract", "--venue", "demo", "--symbols", "BTC/USDT,SPY", "--timeframe", "1d", "--start", "2024-01-01", "--end", "2024-02-01")
    assert [row["symbol"] for row in document("data", "list")] == ["BTC/USDT", "SPY"]


def test_strategies_are_listed_with_their_parameters(home: Path) -> None:
    folder = home / "data" / "strategies"
    folder.mkdir(parents=True)
    (folder / "broken.py").write_text("from terminal import Strategy\n\nclass Broken(Strategy:\n")
    entries = {entry["name"]: entry for entry in document("strategies")}
    assert {"ema_trend", "ma_crossover", "mean_reversion", "donchian_breakout_adx"} <= set(entries)
    assert [parameter["name"] for parameter in entries["ema_trend"]["parameters"]] == ["fast", "slow"]
    assert entries["broken"]["error"].startswith("broken.py:3")
    assert "ema_trend" in outcry("strategies").stdout


def test_settings_are_changed_and_kept() -> None:
    assert document("settings", "theme", "light") == {"theme": "light"}
    assert document("settings")["theme"] == "light"


def test_a_file_becomes_the_one_json_shape(csv: Path) -> None:
    result = document("backtest", "ma_crossover", "--data", str(csv), "--set", "fast=5", "--set", "slow=15", "--capital", "5000", "--size", "50%")
    assert list(result) == ["settings", "fingerprints", "metrics", "trades", "equity"]
    assert result["settings"]["capital"] == 5000
    assert result["trades"]
    for trade in result["trades"]:
        assert {"entry_time", "exit_time", "side", "quantity", "entry_price", "exit_price", "costs", "profit", "reason"} <= set(trade)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", trade["entry_time"])
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in result["metrics"])
    assert len(result["metrics"]) >= 25


def test_the_shell_and_the_terminal_give_the_same_result(csv: Path, home: Path) -> None:
    from terminal.app.commands import RunBacktest

    shell = document("backtest", "ma_crossover", "--data", str(csv))
    with open_terminal("window", home) as opened:
        run = opened.terminal.execute(RunBacktest("ma_crossover", csv))
    here = json.loads(run.result.to_json())
    assert shell["trades"] == here["trades"]
    assert shell["equity"] == here["equity"]
    assert shell["fingerprints"] == here["fingerprints"]


def test_the_money_of_a_backtest_comes_from_the_settings_unless_it_is_given(csv: Path) -> None:
    outcry("settings", "capital", "2500")
    assert document("backtest", "ma_crossover", "--data", str(csv))["settings"]["capital"] == 2500
    assert document("backtest", "ma_crossover", "--data", str(csv), "--capital", "300")["settings"]["capital"] == 300


def test_the_words_begin_with_the_verdict(csv: Path) -> None:
    text = outcry("backtest", "ma_crossover", "--data", str(csv)).stdout
    assert "too little data" in text.splitlines()[0].lower()
    assert "Sharpe ratio" in text


@pytest.mark.parametrize("ending", ["html", "json", "csv"])
def test_a_report_is_written_where_asked(csv: Path, tmp_path: Path, ending: str) -> None:
    report = tmp_path / f"report.{ending}"
    outcry("backtest", "ma_crossover", "--data", str(csv), "--report", str(report))
    assert report.stat().st_size > 100


def test_a_strategy_of_ones_own_runs_from_its_file_and_errors_name_the_line(csv: Path, tmp_path: Path) -> None:
    sound = tmp_path / "mine.py"
    sound.write_text(
        "from terminal import Signals, Strategy\n\n\nclass Mine(Strategy):\n    def signals(self, candles):\n        return Signals(enter_long=True)\n"
    )
    assert document("backtest", str(sound), "--data", str(csv))["trades"]
    sound.write_text("from terminal import Strategy\n\n\nclass Mine(Strategy):\n    def signals(self, candles):\n        return candles.nothing\n")
    ended = outcry("backtest", str(sound), "--data", str(csv), code=2)
    assert "mine.py:6" in ended.stderr
    assert len(ended.stderr.splitlines()) <= 2


def test_what_a_strategy_prints_stays_out_of_the_answer(csv: Path, tmp_path: Path) -> None:
    noisy = tmp_path / "noisy.py"
    noisy.write_text(
        "from terminal import Signals, Strategy\nprint('read')\n\n\nclass Noisy(Strategy):\n    def signals(self, candles):\n"
        "        print('asked')\n        return Signals(enter_long=True)\n"
    )
    ended = outcry("backtest", str(noisy), "--data", str(csv), "--json")
    assert json.loads(ended.stdout, parse_constant=pytest.fail)["trades"]
    assert ended.stderr.split()[:2] == ["read", "asked"]


def test_the_same_question_has_the_same_bytes_in_every_process_and_every_time_in_it_is_iso(csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = []
    for home in ("one", "two"):
        monkeypatch.setenv("OUTCRY_HOME", str(tmp_path / home))
        answers.append(outcry("backtest", "ma_crossover", "--data", str(csv), "--json").stdout)
    assert answers[0] == answers[1]
    assert not re.search(r"\b1[67]\d{17}\b", answers[0])  # nanoseconds since 1970


def test_import_list_check_and_export_go_round(csv: Path, tmp_path: Path) -> None:
    outcry("data", "import", str(csv), "--symbol", "SINE/USD")
    (series,) = document("data", "list")
    assert (series["venue"], series["symbol"], series["timeframe"], series["rows"]) == ("file", "SINE/USD", "1h", LINES)
    assert series["start"] == "2024-01-01T00:00:00Z"
    key = ("--venue", "file", "--symbol", "SINE/USD", "--timeframe", "1h")
    assert document("data", "check", *key)
    exported = tmp_path / "again.csv"
    assert document("data", "export", *key, "--output", str(exported)) == {"path": str(exported), "rows": LINES}
    lines = exported.read_text().splitlines()
    assert lines[0] == "timestamp,open,high,low,close,volume"
    assert lines[1].startswith("2024-01-01 00:00:00,")
    first = document("backtest", "ma_crossover", "--data", str(csv))
    again = document("backtest", "ma_crossover", *key)
    assert [trade | {"symbol": "SINE/USD"} for trade in first["trades"]] == again["trades"]  # a file names its series
    assert "SINE/USD" in outcry("data", "list").stdout


def test_a_preview_shows_what_was_detected_and_stores_nothing(csv: Path) -> None:
    assert "timestamp" in outcry("data", "import", str(csv), "--preview").stdout
    assert document("data", "list") == []


def test_a_second_program_may_read_but_not_store(csv: Path, home: Path) -> None:
    with open_terminal("window", home):
        ended = outcry("data", "import", str(csv), "--symbol", "SINE/USD", code=1)
        assert f"process {os.getpid()}" in ended.stderr
        assert document("data", "list") == []
        assert document("backtest", "ma_crossover", "--data", str(csv))["trades"]


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_ctrl_c_stops_a_strategy_that_never_ends(tmp_path: Path, csv: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text(
        "import pathlib\nfrom terminal import Strategy\n\n\nclass Slow(Strategy):\n    def signals(self, candles):\n"
        f"        pathlib.Path({str(tmp_path / 'begun')!r}).touch()\n        while True:\n            sum(range(1000))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "terminal", "backtest", str(slow), "--data", str(csv)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    deadline = time.monotonic() + 60
    while not (tmp_path / "begun").exists():
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < deadline
    child.send_signal(signal.SIGINT)
    output, errors = child.communicate(timeout=30)
    assert child.returncode == 130
    assert errors == "Cancelled.\n"
    assert output == ""


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
@pytest.mark.parametrize("module", ["typer", "terminal.app.cli.data", "terminal.app.build", "sqlite3"])
def test_ctrl_c_while_modules_are_read_stops_too(module: str) -> None:
    script = (
        "import importlib.abc, os, signal, sys\n"
        "class Interrupting(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path, target=None):\n"
        f"        if name == {module!r}:\n"
        "            try:\n"
        "                os.kill(os.getpid(), signal.SIGINT)\n"
        "                sum(range(10))\n"
        "            except KeyboardInterrupt:\n"
        "                pass\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "sys.argv = ['outcry', 'data', 'list']\n"
        "from terminal.__main__ import main\n"
        "sys.exit(main())"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "Cancelled.\n")


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
def test_a_reader_that_has_enough_is_no_fault(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-m", "terminal", "strategies", "--json"], stdout=writing, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert not list((home / "logs").glob("crash-*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_without_room_is_told(home: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run([sys.executable, "-m", "terminal", "strategies"], stdout=full, stderr=subprocess.PIPE, env=environment, check=False)
    assert ended.returncode == 1
    assert ended.stderr.decode().splitlines()[0] == "The output could not be written: No space left on device."
    assert not list((home / "logs").glob("crash-*"))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_terminal_without_a_minus_sign_still_shows_the_result(csv: Path, encoding: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    command = [sys.executable, "-m", "terminal", "backtest", "ma_crossover", "--data", str(csv)]
    ended = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert ended.returncode == 0, ended.stderr
    assert b"Sharpe ratio" in ended.stdout


def test_a_home_that_cannot_be_made_is_told(home: Path) -> None:
    home.write_text("a file where the folder should be")
    ended = outcry("strategies", code=1)
    assert str(home) in ended.stderr
    assert "OUTCRY_HOME" in ended.stderr
    assert len(ended.stderr.splitlines()) <= 2


def test_a_fault_of_ours_ends_in_two_lines_and_a_crash_file(home: Path) -> None:
    script = (
        "import sys\nfrom terminal.app import strategies\nfrom terminal.app.commands import ListStrategies\nfrom terminal.app.cli.main import run\n"
        "def broken(*asked): raise ZeroDivisionError('a bug')\n"
        "strategies.HANDLERS[ListStrategies] = broken\nsys.exit(run(['strategies', '--json']))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment)
    assert ended.returncode == 1
    assert ended.stdout == ""
    (file,) = (home / "logs").glob("crash-*.txt")
    assert ended.stderr.splitlines() == ["A fault in Outcry: ZeroDivisionError: a bug", f"Details: {file}"]
    assert "in broken" in file.read_text()


def test_a_full_disk_is_no_fault_of_ours(home: Path) -> None:
    script = (
        "import errno, os, sys\nfrom terminal.app import strategies\nfrom terminal.app.commands import ListStrategies\n"
        "from terminal.app.cli.main import run\n"
        "def full(*asked): raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"
        "strategies.HANDLERS[ListStrategies] = full\nsys.exit(run(['strategies', '--json']))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[0] == "No room on the disk."


def test_a_damaged_settings_file_is_told_and_does_not_stop_the_work(home: Path) -> None:
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text("theme = [")
    ended = outcry("settings", "--json")
    assert "damaged" in ended.stderr
    assert json.loads(ended.stdout)["theme"] == "dark"


def test_the_demo_leaves_candles_a_report_and_a_picture(tmp_path: Path) -> None:
    output = tmp_path / "journey"
    answer = document("demo", "--output", str(output))
    assert answer["simulated"] is True
    assert {Path(answer[name]).suffix for name in ("candles", "report", "picture")} == {".csv", ".html", ".png"}
    for name in ("candles", "report", "picture"):
        assert Path(answer[name]).stat().st_size > 10_000
    assert "SIMULATED" in Path(answer["report"]).read_text(encoding="utf-8")
    assert document("data", "list") == []  # the journey travels in a home of its own


def test_a_run_that_cannot_be_noted_is_still_told_with_a_warning(csv: Path, home: Path, tmp_path: Path) -> None:
    (home / "data" / "runs" / "trials.sqlite").mkdir(parents=True)
    report = tmp_path / "report.json"
    ended = outcry("backtest", "ma_crossover", "--data", str(csv), "--json", "--report", str(report))
    assert json.loads(ended.stdout) == json.loads(report.read_text())
    assert "This run was not kept" in ended.stderr
    assert "trials.sqlite" in ended.stderr


def test_with_json_the_verdict_stands_on_stderr(csv: Path) -> None:
    verdict = outcry("backtest", "ma_crossover", "--data", str(csv)).stdout.splitlines()[0]
    assert outcry("backtest", "ma_crossover", "--data", str(csv), "--json").stderr.splitlines() == [verdict]


def test_measures_on_demand_stand_among_the_others_and_a_wrong_name_stops_before_the_run(csv: Path) -> None:
    asked = document("backtest", "ma_crossover", "--data", str(csv), "--measures", "martin_ratio,edge_ratio")["metrics"]
    assert {"martin_ratio", "edge_ratio", "sharpe_ratio"} <= asked.keys()
    ended = outcry("backtest", "ma_crossover", "--data", str(csv), "--measures", "luck", code=2)
    assert ended.stdout == ""
    assert "there is no measure 'luck'" in ended.stderr


@pytest.mark.skipif(os.name == "nt", reason="permissions are others there")
def test_a_home_that_forbids_writing_can_still_be_read(csv: Path, home: Path, tmp_path: Path) -> None:
    outcry("data", "import", str(csv), "--symbol", "SINE/USD")
    outcry("backtest", "ma_crossover", "--data", str(csv))
    shutil.rmtree(home / "cache")
    for path in (home, *home.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    key = ("--venue", "file", "--symbol", "SINE/USD", "--timeframe", "1h")
    exported = tmp_path / "again.csv"
    try:
        listed, checked, ran = without_might("data", "list", "--json"), without_might("data", "check", *key), without_might("backtest", "ma_crossover", *key)
        written = without_might("data", "export", *key, "--output", str(exported))
        refused = without_might("data", "import", str(csv), "--symbol", "OTHER", "--json")
    finally:
        for path in (home, *home.rglob("*")):
            path.chmod(path.stat().st_mode | 0o700)
    assert [each.returncode for each in (listed, checked, ran, written, refused)] == [0, 0, 0, 0, 1]
    assert json.loads(listed.stdout)[0]["rows"] == LINES
    assert len(exported.read_text().splitlines()) == LINES + 1
    assert "This run is not kept." in ran.stdout
    for each in (listed, checked, ran, written, refused):
        assert f"{home / 'data'} cannot be written" in each.stderr.splitlines()[0]
    assert refused.stdout == ""
    assert not list((home / "logs").glob("crash-*"))


def without_might(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`outcry …` run by somebody whom the permissions of files bind, which they do not for root."""
    might = "-dac_override,-dac_read_search,-fowner"
    bound = [] if os.geteuid() else ["setpriv", f"--bounding-set={might}", f"--inh-caps={might}", "--"]
    if bound and shutil.which("setpriv") is None:
        pytest.skip("root is bound by no permission here")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([*bound, sys.executable, "-m", "terminal", *arguments], capture_output=True, text=True, check=False, env=environment)


@pytest.mark.skipif(sys.platform != "linux", reason="only there may a file name be no text")
def test_a_file_name_that_is_no_text_is_refused_and_nothing_hangs(csv: Path) -> None:
    name = os.fsencode(csv.parent) + b"/bad\xff.csv"
    Path(os.fsdecode(name)).write_bytes(csv.read_bytes())
    command = [sys.executable, "-m", "terminal", "backtest", "ma_crossover", "--data", name]
    ended = subprocess.run(command, capture_output=True, timeout=60, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"bad\\udcff.csv" in ended.stderr
    assert len(ended.stderr.splitlines()) == 2
