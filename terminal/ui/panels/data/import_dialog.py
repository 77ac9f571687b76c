"""The preview of a candle file before it is imported: which column is what, what was detected and how surely, all correctable.

Opened by the Data panel; each correction asks for a new reading, Import stores the candles.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from terminal.app.commands import ImportFile, InspectFile
from terminal.domain.candles import iso
from terminal.domain.errors import OutcryError
from terminal.domain.timeframe import Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.numbers import count
from terminal.ui.panels.data.mapping import ColumnMapping, DetectedSettings, in_words
from terminal.ui.widgets.buttons import PrimaryButton, SecondaryButton
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.fields import FieldRow, TextField
from terminal.ui.widgets.labels import ElidedLabel, label, separator
from terminal.ui.widgets.table import Table

if TYPE_CHECKING:
    from terminal.app.answers import Reading, Receipt

Cells = tuple[str, ...]
CandleRow = tuple[str, float, float, float, float, float]
_LABEL_WIDTH = 92


class ImportDialog(QDialog):
    """One file. `imported` tells words of the outcome and the key of the series."""

    imported = Signal(str, object)

    def __init__(self, bridge: Bridge, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Import {path.name}")
        self.setAccessibleName(self.windowTitle())
        self._bridge = bridge
        self._path = path
        self._corrections: dict[str, str] = {}
        self._symbol_is_hers = False
        self.summary = ElidedLabel(f"Reading {path.name}…", "heading")
        self.mapping = ColumnMapping(self.correct)
        self.settings = DetectedSettings(self.correct)
        self.symbol = TextField("", hint="BTC/USDT", name="Symbol")
        self.symbol.textEdited.connect(self._symbol_edited)
        self.symbol.editingFinished.connect(self._pick_rows)
        self.venue = TextField("file", name="Filed under")
        self.file_rows: Table[Cells] | None = None
        self.candles = Table(_candle_columns(), name="As candles", key=lambda row: row[0])
        self.notes = label("", "second", wraps=True)
        self.problems = label("", "error", wraps=True)
        self.import_button = PrimaryButton("Import", self.store, tooltip="Store these candles")
        self.import_button.setEnabled(False)
        self.cancel_button = SecondaryButton("Cancel", self.reject)
        self._reading: Reading | None = None
        self._arrange()
        self.resize(1120, 640)
        self._inspect()

    def correct(self, name: str, value: str) -> None:
        """Overrules what was detected; an empty value takes the correction back."""
        if value:
            self._corrections[name] = value
        else:
            self._corrections.pop(name, None)
        self._inspect()

    def store(self) -> None:
        """Imports the file as it is understood now."""
        command = ImportFile(self._path, self.symbol.text().strip(), dict(self._corrections), self.venue.text().strip() or "file")
        self.import_button.setEnabled(False)
        self._bridge.send(command, then=self._stored, failed=self._refused, title=f"Import {self._path.name}", visible=True)

    def _inspect(self) -> None:
        self._bridge.send(
            InspectFile(self._path, dict(self._corrections)), then=self._show, failed=self._refused, title=f"Read {self._path.name}", question="data.inspect"
        )

    def _show(self, reading: "Reading") -> None:
        self._reading = reading
        length = f" · {reading.timeframe.words}" if reading.timeframe is not None else ""
        span = f" · {iso(reading.start)[:10]} → {iso(reading.end)[:10]}" if reading.start is not None and reading.end is not None else ""
        self.summary.set_text(f"{self._path.name} · {count(reading.rows)} rows{length}{span}")
        self.mapping.show_reading(reading, self._corrections)
        self.settings.show_reading(reading, self._corrections)
        self._show_file(reading)
        self.candles.set_rows(reading.candles)
        self.notes.setText("\n".join(reading.notes))
        self.notes.setVisible(bool(reading.notes))
        self._complain("\n".join(f"{problem.text} {problem.cure}" for problem in reading.problems))
        if not self._symbol_is_hers:
            self.symbol.setText(_symbol_of(reading, self._corrections.get("symbol", "")) or self._path.name.split(".")[0])
        self._allow()

    def _show_file(self, reading: "Reading") -> None:
        roles = {header: role for role, header in reading.roles.items()}
        if self.file_rows is not None:
            self.file_rows.hide()
            self.file_rows.deleteLater()
        heads = [f"{header} → {roles[header]}" if header in roles else header for header in reading.headers]
        columns = [
            Column[Cells](head, _cell(place), is_number=_holds_numbers(reading.preview, place), colour=_colour(header in roles))
            for place, (head, header) in enumerate(zip(heads, reading.headers, strict=True))
        ]
        self.file_rows = Table(columns, name="First rows of the file", key=id)
        self.file_rows.set_rows(reading.preview)
        self._file_room.addWidget(self.file_rows)

    def _symbol_edited(self, _text: str) -> None:
        self._symbol_is_hers = True
        self._allow()

    def _pick_rows(self) -> None:
        """Takes the rows of the symbol that was typed, where the file holds several and this is one of them."""
        typed = self.symbol.text().strip()
        names = self._reading.symbols if self._reading is not None and len(self._reading.symbols) > 1 else ()
        if typed in names and self._corrections.get("symbol") != typed:
            self.correct("symbol", typed)

    def _allow(self) -> None:
        self.import_button.setEnabled(self._reading is not None and self._reading.is_ready and bool(self.symbol.text().strip()))

    def _complain(self, text: str) -> None:
        self.problems.setText(in_words(text))
        self.problems.setVisible(bool(text))

    def _refused(self, error: BaseException) -> None:
        self.summary.set_text(self._path.name)
        self._complain(str(error) if isinstance(error, OutcryError) else f"{type(error).__name__}: {error}")

    def _stored(self, receipt: "Receipt") -> None:
        words = f"{self._path.name}: {count(receipt.added)} new candles of {receipt.key.symbol} {Timeframe(receipt.key.timeframe).value}."
        self.imported.emit(" ".join([words, *receipt.notes]), receipt.key)
        self.accept()

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(label("Columns", "small"))
        left.addWidget(self.mapping)
        left.addWidget(label("Detected", "small"))
        left.addWidget(self.settings, 1)
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(label("First rows of the file", "small"))
        self._file_room = QVBoxLayout()
        right.addLayout(self._file_room, 1)
        right.addWidget(label("As candles, UTC", "small"))
        right.addWidget(self.candles, 1)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addLayout(left, 2)
        body.addLayout(right, 3)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(FieldRow("Symbol", self.symbol))
        foot.addWidget(FieldRow("Filed under", self.venue))
        foot.addStretch()
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.import_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.summary)
        column.addLayout(body, 1)
        for line in (self.notes, self.problems):
            column.addWidget(line)
            line.hide()
        column.addWidget(separator())
        column.addLayout(foot)


def _symbol_of(reading: "Reading", chosen: str) -> str:
    """The symbol whose rows are read: the chosen one, else the only one; "" where the file names none or several."""
    return chosen or (reading.symbols[0] if len(reading.symbols) == 1 else "")


def _cell(place: int) -> Callable[[Cells], str]:
    return lambda row: row[place] if place < len(row) else ""


def _holds_numbers(rows: Sequence[Cells], place: int) -> bool:
    """True where every cell of that column that says anything is made of digits, as a number is in any country."""
    told = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
    return bool(told) and all(text.strip("+-").replace(".", "").replace(",", "").isdigit() for text in told)


def _colour(is_used: bool) -> Callable[[Cells], str]:
    return lambda _row: "text" if is_used else "faint"


def _price(place: int) -> Callable[[CandleRow], str]:
    return lambda row: f"{row[place]:,.10g}"


def _candle_columns() -> list[Column[CandleRow]]:
    time = Column[CandleRow]("Time", lambda row: str(row[0]).replace("T", " ").rstrip("Z"))
    prices = [Column[CandleRow](name, _price(place), is_number=True) for place, name in enumerate(("Open", "High", "Low", "Close"), 1)]
    return [time, *prices, Column[CandleRow]("Volume", _price(5), is_number=True)]
