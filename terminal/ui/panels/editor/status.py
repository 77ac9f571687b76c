"""The last word of the editor: what ran and how long it took, or what is wrong; and a notice above the code with its one act.

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
    """What is special about the file in front, and the act that answers it; hidden where nothing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = label("", "second", wraps=True)
        self.first = SecondaryButton("")
        self.second = SecondaryButton("")
        self._acts: list[Callable[[], None]] = []
        self.first.clicked.connect(lambda _checked=False: self._do(0))
        self.second.clicked.connect(lambda _checked=False: self._do(1))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(6)
        row.addWidget(self.words, 1)
        row.addWidget(self.first)
        row.addWidget(self.second)
        self.hide()

    def show_document(self, document: Document | None, make_mine: Callable[[], None]) -> None:
        """Shows what `document` needs to be asked, if anything."""
        if document is not None and document.outside is not None:
            outside = document.outside
            self._show("Another program changed this file.", ("Reload", lambda: document.reload(outside)), ("Keep mine", document.keep_mine))
        elif document is not None and document.is_read_only:
            self._show("Comes with Outcry, read-only", ("Make it mine", make_mine))
        else:
            self.hide()

    def _do(self, place: int) -> None:
        self._acts[place]()

    def _show(self, words: str, *acts: tuple[str, Callable[[], None]]) -> None:
        self.words.setText(words)
        self._acts = [act for _, act in acts]
        for button, (text, _) in zip((self.first, self.second), acts, strict=False):
            button.setText(text)
            button.setAccessibleName(text)
        self.second.setVisible(len(acts) > 1)
        self.show()
