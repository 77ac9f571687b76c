"""The fields that tell the next run of the world around its candles: strategies beside, shares, currency, rates, actions, lists, funding.

They stand on the page Next run, one for each of `backtest.declared.WorldSettings`.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from terminal.app.run_world import DECLARED_WORLD, texts_of
from terminal.domain.words import worded
from terminal.ui.links import LinkGroup
from terminal.ui.panels.results.file_field import FileField
from terminal.ui.widgets.buttons import IconButton
from terminal.ui.widgets.fields import FieldRow, TextField, below

if TYPE_CHECKING:
    from terminal.app.answers import StrategyEntry

_FILES = ("rates", "series", "actions", "universe", "funding")
"""What may be the name of a file; a button beside the field finds one."""
_SEVERAL_NAMED = ("series",)
"""Of those, the ones that are written NAME=FILE."""
_STRATEGIES = "beside"
"""What names strategies; a button beside the field lists them."""
_TITLES = {
    "beside": "Strategies beside",
    "rates": "Exchange rates",
    "series": "Other series",
    "actions": "Splits, dividends, rolls",
    "universe": "Dated list",
    "funding": "Funding rates",
}


class ToldFields(QWidget):
    """Writes what is given into the plan of `link`. `fields` holds the line of each by its name."""

    def __init__(self, link: LinkGroup, label_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._strategies: tuple[StrategyEntry, ...] = ()
        self.fields: dict[str, TextField] = {}
        self.choose = IconButton("add", "Choose a strategy to run beside")
        self.choose.clicked.connect(self._offer)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for name, declared in DECLARED_WORLD.items():
            field = self._field(name, declared.help)
            column.addWidget(FieldRow(title_of(name), field, help_text=declared.help, label_width=label_width))

    def show_strategies(self, entries: "Sequence[StrategyEntry]") -> None:
        """Offers these strategies to run beside the first."""
        self._strategies = tuple(entries)

    def show_plan(self) -> None:
        """Shows what the plan tells, but for a field that a person is typing in."""
        for name, field in self.fields.items():
            if not field.hasFocus():
                field.setText(self._link.plan.world.get(name, ""))
                field.setCursorPosition(0)

    def _field(self, name: str, told: str) -> QWidget:
        give = partial(self._give, name)
        if name in _FILES:
            file = FileField(title_of(name), told, give, is_named=name in _SEVERAL_NAMED)
            self.fields[name] = file.text
            return file
        self.fields[name] = TextField(hint=told, name=title_of(name), edited=give)
        return self._with_choice(self.fields[name]) if name == _STRATEGIES else self.fields[name]

    def _with_choice(self, field: TextField) -> QWidget:
        both = QWidget()
        line = QHBoxLayout(both)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(field, 1)
        line.addWidget(self.choose)
        both.setFocusProxy(field)
        return both

    def _offer(self) -> None:
        self.menu().popup(below(self.choose))

    def menu(self) -> QMenu:
        """The strategies that can run beside, each added to those that are there."""
        menu = QMenu(self)
        for entry in self._strategies:
            if entry.error is None:
                menu.addAction(entry.title, partial(self._add, str(entry.path) if not entry.is_built_in else entry.name))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _add(self, strategy: str) -> None:
        self._give(_STRATEGIES, "; ".join((*texts_of(self._link.plan.world.get(_STRATEGIES, "")), strategy)))

    def _give(self, name: str, text: str) -> None:
        self._link.set_plan(self._link.plan.telling(name, text))


def title_of(name: str) -> str:
    """What a person reads beside the field of that name."""
    return _TITLES.get(name, worded(name))


def widest_title() -> str:
    """The longest of the titles, by which all are aligned."""
    return max(map(title_of, DECLARED_WORLD), key=len)
