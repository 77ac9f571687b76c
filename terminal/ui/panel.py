"""What a panel is: a widget with an id, a title and an icon that is given a bridge and a link group, and nothing else.

The window finds panels in `ui.panels`, docks them, saves their state and collects their actions.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from PySide6.QtWidgets import QWidget

from terminal.ui.actions import Action
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup


class Panel(QWidget):
    """Base of every panel. Its rights are its constructor's: it can ask through the bridge and speak to its link group.

    Its tab shows `title` until it calls `setWindowTitle`.
    """

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    icon: ClassVar[str] = ""

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bridge = bridge
        self.link = link
        self.setObjectName(self.id)
        self.setWindowTitle(self.title)
        self.setAccessibleName(f"{self.title} panel")
        self.setProperty("surface", "panel")

    def state(self) -> dict[str, Any]:
        """What the panel wants to find again next time, as JSON values."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Takes up a saved state; what it does not know it ignores."""

    def actions(self) -> list[Action]:  # type: ignore[override] # the panel's, not Qt's
        """What the palette and the keys can ask of this panel."""
        return []

    def header_widgets(self) -> list[QWidget]:
        """Widgets shown at the right of the panel's header, left to right."""
        return []
