"""The open files as tabs over their code: opening, saving, copying, closing, and noticing what other programs do to them.

Between the bridge, which reads and writes files, and the panel, which shows the one in front.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMessageBox, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from terminal.app.commands import NewStrategy, ReadStrategy, SaveStrategy
from terminal.domain.errors import OutcryError
from terminal.ui.bridge import Bridge
from terminal.ui.panels.editor.code import CodeView
from terminal.ui.panels.editor.document import Document
from terminal.ui.panels.editor.watch import FileWatch

if TYPE_CHECKING:
    from terminal.app.answers import StrategyEntry

_UNSAVED = " •"


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier session left of open files, by key: text not saved, and values chosen by hand."""

    drafts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


_NOTHING = Kept()


class Desk(QWidget):
    """Tabs and code. `front_changed` also tells that something about the file in front changed; `told(words, state)` what happened."""

    front_changed = Signal()
    told = Signal(str, str)

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.documents: list[Document] = []
        self._saving: dict[Document, Callable[[], None] | None] = {}
        """Files being written, each with the save that was asked for meanwhile: two at once would take each other for another program."""
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Open strategy files")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.currentChanged.connect(self._turned)
        self.stack = QStackedWidget()
        self._watch = FileWatch(self)
        self._watch.touched.connect(self._touched)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stack, 1)

    def front(self) -> Document | None:
        """The file in front, None where none is open."""
        place = self.tabs.currentIndex()
        return self.documents[place] if 0 <= place < len(self.documents) else None

    def front_view(self) -> CodeView | None:
        """Its code."""
        front = self.front()
        return front.view if front is not None else None

    def open(self, keys: Sequence[str], *, front: str = "", kept: Kept = _NOTHING, then: Callable[[], None] | None = None) -> None:
        """Opens strategies by name or path one after the other, brings `front` (else the last) before the rest, then calls `then`."""
        if not keys:
            if front:
                self._bring(front)
            if then is not None:
                then()
            return
        known = next((document for document in self.documents if keys[0] in (document.key, document.entry.name)), None)
        go_on = partial(self.open, keys[1:], front=front or (keys[-1] if len(keys) == 1 else ""), kept=kept, then=then)
        if known is not None:
            self._bring(known.key)
            go_on()
            return

        def opened(entry: "StrategyEntry") -> None:
            document = self._add(entry)
            document.restore_values(kept.values.get(document.key, {}))
            draft = kept.drafts.get(document.key)
            if draft is not None and not document.is_read_only and draft != document.text():
                document.view.replace_all(draft)
            go_on()

        def refused(error: BaseException) -> None:
            self.told.emit(words_of(error), "down")
            go_on()

        self._bridge.send(ReadStrategy(keys[0]), then=opened, failed=refused)

    def save(self, document: Document, then: Callable[[], None] | None = None) -> None:
        """Writes the file, then calls `then`; a file another program changed meanwhile is not overwritten."""
        if document.is_read_only:
            self.told.emit(f"{document.path.name} comes with Outcry and stays as it is. Make it yours to change it.", "warn")
            return
        if document in self._saving:
            self._saving[document] = partial(self.save, document, then)
            return
        text = document.text()
        self._saving[document] = None

        def saved(entry: "StrategyEntry") -> None:
            document.saved(entry, text)
            again = self._saving.pop(document, None)
            if again is not None:
                again()
                return
            if entry.error is None:
                self.told.emit(f"Saved {document.path.name}", "")
                if then is not None:
                    then()

        def refused(error: BaseException) -> None:
            self._saving.pop(document, None)
            self.told.emit(words_of(error), "down")

        self._bridge.send(SaveStrategy(document.path, text, document.entry.code_fingerprint or None), then=saved, failed=refused)

    def make_from_events(self) -> None:
        """Makes a file of the person's own that is asked candle by candle, and opens it."""
        self.make(form="events")

    def make(self, copy_of: str = "", *, form: str = "signals") -> None:
        """Makes a file of the person's own, a copy or from the template, in place of the built-in it copies, and opens it."""
        moved = next((document.moved for document in self.documents if document.key == copy_of), {})

        def made(entry: "StrategyEntry") -> None:
            document = self._add(entry)
            document.choose(moved)
            self.front_changed.emit()
            document.view.setFocus()
            self.told.emit(f"{entry.path.name} is yours to change", "")

        self._bridge.send(NewStrategy(copy_of, form=form), then=made, failed=lambda error: self.told.emit(words_of(error), "down"))

    def close_front(self) -> None:
        """Closes the file in front, asking first where something typed would be lost."""
        front = self.front()
        if front is None or (front.is_dirty and not self._may_lose(front)):
            return
        place = self.documents.index(front)
        self._watch.remove(front.path)
        self.documents.remove(front)
        self.stack.removeWidget(front.view)
        self.tabs.removeTab(place)
        front.view.deleteLater()
        front.deleteLater()
        self._turned(self.tabs.currentIndex())

    def drafts(self) -> dict[str, str]:
        """What was typed and not saved, by key."""
        return {document.key: document.text() for document in self.documents if document.is_dirty}

    def chosen_values(self) -> dict[str, dict[str, Any]]:
        """The parameters chosen by hand, by key; a file that runs as its code says is left out."""
        return {document.key: dict(document.moved) for document in self.documents if document.moved}

    def show_error(self, error: BaseException) -> None:
        """Marks the line an error names, in whichever open file it is."""
        for document in self.documents:
            document.show_error(error)

    def bring_problem_into_view(self) -> None:
        """Puts the cursor on the line with an error in front, if there is one and it is not there; the keyboard stays where it is."""
        view = self.front_view()
        if view is None or not view.problem_line():
            return
        if view.textCursor().blockNumber() + 1 == view.problem_line():  # a person who types there goes on where they are
            view.ensureCursorVisible()
        else:
            view.go_to(view.problem_line())

    def go_to_problem(self) -> None:
        """The same, and gives the keyboard to the code."""
        self.bring_problem_into_view()
        view = self.front_view()
        if view is not None and view.problem_line():
            view.setFocus()

    def toggle_comment(self) -> None:
        """Comments the chosen lines in front, or takes the comment away."""
        view = self.front_view()
        if view is not None:
            view.toggle_comment()

    def _add(self, entry: "StrategyEntry") -> Document:
        document = Document(entry, self)
        self.documents.append(document)
        self.stack.addWidget(document.view)
        document.changed.connect(partial(self._document_changed, document))
        if not entry.is_built_in:
            self._watch.add(entry.path)
        place = self.tabs.addTab(entry.path.name)
        self.tabs.setTabToolTip(place, f"{entry.title} — {'comes with Outcry, read-only' if entry.is_built_in else entry.path}")
        self.tabs.setCurrentIndex(place)
        self._turned(place)
        return document

    def _bring(self, key: str) -> None:
        place = next((number for number, document in enumerate(self.documents) if key in (document.key, document.entry.name)), -1)
        if place >= 0:
            self.tabs.setCurrentIndex(place)

    def _turned(self, place: int) -> None:
        if 0 <= place < len(self.documents):
            self.stack.setCurrentWidget(self.documents[place].view)
        self.front_changed.emit()

    def _document_changed(self, document: Document) -> None:
        if document in self.documents:
            self.tabs.setTabText(self.documents.index(document), document.path.name + (_UNSAVED if document.is_dirty else ""))
            if document is self.front():
                self.front_changed.emit()

    def _touched(self, path: Path) -> None:
        document = next((document for document in self.documents if document.path == path), None)
        if document is None:
            return

        def read(entry: "StrategyEntry") -> None:
            if document in self._saving:
                return
            before = document.entry.code_fingerprint
            document.read_again(entry)
            if document.outside is None and entry.code_fingerprint != before:
                self.told.emit(f"{path.name} was changed by another program and read again", "")

        def refused(_error: BaseException) -> None:
            document.view.document().setModified(True)
            self.told.emit(f"{path.name} is not on the disk any more. Save it to write it again.", "warn")

        self._bridge.send(ReadStrategy(str(path)), then=read, failed=refused)

    def _may_lose(self, document: Document) -> bool:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Unsaved changes", f"{document.path.name} has changes that are not saved.", parent=self.window())
        save = box.addButton("Save", QMessageBox.ButtonRole.AcceptRole)
        lose = box.addButton("Close without saving", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Keep open", QMessageBox.ButtonRole.RejectRole)
        box.exec()
        if box.clickedButton() is save:
            self.save(document, then=self.close_front)
        return box.clickedButton() is lose


def words_of(error: BaseException) -> str:
    """What went wrong and what to do next, in words."""
    return str(error) if isinstance(error, OutcryError) else f"{type(error).__name__}: {error}. The log has the details."
