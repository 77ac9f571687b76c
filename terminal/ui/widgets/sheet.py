"""A small sheet that opens beside what was clicked, explains or lists something, and goes away with Escape or a click elsewhere.

Used by the health strip, the notification centre and the data panel.
"""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from terminal.ui.widgets.labels import label

_EDGE = 8


class Sheet(QFrame):
    """An empty sheet with a heading; fill `column`, then `open_at` a widget."""

    def __init__(self, heading: str, parent: QWidget, *, width: int = 340) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("kind", "sheet")
        self.setAccessibleName(heading)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedWidth(width)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 12, 14, 12)
        self.column.setSpacing(6)
        if heading:
            self.column.addWidget(label(heading, "heading"))

    def add_text(self, text: str, role: str = "second") -> None:
        """Adds a paragraph."""
        self.column.addWidget(label(text, role, wraps=True))

    def open_at(self, widget: QWidget) -> None:
        """Shows the sheet above or below `widget`, whole on its screen."""
        needed = self.column.totalHeightForWidth(self.width()) if self.column.hasHeightForWidth() else self.sizeHint().height()
        self.resize(self.width(), needed)  # adjustSize would forget that paragraphs wrap
        corner = widget.mapToGlobal(QPoint(0, 0))
        screen = widget.screen().availableGeometry()
        y = corner.y() - self.height() - 4
        if y < screen.top() + _EDGE:
            y = corner.y() + widget.height() + 4
        x = min(max(corner.x(), screen.left() + _EDGE), screen.right() - self.width() - _EDGE)
        self.move(x, y)
        self.show()
