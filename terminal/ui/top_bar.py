"""The bar at the top: name, perspectives, the search that opens the palette, the mode, and the bell.

The 2 px line above it carries the colour of the mode; DEMO is grey.
"""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from terminal.ui.icons import icon
from terminal.ui.theme import current, measures, theme
from terminal.ui.widgets.buttons import FlatButton, IconButton
from terminal.ui.widgets.labels import Tag, label

_LINE = 2


class TopBar(QWidget):
    """Calls `search`, `choose_perspective(name)`, `open_menu(widget)` and `open_notices(widget)`."""

    def __init__(
        self,
        search: Callable[[], None],
        choose_perspective: Callable[[str], None],
        open_menu: Callable[[QWidget], None],
        open_notices: Callable[[QWidget], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choose_perspective = choose_perspective
        self.setObjectName("top-bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(measures().top_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, _LINE, 10, 0)
        row.setSpacing(4)
        self._mark = QLabel()
        self._mark.setAccessibleName("Outcry")
        self._draw_mark()
        theme().changed.connect(self._draw_mark)
        row.addWidget(self._mark)
        brand = label("Outcry")
        brand.setObjectName("brand")
        row.addWidget(brand)
        row.addSpacing(12)
        self._perspectives = QHBoxLayout()
        self._perspectives.setSpacing(4)
        row.addLayout(self._perspectives)
        row.addStretch(1)
        self.search = _SearchButton(search)
        row.addWidget(self.search, 3)
        row.addStretch(1)
        self.origin = Tag("SIMULATED", "demo")
        self.origin.setToolTip("Where the prices in view come from")
        self.mode = Tag("DEMO", "demo", form="tint")
        self.mode.setToolTip("DEMO: invented prices, invented money. No order can leave this program.")
        row.addWidget(self.origin)
        row.addSpacing(6)
        row.addWidget(self.mode)
        row.addSpacing(4)
        self.bell = IconButton("bell", "Notifications")
        self.bell.clicked.connect(lambda: open_notices(self.bell))
        self.menu = IconButton("menu", "Menu")
        self.menu.clicked.connect(lambda: open_menu(self.menu))
        row.addWidget(self.bell)
        row.addWidget(self.menu)

    def show_perspectives(self, names: tuple[str, ...], chosen: str) -> None:
        """Shows a button per perspective, the chosen one marked."""
        for former in self.perspective_buttons():
            self._perspectives.removeWidget(former)
            former.hide()
            former.deleteLater()
        for name in names:
            button = FlatButton(name, self._chooser(name), tooltip=f"Switch to the {name} perspective", checkable=True)
            button.setChecked(name == chosen)
            self._perspectives.addWidget(button)

    def perspective_buttons(self) -> tuple[QPushButton, ...]:
        """The buttons of the perspectives, left to right."""
        items = (self._perspectives.itemAt(number) for number in range(self._perspectives.count()))
        widgets = (item.widget() for item in items if item is not None)
        return tuple(widget for widget in widgets if isinstance(widget, QPushButton))

    def show_unread(self, number: int) -> None:
        """Marks the bell with the number of notices not looked at."""
        self.bell.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon if number else Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.bell.setText(str(number) if number else "")
        self.bell.setAccessibleName(f"Notifications, {number} new" if number else "Notifications")

    def _draw_mark(self) -> None:
        self._mark.setPixmap(icon("outcry", current().text).pixmap(QSize(16, 16)))

    def _chooser(self, name: str) -> Callable[[], None]:
        return lambda: self._choose_perspective(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QPainter(self).fillRect(0, 0, self.width(), _LINE, QColor(current().demo))


class _SearchButton(QPushButton):
    """Looks like a field and opens the palette; its key stands at the right."""

    def __init__(self, clicked: Callable[[], None]) -> None:
        super().__init__("Symbols, actions, strategies, runs, settings")
        self.setObjectName("search")
        self.setIcon(icon("search"))
        self.setAccessibleName("Search for anything")
        self.setToolTip("Search for anything (Ctrl+K)")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(140)
        self.setMaximumWidth(460)
        self.clicked.connect(lambda _checked=False: clicked())

    def minimumSizeHint(self) -> QSize:
        return QSize(140, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.width() < 380:
            return
        tokens, painter = current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setPixelSize(measures().small - 1)
        painter.setFont(font)
        text = "Ctrl K"
        wide = painter.fontMetrics().horizontalAdvance(text) + 12
        key = self.rect().adjusted(self.width() - wide - 8, (self.height() - 18) // 2, -8, -((self.height() - 18) // 2))
        painter.setPen(QColor(tokens.line))
        painter.drawRoundedRect(key.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(QColor(tokens.second))
        painter.drawText(key, Qt.AlignmentFlag.AlignCenter, text)
