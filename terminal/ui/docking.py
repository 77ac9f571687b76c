"""The docking library behind one door: panels become dock widgets, places become areas, layouts become bytes.

Used by the window; panels know nothing of it. Only this module and `ui.dock_headers` name the library.
"""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QByteArray, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMainWindow, QMenu, QSplitter, QWidget
from PySide6QtAds import ads  # type: ignore[import-untyped] # the package carries no types

from terminal.domain.words import shortened
from terminal.ui.dock_headers import DockHeaders
from terminal.ui.header_strip import HeaderStrip
from terminal.ui.icons import link_mark
from terminal.ui.panel import Panel
from terminal.ui.widgets.buttons import IconButton
from terminal.ui.widgets.fields import below

_LAYOUT_VERSION = 1
_LONGEST_NAME = 20
_ALONG = {
    "left": Qt.Orientation.Horizontal,
    "right": Qt.Orientation.Horizontal,
    "above": Qt.Orientation.Vertical,
    "below": Qt.Orientation.Vertical,
}
_FLAGS = (
    ads.CDockManager.eConfigFlag.DisableStylesheet,  # its own would come back with every change of the palette
    ads.CDockManager.eConfigFlag.OpaqueSplitterResize,
    ads.CDockManager.eConfigFlag.XmlCompressionEnabled,
    ads.CDockManager.eConfigFlag.AlwaysShowTabs,
    ads.CDockManager.eConfigFlag.DisableTabTextEliding,
    ads.CDockManager.eConfigFlag.FloatingContainerHasWidgetTitle,
    ads.CDockManager.eConfigFlag.EqualSplitOnInsertion,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel stands at first: beside, above or below another panel, or as a tab of it; `share` is its part of their room."""

    side: str = "centre"
    """"left", "right", "above", "below", "tab" of `of`, or "centre" for the first."""
    of: str = ""
    share: float = 0.5


class Docks(QObject):
    """The docked panels of one window, by id."""

    arranged = Signal()
    """The arrangement changed: a panel was shown, closed, moved, floated or restored."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        flags = _FLAGS[0]
        for flag in _FLAGS[1:]:
            flags |= flag
        ads.CDockManager.setConfigFlags(flags)
        self._manager = ads.CDockManager(window)
        self._docks: dict[str, ads.CDockWidget] = {}
        self._panels: dict[str, Panel] = {}
        self._open_at_first: dict[str, bool] = {}
        self._places: dict[str, Place] = {}
        self._headers = DockHeaders(self._manager)
        self._headers.settled.connect(self.arranged)

    def widget(self) -> QWidget:
        """What all the docked panels stand in."""
        return self._manager  # type: ignore[no-any-return] # the library carries no types

    def add(self, panel: Panel, place: Place, *, is_linked: bool = False, is_open: bool = True) -> None:
        """Docks `panel` at its first place; with `is_open` False it waits there closed."""
        dock = ads.CDockWidget(self._manager, panel.title)
        dock.setObjectName(panel.id)
        dock.setWidget(panel, ads.CDockWidget.eInsertMode.ForceNoScrollArea)
        dock.setMinimumSizeHintMode(ads.CDockWidget.eMinimumSizeHintMode.MinimumSizeHintFromContent)
        dock.setFeature(ads.CDockWidget.DockWidgetFeature.DockWidgetClosable, True)
        _name(dock, panel.windowTitle())
        if is_linked:
            dock.setIcon(link_mark(panel.link.colour))
        panel.windowTitleChanged.connect(partial(_name, dock))
        panel.windowTitleChanged.connect(self._headers.settle_soon)
        self._docks[panel.id] = dock
        self._panels[panel.id] = panel
        self._places[panel.id] = place
        self._headers.add(dock, self._strip(panel))
        self._open_at_first[panel.id] = is_open

    def panel(self, name: str) -> Panel:
        """The panel of that id."""
        return self._panels[name]

    def panels(self) -> tuple[Panel, ...]:
        """All panels, shown or closed, in the order they were added."""
        return tuple(self._panels.values())

    def is_open(self, name: str) -> bool:
        """True where the panel stands in the window or in one of its own, if perhaps behind another tab."""
        return not self._docks[name].isClosed()

    def show(self, name: str) -> None:
        """Opens the panel, brings its tab to the front and gives it the focus."""
        dock = self._docks[name]
        if dock.isClosed():
            dock.toggleView(True)
        dock.setAsCurrentTab()
        dock.raise_()
        self._focus(self._panels[name])

    def reveal(self, name: str) -> None:
        """Brings the panel's tab to the front where it is open; the keyboard stays where it is, and a closed panel stays closed."""
        dock = self._docks[name]
        if not dock.isClosed():
            dock.setAsCurrentTab()

    def parts(self) -> list[QWidget]:
        """What stands in the window, in the order of reading: column by column from the left, each header before what it heads."""
        areas = {dock.dockAreaWidget() for dock in self._docks.values() if not dock.isClosed() and not dock.isInFloatingContainer()} - {None}
        corner = QPoint(0, 0)
        in_order = sorted(areas, key=lambda area: (area.mapTo(self._manager, corner).x(), area.mapTo(self._manager, corner).y()))
        return [part for area in in_order for part in (area.titleBar(), area)]

    def close(self, name: str) -> None:
        """Closes the panel; it keeps what it shows."""
        self._docks[name].toggleView(False)

    def undock(self, name: str) -> None:
        """Gives the panel a window of its own, or takes it back where it has one."""
        dock = self._docks[name]
        if dock.isInFloatingContainer():
            self._put(name)
        else:
            dock.setFloating()

    def open_at_first_place(self, name: str) -> None:
        """Puts the panel at its first place, open if it is so at first."""
        self._put(name)
        self._docks[name].toggleView(self._open_at_first[name])

    def arrange(self) -> None:
        """Puts every panel back at its first place."""
        self._headers.take_back()
        for name, dock in self._docks.items():
            if dock.dockAreaWidget() is not None and dock.isClosed():
                dock.toggleView(True)
            self._put(name)
        for name, is_open in self._open_at_first.items():
            if not is_open:
                self._docks[name].toggleView(False)
        for name, place in self._places.items():
            if place.side != "tab":
                self._docks[name].setAsCurrentTab()
        self.share()
        self._headers.settle_soon()

    def save(self) -> bytes:
        """The arrangement as bytes."""
        return bytes(self._manager.saveState(_LAYOUT_VERSION).data())

    def restore(self, state: bytes) -> bool:
        """True where the arrangement was taken up; an unusable one changes nothing that `arrange` does not mend."""
        self._headers.take_back()
        for name, dock in self._docks.items():
            if dock.dockAreaWidget() is None:  # the library restores only what stands somewhere already
                self._put(name)
        return bool(self._manager.restoreState(QByteArray(state), _LAYOUT_VERSION))

    @staticmethod
    def _focus(panel: Panel) -> None:
        """Gives the keyboard to the first thing in `panel` that takes it."""
        takers = (child for child in panel.findChildren(QWidget) if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisibleTo(panel))
        next(takers, panel).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _put(self, name: str) -> None:
        """Puts a panel at its first place; beside a panel that is closed it takes the outer edge."""
        place, dock = self._places[name], self._docks[name]
        beside = self._docks.get(place.of)
        area = beside.dockAreaWidget() if beside is not None else None
        if place.side == "tab" and area is not None:
            self._manager.addDockWidgetTabToArea(dock, area)
            return
        sides = {
            "left": ads.LeftDockWidgetArea,
            "right": ads.RightDockWidgetArea,
            "above": ads.TopDockWidgetArea,
            "below": ads.BottomDockWidgetArea,
        }
        side = sides.get(place.side, ads.CenterDockWidgetArea)
        if area is not None:
            self._manager.addDockWidget(side, dock, area)
        else:
            self._manager.addDockWidget(side, dock)

    def share(self) -> None:
        """Gives each panel its declared part of the room it shares with the one it stands beside."""
        for name, place in self._places.items():
            area = self._docks[name].dockAreaWidget()
            if area is not None and place.side in _ALONG:
                _share_of(area, place)

    def _strip(self, panel: Panel) -> HeaderStrip:
        """The panel's own widgets and the button that opens the menu of what can be done with it."""
        more = IconButton("more", f"{panel.title}: more")
        strip = HeaderStrip([*panel.header_widgets(), more])
        more.clicked.connect(lambda: self._menu(panel, strip).popup(below(more)))
        return strip

    def _menu(self, panel: Panel, strip: HeaderStrip) -> QMenu:
        menu = QMenu(panel)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in strip.squeezed_buttons():
            menu.addAction(button.text() or button.accessibleName(), button.click)
        for action in (action for action in panel.actions() if action.is_in_menu):
            entry = menu.addAction(action.text, action.run)
            entry.setToolTip(action.tooltip)
        if menu.actions():
            menu.addSeparator()
        is_alone = self._docks[panel.id].isInFloatingContainer()
        menu.addAction("Back into the window" if is_alone else "In a window of its own", partial(self.undock, panel.id))
        menu.addAction("Close panel", partial(self.close, panel.id))
        return menu


def _name(dock: ads.CDockWidget, title: str) -> None:
    """Writes `title` on the tab; a long one is shortened there and whole in the tooltip."""
    dock.setWindowTitle(shortened(title, _LONGEST_NAME))
    dock.setTabToolTip(title)


def _share_of(area: QWidget, place: Place) -> None:
    """Gives `area`, or the group it is stacked in, its part of the splitter that runs along the side it stands on."""
    mine, splitter = area, area.parentWidget()
    while isinstance(splitter, QSplitter) and splitter.orientation() is not _ALONG[place.side]:
        mine, splitter = splitter, splitter.parentWidget()
    if not isinstance(splitter, QSplitter):
        return
    sizes, number = splitter.sizes(), splitter.indexOf(mine)
    other = number + (1 if place.side in ("left", "above") else -1)
    if 0 <= other < len(sizes):
        room = sizes[number] + sizes[other]
        sizes[number] = round(room * place.share)
        sizes[other] = room - sizes[number]
        splitter.setSizes(sizes)
