"""Which column of a file is the time, the open, the close; and what else was detected, each correctable where it stands.

Two parts of the import dialog; both tell a correction by its name and value.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from terminal.domain.words import with_corrections, worded
from terminal.ui.widgets.fields import ChoiceField, TextField
from terminal.ui.widgets.labels import label

if TYPE_CHECKING:
    from terminal.app.answers import Reading

Correct = Callable[[str, str], None]
_ROLES = ("time", "clock", "open", "high", "low", "close", "volume", "symbol_column")
_OPTIONAL = {"clock": "none", "volume": "none", "symbol_column": "none"}
_WORDS = {
    "clock": "Time of day",
    "symbol": "Rows of symbol",
    "symbol_column": "Symbol",
    "time_format": "Time format",
    "bad_rows": "Bad rows",
    "asset_class": "Asset class",
    "stamp": "Stamp is the",
}
_CHOICES = {
    "delimiter": ("comma", "semicolon", "tab", "space", "|"),
    "header": ("yes", "no"),
    "decimal": (".", ","),
    "time_format": ("iso", "s", "ms", "us", "ns", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%Y%m%d %H%M%S"),
    "zone": ("UTC", "America/New_York", "Europe/London", "Europe/Berlin", "Asia/Tokyo"),
    "stamp": ("open", "close"),
    "timeframe": ("1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w"),
    "bad_rows": ("refuse", "drop"),
    "duplicates": ("refuse", "first", "last"),
    "asset_class": ("crypto", "perpetual", "equity", "future", "forex", "option", "index"),
    "calendar": ("24/7", "24/5", "XNYS"),
}
_AS_DETECTED = "as detected"
_CHOOSE = "choose…"
_ALWAYS = ("zone", "stamp", "timeframe", "bad_rows", "duplicates")


class ColumnMapping(QWidget):
    """A choice of the file's columns for each part of a candle."""

    def __init__(self, correct: Correct, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._correct = correct
        self.fields: dict[str, ChoiceField] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for place, role in enumerate(_ROLES):
            field = ChoiceField(name=f"Column of the {words_of(role).lower()}", chosen=partial(self._chosen, role))
            self.fields[role] = field
            row, side = place % 4, place // 4 * 2
            grid.addWidget(label(words_of(role), "second"), row, side)
            grid.addWidget(field, row, side + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def show_reading(self, reading: "Reading", corrections: Mapping[str, str]) -> None:
        """Shows which column plays which part; what a person chose stays shown while other parts are still unknown."""
        for role, field in self.fields.items():
            field.clear()
            field.addItems([_OPTIONAL.get(role, _CHOOSE), *reading.headers])
            field.setCurrentText(reading.roles.get(role) or corrections.get(role) or _OPTIONAL.get(role, _CHOOSE))

    def _chosen(self, role: str, header: str) -> None:
        self._correct(role, "" if header == _CHOOSE else header)


class DetectedSettings(QScrollArea):
    """Everything else that was found out, how surely, and why; a row can be overruled by choosing or typing another value."""

    def __init__(self, correct: Correct, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._correct = correct
        self.fields: dict[str, ChoiceField] = {}
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Detected settings")

    def show_reading(self, reading: "Reading", corrections: Mapping[str, str]) -> None:
        """Shows every fact that is not a column."""
        self.fields = {}
        inside = QWidget()
        inside.setProperty("surface", "clear")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 6, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        known = {fact.name: fact for fact in reading.facts if fact.name not in _ROLES}
        several = reading.symbols if len(reading.symbols) > 1 else ()
        asked = ("symbol",) if several else ()
        for row, name in enumerate(dict.fromkeys([*asked, *known, *_ALWAYS, *(one for one in corrections if one not in _ROLES)])):
            fact = known.get(name)
            value = fact.value if fact is not None else corrections.get(name, "")
            self.fields[name] = self._field(name, value, several if name == "symbol" else _CHOICES.get(name, ()))
            sure = label(
                fact.sureness.value if fact is not None else "", "small", state="warn" if fact is not None and fact.sureness.value == "assumed" else ""
            )
            sure.setToolTip(fact.why if fact is not None else "")
            grid.addWidget(label(words_of(name), "second"), row, 0)
            grid.addWidget(self.fields[name], row, 1)
            grid.addWidget(sure, row, 2)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self.setWidget(inside)

    def _field(self, name: str, value: str, choices: tuple[str, ...]) -> ChoiceField:
        options = tuple(dict.fromkeys([value or (_CHOOSE if name == "symbol" else _AS_DETECTED), *choices]))
        field = ChoiceField(options, name=words_of(name), chosen=lambda text: self._correct(name, "" if text in (_AS_DETECTED, _CHOOSE) else text))
        field.setEditable((name not in _CHOICES and name != "symbol") or name in {"zone", "time_format", "calendar", "delimiter"})
        field.setCurrentText(options[0])
        if field.isEditable():
            line = TextField(value, hint=_AS_DETECTED, name=words_of(name))
            field.setLineEdit(line)
            line.editingFinished.connect(lambda: self._correct(name, line.text()) if line.text() not in {value, _AS_DETECTED} else None)
        return field


def words_of(name: str) -> str:
    """A correction's name as a person reads it."""
    return _WORDS.get(name) or worded(name)


def in_words(text: str) -> str:
    """`text` with each correction called as its field is on screen, such as “Bad rows”."""
    return with_corrections(text, lambda name, value: f"“{words_of(name)}”{f' to {value}' if value else ''}")
