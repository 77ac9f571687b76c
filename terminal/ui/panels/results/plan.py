"""The page on which the next run is set up: which series it trades on one account, or which ticks, and what it is told of the world.

It writes the plan of the link group; the editor's F5 and this panel's button run by it alike.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from terminal.domain.series import SeriesKey
from terminal.ui.links import LinkGroup
from terminal.ui.numbers import ABSENT, count
from terminal.ui.panels.results.tick_fields import TickFields
from terminal.ui.panels.results.told_fields import ToldFields, widest_title
from terminal.ui.widgets.buttons import PrimaryButton, SecondaryButton
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.labels import label, separator
from terminal.ui.widgets.table import Table

if TYPE_CHECKING:
    from terminal.app.answers import SeriesInfo


class PlanPage(QWidget):
    """`run` starts the run that is planned."""

    def __init__(self, link: LinkGroup, run: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self.told = label("", "second", wraps=True)
        self.problem = label("", "error", wraps=True)
        self.problem.setContentsMargins(10, 0, 10, 4)
        self.problem.hide()
        self.table: Table[SeriesInfo] = Table(_columns(self._place), name="Series that can be traded", key=lambda info: info.key)
        self.table.selectionModel().selectionChanged.connect(self._count)
        self.take = SecondaryButton("Trade the chosen", self._take, tooltip="The next runs trade these series on one account, whatever the chart shows")
        self.leave = SecondaryButton("Series in view", self._leave, tooltip="The next runs trade the series that the chart shows")
        self.run = PrimaryButton("Run", run, tooltip="Runs the strategy in front by this plan (F5)")
        width = self.fontMetrics().horizontalAdvance(widest_title()) + 8
        self.ticks = TickFields(link, width)
        self.world = ToldFields(link, width)
        self._arrange()
        link.plan_changed.connect(self._tell)
        link.series_changed.connect(self._tell)
        self._tell()

    def show_stored(self, stored: "Sequence[SeriesInfo]") -> None:
        """Offers these series."""
        self.table.set_rows(stored)
        self._count()

    def show_problem(self, words: str) -> None:
        """Says why the last run of this plan was refused; "" takes it away."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(10, 6, 10, 4)
        top.addWidget(self.told, 1)
        for button in (self.take, self.leave, self.run):
            top.addWidget(button)
        form = QWidget()
        form.setProperty("surface", "panel")
        rows = QVBoxLayout(form)
        rows.setContentsMargins(12, 6, 12, 10)
        rows.setSpacing(6)
        for part in (self.ticks, separator(), self.world):
            rows.addWidget(part)
        rows.addStretch()
        area = QScrollArea()
        area.setWidget(form)
        area.setWidgetResizable(True)
        area.setAccessibleName("Ticks, and what a run is told of the world")
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.table, 1)
        below.addWidget(separator(upright=True))
        below.addWidget(area, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.problem)
        column.addWidget(separator())
        column.addLayout(below, 1)

    def _take(self) -> None:
        self._link.set_plan(self._link.plan.trading(*self._chosen()))

    def _leave(self) -> None:
        self._link.set_plan(self._link.plan.trading())

    def _chosen(self) -> tuple[SeriesKey, ...]:
        places = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(self.table.rows.row(place).key for place in places)

    def _count(self, *_selections: object) -> None:
        many = len(self._chosen())
        self.take.setText(f"Trade the {many} chosen" if many > 1 else "Trade the chosen")
        self.take.setEnabled(many > 0)

    def _place(self, info: "SeriesInfo") -> str:
        """Where the series stands among those that are traded, "" where it is not."""
        traded = self._link.traded()
        return f"✓ {traded.index(info.key) + 1}" if info.key in traded else ""

    def _tell(self, _change: object = None) -> None:
        plan = self._link.plan
        self.show_problem("")
        self.told.setText(plan.words(self._link.series))
        self.leave.setEnabled(bool(plan.series) or plan.ticks is not None)
        self.ticks.show_plan()
        self.world.show_plan()
        self.table.viewport().update()


def _columns(place: "Callable[[SeriesInfo], str]") -> "tuple[Column[SeriesInfo], ...]":
    return (
        Column("Traded", place, colour=lambda _info: "accent", width=64),
        Column("Symbol", lambda info: info.key.symbol),
        Column("Candles", lambda info: info.key.timeframe.value, lambda info: info.key.timeframe.nanoseconds),
        Column("Rows", lambda info: count(info.rows) if info.rows else ABSENT, lambda info: info.rows, is_number=True),
        Column(
            "Origin",
            lambda info: "simulated" if info.provenance.simulated else info.key.venue,
            colour=lambda info: "demo" if info.provenance.simulated else "second",
        ),
        Column("", lambda _info: "", stretches=True),
    )
