"""Asks before the window closes over work that still runs, since closing stops it; nothing runs, nothing is asked.

Held by the window; it reads the Jobs snapshots.
"""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from terminal.app.state import Jobs, LaneState
from terminal.ui.bridge import Bridge

_UNDER_WAY = (LaneState.WAITING, LaneState.RUNNING)
_NAMED = 3


class ClosingQuestion(QObject):
    """Whether `window` may close: True where nothing visible runs or the person agreed, else it asks and closes on agreement."""

    def __init__(self, bridge: Bridge, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._titles: tuple[str, ...] = ()
        self._is_agreed = False
        self._box: QMessageBox | None = None
        bridge.watch(Jobs, self._look)

    def may_close(self) -> bool:
        """True where the window may close now; otherwise the question stands on screen and closes the window itself."""
        if self._is_agreed or not self._titles or not self._window.isVisible():
            return True
        if self._box is None:
            self._ask()
        return False

    def _look(self, jobs: Jobs) -> None:
        """Keeps the titles of what runs; a question whose reason has ended closes the window as asked."""
        self._titles = tuple(row.title for row in jobs.rows if row.state in _UNDER_WAY)
        if self._box is not None and not self._titles:
            self._agree()

    def _ask(self) -> None:
        named = "\n".join((*self._titles[:_NAMED], *(("…",) if len(self._titles) > _NAMED else ())))
        heading = "One job is still running." if len(self._titles) == 1 else f"{len(self._titles)} jobs are still running."
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Close Outcry", heading, parent=self._window)
        box.setInformativeText(f"{named}\n\nClosing stops this. What is stored stays stored; a download goes on from there another time.")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        stop = box.addButton("Stop and close", QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton("Keep working", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        stop.clicked.connect(self._agree)
        box.finished.connect(self._answered)
        self._box = box
        box.open()

    def _answered(self) -> None:
        self._box = None

    def _agree(self) -> None:
        self._is_agreed = True
        self._window.close()
