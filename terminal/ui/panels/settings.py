"""The Settings panel: a form made from the declarations of `app.settings`; a change is checked, saved and in force at once.

It asks with ChangeSetting and hears of every change, also of those made elsewhere.
"""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from terminal.app.commands import ChangeSetting
from terminal.app.state import SettingChanged
from terminal.domain.words import worded
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panel import Panel
from terminal.ui.widgets.fields import SearchBox
from terminal.ui.widgets.form import DeclarationForm
from terminal.ui.widgets.labels import label

_FORM_WIDTH = 640


class SettingsPanel(Panel):
    """Every setting with its help, and a box that finds one."""

    id = "settings"
    title = "Settings"
    icon = "settings"

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QWidget | None = None) -> None:
        super().__init__(bridge, link, parent)
        self.search = SearchBox("Find a setting", self.show_matching)
        self._form: DeclarationForm | None = None
        self.none_found = label("No setting is called so.", "second")
        self.none_found.hide()
        inner = QWidget()
        inner.setProperty("surface", "panel")
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(14, 8, 14, 14)
        self._rows.addWidget(self.none_found)
        self._rows.addStretch()
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("Settings")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(14, 10, 14, 6)
        self.search.setMaximumWidth(_FORM_WIDTH)
        head.addWidget(self.search)
        column.addLayout(head)
        column.addWidget(area, 1)
        self._area = area
        bridge.on(SettingChanged, self._changed)

    @property
    def form(self) -> DeclarationForm:
        """The form, made when it is first asked for: most starts of the program never show it."""
        if self._form is None:
            self._form = DeclarationForm(self.bridge.settings.declared, self.bridge.settings, shows_help=True)
            self._form.setMaximumWidth(_FORM_WIDTH)
            self._form.value_changed.connect(self._change)
            self._rows.insertWidget(1, self._form)
        return self._form

    def showEvent(self, event: QShowEvent) -> None:
        self.form.show()
        super().showEvent(event)

    def show_matching(self, text: str) -> None:
        """Shows the settings whose name or help holds every word of `text`."""
        words = text.lower().split()
        any_shown = False
        for name, row in self.form.rows.items():
            said = f"{worded(name)} {name} {self.bridge.settings.declared[name].help}".lower()
            fits = all(word in said for word in words)
            row.setVisible(fits)
            any_shown = any_shown or fits
        self.none_found.setVisible(not any_shown)

    def go_to(self, name: str) -> None:
        """Brings the setting of that name into view, with the keyboard in it."""
        self.search.clear()
        self.show_matching("")
        row = self.form.rows[name]
        self._area.ensureWidgetVisible(row)
        row.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _change(self, name: str, value: Any) -> None:
        self.bridge.send(ChangeSetting(name, value), failed=lambda error: self._refused(name, error), question=f"setting {name}")

    def _refused(self, name: str, error: BaseException) -> None:
        self.form.set_values({name: self.bridge.settings[name]})
        self.form.show_problem(name, str(error))

    def _changed(self, event: SettingChanged) -> None:
        if self._form is not None:
            self._form.set_values({event.name: event.value})
