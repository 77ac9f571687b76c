"""The menu of every strategy there is, the person's own first; choosing one opens it in a tab.

Opened from the editor's header; asks the bridge each time, so that it is never stale.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from terminal.app.commands import ListStrategies
from terminal.ui.bridge import Bridge

if TYPE_CHECKING:
    from terminal.app.answers import StrategyEntry


def choose_strategy(bridge: Bridge, button: QWidget, opened: Callable[[str], None]) -> None:
    """Shows the menu below `button` once the list is there; calls `opened` with the chosen one's name or path."""

    def listed(entries: "tuple[StrategyEntry, ...]") -> None:
        menu = QMenu(button)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        for words, is_built_in in (("Yours", False), ("Comes with Outcry", True)):
            group = [entry for entry in entries if entry.is_built_in is is_built_in]
            if group:
                menu.addSection(words)
            for entry in group:
                key = entry.name if is_built_in else str(entry.path)
                action = menu.addAction(entry.title if entry.error is None else f"{entry.title} · has an error", partial(opened, key))
                action.setToolTip(entry.description if entry.error is None else str(entry.error))
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    bridge.send(ListStrategies(), then=listed)
