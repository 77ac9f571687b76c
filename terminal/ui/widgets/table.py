"""The table of every panel: one line a row, numbers right, ellipsis with tooltip, sort mark in the head, keys and copy.

It draws its cells itself from the columns' declaration, so that thousands of rows cost what the visible ones cost.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QToolTip, QWidget

from terminal.ui.theme import current, measures, text_font, theme
from terminal.ui.widgets.columns import Column, RowsModel

Row = TypeVar("Row")
_PADDING = 10
_SAMPLED_ROWS = 60


class _Cells(QStyledItemDelegate, Generic[Row]):
    """Paints a cell: ground, text in its colour, the line below, the focus ring of the current row."""

    def __init__(self, model: RowsModel[Row], view: "Table[Row]") -> None:
        super().__init__(view)
        self._model = model
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        tokens = current()
        rect, state = option.rect, option.state
        column, row = self._model.columns[index.column()], self._model.row(index.row())
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        if is_selected or index.row() == self._view.hovered_row:
            painter.fillRect(rect, QColor(tokens.raised))
        painter.setPen(QColor(tokens.table_line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if is_selected and index.column() == 0:
            painter.fillRect(rect.x(), rect.y(), 2, rect.height(), QColor(tokens.accent if self._view.hasFocus() else tokens.faint))
        inner = rect.adjusted(_PADDING, 0, -_PADDING, -1)
        if column.paint is not None:
            painter.save()
            column.paint(painter, QRectF(inner), row)
            painter.restore()
            return
        colour = column.colour(row) if column.colour is not None else ""
        painter.setPen(QColor(getattr(tokens, colour or "text")))
        painter.setFont(self._view.strong_font if column.is_strong else self._view.plain_font)
        text = painter.fontMetrics().elidedText(column.text(row), Qt.TextElideMode.ElideRight, inner.width())
        side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, text)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Tells the column's tooltip, or the whole text where it was shortened."""
        if not index.isValid() or event.type() != QEvent.Type.ToolTip:
            return False
        column, row = self._model.columns[index.column()], self._model.row(index.row())
        text = column.tooltip(row) if column.tooltip is not None else ""
        if not text and column.paint is None and self._view.fontMetrics().horizontalAdvance(column.text(row)) > view.visualRect(index).width() - 2 * _PADDING:
            text = column.text(row)
        QToolTip.showText(event.globalPos(), text, view)
        return bool(text)


class Table(QTableView, Generic[Row]):
    """Rows of one kind. `key` names a row; `row_chosen` tells the row the selection moved to, `row_activated` Enter or a double click."""

    row_chosen = Signal(object)
    row_activated = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        name: str,
        key: Callable[[Row], Hashable],
        order: tuple[int, bool] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows = RowsModel(columns, key)
        self.hovered_row = -1
        self.plain_font = text_font(measures().text)
        self.strong_font = self.plain_font
        self._is_sized = False
        self.setAccessibleName(name)
        self.setModel(self.rows)
        self.setItemDelegate(_Cells(self.rows, self))
        self._arrange()
        self._take_look()
        theme().changed.connect(self._take_look)
        self.selectionModel().selectionChanged.connect(self._moved)
        self.doubleClicked.connect(self._activated)
        if order is not None:
            self.rows.set_order(*order)

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Shows `rows`, keeping selection and scroll where the chosen row is still there."""
        chosen = self.chosen_key()
        scroll = self.verticalScrollBar().value()
        self.rows.set_rows(rows)
        self._restore(chosen, scroll)
        if not self._is_sized and self.rows.rowCount():
            self._is_sized = True
            self.fit_columns()

    def set_filter(self, text: str) -> None:
        """Shows only rows in whose texts every word of `text` occurs."""
        chosen = self.chosen_key()
        self.rows.set_filter(text)
        self._restore(chosen, 0)

    def chosen(self) -> Row | None:
        """The row that is selected, None where none is."""
        place = self._chosen_place()
        return self.rows.row(place) if place is not None else None

    def chosen_key(self) -> Hashable | None:
        """The key of the selected row, None where none is."""
        place = self._chosen_place()
        return self.rows.key_of(place) if place is not None else None

    def _chosen_place(self) -> int | None:
        index = self.currentIndex()
        return index.row() if index.isValid() and index.row() < self.rows.rowCount() and self.selectionModel().isSelected(index) else None

    def choose(self, key: Hashable, *, quietly: bool = False) -> bool:
        """Selects the row of that key and brings it into view; False where it is not shown. `quietly` tells nobody."""
        place = self.rows.place_of(key)
        if place is None:
            return False
        selection = self.selectionModel()
        selection.blockSignals(quietly)
        index = self.rows.index(place, 0)
        selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows)
        selection.blockSignals(False)
        self.scrollTo(index)
        self.viewport().update()
        return True

    def fit_columns(self) -> None:
        """Makes each column as wide as its head and its first rows need, or as it declares."""
        scale = measures().text / 13
        head_metrics, metrics = self.horizontalHeader().fontMetrics(), self.fontMetrics()
        for number, column in enumerate(self.rows.columns):
            texts = [column.text(row) for row in self.rows.shown()[:_SAMPLED_ROWS]] if column.paint is None else []
            needed = max([head_metrics.horizontalAdvance(column.head + " ↓"), *(metrics.horizontalAdvance(text) for text in texts)])
            self.setColumnWidth(number, round(column.width * scale) if column.width else needed + 2 * _PADDING + 4)

    def _arrange(self) -> None:
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(36)
        header.sectionClicked.connect(self._sort_by)
        stretched = [number for number, column in enumerate(self.rows.columns) if column.stretches]
        header.setStretchLastSection(not stretched)
        for number in stretched:
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def _take_look(self) -> None:
        lengths = measures()
        self.plain_font = text_font(lengths.text)
        self.strong_font = text_font(lengths.text, weight=QFont.Weight.DemiBold)
        self.verticalHeader().setMinimumSectionSize(lengths.row)
        self.verticalHeader().setDefaultSectionSize(lengths.row)
        self.viewport().update()

    def _restore(self, key: Hashable | None, scroll: int) -> None:
        if key is not None and self.chosen_key() != key:
            self.choose(key, quietly=True)
        if scroll:
            self.verticalScrollBar().setValue(scroll)

    def _sort_by(self, column: int) -> None:
        order = self.rows.order()
        first_falls = self.rows.columns[column].is_number
        chosen = self.chosen_key()
        if order is None or order[0] != column:
            self.rows.set_order(column, first_falls)
        elif order[1] == first_falls:
            self.rows.set_order(column, not first_falls)
        else:
            self.rows.set_order(-1, False)
        self._restore(chosen, 0)

    def _moved(self, *_selections: object) -> None:
        row = self.chosen()
        if row is not None:
            self.row_chosen.emit(row)

    def _activated(self, index: QModelIndex) -> None:
        self.row_activated.emit(self.rows.row(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.chosen() is not None:
            self.row_activated.emit(self.chosen())
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied_text())
        else:
            super().keyPressEvent(event)

    def copied_text(self) -> str:
        """The selected rows as tab-separated lines under their heads."""
        numbers = sorted({index.row() for index in self.selectionModel().selectedRows()})
        lines = [[column.head for column in self.rows.columns]]
        lines += [[column.text(self.rows.row(number)) for column in self.rows.columns] for number in numbers]
        return "\n".join("\t".join(cells) for cells in lines)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def row_rect_middle(self, number: int) -> QPoint:
        """The middle of that row in the viewport, for menus opened by key."""
        return self.visualRect(self.rows.index(number, 0)).center()

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            self.hovered_row = row
            self.viewport().update()
