"""The window: top bar, docked panels, foot; it makes the panels, binds their actions to keys and switches look and layout.

Built by `ui.application` from a bridge; it computes nothing and asks for nothing but settings.
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from terminal.app.state import SettingChanged
from terminal.domain.series import SeriesKey
from terminal.ui import tab_order
from terminal.ui.actions import ActionBook
from terminal.ui.bridge import Bridge
from terminal.ui.closing import ClosingQuestion
from terminal.ui.docking import Docks
from terminal.ui.first_steps import FirstSteps
from terminal.ui.foot import Foot
from terminal.ui.icons import icon
from terminal.ui.layouts import LayoutFiles
from terminal.ui.links import LinkGroup
from terminal.ui.palette import Palette
from terminal.ui.palette_sources import PaletteSources
from terminal.ui.panel import Panel
from terminal.ui.panels import RESEARCH, PanelEntry
from terminal.ui.perspectives import Perspectives
from terminal.ui.theme import current, measures, theme
from terminal.ui.toasts import Notices
from terminal.ui.top_bar import TopBar
from terminal.ui.window_actions import window_actions
from terminal.ui.window_menu import WindowMenu
from terminal.ui.zones import Zone

if TYPE_CHECKING:
    from terminal.app.answers import Run

_FIRST_SIZE = QSize(1440, 860)
_FIRST_SHARE = 0.92
_LARGEST_FIRST = QSize(2200, 1300)
_SMALLEST = QSize(900, 560)


class Window(QMainWindow):
    """Everything on screen. `layouts` keeps its arrangements; `entries` are the panels it makes."""

    def __init__(self, bridge: Bridge, layouts: LayoutFiles, entries: Iterable[PanelEntry] = RESEARCH) -> None:
        super().__init__()
        self.bridge = bridge
        self.link = LinkGroup(parent=self)
        self.book = ActionBook(self)
        self._closing: list[Callable[[], None]] = []
        self._painted: list[Callable[[], None]] = []
        self.setWindowIcon(icon("outcry", current().accent))
        self.resize(_FIRST_SIZE)
        self.setMinimumSize(_SMALLEST)
        self.docks = Docks(self)
        self.perspectives = Perspectives(self, self.docks, layouts, bridge)
        self.palette_box = Palette(self, PaletteSources(bridge, self.link, self.book, self.open_setting))
        self.top_bar = TopBar(self.palette_box.open, self.perspectives.choose, WindowMenu(self, self.book).open, self._open_notices)
        self.foot = Foot(bridge, lambda: self.docks.show("jobs"))
        self.notices = Notices(bridge, self)
        self._closing_question = ClosingQuestion(bridge, self)
        self._assemble()
        for entry in entries:
            self._add(entry)
        self.book.add(window_actions(self))
        self._first_steps = FirstSteps(bridge, self.link, self.book, self.docks.show, self.docks.panel)
        self.book.add(self._first_steps.actions())
        self._above.addWidget(self._first_steps)
        self._listen()
        self._name_origin(None)
        self.perspectives.start()

    def panel(self, name: str) -> Panel:
        """The panel of that id."""
        return self.docks.panel(name)

    def open_setting(self, name: str) -> None:
        """Shows the settings with the one of that name in view."""
        self.docks.show("settings")
        panel = self.docks.panel("settings")
        panel.go_to(name)  # type: ignore[attr-defined] # the one panel the window speaks to by more than its base

    def show_on_screen(self) -> None:
        """Shows the window as it stood when it was closed; at the first start it fills a small screen and most of a larger one."""
        room = self.screen().availableGeometry()
        if self.perspectives.is_fresh and room.width() <= _FIRST_SIZE.width():
            self.showMaximized()
            return
        if self.perspectives.is_fresh:
            self.resize((room.size() * _FIRST_SHARE).boundedTo(_LARGEST_FIRST))
        self.show()

    def on_close(self, act: Callable[[], None]) -> None:
        """Calls `act` when the window is closed."""
        self._closing.append(act)

    def on_first_paint(self, act: Callable[[], None]) -> None:
        """Calls `act` once, after the window was painted for the first time."""
        self._painted.append(act)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painted, self._painted = self._painted, []
        for act in painted:
            QTimer.singleShot(0, self, act)

    def _assemble(self) -> None:
        middle = QWidget()
        middle.setProperty("surface", "window")
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        self._above = QVBoxLayout()
        self._above.setContentsMargins(6, 0, 6, 0)
        column.addLayout(self._above)
        room = QVBoxLayout()
        room.setContentsMargins(6, 6, 6, 6)
        room.addWidget(self.docks.widget())
        column.addLayout(room, 1)
        column.addWidget(self.foot)
        self.setCentralWidget(middle)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus()
        QTimer.singleShot(0, self.perspectives.settle)

    def _add(self, entry: PanelEntry) -> None:
        panel_class: type[Panel] = getattr(import_module(entry.module), entry.name)
        panel = panel_class(self.bridge, self.link)
        self.docks.add(panel, entry.place, is_linked=entry.is_linked, is_open=entry.is_open)
        self.book.add(panel.actions())

    def _listen(self) -> None:
        self.link.series_changed.connect(self._name_origin)
        self.link.run_changed.connect(self._reveal_result)
        self.perspectives.changed.connect(self._show_perspectives)
        self.notices.on_unread(self.top_bar.show_unread)
        self.bridge.on(SettingChanged, self._setting_changed)
        theme().changed.connect(self._measure)

    def _name_origin(self, series: SeriesKey | None) -> None:
        """Writes where the prices in view come from into the tag and the window's title."""
        is_simulated = series is None or series.venue == "demo"
        self.top_bar.origin.set_text("SIMULATED" if is_simulated else series.venue.upper() if series is not None else "", "demo" if is_simulated else "second")
        origin = "simulated market" if is_simulated or series is None else f"{series.venue} candles"
        rights = " · read-only" if self.bridge.is_read_only else ""
        self.setWindowTitle(f"Outcry — DEMO · {origin}{rights}")

    def _reveal_result(self, run: "Run | None") -> None:
        """Brings a result that was asked for to the front; that of a slider leaves the person where the slider is."""
        if run is not None and run.info.origin != "slider":
            self.docks.reveal("results")

    def _show_perspectives(self) -> None:
        self.top_bar.show_perspectives(self.perspectives.names(), self.perspectives.current)

    def _setting_changed(self, event: SettingChanged) -> None:
        if event.name in ("theme", "up_down_colours", "dense_rows"):
            put_on(self.bridge)
        elif event.name == "zone":
            self.bridge.zones.choose(Zone(event.value))

    def _measure(self) -> None:
        self.top_bar.setFixedHeight(measures().top_bar)
        self.foot.setFixedHeight(measures().foot)
        self.setWindowIcon(icon("outcry", current().accent))

    def _open_notices(self, beside: QWidget) -> None:
        self.notices.open_centre(beside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.palette_box.hide()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt calls it so
        return tab_order.step(self, [self.top_bar, self._first_steps, *self.docks.parts(), self.foot.health, self.foot], forward=next)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closing_question.may_close():
            event.ignore()
            return
        self.perspectives.keep()
        for act in self._closing:
            act()
        super().closeEvent(event)


def put_on(bridge: Bridge) -> None:
    """Gives the application the look that the settings ask for."""
    settings = bridge.settings
    theme().switch(settings["theme"], pair=settings["up_down_colours"], is_dense=settings["dense_rows"])
