"""The last word of the editor: what ran and how long it took, or what is wrong; and a question above the code where one must be asked.

Painted from the kit; told by the panel.
"""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from terminal.ui.icons import state_mark
from terminal.ui.panels.editor.document import Document
from terminal.ui.widgets.buttons import SecondaryButton
from terminal.ui.widgets.labels import label, set_state

_MARKS = {"up": "up", "down": "down", "warn": "warn", "busy": "accent", "": "faint"}


class StatusLine(QWidget):
    """A light and a sentence, wrapped where it is long; a click goes to the line with the error."""

    def __init__(self, clicked: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clicked = clicked
        self.mark = QLabel()
        self.words = label("Ready", "second", wraps=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(6)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        self.say("Ready")

    def say(self, words: str, state: str = "") -> None:
        """Shows `words`; the state is "up", "down", "warn", "busy" or ""."""
        self.words.setText(words)
        self.words.setToolTip(words)
        set_state(self.words, state if state in ("down", "warn") else "")
        self.mark.setPixmap(state_mark(_MARKS.get(state, "faint")).pixmap(QSize(16, 16)))
        self.setAccessibleName(f"Strategy status: {words}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._clicked()
        super().mousePressEvent(event)


class NoticeBar(QWidget):
    """The question what to do about another program's change, and its two answers; hidden where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self.words = label("Another program changed this file.", "warning", wraps=True)
        self.first = SecondaryButton("Reload", self._reload, tooltip="Take what is on the disk; what was typed here can be undone to")
        self.second = SecondaryButton("Keep mine", self._keep, tooltip="Keep what was typed here; saving replaces what is on the disk")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(6)
        row.addWidget(self.words, 1)
        row.addWidget(self.first)
        row.addWidget(self.second)
        self.hide()

    def show_document(self, document: Document | None) -> None:
        """Asks about `document`, where another program changed it while something was typed here."""
        self._document = document
        self.setVisible(document is not None and document.outside is not None)

    def _reload(self) -> None:
        if self._document is not None and self._document.outside is not None:
            self._document.reload(self._document.outside)

    def _keep(self) -> None:
        if self._document is not None:
            self._document.keep_mine()
