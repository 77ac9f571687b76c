"""The bridge: answers on the window's thread, events in order, the latest snapshot, nothing to the dead, faults isolated."""

import threading
from itertools import pairwise
from time import perf_counter

from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from terminal.app.opening import OpenTerminal
from terminal.app.state import Jobs, LogLine, Notice, Quotes, StoreChanged
from terminal.domain.errors import BadInput
from terminal.ui.bridge import Bridge

from .conftest import Answers, Ask


def test_an_answer_arrives_on_the_windows_thread(bridge: Bridge, qtbot: QtBot) -> None:
    threads: list[QThread] = []
    worker: list[int] = []

    def work(_report: object, _cancelled: object) -> int:
        worker.append(threading.get_ident())
        return 42

    got: list[int] = []
    bridge.send(Ask(work), then=lambda answer: (got.append(answer), threads.append(QThread.currentThread())))
    qtbot.waitUntil(lambda: got == [42])
    assert threads == [bridge.thread()]
    assert worker != [threading.get_ident()]


def test_an_error_calls_failed_and_not_then(bridge: Bridge, qtbot: QtBot, answers: Answers) -> None:
    def work(_report: object, _cancelled: object) -> None:
        raise BadInput("End before start.")

    bridge.send(Ask(work), then=answers.take, failed=answers.fail)
    qtbot.waitUntil(lambda: len(answers) == 1)
    assert answers == ["End before start."]


def test_an_error_nobody_takes_becomes_a_notice(bridge: Bridge, qtbot: QtBot) -> None:
    told: list[Notice] = []
    bridge.on(Notice, told.append)

    def work(_report: object, _cancelled: object) -> None:
        raise BadInput("The file is empty.", cure="Choose another.")

    bridge.send(Ask(work))
    qtbot.waitUntil(lambda: bool(told))
    assert (told[0].text, told[0].cure) == ("The file is empty.", "Choose another.")


def test_a_newer_question_silences_the_older(bridge: Bridge, qtbot: QtBot, answers: Answers) -> None:
    release = threading.Event()

    def slow(_report: object, _cancelled: object) -> str:
        release.wait(5)
        return "old"

    bridge.send(Ask(slow), then=answers.take, failed=answers.fail, question="curve")
    bridge.send(Ask(lambda _report, _cancelled: "new"), then=answers.take, failed=answers.fail, question="curve")
    qtbot.waitUntil(lambda: "new" in answers)
    release.set()
    qtbot.wait(100)
    assert answers == ["new"]


def test_cancel_reaches_the_job_and_its_failed(bridge: Bridge, qtbot: QtBot, answers: Answers) -> None:
    started = threading.Event()

    def work(_report: object, cancelled: object) -> None:
        started.set()
        while not cancelled():  # type: ignore[operator]
            threading.Event().wait(0.005)

    job = bridge.send(Ask(work), then=answers.take, failed=answers.fail)
    assert started.wait(5)
    bridge.cancel(job)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["Cancelled."]


def test_every_event_arrives_once_and_in_order_from_many_threads(bridge: Bridge, opened: OpenTerminal, qtbot: QtBot) -> None:
    got: list[LogLine] = []
    bridge.on(LogLine, got.append)

    def publish(room: str) -> None:
        for number in range(500):
            opened.terminal.publisher.publish(LogLine(number, "info", room, ""))

    threads = [threading.Thread(target=publish, args=(f"r{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    qtbot.waitUntil(lambda: len(got) == 2000)
    for room in ("r0", "r1", "r2", "r3"):
        times = [line.time for line in got if line.room == room]
        assert len(times) == 500
        assert all(before < after for before, after in pairwise(times))


def test_of_many_snapshots_the_latest_is_shown_at_screen_pace(bridge: Bridge, opened: OpenTerminal, qtbot: QtBot) -> None:
    got: list[Quotes] = []
    bridge.watch(Quotes, got.append)
    made = [Quotes(()) for _ in range(1000)]
    for snapshot in made:
        opened.terminal.publisher.publish(snapshot, snapshot=True)
    qtbot.waitUntil(lambda: bool(got) and got[-1] is made[-1])
    assert len(got) <= 3


def test_who_watches_later_gets_the_current_snapshot_at_once(bridge: Bridge, opened: OpenTerminal) -> None:
    now = Jobs(())
    opened.terminal.publisher.publish(now, snapshot=True)
    got: list[Jobs] = []
    bridge.watch(Jobs, got.append)
    assert got == [now]


class Listening(QWidget):
    """A widget that counts what it hears."""

    def __init__(self, heard: list[object]) -> None:
        super().__init__()
        self.heard = heard

    def hear(self, value: object) -> None:
        self.heard.append(value)


def test_a_dead_widget_hears_nothing(bridge: Bridge, opened: OpenTerminal, qtbot: QtBot) -> None:
    heard: list[object] = []
    release = threading.Event()
    widget = Listening(heard)
    bridge.on(StoreChanged, widget.hear)
    bridge.watch(Quotes, lambda value: widget.heard.append(value))
    bridge.send(Ask(lambda _report, _cancelled: release.wait(5)), then=widget.hear)
    widget.deleteLater()
    qtbot.wait(20)
    release.set()
    opened.terminal.publisher.publish(StoreChanged())
    opened.terminal.publisher.publish(Quotes(()), snapshot=True)
    qtbot.wait(120)
    assert heard == []


def test_a_fault_in_one_listener_is_logged_and_the_others_still_hear(bridge: Bridge, opened: OpenTerminal, qtbot: QtBot, expected_logs: list[str]) -> None:
    expected_logs.append("failed on StoreChanged")
    got: list[object] = []

    def faulty(_event: object) -> None:
        raise ZeroDivisionError("a faulty panel")

    bridge.on(StoreChanged, faulty)
    bridge.on(StoreChanged, got.append)
    opened.terminal.publisher.publish(StoreChanged())
    opened.terminal.publisher.publish(StoreChanged())
    qtbot.waitUntil(lambda: len(got) == 2)


def test_a_flood_of_events_leaves_the_window_its_turns(bridge: Bridge, opened: OpenTerminal, qtbot: QtBot) -> None:
    from PySide6.QtCore import QTimer

    got: list[object] = []
    turns: list[int] = []
    bridge.on(StoreChanged, got.append)
    timer = QTimer()
    timer.timeout.connect(lambda: turns.append(len(got)))
    timer.start(1)
    for _ in range(60_000):
        opened.terminal.publisher.publish(StoreChanged())
    qtbot.waitUntil(lambda: len(got) == 60_000, timeout=20_000)
    timer.stop()
    assert [count for count in turns if 0 < count < 60_000], "events came in one piece, without a turn of the window's loop between them"


def test_a_long_queue_lets_the_windows_own_timers_through(bridge: Bridge, qtbot: QtBot) -> None:
    """Timers stand here for painting and for keys: what arrives in a flood must not be taken up in one go."""
    taken: list[str] = []
    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(lambda: taken.append("timer"))

    def busy(_line: LogLine) -> None:
        until = perf_counter() + 0.02
        while perf_counter() < until:
            pass
        taken.append("line")

    bridge.on(LogLine, busy)
    for number in range(6):
        bridge.publish(LogLine(number, "INFO", "test", "words"))
    timer.start(0)
    qtbot.waitUntil(lambda: taken.count("line") == 6)
    assert taken.index("timer") < 5
