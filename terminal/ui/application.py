"""Runs the window: one loop for Qt and asyncio, the terminal opened around it, and the heavy libraries fetched after it shows.

Called by `terminal.__main__` when no command was given.
"""

import asyncio
import gc
import importlib
import logging
import sys
import threading
from pathlib import Path

import qasync  # type: ignore[import-untyped] # the package carries no types
from PySide6.QtCore import QEvent, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from terminal.app.commands import PrepareDemo
from terminal.app.opening import OpenTerminal, open_terminal
from terminal.app.state import StoreChanged
from terminal.app.streams import Streams
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.collector import Collector
from terminal.ui.layouts import LayoutFiles
from terminal.ui.theme import prepared
from terminal.ui.warm_up import WarmUp
from terminal.ui.window import Window
from terminal.ui.zones import Zone

_log = logging.getLogger(__name__)
_LEVELS = {QtMsgType.QtWarningMsg: logging.WARNING, QtMsgType.QtCriticalMsg: logging.ERROR, QtMsgType.QtFatalMsg: logging.CRITICAL}
FIRST_SERIES = SeriesKey("demo", "BTC/USDT", Timeframe.H1)
_SWITCH_SECONDS = 0.0005  # instead of 5 ms: the window's thread, and workers that let go of the interpreter often, get their turn back soon
_AT_ONCE = "numpy.ma"
"""What numpy fetches at the first `unique`, which would be in the window's thread."""
_SOON_MS = 400
"""So long the panels have the interpreter nearly to themselves while they fill; more threads would only make the window wait for each of them."""
_NO_CRASH = "This plugin does not support"


def run(arguments: list[str] | None = None) -> int:
    """The exit code, once the window was closed."""
    app = QApplication(arguments if arguments is not None else sys.argv)
    app.setApplicationName("Outcry")
    sys.setswitchinterval(_SWITCH_SECONDS)
    app.setDesktopFileName("outcry")
    former = qInstallMessageHandler(_to_log)
    try:
        with open_terminal("window", told=_to_standard_error) as opened:
            return _run(app, opened)
    finally:
        qInstallMessageHandler(former)


def _run(app: QApplication, opened: OpenTerminal) -> int:
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    loop.set_exception_handler(opened.crash.on_loop)
    window = open_window(app, opened)
    ended = asyncio.Event()
    app.aboutToQuit.connect(ended.set)
    window.show_on_screen()
    with loop:
        loop.run_until_complete(ended.wait())
    window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return 0


def open_window(app: QApplication, opened: OpenTerminal) -> Window:
    """The window over an opened terminal, in the person's look, not yet shown; what it starts ends when it is closed."""
    settings = opened.terminal.settings
    look = prepared(app)
    look.choose(settings["theme"], pair=settings["up_down_colours"], is_dense=settings["dense_rows"])
    bridge = Bridge(opened.terminal, opened.jobs, unexpected=opened.crash.report, is_held=True)
    bridge.zones.choose(Zone(settings["zone"]))
    layouts = LayoutFiles(opened.terminal.paths.config / "layouts", read_only=opened.terminal.read_only)
    window = Window(bridge, layouts)
    Collector(window)
    look.dress()
    streams = Streams(opened.terminal)
    window.link.series_changed.connect(lambda key: streams.watch((key,)))
    if window.link.series is not None:  # a kept layout chose it while the window was made
        streams.watch((window.link.series,))
    warm_up = WarmUp(is_busy=opened.jobs.running)

    def begin(_answer: object) -> None:
        show_first(StoreChanged(FIRST_SERIES))
        window.palette_box.prefetch()
        warm_up.start()

    def show_first(event: StoreChanged) -> None:
        if window.link.series is None and event.series == FIRST_SERIES:
            window.link.show_series(FIRST_SERIES)

    def after_first_paint() -> None:
        threading.Thread(target=importlib.import_module, args=(_AT_ONCE,), name="numpy", daemon=True).start()
        bridge.release()
        threading.Thread(target=opened.terminal.engine.start, name="engine", daemon=True).start()  # the first run waits for it
        opened.announce()
        soon.start()
        bridge.on(StoreChanged, show_first)
        bridge.send(PrepareDemo(), then=begin, failed=begin, title="Preparing the simulated market")

    def start_the_rest() -> None:
        opened.health.start()
        streams.start()  # what is stored may take its time to be brought up to date; prices tick at once

    def ended() -> None:
        soon.stop()
        warm_up.close()
        streams.stop()
        bridge.close()

    soon = QTimer(window)
    soon.setSingleShot(True)
    soon.setInterval(_SOON_MS)
    soon.timeout.connect(start_the_rest)
    gc.freeze()  # what stands now stays to the end: full collections would walk all of it, and the window would wait
    window.on_first_paint(after_first_paint)
    window.on_close(ended)
    return window


def _to_standard_error(words: str, file: Path | None) -> None:
    """A fault is told there too: before the window stands there is no other place."""
    if sys.stderr is not None:
        sys.stderr.write(f"{words}\n{file or ''}\n")


def _to_log(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    """Qt's own messages go where every other record goes."""
    if not text.startswith(_NO_CRASH):
        _log.log(_LEVELS.get(kind, logging.DEBUG), "Qt: %s", text)
