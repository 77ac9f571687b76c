"""The headers of docked panels: each shows the buttons of the panel in front, and outlives the area it stands in.

The second of the two modules that know the docking library; `ui.docking` moves the panels.
"""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from PySide6QtAds import ads  # type: ignore[import-untyped] # the package carries no types

from terminal.ui.header_strip import HeaderStrip

_LIBRARYS_BUTTONS = (
    ads.TitleBarButtonTabsMenu,
    ads.TitleBarButtonUndock,
    ads.TitleBarButtonClose,
    ads.TitleBarButtonAutoHide,
    ads.TitleBarButtonMinimize,
)


class DockHeaders(QObject):
    """The header strips by dock. `settled` is emitted after each shows what it should."""

    settled = Signal()

    def __init__(self, manager: ads.CDockManager) -> None:
        super().__init__(manager)
        self._manager = manager
        self._strips: dict[ads.CDockWidget, HeaderStrip] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._settle)
        manager.dockAreaCreated.connect(self._area_created)
        manager.floatingWidgetCreated.connect(self._guard)
        manager.stateRestored.connect(self._soon.start)

    def add(self, dock: ads.CDockWidget, strip: HeaderStrip) -> None:
        """Shows `strip` in the header of whichever area has `dock` in front."""
        strip.setParent(self._manager)
        strip.hide()
        self._strips[dock] = strip
        dock.viewToggled.connect(self.settle_soon)
        dock.topLevelChanged.connect(self.settle_soon)

    def settle_soon(self, *_what: object) -> None:
        """Looks anew at who stands in front, once the present change is over."""
        self._soon.start()

    def take_back(self, holder: QWidget | None = None) -> None:
        """Takes the strips out of `holder` (None = from wherever they are), so that they outlive it."""
        for strip in self._strips.values():
            if holder is None or holder.isAncestorOf(strip):
                strip.hide()
                strip.setParent(self._manager)
        self._soon.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """An area that is about to be deleted gives back the strips it shows."""
        if event.type() == QEvent.Type.DeferredDelete and isinstance(watched, QWidget):
            self.take_back(watched)
        return False

    def _guard(self, holder: QWidget) -> None:
        holder.installEventFilter(self)

    def _area_created(self, area: ads.CDockAreaWidget) -> None:
        self._guard(area)
        area.currentChanged.connect(self.settle_soon)
        for name in _LIBRARYS_BUTTONS:
            button = area.titleBar().button(name)
            if button is not None:
                button.setVisible(False)
        self._soon.start()

    def _settle(self) -> None:
        for dock, strip in self._strips.items():
            area = dock.dockAreaWidget()
            if dock.isClosed() or area is None or area.currentDockWidget() is not dock:
                strip.hide()
                continue
            bar = area.titleBar()
            bar.tabBar().setMinimumWidth(dock.tabWidget().sizeHint().width() + 6)  # the panel in front keeps its name where room is short
            if strip.parentWidget() is not bar:
                bar.insertWidget(bar.indexOf(bar.button(ads.TitleBarButtonTabsMenu)), strip)
            strip.show()
        self.settled.emit()
