"""The venue field: every exchange there is, found by any part of its name.

Part of the Data panel's form; the list is asked for when a person first opens or types, since it costs an import of seconds.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from terminal.ui.widgets.fields import ChoiceField, TextField


class VenueField(ChoiceField):
    """An editable choice of venues. `wanted` is called when the list is needed, `chosen_venue` when another one was chosen."""

    def __init__(self, venue: str, wanted: Callable[[], None], chosen_venue: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__((venue,), name="Venue", parent=parent)
        self._wanted = wanted
        self._chosen_venue = chosen_venue
        self._told = venue
        self.line = TextField(venue, hint="Search exchanges", name="Venue")
        self.setLineEdit(self.line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(14)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        self.line.textEdited.connect(lambda _text: wanted())
        self.line.editingFinished.connect(self._tell)
        self.activated.connect(lambda _index: self._tell())

    def value(self) -> str:
        """Id of the venue written."""
        return self.currentText().strip().lower()

    def set_value(self, venue: str) -> None:
        """Writes it."""
        self.setEditText(venue)
        self._tell()

    def set_known(self, venues: tuple[str, ...]) -> None:
        """The venues there are; what is written stays."""
        written, cursor = self.currentText(), self.line.cursorPosition()
        self.blockSignals(True)
        self.clear()
        self.addItems(list(venues))
        self.setEditText(written)
        self.line.setCursorPosition(cursor)
        self.blockSignals(False)

    def showPopup(self) -> None:
        self._wanted()
        super().showPopup()

    def _tell(self) -> None:
        if self.value() != self._told:
            self._told = self.value()
            self._chosen_venue(self._told)
