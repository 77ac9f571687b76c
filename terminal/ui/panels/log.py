"""The Log panel: what every room wrote down, filtered by words, level and room.

Fed by LogLine events, already redacted; the newest lines are at the bottom, as they were written.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from terminal.app.state import LogLine
from terminal.ui.actions import Action
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panel import Panel
from terminal.ui.widgets.buttons import FlatButton
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.fields import ChoiceField, SearchBox
from terminal.ui.widgets.labels import EmptyState, label
from terminal.ui.widgets.table import Table

_KEPT = 3000
_PACE_MS = 100
_LEVELS = {"All": 0, "Info": 20, "Warnings": 30, "Errors": 40}
_HEIGHT = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
_COLOURS = {"warning": "warn", "error": "down", "critical": "down", "info": "second"}


class LogPanel(Panel):
    """The last lines of the log."""

    id = "log"
    title = "Log"
    icon = "log"

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QWidget | None = None) -> None:
        super().__init__(bridge, link, parent)
        self._lines: deque[tuple[int, LogLine]] = deque(maxlen=_KEPT)
        self._number = 0
        self._words: tuple[str, ...] = ()
        self._level = "All"
        self.search = SearchBox("Filter the log", self._filter)
        self.level = ChoiceField(tuple(_LEVELS), name="Level", chosen=self._choose_level)
        self.count = label("", "faint")
        self.table: Table[tuple[int, LogLine]] = Table(self._columns(), name="Log", key=lambda line: line[0])
        self.empty = EmptyState("Nothing was written down yet.")
        self._arrange()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PACE_MS)
        self._soon.timeout.connect(self._show)
        bridge.zones.changed.connect(self._show)
        bridge.on(LogLine, self._take)

    def actions(self) -> list[Action]:  # type: ignore[override] # the panel's, not Qt's
        return [Action("log.filter", "Filter the log", self.search.setFocus, "Puts the keyboard into the log's filter", group="Log")]

    def state(self) -> dict[str, Any]:
        return {"level": self._level}

    def restore(self, state: Mapping[str, Any]) -> None:
        level = state.get("level")
        if level in _LEVELS:
            self.level.setCurrentText(str(level))
            self._choose_level(str(level))

    def clear(self) -> None:
        """Empties the panel; the files keep every line."""
        self._lines.clear()
        self._show()

    def _arrange(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 8, 10, 8)
        bar.setSpacing(8)
        self.level.setMaximumWidth(150)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.level)
        bar.addWidget(self.count)
        bar.addWidget(FlatButton("Clear", self.clear, tooltip="Empty this list; the log files keep every line"))
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addLayout(self._stack, 1)

    def _take(self, line: LogLine) -> None:
        self._number += 1
        self._lines.append((self._number, line))
        if not self._soon.isActive():
            self._soon.start()

    def _filter(self, text: str) -> None:
        self._words = tuple(text.lower().split())
        self._show()

    def _choose_level(self, level: str) -> None:
        self._level = level
        self._show()

    def _show(self) -> None:
        least = _LEVELS[self._level]
        shown = [line for line in self._lines if _HEIGHT.get(line[1].level, 20) >= least and self._fits(line[1])]
        bar = self.table.verticalScrollBar()
        was_at_end = bar.value() >= bar.maximum() - 4
        self.table.set_rows(shown)
        self.count.setText(f"{len(shown):,} of {len(self._lines):,}")
        self.empty.set_text("No line fits this filter." if self._lines else "Nothing was written down yet.")
        self._stack.setCurrentIndex(1 if shown else 0)
        if was_at_end:
            self.table.scrollToBottom()

    def _fits(self, line: LogLine) -> bool:
        text = f"{line.text} {line.room} {line.level}".lower()
        return all(word in text for word in self._words)

    def _columns(self) -> list[Column[tuple[int, LogLine]]]:
        return [
            Column(
                "Time",
                lambda line: self.bridge.zones.recent(line[1].time, self.bridge.clock()),
                sort=lambda line: line[1].time,
                width=130,
                tooltip=lambda line: self.bridge.zones.both(line[1].time),
            ),
            Column("Level", lambda line: line[1].level.capitalize(), sort=lambda line: _HEIGHT.get(line[1].level, 20), colour=_colour, width=80),
            Column("Room", lambda line: line[1].room, colour=lambda _line: "second", width=90),
            Column("What happened", lambda line: line[1].text.replace("\n", " "), stretches=True, tooltip=lambda line: line[1].text),
        ]


def _colour(line: tuple[int, LogLine]) -> str:
    return _COLOURS.get(line[1].level, "second")
