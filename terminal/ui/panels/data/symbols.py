"""The symbols to extract: typed with completion, or picked from a searchable list of everything a venue trades.

Part of the Data panel's form; what a venue trades is handed in when it is known.
"""

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QListView, QWidget

from terminal.ui.numbers import count
from terminal.ui.widgets.buttons import IconButton
from terminal.ui.widgets.fields import SearchBox, TextField
from terminal.ui.widgets.labels import label
from terminal.ui.widgets.sheet import Sheet

_NOWHERE = QModelIndex()
_LIST_HEIGHT = 300
Index = QModelIndex | QPersistentModelIndex


class SymbolsField(QWidget):
    """A line of symbols parted by commas; completes the one being typed. `wanted` is called when the list of symbols is needed."""

    def __init__(self, wanted: Callable[[], None], edited: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = wanted
        self._edited = edited
        self._picker: SymbolPicker | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self.text = TextField("BTC/USDT", hint="BTC/USDT, ETH/USDT", name="Symbols")
        self.text.setToolTip("Several are parted by commas; typing searches what the venue trades.")
        self.pick_button = IconButton("search", "Pick symbols", self.pick)
        row.addWidget(self.text, 1)
        row.addWidget(self.pick_button)
        self.setFocusProxy(self.text)
        self.known: tuple[str, ...] = ()
        self._names = QStringListModel(self)
        self.completer = QCompleter(self._names, self)
        self.completer.setWidget(self.text)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.completer.activated.connect(self._complete)
        self.text.textEdited.connect(self._typed)
        self.text.editingFinished.connect(lambda: self.text.setCursorPosition(0))

    def value(self) -> tuple[str, ...]:
        """The symbols written, each once, in their order."""
        return tuple(dict.fromkeys(part.strip() for part in self.text.text().split(",") if part.strip()))

    def set_value(self, symbols: Iterable[str]) -> None:
        """Writes them."""
        self.text.setText(", ".join(symbols))
        self.text.setCursorPosition(0)
        self._edited()

    def set_known(self, symbols: tuple[str, ...], problem: str = "") -> None:
        """What the venue trades; empty while nobody knows, with the reason where that is known."""
        self.known = symbols
        self._names.setStringList(list(symbols))
        if self._picker is not None:
            self._picker.show_known(symbols, problem)
        if symbols and self.text.hasFocus() and self.text.isModified() and self._last():
            self._offer()

    def pick(self) -> None:
        """Opens the searchable list."""
        self._picker = SymbolPicker(self, self.value(), self.set_value)
        self._picker.destroyed.connect(self._forget)
        self._picker.show_known(self.known)
        self._picker.open_at(self.text)
        self._wanted()

    def _forget(self) -> None:
        self._picker = None

    def _typed(self, _text: str) -> None:
        self._wanted()
        self._edited()
        self._offer()

    def _offer(self) -> None:
        last = self._last()
        if not last or last in self.known:
            self._hide_offer()
            return
        self.completer.setCompletionPrefix(last)
        self.completer.complete()

    def _hide_offer(self) -> None:
        popup = self.completer.popup()
        if popup is not None:
            popup.hide()

    def _complete(self, symbol: str) -> None:
        before = [part.strip() for part in self.text.text().split(",")[:-1]]
        self.text.setText(", ".join([*before, symbol]))
        self._edited()

    def _last(self) -> str:
        return self.text.text().rpartition(",")[2].strip()


class CheckList(QAbstractListModel):
    """Names with a tick each, filtered by a text; thousands cost what is shown."""

    def __init__(self, chosen: Iterable[str], changed: Callable[[tuple[str, ...]], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._all: tuple[str, ...] = ()
        self._shown: tuple[str, ...] = ()
        self._words: tuple[str, ...] = ()
        self.chosen = list(chosen)
        self._changed = changed

    def set_names(self, names: tuple[str, ...]) -> None:
        """What there is to choose from."""
        self._all = names
        self.set_filter(" ".join(self._words))

    def set_filter(self, text: str) -> None:
        """Shows only names that contain every word; separators do not matter, so that btcusdt finds BTC/USDT. Chosen ones come first."""
        self._words = tuple(text.lower().split())
        fitting = [name for name in self._all if all(word in name.lower() or word in name.lower().replace("/", "") for word in self._words)]
        self.beginResetModel()
        self._shown = (*(name for name in fitting if name in self.chosen), *(name for name in fitting if name not in self.chosen))
        self.endResetModel()

    def toggle(self, index: Index) -> None:
        """Takes the name in or out."""
        name = self._shown[index.row()]
        self.chosen = [one for one in self.chosen if one != name] if name in self.chosen else [*self.chosen, name]
        self.dataChanged.emit(index, index)
        self._changed(tuple(self.chosen))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if name in self.chosen else Qt.CheckState.Unchecked
        return None


class SymbolPicker(Sheet):
    """Everything a venue trades, to be searched and ticked; each tick takes effect at once."""

    def __init__(self, parent: QWidget, chosen: tuple[str, ...], changed: Callable[[tuple[str, ...]], None]) -> None:
        super().__init__("Symbols", parent, width=280)
        self._changed = changed
        self.search = SearchBox("Search symbols", self._filter)
        self.names = CheckList(chosen, self._ticked, self)
        self.list = QListView()
        self.list.setModel(self.names)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName("Symbols to choose from")
        self.list.setFixedHeight(_LIST_HEIGHT)
        self.list.setProperty("kind", "menu")
        self.list.clicked.connect(self.names.toggle)
        self.list.activated.connect(self.names.toggle)
        self.status = label("", "small", wraps=True)
        for widget in (self.search, self.list, self.status):
            self.column.addWidget(widget)
        self.search.setFocus()

    def show_known(self, symbols: tuple[str, ...], problem: str = "") -> None:
        """The list, or why there is none."""
        self.names.set_names(symbols)
        self._say(problem or ("" if symbols else "Asking the venue what it trades…"))

    def _filter(self, text: str) -> None:
        self.names.set_filter(text)
        self._say()

    def _ticked(self, chosen: tuple[str, ...]) -> None:
        self._changed(chosen)
        self._say()

    def _say(self, words: str = "") -> None:
        self.status.setText(words or f"{count(len(self.names.chosen))} chosen · {count(self.names.rowCount())} shown")
