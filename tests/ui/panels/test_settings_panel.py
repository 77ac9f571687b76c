"""The Settings panel: what is typed is checked, saved and told; what is refused says why; others' changes are shown."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from terminal.app.commands import ChangeSetting
from terminal.app.opening import OpenTerminal
from terminal.app.settings import Settings
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panels.settings import SettingsPanel
from terminal.ui.widgets.form import NumberEditor


def opened_panel(bridge: Bridge, qtbot: QtBot) -> SettingsPanel:
    panel = SettingsPanel(bridge, LinkGroup())
    qtbot.addWidget(panel)
    panel.resize(700, 500)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def type_into(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_every_setting_has_a_row_with_its_help(bridge: Bridge, qtbot: QtBot) -> None:
    panel = opened_panel(bridge, qtbot)
    assert set(panel.form.rows) == set(bridge.settings.declared)


def test_a_typed_value_is_checked_saved_and_in_force(bridge: Bridge, opened: OpenTerminal, qtbot: QtBot) -> None:
    panel = opened_panel(bridge, qtbot)
    capital = panel.form.editor("capital")
    assert isinstance(capital, NumberEditor)
    type_into(qtbot, capital.text, "25000")
    qtbot.waitUntil(lambda: bridge.settings["capital"] == 25_000)
    assert Settings(opened.terminal.paths.settings_file)["capital"] == 25_000
    type_into(qtbot, capital.text, "-1")
    assert panel.form.rows["capital"].problem.isVisible()
    assert bridge.settings["capital"] == 25_000


def test_a_refused_address_says_why(bridge: Bridge, qtbot: QtBot) -> None:
    panel = opened_panel(bridge, qtbot)
    address = panel.form.editor("exchange_address")
    assert isinstance(address, QLineEdit)
    type_into(qtbot, address, "https://example.com")
    assert "127.0.0.1" in panel.form.rows["exchange_address"].problem.text()
    assert bridge.settings["exchange_address"] == ""


def test_a_change_made_elsewhere_is_shown(bridge: Bridge, qtbot: QtBot) -> None:
    panel = opened_panel(bridge, qtbot)
    bridge.send(ChangeSetting("theme", "light"))
    theme = panel.form.editor("theme")
    assert isinstance(theme, QComboBox)
    qtbot.waitUntil(lambda: theme.currentText() == "Light")


def test_a_setting_is_found_by_words(bridge: Bridge, qtbot: QtBot) -> None:
    panel = opened_panel(bridge, qtbot)
    qtbot.keyClicks(panel.search, "colour blindness")
    qtbot.waitUntil(lambda: [name for name, row in panel.form.rows.items() if row.isVisible()] == ["up_down_colours"])
    panel.search.clear()
    qtbot.keyClicks(panel.search, "no such thing")
    qtbot.waitUntil(lambda: panel.none_found.isVisible())
