"""Garbage is collected in the window's thread alone: cycles go when they are due, and no worker collects them."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from terminal.ui.collector import Collector


class _Cycle(QObject):
    """An object of Qt's that only the collector can end."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


def test_workers_collect_nothing_and_the_window_collects_what_is_due(qtbot: QtBot) -> None:
    owner = QObject()
    collector = Collector(owner)
    gone = weakref.ref(_Cycle())
    kept: list[list[int]] = []
    worker = threading.Thread(target=lambda: kept.extend([each] for each in range(100_000)))
    worker.start()
    worker.join()
    assert not gc.isenabled()
    assert gone() is not None
    collector.collect_due()
    qtbot.waitUntil(lambda: gone() is None)
