"""Walks every widget that is shown and tells what a person could stumble over: cut text, nameless or unreachable controls, default grey."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QLabel, QLineEdit, QScrollBar, QTableView, QToolButton, QWidget

_DEFAULT_GREYS = {"#f0f0f0", "#efefef", "#353535", "#323232", "#2d2d2d"}
_CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSlider, QTableView)


def findings(window: QWidget) -> list[str]:
    """One line per fault."""
    return [*_cut(window), *_nameless(window), *_unreachable(window)]


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


def grey_pixels(window: QWidget) -> float:
    """Share of sampled pixels in a toolkit's default greys."""
    image = window.grab().toImage()
    points = [(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)]
    grey = sum(QColor(image.pixel(x, y)).name() in _DEFAULT_GREYS for x, y in points)
    return grey / len(points)


def _name(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else ""
    panel = widget
    while panel is not None and not (panel.property("surface") == "panel" and panel.objectName()):
        panel = panel.parentWidget()
    return f"{type(widget).__name__} {words!r} in {panel.objectName() if panel is not None else 'the window'}"
