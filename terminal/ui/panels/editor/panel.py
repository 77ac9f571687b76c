"""The Strategy editor: code in tabs, sliders below it, a status line, and Run (F5) on the series in view.

Speaks to the link group: the strategy and its parameters go out, runs come in from whoever ran them.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.ui.actions import Action
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panel import Panel
from terminal.ui.panels.editor.choose import choose_strategy
from terminal.ui.panels.editor.desk import Desk, Kept
from terminal.ui.panels.editor.document import Document
from terminal.ui.panels.editor.find import FindBar
from terminal.ui.panels.editor.run_button import RunButton
from terminal.ui.panels.editor.runner import Runner, Wish
from terminal.ui.panels.editor.sliders import Sliders
from terminal.ui.panels.editor.status import NoticeBar, StatusLine
from terminal.ui.panels.editor.telling import Telling
from terminal.ui.widgets.buttons import IconButton, SecondaryButton
from terminal.ui.widgets.labels import separator

FIRST = "ema_trend"


class EditorPanel(Panel):
    """Strategy files and their parameters."""

    id = "editor"
    title = "Strategy"
    icon = "editor"

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QWidget | None = None) -> None:
        super().__init__(bridge, link, parent)
        self.runs_on_save = False
        self._unopened: Mapping[str, Any] | None = None
        """What was kept, until all of it is open again: a program killed meanwhile loses none of it."""
        self._shown: Document | None = None
        self.desk = Desk(bridge)
        self.search = FindBar(self.desk.front_view)
        self.sliders = Sliders()
        self.status = StatusLine(self.desk.go_to_problem)
        self.notice = NoticeBar()
        self.runner = Runner(bridge, link, self)
        self.run_button = RunButton(self.run, self.runner.stop)
        self.mine_button = SecondaryButton("Make it mine", self.make_mine, tooltip="This file comes with Outcry and is read-only: copy it into your own folder")
        self._arrange()
        self.desk.front_changed.connect(self._front_changed)
        self.desk.told.connect(self.status.say)
        self.sliders.value_changed.connect(self._slid)
        self.sliders.reset.connect(self._reset)
        self.runner.running.connect(self.run_button.show_running)
        self.telling = Telling(bridge, link, self.runner, self.desk, self.sliders, self.status)
        link.strategy_changed.connect(self._strategy_asked)
        QTimer.singleShot(0, self, self._open_first)

    def header_widgets(self) -> list[QWidget]:
        new = IconButton("add", "New strategy", self.desk.make)
        choose = IconButton("folder", "Open a strategy")
        choose.clicked.connect(lambda: choose_strategy(self.bridge, choose, lambda key: self.desk.open([key])))
        return [new, choose, self.run_button]

    def actions(self) -> list[Action]:  # type: ignore[override] # the panel's, not Qt's
        return [
            Action("editor.run", "Run backtest", self.run, "Runs the strategy in front on the series in view", "F5", "run", "Strategy"),
            Action("editor.save", "Save strategy", self.save, "Writes the file in front", "Ctrl+S", group="Strategy"),
            Action("editor.find", "Find in strategy", self.search.open, "Finds and replaces in the file in front", "Ctrl+F", "search", "Strategy"),
            Action(
                "editor.comment",
                "Comment lines",
                self.desk.toggle_comment,
                "Comments the chosen lines, or takes the comment away (Ctrl+/ in the code)",
                group="Strategy",
            ),
            Action("editor.new", "New strategy", self.desk.make, "A file of your own from the template", "Ctrl+N", "add", "Strategy"),
            Action("editor.new_events", "New event strategy", self.desk.make_from_events, "A file that is asked candle by candle", group="Strategy"),
            Action("editor.mine", "Make this strategy mine", self.make_mine, "Copies the file in front into your own folder", group="Strategy"),
            Action("editor.close", "Close strategy file", self.desk.close_front, "Closes the file in front", "Ctrl+W", group="Strategy"),
            Action("editor.run_on_save", "Run when saved, on or off", self._toggle_run_on_save, "Runs the backtest after each save", group="Strategy"),
        ]

    def state(self) -> dict[str, Any]:
        if self._unopened is not None:
            return dict(self._unopened)
        front = self.desk.front()
        return {
            "open": [document.key for document in self.desk.documents],
            "front": front.key if front is not None else "",
            "drafts": self.desk.drafts(),
            "values": self.desk.chosen_values(),
            "run_on_save": self.runs_on_save,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        keys, drafts, values = state.get("open"), state.get("drafts"), state.get("values")
        self.runs_on_save = state.get("run_on_save") is True
        if isinstance(keys, list) and keys and all(isinstance(key, str) for key in keys):
            self._unopened = dict(state)

            def opened() -> None:
                self._unopened = None

            kept = Kept(
                {key: text for key, text in drafts.items() if isinstance(text, str)} if isinstance(drafts, dict) else {},
                {key: chosen for key, chosen in values.items() if isinstance(chosen, dict)} if isinstance(values, dict) else {},
            )
            self.desk.open(keys, front=str(state.get("front", "")), kept=kept, then=opened)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sliders.give_room(event.size().height())

    def run(self, *, is_slider: bool = False) -> None:
        """Runs the strategy in front with the chosen parameters; what was typed is saved first."""
        front = self.desk.front()
        if front is None:
            self.status.say("No strategy is open. Open one, or make a new one.", "warn")
        elif front.is_dirty:
            self.desk.save(front, then=partial(self._ask, is_slider))
        else:
            self._ask(is_slider)

    def save(self) -> None:
        """Writes the file in front."""
        front = self.desk.front()
        if front is not None:
            self.desk.save(front, then=self.run if self.runs_on_save else None)

    def make_mine(self) -> None:
        """Copies the file in front into the person's own folder and opens the copy."""
        front = self.desk.front()
        if front is not None:
            self.desk.make(front.key)

    def _ask(self, is_slider: bool) -> None:
        front = self.desk.front()
        if front is None:
            return
        if not self.runner.run(Wish(front.key, front.entry.title, front.values, is_slider)):
            self.status.say("No series is in view. Choose one in the watchlist, then run.", "warn")
        elif not is_slider:
            self.status.say(f"Running on {self.link.plan.names(self.link.series)}", "busy")

    def _slid(self, name: str, value: object) -> None:
        front = self.desk.front()
        if front is not None:
            front.set_value(name, value)
            self.link.set_parameters(front.values)
            self.run(is_slider=True)

    def _reset(self) -> None:
        front = self.desk.front()
        if front is not None:
            front.choose({})
            self._front_changed()
            self.run(is_slider=True)

    def _front_changed(self) -> None:
        front = self.desk.front()
        self.search.refresh()
        self.notice.show_document(front)
        self.mine_button.setVisible(front is not None and front.is_read_only)
        if front is None:
            self.sliders.show_parameters({}, {})
            return
        if front is not self._shown:
            self._shown = front
            self.status.say(front.entry.description or "Ready")
        self.sliders.show_parameters(front.declared, front.values)
        self.link.show_strategy(front.key)
        self.link.set_parameters(front.values)
        if front.entry.error is not None and front.view.problem_line():
            self.status.say(str(front.entry.error), "down")

    def _strategy_asked(self, key: str) -> None:
        front = self.desk.front()
        if front is None or key not in (front.key, front.entry.name):
            self.desk.open([key])

    def _open_first(self) -> None:
        if self._unopened is None and not self.desk.documents:
            self.desk.open([self.link.strategy or FIRST])

    def _toggle_run_on_save(self) -> None:
        self.runs_on_save = not self.runs_on_save
        self.status.say(f"{'Runs' if self.runs_on_save else 'Does not run'} the backtest after each save")

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(4, 0, 8, 0)
        row.addWidget(self.desk.tabs, 1)
        row.addWidget(self.mine_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(separator())
        column.addWidget(self.notice)
        column.addWidget(self.desk, 1)
        column.addWidget(self.search)
        column.addWidget(self.sliders)
        column.addWidget(separator())
        column.addWidget(self.status)
