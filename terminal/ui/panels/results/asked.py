"""A page whose answer is worked out only when it is asked for: an invitation, progress with cancel, then the answer.

Base of the pages by which a result doubts itself; answers are kept by run, so that going back and forth costs nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from terminal.app.state import Jobs, Lane
from terminal.domain.errors import Cancelled
from terminal.ui.bridge import Bridge, words_of_error
from terminal.ui.widgets.labels import EmptyState
from terminal.ui.widgets.progress import ProgressLine

if TYPE_CHECKING:
    from terminal.app.answers import Run
    from terminal.app.commands import Command

Answer = TypeVar("Answer")
_KEPT = 12


@dataclass(frozen=True)
class Question(Generic[Answer]):
    """What a page asks of a run. With `is_eager` it is asked as soon as the page is looked at."""

    title: str
    """Such as "Stress test": names the job."""
    invite: str
    """What would come here and what it costs, in a sentence."""
    action: str
    command: "Callable[[Run], Command]"
    is_eager: bool = False


class AskedPage(QWidget, Generic[Answer]):
    """Shows `content` once `take(answer)` filled it. `variant` tells answers of one run apart, such as by method."""

    def __init__(self, bridge: Bridge, question: Question[Answer], content: QWidget, take: Callable[[Answer], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._question, self._take = bridge, question, take
        self._run: Run | None = None
        self.variant = ""
        self._answers: dict[tuple[str, str], Answer] = {}
        self._asked: tuple[str, str] | None = None
        self._job: int | None = None
        self._refused: dict[tuple[str, str], tuple[str, str]] = {}
        self.empty = EmptyState(question.invite, question.action, self.ask)
        self.progress = ProgressLine(question.title, self.cancel)
        self.content = content
        self._stack = QStackedLayout(self)
        for page in (self.empty, _middle(self.progress), content):
            self._stack.addWidget(page)
        bridge.watch(Jobs, self._follow)

    def show_run(self, run: "Run") -> None:
        """Shows what is known of `run`, else how to know it; an eager page begins."""
        self._run = run
        self.show_variant(self.variant)

    def show_variant(self, variant: str) -> None:
        """Shows the answer to the question put in that way."""
        self.variant = variant
        key = self._key()
        if key is None:
            return
        if key in self._answers:
            self._show(self._answers[key])
        elif key == self._asked:
            self._stack.setCurrentIndex(1)
        elif self._question.is_eager and key not in self._refused:
            self.ask()
        else:
            self._invite(key)

    def ask(self) -> None:
        """Begins, or begins again."""
        key = self._key()
        if key is None or self._run is None:
            return
        self._asked = key
        self._refused.pop(key, None)
        self.progress.show_lane(Lane("", 0, 0, "", 0.0, None), self._question.title)
        self._stack.setCurrentIndex(1)
        title = f"{self._question.title} of {self._run.info.title}"

        def answered(answer: Answer) -> None:
            self._ended(key)
            self._keep(key, answer)
            if key == self._key():
                self._show(answer)

        def refused(error: BaseException) -> None:
            self._ended(key)
            if not isinstance(error, Cancelled):
                self._refused[key] = words_of_error(error)
            else:
                self._refused[key] = (f"{self._question.title} was stopped.", self._question.invite)
            if key == self._key():
                self._invite(key)

        command = self._question.command(self._run)
        self._job = self._bridge.send(command, then=answered, failed=refused, title=title, visible=True, question=f"results {self._question.title}")

    def cancel(self) -> None:
        """Stops what is being worked out."""
        if self._job is not None:
            self._bridge.cancel(self._job)

    @property
    def answer(self) -> Answer | None:
        """What is known of the run in view."""
        key = self._key()
        return self._answers.get(key) if key is not None else None

    @property
    def run(self) -> "Run | None":
        """The run in view."""
        return self._run

    def _key(self) -> tuple[str, str] | None:
        return (self._run.id, self.variant) if self._run is not None else None

    def _keep(self, key: tuple[str, str], answer: Answer) -> None:
        self._answers[key] = answer
        while len(self._answers) > _KEPT:
            self._answers.pop(next(iter(self._answers)))

    def _ended(self, key: tuple[str, str]) -> None:
        if self._asked == key:
            self._asked, self._job = None, None

    def _show(self, answer: Answer) -> None:
        self._take(answer)
        self._stack.setCurrentIndex(2)

    def _invite(self, key: tuple[str, str]) -> None:
        self.empty.set_text(*self._refused.get(key, (self._question.invite, "")))
        self._stack.setCurrentIndex(0)

    def _follow(self, jobs: Jobs) -> None:
        view = next((job for job in jobs.rows if job.id == self._job), None)
        if view is not None and view.lanes:
            self.progress.show_lane(view.lanes[0], self._question.title)


def _middle(widget: QWidget) -> QWidget:
    """`widget` in the middle of a page, not wider than can be read at a glance."""
    page = QWidget()
    widget.setMaximumWidth(640)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(widget, 6)
    row.addStretch(1)
    column = QVBoxLayout(page)
    column.addStretch()
    column.addLayout(row)
    column.addStretch()
    return page
