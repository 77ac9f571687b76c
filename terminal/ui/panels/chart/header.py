"""The chart's part of its panel's header: origin of the prices, timeframes, and the menus for indicators, drawing and view.

Built by the panel; what was clicked goes back through callables it hands in.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from terminal.domain.timeframe import Timeframe
from terminal.ui.widgets.buttons import FlatButton
from terminal.ui.widgets.fields import below
from terminal.ui.widgets.labels import Tag

SHOWN = (Timeframe.M1, Timeframe.M5, Timeframe.M15, Timeframe.H1, Timeframe.H4, Timeframe.D1)


@dataclass(frozen=True, slots=True)
class Choice:
    """A group of a menu of which one is in force: words by value, and what a click does."""

    title: str
    words: Mapping[str, str]
    chosen: Callable[[], str]
    choose: Callable[[str], None]


class TimeframeSwitch(QWidget):
    """One button per timeframe; those finer than anything stored are grey and say why."""

    def __init__(self, chosen: Callable[[Timeframe], None]) -> None:
        super().__init__()
        self.setAccessibleName("Timeframe")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._buttons = {frame: FlatButton(frame.value, partial(chosen, frame), tooltip=f"{frame.words} candles", checkable=True) for frame in SHOWN}
        for button in self._buttons.values():
            row.addWidget(button)

    def show_timeframe(self, timeframe: Timeframe) -> None:
        """Marks the timeframe in view."""
        for frame, button in self._buttons.items():
            button.setChecked(frame is timeframe)

    def allow(self, finest: Timeframe | None) -> None:
        """Enables what can be made of candles of `finest`; everything where it is None."""
        for frame, button in self._buttons.items():
            can = finest is None or frame.nanoseconds >= finest.nanoseconds
            button.setEnabled(can)
            button.setToolTip(f"{frame.words} candles" if can else f"The finest candles stored are {finest}: extract {frame.value} candles to see them")


def origin_tag(parent: QWidget | None = None) -> Tag:
    """The tag that names where the prices come from."""
    tag = Tag("", parent=parent)
    tag.setVisible(False)
    return tag


def menu_button(words: str, tooltip: str, fill: Callable[[QMenu], None]) -> FlatButton:
    """A header button that opens a menu, filled anew each time."""
    button = FlatButton(words, tooltip=tooltip)

    def show() -> None:
        menu = QMenu(button)
        menu.setAccessibleName(words)
        fill(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(below(button))

    button.clicked.connect(show)
    return button


def add_choice(menu: QMenu, choice: Choice) -> None:
    """Adds a titled group of which exactly one entry is ticked."""
    if menu.actions():
        menu.addSeparator()
    title = menu.addAction(choice.title)
    title.setEnabled(False)
    group = QActionGroup(menu)
    for value, words in choice.words.items():
        entry = QAction(words, menu, checkable=True, checked=value == choice.chosen())
        entry.triggered.connect(lambda _checked=False, value=value: choice.choose(value))
        group.addAction(entry)
        menu.addAction(entry)


def add_entries(menu: QMenu, entries: Iterable[tuple[str, str, Callable[[], None]]]) -> None:
    """Adds entries of (words, key shown beside them, what they do)."""
    for words, key, run in entries:
        entry = menu.addAction(f"{words}\t{key}" if key else words)
        entry.triggered.connect(lambda _checked=False, run=run: run())
