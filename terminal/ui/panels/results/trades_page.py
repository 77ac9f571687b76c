"""The list of trades, narrowed to one instrument where there are several, and what the strategy noted while it ran.

Filled by the Results panel; a row of either list leads the chart to its moment.
"""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from terminal.ui.numbers import count
from terminal.ui.panels.results.notes import NoteRow, note_columns, note_rows
from terminal.ui.panels.results.tables import SPARE, TradeRow, trade_columns, trade_rows
from terminal.ui.widgets.buttons import FlatButton
from terminal.ui.widgets.fields import ChoiceField
from terminal.ui.widgets.fitting import FittingTable
from terminal.ui.widgets.labels import EmptyState, label
from terminal.ui.widgets.table import Table
from terminal.ui.zones import Zones

if TYPE_CHECKING:
    from terminal.app.answers import Result

PARTS = ("Trades", "Notes")
_ALL = "All instruments"
_EMPTY = len(PARTS)
_WAYS = {
    "refused": "{} orders were refused; Notes and Measures say more. Mend what the strategy asks for.",
    "unaffordable": "{} quantities could not be paid. Take a smaller size, or more capital, in the settings.",
    "too_small": "{} entries were below one lot or the venue's minimum. Take a larger size, or more capital, in the settings.",
    "expired": "{} waiting orders ran out of time before the price came. Let them wait longer, or nearer to the price.",
    "conflicts": "On {} candles the strategy wanted both sides at once, so that nothing was entered. Let one side win in its code.",
}
"""By measure of a run what kept entries from being made, and what to do."""


class TradesPage(QWidget):
    """`table` holds the trades, `notes` what was logged; `part` says which of them is in front."""

    def __init__(self, zones: Zones, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = FittingTable(trade_columns(zones), spare=SPARE, name="Trades", key=lambda row: row.number)
        self.notes: Table[NoteRow] = Table(note_columns(zones), name="Notes of the strategy", key=lambda row: row.number)
        self.symbols = ChoiceField((), name="Instrument", chosen=self._narrow)
        self.symbols.setMaximumWidth(280)
        self.told = label("", "faint")
        self.buttons = {name: FlatButton(name, partial(self.show_part, name), checkable=True) for name in PARTS}
        self._rows: list[TradeRow] = []
        self._labels: tuple[str, ...] = ()
        self._top = QWidget()
        top = QHBoxLayout(self._top)
        top.setContentsMargins(8, 3, 10, 3)
        for button in self.buttons.values():
            top.addWidget(button)
        top.addSpacing(8)
        top.addWidget(self.symbols)
        top.addWidget(self.told)
        top.addStretch()
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.notes)
        self.empty = EmptyState("No trade was made.")
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addLayout(self._stack, 1)
        self.part = PARTS[0]
        self.show_part(self.part)

    def show_result(self, result: "Result") -> None:
        """Shows the trades and notes of `result`, of the instrument that was chosen before where it has that too."""
        chosen = self.symbols.currentText()
        self._rows, self._labels = trade_rows(result), result.labels
        self.symbols.clear()
        self.symbols.addItems([_ALL, *self._labels])
        self.symbols.setCurrentText(chosen if chosen in self._labels else _ALL)
        self.notes.set_rows(note_rows(result))
        self.buttons["Notes"].setEnabled(bool(result.log))
        self.buttons["Notes"].setToolTip("What the strategy logged" if result.log else "This strategy logged nothing; self.log(…) notes something")
        self._top.setVisible(len(self._labels) > 1 or bool(result.log))
        self.empty.set_text(*why_none(result))
        self.show_part(self.part if result.log else PARTS[0])
        self._narrow()
        if self._rows:
            self.table.fit_columns()  # prices and reasons of another run may be longer

    def show_part(self, name: str) -> None:
        """Brings the trades or the notes to the front; a name it does not know leaves things as they are."""
        if name not in PARTS:
            return
        self.part = name
        for title, button in self.buttons.items():
            button.setChecked(title == name)
        is_empty = name == PARTS[0] and not self._rows
        self._stack.setCurrentIndex(_EMPTY if is_empty else PARTS.index(name))
        self._tell()

    def _narrow(self, _text: str = "") -> None:
        place = self.symbols.currentIndex() - 1
        self.table.set_rows(row for row in self._rows if place < 0 or row.code == place)
        self._tell()

    def _tell(self) -> None:
        is_trades = self.part == PARTS[0]
        self.symbols.setVisible(is_trades and len(self._labels) > 1)
        shown = self.table.rows.rowCount()
        of_all = f"{count(shown)} of {count(len(self._rows))} trades" if shown != len(self._rows) else f"{count(shown)} trades"
        self.told.setText(of_all if is_trades else f"{count(self.notes.rows.rowCount())} notes")


def why_none(result: "Result") -> tuple[str, str]:
    """Why a run has no trade, as far as it is known, and what to do."""
    told = [words.format(count(result.metrics[name])) for name, words in _WAYS.items() if result.metrics.get(name, 0.0) > 0]
    never = "No entry was filled and none refused: the conditions were never met on these candles, or the orders still wait for their price."
    cure = "Change a parameter, run over a longer range or another series, or look at the indicators on the chart where an entry should be."
    return "No trade was made.", "\n".join(told) if told else f"{never} {cure}"
