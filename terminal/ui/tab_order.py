"""The order in which Tab goes through the window: by where things stand, not by when they were made.

Docked panels move, so the order is asked for at each press; within one part of the window the widgets' own order holds.
"""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def step(window: QWidget, parts: Sequence[QWidget], *, forward: bool) -> bool:
    """Gives the keyboard to the next stop of `window`, or the one before; False where there is none. `parts` are in the order of reading."""
    stops = ordered_stops(window, parts)
    if not stops:
        return False
    now = QApplication.focusWidget()
    places = [place for place, stop in enumerate(stops) if now is not None and (stop is now or stop.isAncestorOf(now))]
    place = (places[-1] + (1 if forward else -1)) % len(stops) if places else (0 if forward else -1)
    stops[place].setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    return True


def ordered_stops(window: QWidget, parts: Sequence[QWidget]) -> list[QWidget]:
    """Every widget of `window` at which Tab stops: part by part, what stands in none of them last."""
    numbers = {part: number for number, part in enumerate(parts)}
    return sorted(_stops(window), key=lambda stop: _part_of(stop, numbers))


def _stops(window: QWidget) -> Iterator[QWidget]:
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        is_there = widget.isVisible() and widget.isEnabled() and widget.window() is window
        if is_there and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
            yield widget
        widget = widget.nextInFocusChain()


def _part_of(stop: QWidget, numbers: dict[QWidget, int]) -> int:
    """The number of the innermost part that holds `stop`."""
    widget: QWidget | None = stop
    while widget is not None:
        if widget in numbers:
            return numbers[widget]
        widget = widget.parentWidget()
    return len(numbers)
