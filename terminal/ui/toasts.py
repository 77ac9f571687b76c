"""What the person should see once: toasts above the foot, and the centre under the bell that keeps them.

Fed by the Notice events of every room; nothing here is modal.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from terminal.app.state import Notice, Severity
from terminal.ui.bridge import Bridge
from terminal.ui.icons import state_mark
from terminal.ui.theme import measures
from terminal.ui.widgets.buttons import IconButton, LinkButton
from terminal.ui.widgets.labels import label
from terminal.ui.widgets.sheet import Sheet

_COLOURS = {Severity.INFO: "accent", Severity.WARNING: "warn", Severity.ERROR: "down"}
_SECONDS = {Severity.INFO: 6, Severity.WARNING: 12}
_SHOWN_AT_ONCE = 3
_KEPT = 200
_WIDTH = 380
_CENTRE_WIDTH, _CENTRE_HEIGHT = 420, 440
_CENTRE_EDGES = 40  # the sheet's margins and the scroll bar


@dataclass(frozen=True, slots=True)
class Told:
    """A notice and when it came (UTC ns)."""

    notice: Notice
    time: int


class Notices(QObject):
    """Every notice of this session, newest first, and the toasts that show the latest."""

    def __init__(self, bridge: Bridge, window: QWidget) -> None:
        super().__init__(window)
        self._bridge = bridge
        self._window = window
        self._told: deque[Told] = deque(maxlen=_KEPT)
        self._toasts: list[Toast] = []
        self._unread_listeners: list[Callable[[int], None]] = []
        self.unread = 0
        window.installEventFilter(self)
        bridge.on(Notice, self._take)

    def on_unread(self, listener: Callable[[int], None]) -> None:
        """Calls `listener` with the number of notices not looked at, whenever it changes."""
        self._unread_listeners.append(listener)

    def all(self) -> tuple[Told, ...]:
        """Every notice kept, newest first."""
        return tuple(self._told)

    def toasts(self) -> "tuple[Toast, ...]":
        """The toasts on screen, oldest first."""
        return tuple(self._toasts)

    def open_centre(self, beside: QWidget) -> Sheet:
        """The sheet that lists every notice, opened; the toasts leave, since it says the same."""
        for toast in self.toasts():
            toast.leave()
        sheet = Sheet("Notifications", self._window, width=_CENTRE_WIDTH)
        if not self._told:
            sheet.add_text("Nothing has happened that you should know.")
        else:
            sheet.column.addWidget(self._listed())
        sheet.open_at(beside)
        self._set_unread(0)
        return sheet

    def _listed(self) -> QScrollArea:
        inner = QWidget()
        inner.setProperty("surface", "panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 4, 10, 0)
        column.setSpacing(14)
        now = self._bridge.clock()
        for told in self._told:
            column.addWidget(_Words(told.notice, self._bridge.zones.recent(told.time, now)))
        column.addStretch()
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(min(_CENTRE_HEIGHT, column.totalHeightForWidth(_CENTRE_WIDTH - _CENTRE_EDGES) + 2))
        return area

    def _take(self, notice: Notice) -> None:
        if any(toast.notice == notice for toast in self._toasts):
            return
        self._told.appendleft(Told(notice, self._bridge.clock()))
        self._set_unread(self.unread + 1)
        toast = Toast(notice, self._window)
        toast.gone = self._forget
        self._toasts.append(toast)
        if len(self._toasts) > _SHOWN_AT_ONCE:
            self._toasts[0].leave()
        toast.show()
        self._stack()

    def _set_unread(self, number: int) -> None:
        self.unread = number
        for listener in self._unread_listeners:
            listener(number)

    def _forget(self, toast: "Toast") -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            self._stack()

    def _stack(self) -> None:
        lengths = measures()
        bottom = self._window.height() - lengths.foot - 10
        for toast in reversed(self._toasts):
            width = min(_WIDTH, self._window.width() - 40)
            toast.setFixedSize(width, toast.height_for(width))
            bottom -= toast.height()
            toast.move(self._window.width() - toast.width() - 14, bottom)
            toast.raise_()
            bottom -= 8

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._stack()
        return False


class Toast(QFrame):
    """One notice on screen; information leaves by itself, a fault stays until it is closed."""

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.gone: Callable[[Toast], None] = _nobody
        self.setProperty("kind", "toast")
        self.setAccessibleName(f"{notice.severity.value}: {notice.text}")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 6, 10)
        row.setSpacing(4)
        row.addWidget(_Words(notice), 1)
        row.addWidget(IconButton("close", "Dismiss", self.leave), alignment=Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.leave)
        if notice.severity in _SECONDS:
            self._timer.start(_SECONDS[notice.severity] * 1000)

    def height_for(self, width: int) -> int:
        """The height its wrapped words need at that width, which adjustSize does not ask for."""
        row = self.layout()
        return row.totalHeightForWidth(width) if row is not None and row.hasHeightForWidth() else self.sizeHint().height()

    def leave(self) -> None:
        """Goes away; the centre keeps the notice."""
        self._timer.stop()
        self.hide()
        self.gone(self)
        self.deleteLater()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Enter:
            self._timer.stop()
        elif event.type() == QEvent.Type.Leave and self.notice.severity in _SECONDS:
            self._timer.start(_SECONDS[self.notice.severity] * 1000)
        return super().event(event)


class _Words(QWidget):
    """A notice in words: its light, what happened, what to do, and for a warning or fault a way to copy both; in the centre `when` it came."""

    def __init__(self, notice: Notice, when: str = "") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        light = QLabel()
        light.setPixmap(state_mark(_COLOURS[notice.severity]).pixmap(QSize(16, 16)))
        light.setAccessibleName(notice.severity.value)
        row.addWidget(light, alignment=Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(3)
        column.addWidget(label(notice.text, wraps=True))
        if notice.cure:
            column.addWidget(label(notice.cure, "second", wraps=True))
        below = QHBoxLayout()
        below.setSpacing(12)
        if when:
            below.addWidget(label(when, "faint"))
        if notice.severity is not Severity.INFO:
            copy = LinkButton("Copy", lambda: QGuiApplication.clipboard().setText(f"{notice.text}\n{notice.cure}".strip()), tooltip="Copy these words")
            below.addWidget(copy)
        below.addStretch(1)
        column.addLayout(below)
        row.addLayout(column, 1)


def _nobody(_toast: Toast) -> None:
    """A toast that nobody stacked has nobody to tell."""
