"""The lights at the left of the foot: only what exists, faults first, each explaining itself on a click.

Fed by the Health snapshots that `app.health` publishes each second.
"""

from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QWidget

from terminal.app.state import Health, HealthItem, Severity
from terminal.ui.bridge import Bridge
from terminal.ui.icons import state_mark
from terminal.ui.widgets.buttons import FlatButton
from terminal.ui.widgets.sheet import Sheet

_COLOURS = {Severity.INFO: "up", Severity.WARNING: "warn", Severity.ERROR: "down"}
_WORDS = {Severity.INFO: "fine", Severity.WARNING: "warning", Severity.ERROR: "fault"}


class HealthStrip(QWidget):
    """One light per item of the snapshot."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Health")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._lights: list[FlatButton] = []
        self._items: tuple[HealthItem, ...] = ()
        bridge.watch(Health, self._show)

    def lights(self) -> tuple[FlatButton, ...]:
        """The lights shown, left to right."""
        return tuple(light for light in self._lights if not light.isHidden())

    def _show(self, health: Health) -> None:
        while len(self._lights) < len(health.items):
            light = FlatButton("", partial(self._explain, len(self._lights)))
            light.setIconSize(QSize(14, 14))
            self._row.addWidget(light)
            self._lights.append(light)
        for number, light in enumerate(self._lights):
            light.setVisible(number < len(health.items))
        for light, item in zip(self._lights, health.items, strict=False):
            words = f"{item.name} {item.value}"
            if light.text() != words:
                light.setText(words)
            light.setIcon(state_mark(_COLOURS[item.severity]))
            light.setAccessibleName(f"{words}, {_WORDS[item.severity]}")
            light.setToolTip(item.explanation)
        self._items = health.items

    def _explain(self, number: int) -> None:
        item = self._items[number]
        sheet = Sheet(f"{item.name} · {item.value}", self)
        sheet.add_text(item.explanation)
        sheet.open_at(self._lights[number])
