"""What both faces start with: lock, redacted logs, crash files, health."""

import asyncio
import json
import logging
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from terminal.app.instance import InstanceLock
from terminal.app.opening import open_terminal
from terminal.app.paths import Paths, prepare_compile_cache
from terminal.app.redaction import Secrets
from terminal.app.state import Health, LogLine, Notice, Quote, Quotes, Severity
from terminal.domain.errors import OutcryError
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe

SECRET = 'sésame/42"\\ x'


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_logs_are_json_lines_on_disk_and_lines_in_the_panel(home: Path) -> None:
    with open_terminal("window", home) as opened:
        heard: list[LogLine] = []
        opened.terminal.publisher.subscribe(lambda _number, value: heard.append(value) if isinstance(value, LogLine) else None)
        logging.getLogger("terminal.market.store").info("wrote %d rows", 3, extra={"series": "BTC/USDT 1h"})
        logging.getLogger("terminal.market.store").debug("not worth a line")
    written = lines(home / "logs" / "window.jsonl")
    assert [(line["room"], line["level"], line["event"], line["series"]) for line in written] == [("market", "info", "wrote 3 rows", "BTC/USDT 1h")]
    assert str(written[0]["time"]).endswith("Z")
    assert [(line.room, line.level, line.text) for line in heard] == [("market", "info", "wrote 3 rows")]


def test_secrets_are_redacted_by_value_wherever_they_turn_up(home: Path, expected_logs: list[str]) -> None:
    expected_logs += ["failed with", "A fault in Outcry: RuntimeError"]
    with open_terminal("window", home) as opened:
        opened.secrets.add(SECRET)
        heard: list[str] = []
        opened.terminal.publisher.subscribe(lambda _number, value: heard.append(str(value)))
        try:
            raise ValueError(f"the venue did not like {SECRET}")
        except ValueError:
            logging.getLogger("terminal.venues").exception("failed with %s", SECRET, extra={"key": SECRET, "nested": {"deep": [SECRET]}})
        opened.crash.report(RuntimeError(SECRET))
    everything = "".join(file.read_text(encoding="utf-8") for file in (home / "logs").iterdir()) + "".join(heard)
    for spelling in (SECRET, json.dumps(SECRET)[1:-1], json.dumps(SECRET, ensure_ascii=False)[1:-1], "sésame"):
        assert spelling not in everything
    assert "•••" in everything
    assert lines(home / "logs" / "window.jsonl")[0]["exception"]


def test_secrets_of_the_environment_are_known_from_the_start() -> None:
    secrets = Secrets()
    secrets.add_environment({"BINANCE_API_KEY": "abc123xyz", "https_proxy": "http://me:hunter22@proxy:3128", "HOME": "/home/somebody", "PIN_TOKEN": "12"})
    assert secrets.redact("abc123xyz hunter22 /home/somebody 12") == "••• ••• /home/somebody 12"


