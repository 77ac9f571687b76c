"""One box for everything, opened with Ctrl+K: actions, symbols, strategies, runs and settings.

Its sources are asked ahead and again when the terminal says that they changed, so that typing only searches memory.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QHideEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from terminal.ui.icons import icon
from terminal.ui.palette_sources import PaletteSources
from terminal.ui.search import Entry, found
from terminal.ui.theme import current, measures

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex


_WIDTH = 620
_ROWS_SHOWN = 11
_ICONS = {"action": "play", "symbol": "symbol", "strategy": "strategy", "run": "results", "setting": "settings"}


class Palette(QFrame):
    """The box itself: a field and what it finds. Enter does the chosen entry, Escape or a click elsewhere closes it."""

    def __init__(self, window: QWidget, sources: PaletteSources) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self.setAccessibleName("Command palette")
        self._sources = sources
        self._entries: list[Entry] = []
        self._before: QWidget | None = None
        sources.changed = self._sources_changed
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 6)
        column.setSpacing(4)
        self.field = QLineEdit()
        self.field.setPlaceholderText("Symbols, actions, strategies, runs, settings")
        self.field.setAccessibleName("Search for anything")
        self.field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.list = QListWidget()
        self.list.setAccessibleName("Results")
        self.list.setItemDelegate(_EntryCells(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._do)
        self.hide()

    def open(self) -> None:
        """Shows the box, empty, with the keyboard in it."""
        self._before = QApplication.focusWidget()
        self._sources.refresh()
        self._entries = list(self._sources.entries())
        self.field.clear()
        self._search("")
        window = self.window()
        width = min(round(_WIDTH * measures().text / 13), window.width() - 40)
        self.resize(width, self.sizeHint().height())
        self.move((window.width() - width) // 2, measures().top_bar - 2)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event.key())
        if watched is self.field and isinstance(event, QFocusEvent) and event.lostFocus():
            self.hide()
        return False

    def shown(self) -> list[Entry]:
        """What the list shows, best first."""
        return [self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count())]

    def prefetch(self) -> None:
        """Asks the sources ahead, so that the first opening finds everything."""
        self._sources.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._before is not None and isValid(self._before) and self.field.hasFocus():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    def _sources_changed(self) -> None:
        """Takes up what arrived while the box stands open; the chosen entry stays chosen."""
        if not self.isVisible():
            return
        row = self.list.currentRow()
        self._entries = list(self._sources.entries())
        self._search(self.field.text())
        self.list.setCurrentRow(max(0, min(row, self.list.count() - 1)))

    def _key(self, key: int) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS_SHOWN - 1, Qt.Key.Key_PageUp: 1 - _ROWS_SHOWN}
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do(self.list.currentItem())
        elif key in steps:
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + steps[Qt.Key(key)])))
        else:
            return False
        return True

    def _search(self, text: str) -> None:
        self.list.clear()
        for entry in found(self._entries, text):
            item = QListWidgetItem(entry.text)
            item.setData(Qt.ItemDataRole.UserRole, entry)
            item.setToolTip(entry.detail)
            self.list.addItem(item)
        if not self.list.count():
            item = QListWidgetItem(f"Nothing is called “{text}”")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(min(_ROWS_SHOWN, self.list.count()) * measures().row + 4)
        self.adjustSize()
        self.resize(min(round(_WIDTH * measures().text / 13), self.window().width() - 40), self.sizeHint().height())

    def _do(self, item: QListWidgetItem | None) -> None:
        entry = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if entry is not None:
            self.hide()
            entry.run()


class _EntryCells(QStyledItemDelegate):
    """Paints an entry: icon, name, detail, and its key or kind at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: "QModelIndex | QPersistentModelIndex") -> QSize:
        return QSize(100, measures().row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: "QModelIndex | QPersistentModelIndex") -> None:
        tokens, entry = current(), index.data(Qt.ItemDataRole.UserRole)
        rect = option.rect.adjusted(8, 1, -8, -1)
        if entry is None:
            painter.setPen(QColor(tokens.second))
            painter.drawText(rect.adjusted(10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, index.data())
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(tokens.raised))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(rect, 6, 6)
        side = measures().icon
        icon(_ICONS[entry.kind]).paint(painter, rect.x() + 10, rect.y() + (rect.height() - side) // 2, side, side)
        text = rect.adjusted(20 + side, 0, -10, 0)
        metrics = painter.fontMetrics()
        right = entry.shortcut or entry.kind.capitalize()
        painter.setPen(QColor(tokens.second))
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        room = text.width() - metrics.horizontalAdvance(right) - 16
        name = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, room)
        painter.setPen(QColor(tokens.text))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, name)
        used = metrics.horizontalAdvance(name) + 12
        if entry.detail and room - used > 40:
            painter.setPen(QColor(tokens.faint))
            detail = metrics.elidedText(entry.detail, Qt.TextElideMode.ElideRight, room - used)
            painter.drawText(text.adjusted(used, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, detail)
