"""The program as it is started: without a screen, with one, twice on one folder; in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

HEAVY = ("ccxt", "numba", "pandas", "scipy", "pyarrow", "talib", "exchange_calendars", "typer", "rich", "structlog")

OPENED_AND_CLOSED = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from terminal.ui import application
from terminal.ui.window import Window
def look():
    window = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Window))
    {look}
    window.close()
real = application.open_window
def opened(app, whole):
    window = real(app, whole)
    QTimer.singleShot({after}, look)
    return window
application.open_window = opened
import terminal.__main__
sys.argv = ["outcry"]
raise SystemExit(terminal.__main__.main())
"""


def started(code: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    whole = {**os.environ, "OUTCRY_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", **environment}
    return subprocess.run([sys.executable, "-c", code], env=whole, capture_output=True, text=True, timeout=60, check=False)


def test_without_a_screen_it_says_so_in_one_line_and_ends_with_2(home: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    for display in ({}, {"DISPLAY": ":4711"}):
        ended = subprocess.run(
            [sys.executable, "-m", "terminal"], env={**bare, **display, "OUTCRY_HOME": str(home)}, capture_output=True, text=True, timeout=60, check=False
        )
        assert ended.returncode == 2
        assert ended.stderr.count("\n") == 1
        assert "needs a screen" in ended.stderr
        assert "outcry --help" in ended.stderr


def test_the_window_opens_in_one_loop_with_asyncio_and_closes_cleanly(home: Path) -> None:
    look = "import asyncio; print(asyncio.get_running_loop().__class__.__module__.split('.')[0], window.windowTitle())"
    ended = started(OPENED_AND_CLOSED.format(look=look, after=300), home)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "qasync Outcry — DEMO · simulated market"
    assert "Traceback" not in ended.stderr


def test_nothing_heavy_is_imported_before_the_window_shows(home: Path) -> None:
    look = f"print([name for name in {HEAVY!r} if name in sys.modules])"
    ended = started(OPENED_AND_CLOSED.format(look=look, after=0), home)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "[]"


def test_a_second_window_on_the_same_folder_says_so_and_writes_nothing(home: Path) -> None:
    from terminal.app.opening import open_terminal

    look = (
        "from PySide6.QtTest import QTest; "
        "[QTest.qWait(100) for _ in range(200) if not (window.notices.all() and window.foot.health.lights())]; "
        "print([told.notice.text for told in window.notices.all()], window.windowTitle()); print([light.text() for light in window.foot.health.lights()][0])"
    )
    with open_terminal("window"):
        ended = started(OPENED_AND_CLOSED.format(look=look, after=200), home)
    assert ended.returncode == 0, ended.stderr
    assert "already open on this folder" in ended.stdout
    assert "Read-only" in ended.stdout
    assert "· read-only" in ended.stdout
    assert not (home / "config" / "layouts").exists()


def test_the_chart_of_the_last_time_ticks_on_when_the_window_is_opened_again(home: Path) -> None:
    waited = (
        "from PySide6.QtTest import QTest; chart = window.panel('chart'); "
        "ticks = lambda: chart.model.key is not None and chart.model.columns.time[-1] + chart.model.length_ns > chart.bridge.clock(); "
        "[QTest.qWait(100) for _ in range(250) if not ticks()]; print(ticks())"
    )
    for _ in ("first", "again"):
        ended = started(OPENED_AND_CLOSED.format(look=waited, after=200), home)
        assert ended.returncode == 0, ended.stderr
        assert ended.stdout.strip() == "True"


def test_a_series_that_a_kept_layout_shows_ticks_from_the_start(home: Path) -> None:
    """Its first row beyond the closed candles can only come from the stream."""
    choose = (
        "from terminal.domain.series import SeriesKey; from terminal.domain.timeframe import Timeframe; "
        "window.link.show_series(SeriesKey('demo', 'BTC/USDT', Timeframe.M1))"
    )
    look = (
        "from PySide6.QtTest import QTest; minute = 60 * 10**9; model = window.panel('chart').model; "
        "ticks = lambda: model.columns is not None and int(model.columns.time[-1]) >= (window.bridge.clock() - minute // 20) // minute * minute; "
        "[QTest.qWait(100) for _ in range(250) if not ticks()]; print(window.link.series, ticks())"
    )
    for words, wait, told in ((choose, 1500, ""), (look, 200, "BTC/USDT 1m (demo) True")):
        ended = started(OPENED_AND_CLOSED.format(look=words, after=wait), home)
        assert ended.returncode == 0, ended.stderr
        assert ended.stdout.strip() == told
