"""Buttons in the five forms of the look; every one has words or, where it shows only an icon, a name and a tooltip.

Used by every panel and by the window's bars.
"""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from terminal.ui.icons import icon as icon_named
from terminal.ui.theme import measures


class _Button(QPushButton):
    kind = "secondary"

    def __init__(self, text: str, clicked: Callable[[], None] | None = None, *, tooltip: str = "", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", self.kind)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        if tooltip:
            self.setToolTip(tooltip)
        if icon:
            self.setIcon(icon_named(icon, "#ffffff") if self.kind == "primary" else icon_named(icon))
        if clicked is not None:
            self.clicked.connect(lambda _checked=False: clicked())


class PrimaryButton(_Button):
    """The one thing to do here."""

    kind = "primary"


class SecondaryButton(_Button):
    """Another thing to do here."""

    kind = "secondary"


class LinkButton(_Button):
    """An act inside running text, such as "Repair"."""

    kind = "link"


class FlatButton(_Button):
    """A quiet button of a header; `checkable` ones are the parts of a switch."""

    kind = "flat"

    def __init__(
        self,
        text: str,
        clicked: Callable[[], None] | None = None,
        *,
        tooltip: str = "",
        icon: str = "",
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, clicked, tooltip=tooltip, icon=icon, parent=parent)
        self.setCheckable(checkable)


class IconButton(QToolButton):
    """A button that shows only an icon; `name` is its accessible name and tooltip."""

    def __init__(self, icon: str, name: str, clicked: Callable[[], None] | None = None, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setIcon(icon_named(icon))
        self.setIconSize(QSize(measures().icon, measures().icon))
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if clicked is not None:
            self.clicked.connect(lambda _checked=False: clicked())