def test_a_long_log_rotates(home: Path) -> None:
    with open_terminal("window", home):
        for _ in range(12):
            logging.getLogger("terminal.market").info("x" * 1_000_000)
    sizes = [file.stat().st_size for file in (home / "logs").glob("window.jsonl*")]
    assert len(sizes) > 1
    assert max(sizes) < 6_000_000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_log_without_room_does_not_fill_the_shell(home: Path, expected_logs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    expected_logs.append("no room for this")
    folder = Paths.of(home).create().logs
    (folder / "shell.jsonl").symlink_to("/dev/full")
    with open_terminal("shell", home):
        logging.getLogger("terminal.test").warning("no room for this")
    assert capsys.readouterr().err == ""


def test_a_crash_in_a_thread_is_logged_filed_and_told(home: Path, expected_logs: list[str]) -> None:
    expected_logs.append("A fault in Outcry: ZeroDivisionError")
    told: list[tuple[str, Path | None]] = []
    with open_terminal("window", home, told=lambda words, file: told.append((words, file))) as opened:
        notices: list[Notice] = []
        opened.terminal.publisher.subscribe(lambda _number, value: notices.append(value) if isinstance(value, Notice) else None)
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    words, file = told[0]
    assert words == "A fault in Outcry: ZeroDivisionError: division by zero"
    assert file is not None
    assert "1 / 0" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 or os.name == "nt"
    assert str(file) in notices[0].cure
    assert any("ZeroDivisionError" in str(line.get("traceback")) for line in lines(home / "logs" / "window.jsonl"))


def test_a_crash_in_the_event_loop_is_told(home: Path, expected_logs: list[str]) -> None:
    expected_logs.append("A fault in Outcry: KeyError")

    async def journey() -> None:
        asyncio.get_running_loop().set_exception_handler(opened.crash.on_loop)
        asyncio.get_running_loop().call_soon(lambda: {}["nothing"])
        await asyncio.sleep(0)

    with open_terminal("window", home) as opened:
        asyncio.run(journey())
    assert len(list((home / "logs").glob("crash-*.txt"))) == 1


def test_an_uncaught_error_of_the_main_thread_reaches_the_hook(home: Path) -> None:
    script = "from terminal.app.opening import open_terminal\nopen_terminal('window', told=lambda words, file: print(words))\nraise LookupError('here')"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.stdout.strip() == "A fault in Outcry: LookupError: here"
    assert ended.returncode == 1
    assert len(list((home / "logs").glob("crash-*.txt"))) == 1


def test_the_second_program_on_a_home_is_read_only_and_says_so(home: Path) -> None:
    with open_terminal("window", home) as first:
        assert not first.terminal.read_only
        with open_terminal("window", home) as second:
            assert second.terminal.read_only
            notices: list[Notice] = []
            second.terminal.publisher.subscribe(lambda _number, value: notices.append(value) if isinstance(value, Notice) else None)
            second.announce()
            assert f"process {os.getpid()}" in notices[0].text
            assert second.health.measure().items[0].name == "Read-only"
    with open_terminal("window", home) as third:
        assert not third.terminal.read_only


def test_a_home_that_cannot_be_written_is_told(home: Path) -> None:
    (home / "data" / "instance.lock").mkdir(parents=True)  # a folder in its place refuses even root
    with pytest.raises(OutcryError, match=r"data cannot be written: .*OUTCRY_HOME"):
        open_terminal("shell", home)


def test_a_killed_program_leaves_no_lock(home: Path) -> None:
    script = "import sys\nfrom terminal.app.opening import open_terminal\nopened = open_terminal('window')\nprint('open', flush=True)\nsys.stdin.read()"
    child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "open"
    lock = InstanceLock(Paths.of(home).data)
    assert not lock.acquire()
    assert lock.holder() == f"process {child.pid}"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert lock.acquire()
    lock.release()


def test_the_health_strip_shows_faults_first_and_the_age_of_the_feed(home: Path) -> None:
    with open_terminal("window", home) as opened:
        publisher, now = opened.terminal.publisher, opened.terminal.clock()
        assert [item.name for item in opened.health.measure().items] == ["Disk", "Jobs"]
        key = SeriesKey("demo", "BTC/USDT", Timeframe.H1)
        publisher.publish(Quotes((Quote(key, 1.0, None, None, None, now - 60_000_000_000),)), snapshot=True)
        opened.terminal.settings.change("disk_warning_gb", 1e6)
        items = opened.health.measure().items
        assert [(item.name, item.severity) for item in items] == [("Disk", Severity.ERROR), ("Feed", Severity.WARNING), ("Jobs", Severity.INFO)]
        assert items[1].value == "60 s old"


def test_health_is_published_by_itself(home: Path) -> None:
    heard = threading.Event()
    with open_terminal("window", home) as opened:
        opened.terminal.publisher.subscribe(lambda _number, value: heard.set() if isinstance(value, Health) else None)
        opened.health.start()
        assert heard.wait(2)


def test_folders_follow_outcry_home_and_are_private(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = Paths.of().create()
    assert paths.candles == home / "data" / "candles"
    if os.name != "nt":
        assert stat.S_IMODE(paths.data.stat().st_mode) == 0o700
    monkeypatch.delenv("OUTCRY_HOME")
    assert home not in Paths.of().data.parents


def test_compiled_kernels_are_kept_by_version_and_a_chosen_folder_stays(home: Path) -> None:
    paths = Paths.of(home)
    environment: dict[str, str] = {}
    prepare_compile_cache(paths, environment)
    folder = Path(environment["NUMBA_CACHE_DIR"])
    assert folder.parent == paths.cache
    if os.name != "nt":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    prepare_compile_cache(Paths.of(home / "other"), environment)
    assert environment["NUMBA_CACHE_DIR"] == str(folder)


def test_kernels_are_kept_elsewhere_where_the_disk_has_no_room_for_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = Paths.of(home).create()
    usage = shutil.disk_usage(home)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=1000))
    environment: dict[str, str] = {}
    folder = prepare_compile_cache(paths, environment)
    assert not folder.is_relative_to(home)
    assert environment["NUMBA_CACHE_DIR"] == str(folder)
