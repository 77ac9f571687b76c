"""A form made from declarations: one row per parameter or setting, with its bounds, unit and help, checked as it is typed.

Used by the settings and by the strategy editor, whose rows carry sliders.
"""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QSlider, QVBoxLayout, QWidget

from terminal.domain.errors import BadInput
from terminal.domain.parameters import Bool, Choice, Declaration, Float, Int
from terminal.domain.words import worded
from terminal.ui.theme import measures
from terminal.ui.widgets.fields import ChoiceField, FieldRow, TextField
from terminal.ui.widgets.labels import label

_SLIDER_STEPS = 200
_FIELD_WIDTH = 64


class _Slider(QSlider):
    """A slider the wheel moves only while it has the focus, so that a form can be scrolled over it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NumberEditor(QWidget):
    """A number as text and, with `has_slider`, as a slider on the declaration's grid; `changed` carries a checked value."""

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, declared: Int | Float, value: float, *, has_slider: bool) -> None:
        super().__init__()
        self._declared = declared
        self._value = value
        span = declared.high - declared.low
        self._step = declared.step or (1 if isinstance(declared, Int) and span <= 10_000 else span / _SLIDER_STEPS)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.slider: QSlider | None = None
        if has_slider:
            self.slider = _Slider(Qt.Orientation.Horizontal)
            self.slider.setRange(0, max(1, round(span / self._step)))
            self.slider.setAccessibleName(worded(declared.name))
            self.slider.setToolTip(f"{declared.help} — {declared.allowed()}".lstrip(" —"))
            self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            row.addWidget(self.slider, 1)
        self.text = QLineEdit()
        self.text.setAccessibleName(worded(declared.name))
        self.text.setAlignment(Qt.AlignmentFlag.AlignRight if has_slider else Qt.AlignmentFlag.AlignLeft)
        if has_slider:
            self.text.setProperty("kind", "figure")
            self.text.setFixedWidth(round(_FIELD_WIDTH * measures().text / 13))
        row.addWidget(self.text, 0 if has_slider else 1)
        if self.slider is None:
            self.setFocusProxy(self.text)  # with a slider before it, Tab would step over the slider to its proxy
        self.show_value(value)
        if self.slider is not None:
            self.slider.valueChanged.connect(self._slid)
        self.text.editingFinished.connect(self._typed)

    def value(self) -> float:
        """The last checked value."""
        return self._value

    def show_value(self, value: float) -> None:
        """Shows `value` and tells nobody."""
        self._value = value
        self.text.setText(written(value))
        self.refused.emit("")
        if self.slider is not None:
            self.slider.blockSignals(True)
            self.slider.setValue(round((value - self._declared.low) / self._step))
            self.slider.blockSignals(False)

    def _slid(self, place: int) -> None:
        raw = min(self._declared.high, self._declared.low + place * self._step)
        self._take(round(raw) if isinstance(self._declared, Int) else float(f"{raw:.10g}"))

    def _typed(self) -> None:
        try:
            value = self._declared.parse(self.text.text().replace("−", "-").replace(",", "").strip())
        except BadInput as error:
            self.refused.emit(str(error))
            return
        self._take(value)

    def _take(self, value: float) -> None:
        is_new = value != self._value
        self.show_value(value)
        if is_new:
            self.changed.emit(value)


class DeclarationForm(QWidget):
    """One row per declaration. `value_changed(name, value)` is emitted for every value that was checked and is new."""

    value_changed = Signal(str, object)

    def __init__(
        self,
        declared: Mapping[str, Declaration[Any]],
        values: Mapping[str, Any],
        *,
        has_sliders: bool = False,
        shows_help: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._declared = dict(declared)
        self._values = {name: values.get(name, declaration.default) for name, declaration in declared.items()}
        self.rows: dict[str, FieldRow] = {}
        self._editors: dict[str, QWidget] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14 if shows_help else 6)
        names = [worded(name) for name in declared]
        width = max((self.fontMetrics().horizontalAdvance(name) for name in names), default=0) + 8
        for name, declaration in self._declared.items():
            editor = self._editor(name, declaration, has_sliders)
            unit = "" if has_sliders else declaration.unit
            row = FieldRow(worded(name), editor, unit=unit, help_text=self._help(declaration), label_width=width)
            if isinstance(editor, NumberEditor):
                editor.refused.connect(row.show_problem)
            if shows_help and declaration.help:
                hint = label(declaration.help, "faint", wraps=True)
                hint.setContentsMargins(width + 8, 0, 0, 0)
                row.layout().addWidget(hint)  # type: ignore[union-attr] # a FieldRow always has one
            self.rows[name] = row
            self._editors[name] = editor
            column.addWidget(row)

    def values(self) -> dict[str, Any]:
        """The checked values by name."""
        return dict(self._values)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Shows `values` and tells nobody; names it does not know are ignored."""
        for name, value in values.items():
            if name in self._editors:
                self._values[name] = value
                self._show(name, value)

    def show_problem(self, name: str, text: str) -> None:
        """Says below the row of `name` what is wrong; "" takes it away."""
        if name in self.rows:
            self.rows[name].show_problem(text)

    def editor(self, name: str) -> QWidget:
        """The field of that name."""
        return self._editors[name]

    @staticmethod
    def _help(declaration: Declaration[Any]) -> str:
        allowed = declaration.allowed()
        return f"{declaration.help} — {allowed}" if declaration.help else allowed

    def _editor(self, name: str, declaration: Declaration[Any], has_sliders: bool) -> QWidget:
        value = self._values[name]
        if isinstance(declaration, Int | Float):
            number = NumberEditor(declaration, value, has_slider=has_sliders)
            number.changed.connect(lambda new: self._take(name, new))
            return number
        if isinstance(declaration, Bool):
            switch = QCheckBox("Yes" if value else "No")
            switch.setChecked(value)
            switch.toggled.connect(lambda on: switch.setText("Yes" if on else "No"))
            switch.toggled.connect(lambda on: self._take(name, on))
            return switch
        if isinstance(declaration, Choice):
            choice = ChoiceField(tuple(worded(option) for option in declaration.options))
            choice.setCurrentIndex(declaration.options.index(value))
            choice.activated.connect(lambda place: self._take(name, declaration.options[place]))
            return choice
        return TextField(str(value), hint=declaration.allowed(), name=worded(name), edited=lambda text: self._parse(name, text))

    def _parse(self, name: str, text: str) -> None:
        try:
            value = self._declared[name].parse(text)
        except BadInput as error:
            self.show_problem(name, str(error))
            return
        self._take(name, value)

    def _take(self, name: str, value: Any) -> None:
        self.show_problem(name, "")
        if value != self._values[name]:
            self._values[name] = value
            self.value_changed.emit(name, value)

    def _show(self, name: str, value: Any) -> None:
        editor, declaration = self._editors[name], self._declared[name]
        self.show_problem(name, "")
        if isinstance(editor, NumberEditor):
            editor.show_value(value)
        elif isinstance(editor, QCheckBox):
            editor.blockSignals(True)
            editor.setChecked(value)
            editor.setText("Yes" if value else "No")
            editor.blockSignals(False)
        elif isinstance(editor, ChoiceField) and isinstance(declaration, Choice):
            editor.setCurrentIndex(declaration.options.index(value))
        elif isinstance(editor, QLineEdit):
            editor.setText(str(value))


def written(value: float) -> str:
    """A number as a field shows it: without groups, without a trailing ".0"."""
    text = f"{value:.10g}"
    return text.replace("-", "−", 1) if "e" not in text else text
