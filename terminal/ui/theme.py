"""The look in force: one theme per application, switched while it runs, and a signal for whatever paints by itself.

`apply(app)` puts it on at start; painted widgets ask `current()` and repaint on `theme().changed`.
"""

from contextlib import suppress

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from terminal.domain.errors import BadInput
from terminal.domain.resources import resource_path
from terminal.ui.stylesheet import stylesheet
from terminal.ui.tokens import DARK, LIGHT, Metrics, Tokens, metrics, with_state_pair

__all__ = ["DARK", "LIGHT", "Metrics", "Theme", "Tokens", "apply", "current", "measures", "mono_font", "prepared", "text_font", "theme"]

TEXT_FAMILY = "Inter"
MONO_FAMILY = "JetBrains Mono"
_FONT_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf")


class Theme(QObject):
    """The tokens and measures in force. `changed` is emitted after the application has the new look."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName("theme")
        self._app = app
        self._system_px = float(QFontInfo(app.font()).pixelSize())
        self.families = _load_fonts()
        self.tokens = DARK
        self.metrics = metrics(self._system_px)

    def switch(self, name: str, *, pair: str = "green_red", is_dense: bool = False) -> None:
        """Puts on the "dark" or "light" theme with an up / down pair and row height; a name it does not know is dark."""
        self.choose(name, pair=pair, is_dense=is_dense)
        self.dress()

    def choose(self, name: str, *, pair: str = "green_red", is_dense: bool = False) -> None:
        """Takes up colours, lengths and font, the cheap part of `switch`; a window built now is dressed once, by `dress`."""
        self.tokens = with_state_pair(LIGHT if name == "light" else DARK, pair)
        self.metrics = metrics(self._system_px, is_dense=is_dense)
        self._app.setPalette(_palette(self.tokens))
        self._app.setFont(text_font(self.metrics.text, families=self.families))

    def dress(self) -> None:
        """Puts the stylesheet of the chosen look on everything there is."""
        self._app.setStyleSheet(stylesheet(self.tokens, self.metrics))
        self.changed.emit()


def apply(app: QApplication, name: str = "dark", *, pair: str = "green_red", is_dense: bool = False) -> Theme:
    """The application's theme, put on; made at the first call."""
    found = prepared(app)
    found.switch(name, pair=pair, is_dense=is_dense)
    return found


def prepared(app: QApplication) -> Theme:
    """The application's theme, not yet put on where it is new."""
    found = app.findChild(Theme)
    if found is None:
        app.setStyle(QStyleFactory.create("Fusion"))
        found = Theme(app)
    return found


def theme() -> Theme:
    """The theme of the running application; put on in its dark form where nobody did so before."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("A theme needs a QApplication.")
    found = app.findChild(Theme)
    return found if found is not None else apply(app)


def current() -> Tokens:
    """The colours in force."""
    return theme().tokens


def measures() -> Metrics:
    """The lengths in force."""
    return theme().metrics


def text_font(pixels: int, *, weight: QFont.Weight = QFont.Weight.Normal, families: tuple[str, str] | None = None) -> QFont:
    """The interface font with figures of equal width."""
    font = QFont((families or theme().families)[0])
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def mono_font(pixels: int | None = None) -> QFont:
    """The font of code, 13 px unless the system's text is larger."""
    font = QFont(theme().families[1])
    font.setPixelSize(pixels or measures().text)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def _load_fonts() -> tuple[str, str]:
    """Families of text and code: the bundled ones, the system's where a file is missing."""
    for name in _FONT_FILES:
        with suppress(BadInput):
            QFontDatabase.addApplicationFont(str(resource_path(f"fonts/{name}")))
    known = set(QFontDatabase.families())
    text = TEXT_FAMILY if TEXT_FAMILY in known else QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    mono = MONO_FAMILY if MONO_FAMILY in known else QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return text, mono


def _palette(tokens: Tokens) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.field,
        QPalette.ColorRole.AlternateBase: tokens.panel,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.Button: tokens.raised,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.BrightText: tokens.on_accent,
        QPalette.ColorRole.ToolTipBase: tokens.raised,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.faint,
        QPalette.ColorRole.Highlight: tokens.accent_strong,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.LinkVisited: tokens.accent,
        QPalette.ColorRole.Light: tokens.raised,
        QPalette.ColorRole.Midlight: tokens.raised,
        QPalette.ColorRole.Mid: tokens.line,
        QPalette.ColorRole.Dark: tokens.line,
        QPalette.ColorRole.Shadow: tokens.window,
        QPalette.ColorRole.Accent: tokens.accent,
    }
    palette = QPalette()
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.faint))
    return palette
