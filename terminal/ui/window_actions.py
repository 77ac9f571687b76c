"""What the window itself offers: the palette, panels by key, look, zone, perspectives; each with an id, words and a key.

Entered into the window's book beside the panels' own actions.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog

from terminal.app.commands import ChangeSetting
from terminal.app.state import Severity
from terminal.domain.errors import OutcryError
from terminal.ui.actions import Action
from terminal.ui.zones import Zone

if TYPE_CHECKING:
    from terminal.ui.window import Window

_LAYOUT_FILES = "Outcry layouts (*.json)"


def window_actions(window: "Window") -> list[Action]:
    """The window's own actions, in the order of its menu."""
    return [*_view(window), *_panels(window), *_layouts(window), *_program(window)]


def _view(window: "Window") -> list[Action]:
    def change(name: str, value: object) -> Callable[[], None]:
        return lambda: _change(window, name, value)

    return [
        Action(
            "view.theme",
            "Theme: switch between dark and light",
            partial(_switch_theme, window),
            "Changes the colours of the window",
            "Ctrl+Shift+L",
            group="View",
            also="mode night day appearance",
        ),
        Action("view.zone_local", "Times in local zone", change("zone", Zone.LOCAL.value), "Shows every time in this computer's zone", group="View"),
        Action(
            "view.zone_exchange", "Times in the exchange's zone", change("zone", Zone.EXCHANGE.value), "Shows every time as the exchange does", group="View"
        ),
        Action("view.zone_utc", "Times in UTC", change("zone", Zone.UTC.value), "Shows every time in UTC", group="View"),
        Action(
            "view.full_screen",
            "Full screen",
            partial(_toggle_full_screen, window),
            "Fills the whole screen, and back",
            "F11",
            group="View",
            also="maximize fullscreen",
        ),
    ]


def _panels(window: "Window") -> list[Action]:
    return [
        Action(
            f"panel.{panel.id}",
            f"Show {panel.title}",
            partial(window.docks.show, panel.id),
            f"Brings the {panel.title} panel to the front",
            f"Ctrl+{number}" if number <= 9 else "",
            panel.icon,
            "Panels",
        )
        for number, panel in enumerate(window.docks.panels(), start=1)
    ]


def _layouts(window: "Window") -> list[Action]:
    perspectives = window.perspectives
    return [
        Action("layout.reset", "Reset the layout", partial(perspectives.choose, "Research"), "Puts every panel back to its first place", group="Layout"),
        Action(
            "layout.save", "Save this layout as…", partial(_ask_and_save, window), "Keeps this arrangement as a perspective", "Ctrl+Shift+S", group="Layout"
        ),
        Action("layout.rename", "Rename this perspective…", partial(_ask_and_rename, window), "Gives the perspective in force another name", group="Layout"),
        Action("layout.delete", "Delete this perspective", partial(_told, window, perspectives.delete), "Forgets the perspective in force", group="Layout"),
        Action("layout.export", "Export this layout…", partial(_ask_and_export, window), "Writes this arrangement to a file", group="Layout"),
        Action("layout.import", "Import a layout…", partial(_ask_and_import, window), "Takes up an arrangement from a file", group="Layout"),
    ]


def _program(window: "Window") -> list[Action]:
    return [
        Action("program.search", "Search for anything", window.palette_box.open, "Opens the command palette", "Ctrl+K", group="Program"),
        Action(
            "program.notices",
            "Notifications",
            window.top_bar.bell.click,
            "Lists what happened in this session",
            group="Program",
            also="messages warnings errors bell",
        ),
        Action("program.quit", "Quit", lambda: _closed(window), "Closes Outcry", "Ctrl+Q", group="Program", also="exit"),
    ]


def _change(window: "Window", name: str, value: object) -> None:
    window.bridge.send(ChangeSetting(name, value), question=f"setting {name}")


def _switch_theme(window: "Window") -> None:
    _change(window, "theme", "light" if window.bridge.settings["theme"] == "dark" else "dark")


def _toggle_full_screen(window: "Window") -> None:
    if window.isFullScreen():
        window.showNormal()
    else:
        window.showFullScreen()


def _told(window: "Window", act: Callable[[], None]) -> None:
    """Does `act`; what a person can mend is told as a notice."""
    try:
        act()
    except OutcryError as problem:
        window.bridge.notify(Severity.WARNING, problem.message, problem.cure)


def _ask_and_save(window: "Window") -> None:
    _ask_name(window, "Save this layout", "Name of the perspective", "", window.perspectives.save_as)


def _ask_and_rename(window: "Window") -> None:
    _ask_name(window, "Rename this perspective", "New name", window.perspectives.current, window.perspectives.rename)


def _ask_name(window: "Window", title: str, question: str, text: str, act: Callable[[str], None]) -> None:
    """Asks for a name without stopping the window, then does `act` with it."""
    dialog = QInputDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.setLabelText(question)
    dialog.setTextValue(text)
    dialog.textValueSelected.connect(lambda name: _told(window, lambda: act(name.strip())))
    dialog.open()


def _ask_and_export(window: "Window") -> None:
    dialog = _file_dialog(window, "Export this layout", QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(f"{window.perspectives.current}.json")
    dialog.fileSelected.connect(lambda path: _told(window, lambda: window.perspectives.export(Path(path))))
    dialog.open()


def _ask_and_import(window: "Window") -> None:
    dialog = _file_dialog(window, "Import a layout", QFileDialog.AcceptMode.AcceptOpen)
    dialog.fileSelected.connect(lambda path: _told(window, lambda: window.perspectives.take_in(Path(path))))
    dialog.open()


def _file_dialog(window: "Window", title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
    dialog = QFileDialog(window, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(mode)
    dialog.setNameFilter(_LAYOUT_FILES)
    dialog.setDefaultSuffix("json")
    return dialog


def _closed(window: "Window") -> None:
    window.close()
