"""The form of the Data panel: venue, symbols, timeframe, range, and the three things to do with them.

Turns what a person filled in into a command, or says beside the field what is wrong with it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from terminal.app.commands import ExtractCandles, ListInstruments, ListTimeframes, ListVenues
from terminal.domain.errors import BadInput, OutcryError, UnknownName
from terminal.domain.instrument import Instrument
from terminal.domain.timeframe import Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.panels.data.ranges import RangeField
from terminal.ui.panels.data.symbols import SymbolsField
from terminal.ui.panels.data.venue import VenueField
from terminal.ui.widgets.buttons import PrimaryButton, SecondaryButton
from terminal.ui.widgets.fields import ChoiceField, FieldRow
from terminal.ui.widgets.labels import label

_LABEL_WIDTH = 72
_FIRST_VENUE = "binance"


class ExtractionForm(QWidget):
    """What to extract. `extract`, `choose_file` and `repair` are called by its buttons."""

    def __init__(
        self, bridge: Bridge, extract: Callable[[], None], choose_file: Callable[[], None], repair: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._has_venues = False
        self._instruments_of = ""
        self.venue = VenueField(_FIRST_VENUE, self._want_venues, self._venue_chosen)
        self.symbols = SymbolsField(self._want_instruments, lambda: self.symbols_row.show_problem(""))
        self.timeframe = ChoiceField(tuple(one.words for one in Timeframe), name="Timeframe", chosen=lambda _words: self.timeframe_row.show_problem(""))
        self.timeframe.setCurrentText(Timeframe.H1.words)
        self.range = RangeField(bridge.clock, lambda: self.range_row.show_problem(""))
        self.range.text.editingFinished.connect(self._read_range)
        self.extract_button = PrimaryButton("Extract", extract, tooltip="Download the candles that are missing in this range")
        self.import_button = SecondaryButton("Import file…", choose_file, tooltip="Read candles from a CSV or Parquet file")
        self.repair_button = SecondaryButton("Repair gaps", repair, tooltip="Ask again for the missing candles of the chosen series")
        self.problem = label("", "error", wraps=True)
        self.problem.hide()
        self._arrange()

    def command(self) -> ExtractCandles | None:
        """What is asked for; None where something is wrong, which is then said beside its field."""
        self.clear_problems()
        symbols = self.symbols.value()
        if not symbols:
            self.symbols_row.show_problem("Choose at least one symbol, such as BTC/USDT.")
        if not self.venue.value():
            self.venue_row.show_problem("Choose a venue, such as binance.")
        asked = self._read_range()
        return ExtractCandles(self.venue.value(), symbols, self.chosen_timeframe(), *asked) if symbols and self.venue.value() and asked else None

    def _read_range(self) -> tuple[int, int | None] | None:
        """Start and end of the range; None where it is none, which is then said below its field."""
        try:
            return self.range.value()
        except BadInput as error:
            self.range_row.show_problem(str(error))
            return None

    def chosen_timeframe(self) -> Timeframe:
        """The candle length in the field."""
        return tuple(Timeframe)[self.timeframe.currentIndex()]

    def show_error(self, error: BaseException) -> None:
        """Says what a command met: beside the field it concerns, else below the buttons."""
        text = str(error) if isinstance(error, OutcryError) else f"{type(error).__name__}: {error}"
        if isinstance(error, UnknownName) and error.kind == "venue":
            self.venue_row.show_problem(text)
        elif isinstance(error, UnknownName):
            self.symbols_row.show_problem(text)
        elif isinstance(error, BadInput) and "range" in text.lower():
            self.range_row.show_problem(text)
        elif isinstance(error, BadInput) and "candles" in text:
            self.timeframe_row.show_problem(text)
        else:
            self.problem.setText(text)
            self.problem.show()

    def clear_problems(self) -> None:
        """Takes every complaint away."""
        for row in (self.venue_row, self.symbols_row, self.timeframe_row, self.range_row):
            row.show_problem("")
        self.problem.hide()

    def state(self) -> dict[str, Any]:
        """What was filled in."""
        return {
            "venue": self.venue.value(),
            "symbols": list(self.symbols.value()),
            "timeframe": self.chosen_timeframe().value,
            "range": self.range.text.text(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Fills in what was saved."""
        if isinstance(state.get("venue"), str) and state["venue"]:
            self.venue.set_value(state["venue"])
        if isinstance(state.get("symbols"), list):
            self.symbols.set_value(str(one) for one in state["symbols"])
        if state.get("timeframe") in set(Timeframe):
            self.timeframe.setCurrentText(Timeframe(state["timeframe"]).words)
        if isinstance(state.get("range"), str):
            self.range.text.setText(state["range"])

    def _arrange(self) -> None:
        self.venue_row = FieldRow("Venue", self.venue, label_width=_LABEL_WIDTH)
        self.symbols_row = FieldRow("Symbols", self.symbols, label_width=_LABEL_WIDTH)
        self.timeframe_row = FieldRow("Timeframe", self.timeframe, label_width=_LABEL_WIDTH)
        self.range_row = FieldRow("Range", self.range, label_width=_LABEL_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 9, 10, 7)
        column.setSpacing(6)
        for row in (self.venue_row, self.symbols_row, self.timeframe_row, self.range_row):
            column.addWidget(row)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.setContentsMargins(0, 3, 0, 0)
        for button in (self.extract_button, self.import_button, self.repair_button):
            buttons.addWidget(button)
        buttons.addStretch()
        column.addLayout(buttons)
        column.addWidget(self.problem)

    def _want_venues(self) -> None:
        if not self._has_venues:
            self._has_venues = True
            self._bridge.send(ListVenues(), then=self._take_venues, failed=self.show_error, title="List venues")

    def _take_venues(self, venues: tuple[str, ...]) -> None:
        self.venue.set_known(venues)

    def _venue_chosen(self, venue: str) -> None:
        self.venue_row.show_problem("")
        self._instruments_of = ""
        self.symbols.set_known(())
        if self._has_venues and venue:
            self._bridge.send(
                ListTimeframes(venue), then=self._take_timeframes, failed=self.show_error, title=f"List timeframes of {venue}", question="data.timeframes"
            )

    def _take_timeframes(self, offered: tuple[Timeframe, ...]) -> None:
        model = self.timeframe.model()
        assert isinstance(model, QStandardItemModel)  # noqa: S101 - what QComboBox makes for itself
        for place, timeframe in enumerate(Timeframe):
            model.item(place).setEnabled(timeframe in offered)

    def _want_instruments(self) -> None:
        venue = self.venue.value()
        if not venue or venue == self._instruments_of:
            return
        self._instruments_of = venue
        self._bridge.send(
            ListInstruments(venue), then=self._take_instruments, failed=self._no_instruments, title=f"List symbols of {venue}", question="data.instruments"
        )

    def _take_instruments(self, instruments: tuple[Instrument, ...]) -> None:
        self.symbols.set_known(tuple(one.symbol for one in instruments))

    def _no_instruments(self, error: BaseException) -> None:
        self._instruments_of = ""
        self.symbols.set_known((), str(error))
        self.show_error(error)
