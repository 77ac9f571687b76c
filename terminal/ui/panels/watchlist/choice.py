"""Which columns the watchlist shows: the usual ones while nobody chose, then exactly those a person ticked.

Held by the panel, which makes its table anew when the choice changes.
"""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from terminal.indicators.catalogue import CATALOGUE
from terminal.ui.panels.watchlist.columns import STANDARD

_SPARE = ("Spread", "Trend", "Age")
"""Columns that step back where the panel is narrow, the first first; not once a person has chosen."""


class ColumnChoice(QObject):
    """`names` are the columns beside the symbol, in their order; `spare` those that may step back; `changed` tells of a tick."""

    changed = Signal()

    def __init__(self, shown: Callable[[], tuple[str, ...]], parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = shown
        self._parent = parent
        self._own: tuple[str, ...] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return STANDARD if self._own is None else self._own

    @property
    def spare(self) -> tuple[str, ...]:
        return _SPARE if self._own is None else ()

    def toggle(self, name: str) -> None:
        """Shows or hides the column of that name: a standard one or an indicator's label."""
        shown = self._shown()
        self._own = tuple(other for other in shown if other != name) if name in shown else (*shown, name)
        self.changed.emit()

    def menu(self) -> QMenu:
        """The menu in which columns are ticked; it goes when it is closed."""
        menu = QMenu("Columns", self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in STANDARD:
            self._enter(menu, name)
        indicators = menu.addMenu("Indicator value")
        for info in CATALOGUE:
            self._enter(indicators, info.label({}))
        return menu

    def state(self) -> list[str] | None:
        """What was chosen; None = the usual columns."""
        return None if self._own is None else list(self._own)

    def restore(self, names: Any) -> None:
        """Takes what `state` gave; what it does not know is left out, and an empty choice is none."""
        known = {*STANDARD, *(info.label({}) for info in CATALOGUE)}
        self._own = tuple(dict.fromkeys(name for name in names if name in known)) or None if isinstance(names, list) else None

    def _enter(self, menu: QMenu, name: str) -> None:
        entry = menu.addAction(name)
        entry.setCheckable(True)
        entry.setChecked(name in self._shown())
        entry.triggered.connect(lambda _checked=False: self.toggle(name))


def order_of(state: Mapping[str, Any], columns: int) -> tuple[int, bool] | None:
    """The saved order (column, is descending), None where there is none for so many columns."""
    order = state.get("order")
    is_order = isinstance(order, list) and len(order) == 2 and order[0] in range(columns)
    return (int(order[0]), bool(order[1])) if is_order and order is not None else None
