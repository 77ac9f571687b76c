"""One open file: what the disk holds, what the person typed, its strategy's declarations and the values chosen for them.

Held by the desk of open files; the panel shows the one in front.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from terminal.domain.errors import BadInput, StrategyError
from terminal.domain.parameters import Declaration
from terminal.ui.panels.editor.code import CodeView

if TYPE_CHECKING:
    from terminal.app.answers import StrategyEntry


class Document(QObject):
    """An open strategy file. `changed` tells that its dirt, its declarations, its error or its standing with the disk changed."""

    changed = Signal()

    def __init__(self, entry: "StrategyEntry", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = CodeView(entry.path.name)
        self.view.setPlainText(entry.source)
        self.view.setReadOnly(entry.is_built_in)
        self.view.setTabChangesFocus(entry.is_built_in)
        self.moved: dict[str, Any] = {}
        """Values the person chose instead of the code's, by name; they outlive a save, the code's own defaults do not."""
        self.outside: StrategyEntry | None = None
        """What another program made of the file while it had unsaved changes here."""
        self._take(entry)
        self.view.document().setModified(False)
        self.view.document().modificationChanged.connect(lambda _is_changed: self.changed.emit())

    @property
    def path(self) -> Path:
        """The file."""
        return self.entry.path

    @property
    def key(self) -> str:
        """What commands call it: a built-in's name, or the path."""
        return self.entry.name if self.entry.is_built_in else str(self.entry.path)

    @property
    def is_read_only(self) -> bool:
        """True for what comes with Outcry."""
        return self.entry.is_built_in

    @property
    def is_dirty(self) -> bool:
        """True where something typed is not saved."""
        return self.view.document().isModified()

    @property
    def declared(self) -> dict[str, Declaration[Any]]:
        """The declarations of the file as it was last loaded without an error."""
        return self._declared

    @property
    def values(self) -> dict[str, Any]:
        """The values a run takes: the chosen one where there is one, else what the code says."""
        return {name: self.moved.get(name, declaration.default) for name, declaration in self._declared.items()}

    def text(self) -> str:
        """The text as it would be saved, its last line ended."""
        text = self.view.toPlainText()
        return text if not text or text.endswith("\n") else text + "\n"

    def saved(self, entry: "StrategyEntry", text: str) -> None:
        """Takes note that `text` is now on disk as `entry`."""
        self.outside = None
        if self.text() == text:
            self.view.document().setModified(False)
        self._take(entry)
        self.changed.emit()

    def read_again(self, entry: "StrategyEntry") -> None:
        """Takes up what the disk holds now; asks first, through `outside`, where that would lose something typed."""
        if entry.code_fingerprint == self.entry.code_fingerprint:
            return
        if self.is_dirty:
            self.outside = entry
        else:
            self.reload(entry)
        self.changed.emit()

    def reload(self, entry: "StrategyEntry") -> None:
        """Shows what the disk holds, as one step that can be undone."""
        self.outside = None
        self.view.replace_all(entry.source)
        self.view.document().setModified(False)
        self._take(entry)
        self.changed.emit()

    def keep_mine(self) -> None:
        """Lets the next save replace what another program wrote."""
        if self.outside is not None:
            self.entry, self.outside = self.outside, None
            self.view.document().setModified(True)
            self.changed.emit()

    def show_error(self, error: BaseException) -> None:
        """Marks the line an error names, where it is in this file."""
        if isinstance(error, StrategyError) and error.file == self.path:
            self.view.show_problem(error.line, error.detail, error.column)

    def set_value(self, name: str, value: Any) -> None:
        """Chooses a parameter's value; the code's own is no choice."""
        self.choose({**self.moved, name: value})

    def restore_values(self, values: Mapping[str, Any]) -> None:
        """Takes up choices of an earlier session; where the file has an error now they wait until it loads."""
        if values:
            self.moved = dict(values)
            if self._declared:
                self.choose(values)
            self.changed.emit()

    def choose(self, values: Mapping[str, Any]) -> None:
        """Takes those of `values` that the code knows, allows and does not say itself in place of every earlier choice."""
        self.moved = {
            name: values[name]
            for name, declaration in self._declared.items()
            if name in values and values[name] != declaration.default and _is_allowed(declaration, values[name])
        }

    def _take(self, entry: "StrategyEntry") -> None:
        self.entry = entry
        if entry.error is not None:
            self.show_error(entry.error)
            self._declared = getattr(self, "_declared", {})
            return
        self.view.clear_problem()
        self._declared = entry.parameters
        self.choose(self.moved)


def _is_allowed(declaration: Declaration[Any], value: Any) -> bool:
    try:
        declaration.check(value)
    except BadInput:
        return False
    return True
