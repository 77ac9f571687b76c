"""The fields of the next run that name a file of trades, quotes or books, and say how it is read.

They stand on top of the page Next run; what says how a file is read is shown once there is one.
"""

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from terminal.app.commands import TickFile
from terminal.domain.timeframe import Timeframe
from terminal.ui.links import LinkGroup
from terminal.ui.panels.results.file_field import TICKS, FileField
from terminal.ui.widgets.fields import ChoiceField, FieldRow, TextField

_HELP = "A file of trades, quotes or books to run over in place of candles: CSV, Parquet, or a stream's lines of JSON."
_OF_CANDLES = "How long the candles are that are made of the ticks, for indicators and on_candle."
_OF_ZONE = "Time zone of times that name none, such as America/New_York."
_OF_SYMBOL = "What is traded, and which one where the file holds several; nothing = what the file says, or is called."


class TickFields(QWidget):
    """Writes the file into the plan of `link`, and shows the one that stands there. `label_width` aligns it with what stands below."""

    def __init__(self, link: LinkGroup, label_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self.file = FileField("Tick file", _HELP, self._choose, TICKS)
        self.frame = ChoiceField(tuple(one.words for one in Timeframe), name="Candles of ticks", chosen=self._take_frame)
        self.zone = TextField(hint="UTC", name="Zone of ticks", edited=lambda text: self._change(zone=text.strip() or "UTC"))
        self.symbol = TextField(hint="as the file says", name="Symbol of ticks", edited=lambda text: self._change(symbol=text.strip() or None))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(FieldRow("Tick file", self.file, help_text=_HELP, label_width=label_width))
        self._readings = [
            FieldRow("Candles of", self.frame, help_text=_OF_CANDLES, label_width=label_width),
            FieldRow("Zone of times", self.zone, help_text=_OF_ZONE, label_width=label_width),
            FieldRow("Symbol", self.symbol, help_text=_OF_SYMBOL, label_width=label_width),
        ]
        for row in self._readings:
            column.addWidget(row)
        self.show_plan()

    def show_plan(self) -> None:
        """Shows the file of the plan, but for a field that a person is typing in."""
        ticks = self._link.plan.ticks
        told = {self.file.text: str(ticks.path) if ticks else "", self.zone: ticks.zone if ticks else "UTC", self.symbol: (ticks and ticks.symbol) or ""}
        for field, text in told.items():
            if not field.hasFocus():
                field.setText(text)
        self.frame.setCurrentText((ticks.timeframe if ticks else Timeframe.M1).words)
        for row in self._readings:
            row.setVisible(ticks is not None)

    def _choose(self, text: str) -> None:
        named, known = text.strip(), self._link.plan.ticks
        path = Path(named).expanduser().absolute()
        if not named:
            self._give(None)
        elif known is None:
            self._give(TickFile(path))
        elif known.path != path:
            self._change(path=path, symbol=None)

    def _take_frame(self, words: str) -> None:
        self._change(timeframe=next(one for one in Timeframe if one.words == words))

    def _change(self, **reading: object) -> None:
        known = self._link.plan.ticks
        if known is not None:
            self._give(replace(known, **reading))  # type: ignore[arg-type] # fields of a TickFile, by name

    def _give(self, ticks: TickFile | None) -> None:
        self._link.set_plan(self._link.plan.over(ticks))
