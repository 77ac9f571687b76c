"""The widgets at the right of a panel's header; where room is short the leftmost step back into the panel's menu.

Used by `ui.docking`, so that a narrow panel never makes the window wider than its screen.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

_GAP = 2


class HeaderStrip(QWidget):
    """Lays `widgets` out from the right; the last one always stays."""

    def __init__(self, widgets: Sequence[QWidget]) -> None:
        super().__init__()
        self._widgets = list(widgets)
        self._squeezed: set[QWidget] = set()
        self._is_arranging = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        for widget in self._widgets:
            is_hidden = widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
            widget.setParent(self)
            widget.installEventFilter(self)
            widget.setVisible(not is_hidden)

    def squeezed_buttons(self) -> list[QAbstractButton]:
        """The buttons that found no room, left to right."""
        return [widget for widget in self._widgets if widget in self._squeezed and isinstance(widget, QAbstractButton)]

    def sizeHint(self) -> QSize:
        wanted = [widget for widget in self._widgets if self._is_wanted(widget)]
        return QSize(sum(widget.sizeHint().width() + _GAP for widget in wanted), max((widget.sizeHint().height() for widget in wanted), default=0))

    def minimumSizeHint(self) -> QSize:
        return self._widgets[-1].sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._arrange()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent) and not self._is_arranging and isinstance(watched, QWidget):
            self._squeezed.discard(watched)
            self.updateGeometry()
            self._arrange()
        return False

    def _is_wanted(self, widget: QWidget) -> bool:
        return widget in self._squeezed or widget.isVisibleTo(self)

    def _arrange(self) -> None:
        if self._is_arranging:
            return
        self._is_arranging = True
        right, is_full = self.width(), False
        for widget in reversed([widget for widget in self._widgets if self._is_wanted(widget)]):
            hint = widget.sizeHint()
            is_full = is_full or (right - hint.width() < 0 and widget is not self._widgets[-1])
            widget.setVisible(not is_full)
            if is_full:
                self._squeezed.add(widget)
                continue
            self._squeezed.discard(widget)
            height = min(hint.height(), self.height())
            widget.setGeometry(right - hint.width(), (self.height() - height) // 2, hint.width(), height)
            right -= hint.width() + _GAP
        self._is_arranging = False
