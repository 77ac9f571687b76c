"""A newcomer: knows nothing of the program but the words it shows, reads them, clicks them, drags what stands beside them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPlainTextEdit, QSlider, QTabBar, QTableView, QWidget

from terminal.ui.widgets.labels import ElidedLabel, Tag

_STEP_MS = 20


@dataclass(frozen=True)
class Seen:
    """Words on screen and where they stand."""

    text: str
    widget: QWidget
    place: QRect

    @property
    def middle(self) -> QPoint:
        return self.place.center()


class Robot:
    """Sees the visible widgets of the application. `pictures` is where `picture` writes."""

    def __init__(self, app: QApplication, window: QWidget, pictures: Path) -> None:
        self._app, self._window, self._pictures = app, window, pictures
        self._count = 0

    def read(self, text: str) -> Seen | None:
        """The first place where `text` is the whole of what is written, else the first where it occurs; `text` may be a pattern."""
        pattern = re.compile(text)
        all_seen = list(self._seen())
        whole = [seen for seen in all_seen if pattern.fullmatch(seen.text)]
        return next(iter(whole or [seen for seen in all_seen if pattern.search(seen.text)]), None)

    def wait_for(self, text: str, seconds: float = 10) -> Seen:
        """Where `text` stands, as soon as it does."""
        found: list[Seen] = []

        def look() -> bool:
            seen = self.read(text)
            if seen is not None:
                found.append(seen)
            return seen is not None

        self.wait_until(look, f"reading {text!r}", seconds)
        return found[0]

    def wait_until(self, question: Callable[[], bool], words: str, seconds: float = 10) -> None:
        """Goes on once `question` is answered with yes; fails with everything readable otherwise."""
        until = monotonic() + seconds
        while not question():
            if monotonic() > until:
                readable = "\n".join(sorted({seen.text for seen in self._seen() if seen.text}))
                raise AssertionError(f"{words}: not within {seconds} s. On screen:\n{readable}")
            self.rest(_STEP_MS)

    def rest(self, milliseconds: int) -> None:
        """Lets the program go on."""
        QTest.qWait(milliseconds)

    def field(self, shown: str) -> QLineEdit:
        """The field in which exactly `shown` stands."""
        return next(seen.widget for seen in self._seen() if isinstance(seen.widget, QLineEdit) and seen.text == shown)

    def click(self, text: str, seconds: float = 10) -> None:
        """Clicks the words."""
        seen = self.wait_for(text, seconds)
        QTest.mouseClick(seen.widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, seen.middle)

    def drag_beside(self, text: str, by: int) -> None:
        """Drags the knob of the slider that stands in the line of `text` by so many pixels, as a hand does."""
        label = self.wait_for(text)
        height = label.widget.mapToGlobal(label.middle).y()
        sliders = [widget for widget in self._widgets() if isinstance(widget, QSlider)]
        slider = min(sliders, key=lambda widget: abs(widget.mapToGlobal(widget.rect().center()).y() - height))
        share = (slider.value() - slider.minimum()) / (slider.maximum() - slider.minimum())
        knob = QPoint(8 + round(share * (slider.width() - 16)), slider.rect().center().y())
        QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, knob)
        for step in range(1, 9):
            QTest.mouseMove(slider, knob + QPoint(by * step // 8, 0))
            self.rest(_STEP_MS)
        QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, knob + QPoint(by, 0))

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Presses a key where the keyboard is."""
        QTest.keyClick(self._app.focusWidget() or self._window, key, modifier)

    def write(self, text: str) -> None:
        """Types where the keyboard is."""
        QTest.keyClicks(self._app.focusWidget() or self._window, text)

    def picture(self, name: str) -> bytes:
        """Writes what is on screen as a numbered PNG; answers with its raw pixels."""
        self._count += 1
        grabbed = self._window.grab()
        grabbed.save(str(self._pictures / f"{self._count:02}-{name}.png"))
        return bytes(grabbed.toImage().constBits())

    def line_of(self, text: str) -> list[str]:
        """Everything written in the table row in which `text` stands."""
        seen = self.wait_for(text)
        view = seen.widget.parent()
        assert isinstance(view, QTableView)
        index = view.indexAt(seen.middle)
        model = view.model()
        return [str(model.index(index.row(), column).data() or "") for column in range(model.columnCount())]

    def _widgets(self) -> Iterator[QWidget]:
        for top in self._app.topLevelWidgets():
            if top.isVisible():
                yield top
                yield from (widget for widget in top.findChildren(QWidget) if widget.isVisible() and not widget.visibleRegion().isEmpty())

    def _seen(self) -> Iterator[Seen]:
        for widget in self._widgets():
            if isinstance(widget, QTableView):
                yield from _cells(widget)
            elif isinstance(widget, QTabBar):
                yield from (Seen(widget.tabText(number), widget, widget.tabRect(number)) for number in range(widget.count()))
            elif (text := _words(widget)) is not None:
                yield Seen(text, widget, widget.rect())


def _words(widget: QWidget) -> str | None:
    """What is written on a widget: text, or the name under which an icon is known."""
    if isinstance(widget, ElidedLabel):
        return widget.whole_text()
    if isinstance(widget, QLabel | Tag):
        return re.sub(r"<[^>]+>", "", widget.text())
    if isinstance(widget, QAbstractButton):
        return widget.text() or widget.toolTip()
    if isinstance(widget, QLineEdit):
        return widget.text() or widget.placeholderText()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    return widget.windowTitle() if widget.isWindow() else None


def _cells(view: QTableView) -> Iterator[Seen]:
    model = view.model()
    if model is None:
        return
    room = view.viewport().rect()
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            index = model.index(row, column)
            place = view.visualRect(index)
            if place.intersects(room):
                yield Seen(str(index.data() or ""), view.viewport(), place)
            elif place.top() > room.bottom():
                return
