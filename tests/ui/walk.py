"""Walks every widget that is shown and tells what a person could stumble over: cut or faint text, nameless or unreachable controls, default grey."""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QLabel, QLineEdit, QScrollBar, QTableView, QToolButton, QWidget

from terminal.ui.widgets.columns import RowsModel

_DEFAULT_GREYS = {"#f0f0f0", "#efefef", "#353535", "#323232", "#2d2d2d"}
_FINE = 3
"""Text is looked at this much enlarged, so that a stem is more than a blend of its colour and the ground's."""
_LEAST_CONTRAST = 4.5
_ROUNDING = 0.2
_NUMBER = re.compile(r"[+−]?[\d,]+(\.\d+)?( (%|k|M|G|d|s|min|h|y|bars|[A-Z]{3,5}))?")
_CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSlider, QTableView)


def findings(window: QWidget) -> list[str]:
    """One line per fault."""
    return [*_cut(window), *_nameless(window), *_unreachable(window), *_tables(window), *_faint(window)]


def _shown(window: QWidget) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and not widget.visibleRegion().isEmpty() and not widget.objectName().startswith("qt_") and not _is_of_the_library(widget):
            yield widget


def _is_of_the_library(widget: QWidget) -> bool:
    """The docking library's own parts and the inner parts of Qt's composites."""
    parent = widget.parentWidget()
    return "ads::" in widget.metaObject().className() or isinstance(widget, QScrollBar) or isinstance(parent, QLineEdit | QComboBox)


def _cut(window: QWidget) -> Iterator[str]:
    for widget in _shown(window):
        if not isinstance(widget, QLabel | QAbstractButton) or widget.toolTip():
            continue
        text = widget.text()
        if not text or (isinstance(widget, QLabel) and (widget.wordWrap() or widget.textFormat() == Qt.TextFormat.RichText)):
            continue
        room, need = widget.contentsRect().width(), widget.fontMetrics().horizontalAdvance(text.replace("&", ""))
        if need > room + 1:
            yield f"cut without tooltip: {_name(widget)} needs {need} px, has {room}"
        if isinstance(widget, QLabel) and widget.fontMetrics().height() > widget.height() + 3:
            yield f"too low: {_name(widget)} is {widget.height()} px high"


def _nameless(window: QWidget) -> Iterator[str]:
    for widget in _shown(window):
        if isinstance(widget, _CONTROLS) and not widget.accessibleName() and not (isinstance(widget, QAbstractButton) and widget.text()):
            yield f"without a name: {_name(widget)}"
        if isinstance(widget, QToolButton) and not widget.text() and not widget.toolTip():
            yield f"icon without tooltip: {_name(widget)}"


def _unreachable(window: QWidget) -> Iterator[str]:
    for widget in _shown(window):
        if isinstance(widget, _CONTROLS) and widget.isEnabled() and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield f"not reached by Tab: {_name(widget)}"


def _tables(window: QWidget) -> Iterator[str]:
    """Columns of numbers that do not stand at the right under a head that does, and tables that must be scrolled sideways."""
    for view in _shown(window):
        if not isinstance(view, QTableView):
            continue
        if view.horizontalScrollBar().maximum() > 0:
            yield f"scrolls sideways: {view.accessibleName()}"
        rows = view.model()
        for column in range(rows.columnCount()):
            is_drawn = isinstance(rows, RowsModel) and rows.columns[column].paint is not None
            if view.isColumnHidden(column) or is_drawn:
                continue
            texts = [str(rows.index(row, column).data() or "") for row in range(min(rows.rowCount(), 40))]
            told = [text for text in texts if text.strip("–∞ ")]
            head = rows.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
            cell = rows.index(0, column).data(Qt.ItemDataRole.TextAlignmentRole) if texts else head
            if head != cell:
                yield f"head not over its column: {view.accessibleName()}, column {column}"
            if told and all(_NUMBER.fullmatch(text) for text in told) and not (cell or Qt.AlignmentFlag.AlignLeft) & Qt.AlignmentFlag.AlignRight:
                yield f"numbers not at the right: {view.accessibleName()}, column {column}: {told[0]}"


def _faint(window: QWidget) -> Iterator[str]:
    """Words that do not stand out from what is really painted behind them, WCAG 2.2."""
    image = QImage(window.size() * _FINE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_FINE)
    window.render(image)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)[..., 2::-1]
    for widget in _shown(window):
        if not isinstance(widget, QLabel | QAbstractButton) or not widget.text().strip() or not widget.isEnabled():
            continue
        place, room = widget.mapTo(window, QPoint(0, 0)), widget.visibleRegion().boundingRect()
        left, top = (place.x() + room.x()) * _FINE, (place.y() + room.y()) * _FINE
        piece = pixels[max(0, top) : top + room.height() * _FINE, max(0, left) : left + room.width() * _FINE].reshape(-1, 3)
        if room.width() >= 8 and room.height() >= 8 and len(piece):
            found = _strongest(piece)
            if found < _LEAST_CONTRAST - _ROUNDING:
                yield f"faint, {found:.1f}: {_name(widget)}"


def _strongest(pixels: NDArray[np.uint8]) -> float:
    """The greatest contrast of any pixel to the commonest one, which is the ground."""
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    parts = colours / 255.0
    light = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ np.array((0.2126, 0.7152, 0.0722)) + 0.05
    ratios = light / light[counts.argmax()]
    return float(np.maximum(ratios, 1 / ratios).max())


def tab_order(window: QWidget) -> set[QWidget]:
    """The widgets that get the keyboard while Tab is pressed until it has gone round."""
    reached: set[QWidget] = set()
    for _ in range(600):
        window.focusNextChild()
        now = window.focusWidget()
        if now is None or now in reached:
            break
        reached.add(now)
    return reached


def not_tabbed_to(window: QWidget) -> list[str]:
    """Controls that Tab should reach and does not."""
    reached = tab_order(window)
    wanted = [widget for widget in _shown(window) if isinstance(widget, _CONTROLS) and widget.isEnabled()]
    return [f"never reached by Tab: {_name(widget)}" for widget in wanted if widget not in reached and widget.focusProxy() not in reached]


def grey_pixels(window: QWidget) -> float:
    """Share of sampled pixels in a toolkit's default greys."""
    image = window.grab().toImage()
    points = [(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)]
    grey = sum(QColor(image.pixel(x, y)).name() in _DEFAULT_GREYS for x, y in points)
    return grey / len(points)


def _name(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else widget.accessibleName()
    panel: QWidget | None = widget
    while panel is not None and not (panel.property("surface") == "panel" and panel.objectName()):
        panel = panel.parentWidget()
    return f"{type(widget).__name__} {words!r} in {panel.objectName() if panel is not None else 'the window'}"
