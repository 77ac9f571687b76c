"""The heavy libraries are fetched behind the shown window, stop when it closes, and a broken one is told."""

import sys

from pytestqt.qtbot import QtBot

from terminal.ui.warm_up import WarmUp


def test_libraries_are_there_afterwards(qtbot: QtBot) -> None:
    sys.modules.pop("wave", None)
    warm_up = WarmUp(("wave",))
    warm_up.start()
    qtbot.waitUntil(warm_up.is_done)
    assert "wave" in sys.modules


def test_closing_stops_before_the_next(qtbot: QtBot) -> None:
    sys.modules.pop("wave", None)
    warm_up = WarmUp(("wave",))
    warm_up.start()
    warm_up.close()
    qtbot.waitUntil(warm_up.is_done)
    assert "wave" not in sys.modules


def test_a_missing_library_is_told_and_the_rest_still_comes(qtbot: QtBot, expected_logs: list[str]) -> None:
    expected_logs.append("no_such_library")
    sys.modules.pop("wave", None)
    warm_up = WarmUp(("no_such_library", "wave"))
    warm_up.start()
    qtbot.waitUntil(warm_up.is_done)
    assert "wave" in sys.modules


def test_it_waits_for_as_long_as_a_job_runs(qtbot: QtBot) -> None:
    sys.modules.pop("wave", None)
    asked: list[bool] = []

    def is_busy() -> bool:
        asked.append("wave" in sys.modules)
        return len(asked) < 3

    warm_up = WarmUp(("wave",), is_busy=is_busy)
    warm_up.start()
    qtbot.waitUntil(warm_up.is_done)
    assert asked == [False, False, False]
    assert "wave" in sys.modules
