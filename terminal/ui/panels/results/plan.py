"""The page on which the next run is set up: which series it trades on one account, what it is told of the world, who shares the account.

It writes the plan of the link group; the editor's F5 and this panel's button run by it alike.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from terminal.app.run_world import DECLARED_WORLD
from terminal.domain.parameters import Declaration
from terminal.domain.series import SeriesKey
from terminal.domain.words import worded
from terminal.ui.links import LinkGroup, RunPlan
from terminal.ui.numbers import ABSENT, count
from terminal.ui.widgets.buttons import IconButton, PrimaryButton, SecondaryButton
from terminal.ui.widgets.columns import Column
from terminal.ui.widgets.fields import FieldRow, TextField
from terminal.ui.widgets.labels import label, separator
from terminal.ui.widgets.table import Table

if TYPE_CHECKING:
    from terminal.app.answers import SeriesInfo

_FILES = ("rates", "series", "actions", "universe", "funding")
"""What may be the name of a file; a button beside the field finds one."""
_SEVERAL_NAMED = ("series",)
"""Of those, the ones that are written NAME=FILE."""


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
        self.fields: dict[str, TextField] = {}
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
        width = max(self.fontMetrics().horizontalAdvance(_title(name)) for name in DECLARED_WORLD) + 8
        for name, declared in DECLARED_WORLD.items():
            rows.addWidget(self._field(name, declared, width))
        rows.addStretch()
        area = QScrollArea()
        area.setWidget(form)
        area.setWidgetResizable(True)
        area.setAccessibleName("What a run is told of the world")
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

    def _field(self, name: str, declared: Declaration[str], width: int) -> FieldRow:
        field = TextField(hint=declared.help, name=_title(name), edited=lambda text: self._give(name, text))
        self.fields[name] = field
        if name not in _FILES:
            return FieldRow(_title(name), field, help_text=declared.help, label_width=width)
        both = QWidget()
        line = QHBoxLayout(both)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(field, 1)
        line.addWidget(IconButton("folder", f"Find a file: {_title(name).lower()}", partial(self._find, name)))
        both.setFocusProxy(field)
        field.setToolTip(declared.help)
        return FieldRow(_title(name), both, help_text=declared.help, label_width=width)

    def _find(self, name: str) -> None:
        path, _ = QFileDialog.getOpenFileName(self, _title(name), "", "Tables (*.csv *.parquet *.pq);;All files (*)")
        if path:
            text = f"{path.rpartition('/')[2].partition('.')[0]}={path}" if name in _SEVERAL_NAMED else path
            self.fields[name].setText(text)
            self._give(name, text)

    def _give(self, name: str, text: str) -> None:
        world = {**self._link.plan.world, name: text.strip()}
        self._link.set_plan(RunPlan(self._link.plan.series, {each: said for each, said in world.items() if said}))

    def _take(self) -> None:
        self._link.set_plan(RunPlan(self._chosen(), self._link.plan.world))

    def _leave(self) -> None:
        self._link.set_plan(RunPlan((), self._link.plan.world))

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
        self.told.setText(plan_words(plan, self._link.series))
        self.leave.setEnabled(bool(plan.series))
        for name, field in self.fields.items():
            if not field.hasFocus():
                field.setText(plan.world.get(name, ""))
        self.table.viewport().update()


def plan_words(plan: RunPlan, in_view: SeriesKey | None) -> str:
    """What the next run trades, in a sentence."""
    if plan.series:
        many = len(plan.series)
        words = ", ".join(f"{key.symbol} {key.timeframe.value}" for key in plan.series)
        return (
            f"The next run trades {words}{' on one account' if many > 1 else ''}. The size is a share of that account."
            if many > 1
            else f"The next run trades {words}."
        )
    view = "" if in_view is None else f", {in_view.symbol} {in_view.timeframe.value}"
    return f"The next run trades the series in view{view}. Ctrl click chooses several for one account."


def _title(name: str) -> str:
    titles = {
        "beside": "Strategies beside",
        "rates": "Exchange rates",
        "series": "Other series",
        "actions": "Splits, dividends",
        "universe": "Dated list",
        "funding": "Funding rates",
    }
    return titles.get(name, worded(name))


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
