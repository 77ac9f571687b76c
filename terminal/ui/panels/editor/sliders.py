"""The parameters of the file in front as sliders and fields, made from its declarations, with how many variants were tried.

Stands below the code; tells the panel each value that a drag passes.
"""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from terminal.domain.parameters import Declaration
from terminal.ui.numbers import count
from terminal.ui.widgets.buttons import LinkButton
from terminal.ui.widgets.form import DeclarationForm, written
from terminal.ui.widgets.labels import ElidedLabel, label, separator, set_state

_MOST_HEIGHT, _LEAST_HEIGHT = 240, 30
_ROW_HEIGHT = 28
_OTHERS = 180
"""What tabs, a few lines of code, the foot and the status need."""
_SHARE = 0.36
"""Part of the panel that sliders may take from the code; the rest of them is scrolled to."""


class Sliders(QWidget):
    """A form per strategy. `value_changed(name, value)` follows the mouse; `reset` asks for the defaults."""

    value_changed = Signal(str, object)
    reset = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form: DeclarationForm | None = None
        self._declared: Mapping[str, Declaration[Any]] = {}
        self.tried = label("", "second")
        self.overrides = ElidedLabel("", "faint")
        self.defaults = LinkButton("Defaults", self.reset.emit, tooltip="Puts every slider back to the value the code says")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._room = _MOST_HEIGHT
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 12, 6)
        row.setSpacing(10)
        row.addWidget(self.tried)
        row.addWidget(self.overrides, 1)
        row.addWidget(self.defaults)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(separator())
        column.addWidget(self._area)
        column.addLayout(row)

    def show_parameters(self, declared: Mapping[str, Declaration[Any]], values: Mapping[str, Any]) -> None:
        """Shows these declarations at these values; nothing is told to anybody."""
        self.setVisible(bool(declared))
        if self.form is not None and dict(declared) == dict(self._declared):
            self.form.set_values(values)
        elif declared:
            self._build(declared, values)
        self._declared = dict(declared)
        self._tell_overrides(values)

    def show_tried(self, variants: float | None) -> None:
        """Says how many variants were tried on this series; None = not known yet."""
        self.tried.setText("" if not variants else f"Tried {count(variants)} variant{'' if variants == 1 else 's'}")
        self.tried.setToolTip("Every distinct data, code and parameters that ran on this series, however it was tried; the verdict counts them.")

    def show_problem(self, words: str) -> None:
        """Says below the last row what is wrong with these values."""
        if self.form is not None and self._declared:
            self.form.show_problem(list(self._declared)[-1], words)

    def _build(self, declared: Mapping[str, Declaration[Any]], values: Mapping[str, Any]) -> None:
        self.form = DeclarationForm(declared, values, has_sliders=True)
        self.form.setProperty("surface", "clear")
        rows = self.form.layout()
        if rows is not None:
            rows.setContentsMargins(12, 4, 12, 0)
            rows.setSpacing(0)
        for row in self.form.rows.values():
            row.setMinimumHeight(_ROW_HEIGHT)
        self.form.value_changed.connect(self._take)
        self._area.setWidget(self.form)
        self._fit()

    def give_room(self, panel_height: int) -> None:
        """Takes no more than its share of a panel of that height."""
        self._room = max(_LEAST_HEIGHT, min(_MOST_HEIGHT, round(panel_height * _SHARE), panel_height - _OTHERS))
        self._fit()

    def _fit(self) -> None:
        if self.form is not None:
            self._area.setFixedHeight(min(self._room, self.form.sizeHint().height()))

    def _take(self, name: str, value: Any) -> None:
        self._tell_overrides(self.form.values() if self.form is not None else {})
        self.value_changed.emit(name, value)

    def _tell_overrides(self, values: Mapping[str, Any]) -> None:
        """Says at the foot, where nothing moves while a slider is dragged, what the code says instead; each such name is tinted and tells it, too."""
        over = {name: one.default for name, one in self._declared.items() if values.get(name, one.default) != one.default}
        said = {name: written(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value) for name, value in over.items()}
        self.overrides.set_text(f"code says {', '.join(f'{name} = {value}' for name, value in said.items())}" if over else "")
        self.defaults.setVisible(bool(over))
        for name, row in (self.form.rows if self.form is not None else {}).items():
            set_state(row.name, "chosen" if name in over else "")
            row.name.setToolTip(f"This slider overrides the code, which says {said[name]}" if name in over else row.field.accessibleDescription())
