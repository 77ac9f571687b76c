"""The window's own menu: what can be done with view, layout, panels and program, by group, each with its key.

Opened from the top bar; it lists what the window's book of actions holds at that moment.
"""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMenu, QWidget

from terminal.ui.actions import Action, ActionBook
from terminal.ui.widgets.fields import below

_GROUPS = ("View", "Layout", "Panels", "Program")


class WindowMenu(QObject):
    """Made anew each time it is opened."""

    def __init__(self, window: QWidget, book: ActionBook) -> None:
        super().__init__(window)
        self._window, self._book = window, book

    def open(self, beside: QWidget) -> None:
        """Shows the menu below `beside`."""
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = ""
        for action in self._book:
            if action.group in _GROUPS:
                if group and action.group != group:
                    menu.addSeparator()
                group = action.group
                _entered(menu, action)
        menu.popup(below(beside))


def _entered(menu: QMenu, action: Action) -> None:
    entry = menu.addAction(action.text, action.run)
    entry.setToolTip(action.tooltip)
    if action.shortcut:
        entry.setText(f"{action.text}\t{action.shortcut}")
