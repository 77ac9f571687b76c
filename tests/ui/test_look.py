"""The look: contrast of every pair that carries words, figures of equal width, sizes that follow the system's font."""

import pytest
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from terminal.ui import icons
from terminal.ui.theme import apply, current, measures, text_font, theme
from terminal.ui.tokens import DARK, LIGHT, Tokens, metrics, with_state_pair

WORDS = ("text", "second", "faint", "accent", "up", "down", "warn", "demo", "paper", "violet", "cyan", "keyword", "string", "number", "definition", "unknown")
GROUNDS = ("window", "panel", "field", "raised")
THEMES = [DARK, LIGHT, with_state_pair(DARK, "blue_orange"), with_state_pair(LIGHT, "blue_orange")]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in QColor(colour).getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", THEMES, ids=lambda tokens: f"{tokens.name} {tokens.up}")
def test_every_colour_of_words_stands_out_from_every_ground(tokens: Tokens) -> None:
    weak = {
        (word, ground): round(contrast(getattr(tokens, word), getattr(tokens, ground)), 2)
        for word in WORDS
        for ground in GROUNDS
        if contrast(getattr(tokens, word), getattr(tokens, ground)) < 4.5
    }
    assert weak == {}
    assert contrast(tokens.on_accent, tokens.accent_strong) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent_hover) >= 4.5


def test_a_look_is_put_on_while_the_program_runs(qapp: QApplication, qtbot: QtBot) -> None:
    apply(qapp)
    with qtbot.waitSignal(theme().changed):
        theme().switch("light", pair="blue_orange", is_dense=True)
    assert (current().name, current().up) == ("light", with_state_pair(LIGHT, "blue_orange").up)
    assert measures().row == 24
    apply(qapp)
    assert (current(), measures().row) == (DARK, 30)


def test_figures_have_equal_width_in_every_role(qapp: QApplication, qtbot: QtBot) -> None:
    apply(qapp)
    for role in ("", "key", "small"):
        label = QLabel()
        label.setProperty("role", role)
        qtbot.addWidget(label)
        label.ensurePolished()
        widths = {QFontMetrics(label.font()).horizontalAdvance(figure * 4) for figure in "0123456789"}
        assert len(widths) == 1, role


def test_the_bundled_fonts_are_used(qapp: QApplication) -> None:
    apply(qapp)
    assert theme().families == ("Inter", "JetBrains Mono")
    assert text_font(13).pixelSize() == 13


def test_the_usual_system_font_gives_the_drawn_sizes_and_a_larger_one_grows_all() -> None:
    usual = metrics(12)
    assert (usual.text, usual.small, usual.key, usual.row, usual.header, usual.top_bar, usual.foot) == (13, 11, 15, 30, 34, 44, 28)
    large = metrics(20)
    assert large.text == 20
    assert large.row == round(30 * 20 / 13)


def test_every_icon_is_drawn_in_every_state(qapp: QApplication) -> None:
    from PySide6.QtGui import QIcon

    apply(qapp)
    for name in icons.names():
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled, QIcon.Mode.Selected):
            image = icons.icon(name).pixmap(16, 16, mode).toImage()
            assert any(image.pixelColor(x, y).alpha() for x in range(16) for y in range(16)), name
    assert icons.icon("there is none").isNull()
