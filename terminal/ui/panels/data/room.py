"""Room for the whole panel on a low screen: its content scrolls instead of being squeezed below what its texts need.

Holds everything the Data panel shows.
"""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from terminal.ui.theme import measures


class _Content(QWidget):
    """Never lower than its wrapped texts need at its width; Qt's own minimum knows nothing of wrapping."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return handled

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None:
            needed = layout.minimumHeightForWidth(self.width()) if layout.hasHeightForWidth() else layout.minimumSize().height()
            if needed != self.minimumHeight():
                self.setMinimumHeight(needed)


class ScrollRoom(QScrollArea):
    """A column that scrolls vertically where it does not fit; fill `column`. It is never narrower than `least_width` pixels at the usual text size."""

    def __init__(self, least_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least_width = least_width
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = _Content()
        content.setProperty("surface", "clear")
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.setWidget(content)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._least_width * measures().text / 13), super().minimumSizeHint().height())
