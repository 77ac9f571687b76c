"""The Watchlist panel: symbols by group with price, change, age, trend and spread; the arrow keys lead the linked panels.

Fed each second by Quotes snapshots and by the store's changes; asks only for what is stored.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from terminal.app.commands import ListSeries, LoadCandles
from terminal.app.loading import DEMO
from terminal.app.state import Quote, Quotes, StoreChanged
from terminal.domain.candles import Candles
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import DAY
from terminal.indicators.catalogue import CATALOGUE
from terminal.ui.actions import Action
from terminal.ui.bridge import Bridge
from terminal.ui.links import LinkGroup
from terminal.ui.panel import Panel
from terminal.ui.panels.watchlist.choice import ColumnChoice, order_of
from terminal.ui.panels.watchlist.columns import columns_of
from terminal.ui.panels.watchlist.rows import History, Symbol, WatchRow, rows_of, wanted_series
from terminal.ui.panels.watchlist.table import WatchTable
from terminal.ui.panels.watchlist.values import IndicatorValues
from terminal.ui.widgets.fields import SearchBox
from terminal.ui.widgets.labels import EmptyState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from terminal.app.answers import SeriesInfo

_HISTORY_NS = 45 * DAY
_LEAST_ROWS = 300
_AGE_MS = 1000
_FILTER_WIDTH = 112


class _Filter(SearchBox):
    """A search box that fits beside the panel's name."""

    def sizeHint(self) -> QSize:
        return QSize(_FILTER_WIDTH, super().sizeHint().height())


class WatchlistPanel(Panel):
    """Every symbol that streams or is stored."""

    id = "watchlist"
    title = "Watchlist"
    icon = "watchlist"

    def __init__(self, bridge: Bridge, link: LinkGroup, parent: QWidget | None = None) -> None:
        super().__init__(bridge, link, parent)
        self._quotes: dict[Symbol, Quote] = {}
        self._histories: dict[Symbol, History] = {}
        self._wanted: dict[Symbol, SeriesKey] = {}
        self._filter = ""
        self._values = IndicatorValues(self)
        self._values.changed.connect(self._show)
        self.search = _Filter("Filter", self._narrow)
        self.search.setAccessibleName("Filter symbols")
        self.empty = EmptyState("Symbols that stream or are stored stand here. Extract candles or import a file in the Data panel.")
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._stack)
        self.columns = ColumnChoice(self._shown_heads, self)
        self.columns.changed.connect(self._rebuild)
        self.table = self._made_table(None)
        self._ages = QTimer(self)
        self._ages.setInterval(_AGE_MS)
        self._ages.timeout.connect(self._show)
        self._ages.start()
        link.series_changed.connect(self._follow)
        bridge.zones.changed.connect(self._show)
        bridge.watch(Quotes, self._take_quotes)
        bridge.on(StoreChanged, self._look_up)
        self._look_up(StoreChanged())

    def header_widgets(self) -> list[QWidget]:
        return [self.search]

    def actions(self) -> list[Action]:  # type: ignore[override] # the panel's, not Qt's
        return [
            Action("watchlist.next", "Next symbol", lambda: self._step(1), "Shows the next symbol of the watchlist", "Alt+Down", group="Watchlist"),
            Action("watchlist.previous", "Previous symbol", lambda: self._step(-1), "Shows the symbol before", "Alt+Up", group="Watchlist"),
            Action(
                "watchlist.columns",
                "Choose columns of the watchlist…",
                lambda: self.columns.menu().popup(self.table.menu_place()),
                "Shows and hides columns, indicator values too",
                group="Watchlist",
            ),
        ]

    def state(self) -> dict[str, Any]:
        order = self.table.rows.order()
        return {"columns": self.columns.state(), "order": list(order) if order is not None else None}

    def restore(self, state: Mapping[str, Any]) -> None:
        self.columns.restore(state.get("columns"))
        self._rebuild(order_of(state, len(self.columns.names) + 1))

    def _made_table(self, order: tuple[int, bool] | None) -> WatchTable:
        columns = columns_of(self.columns.names, self.bridge.clock, self.bridge.zones)
        table = WatchTable(columns, spare=self.columns.spare, order=order)
        table.row_chosen.connect(self._lead)
        header = table.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(lambda place: self.columns.menu().popup(header.mapToGlobal(place)))
        header.sectionClicked.connect(lambda _section: self._show())
        table.set_filter(self._filter)
        self._stack.addWidget(table)
        return table

    def _rebuild(self, order: tuple[int, bool] | None = None) -> None:
        former, self.table = self.table, self._made_table(order)
        self._stack.removeWidget(former)
        former.deleteLater()
        self._values.choose(tuple(info for info in CATALOGUE if info.label({}) in self.columns.names), self._histories)
        self._show()
        if self.link.series is not None:
            self._follow(self.link.series)

    def _shown_heads(self) -> tuple[str, ...]:
        return self.table.shown_heads()

    def _narrow(self, text: str) -> None:
        self._filter = text
        self._show()

    def _take_quotes(self, quotes: Quotes) -> None:
        self._quotes = {(quote.series.venue, quote.series.symbol): quote for quote in quotes.rows}
        self._show()

    def _look_up(self, _change: StoreChanged) -> None:
        self.bridge.send(ListSeries(), then=self._take_list, question="watchlist.list")

    def _take_list(self, infos: "Iterable[SeriesInfo]") -> None:
        ends = {info.key: info.end for info in infos if info.end is not None}
        self._wanted = wanted_series(ends)
        self._histories = {symbol: history for symbol, history in self._histories.items() if self._wanted.get(symbol) == history.key}
        for symbol, key in self._wanted.items():
            known = self._histories.get(symbol)
            if known is None or known.end != ends[key]:
                start = ends[key] - max(_HISTORY_NS, _LEAST_ROWS * key.timeframe.nanoseconds)
                self.bridge.send(LoadCandles(key, start=start), then=self._take_candles, question=f"watchlist.{key}")
        self._show()

    def _take_candles(self, candles: Candles) -> None:
        key = SeriesKey(candles.instrument.venue, candles.instrument.symbol, candles.timeframe)
        symbol = (key.venue, key.symbol)
        if self._wanted.get(symbol) == key and len(candles):
            self._histories[symbol] = History(key, candles)
            self._values.calculate(symbol, self._histories[symbol])
            self._show()

    def _show(self) -> None:
        has_heads = self.table.rows.order() is None and not self._filter
        rows = rows_of(self._quotes, self._histories, self._values.by_symbol, has_heads=has_heads)
        self._stack.setCurrentWidget(self.table if rows else self.empty)
        self.table.set_filter(self._filter)
        self.table.set_rows(rows)
        if self.link.series is not None and self.table.chosen_key() is None:  # its row came after it was chosen, as at a start
            self._follow(self.link.series)

    def _lead(self, row: WatchRow) -> None:
        """Shows the row's symbol in the linked panels, in their timeframe where it can be made: of the embedded market always."""
        if row.is_head:
            return
        stored = self._wanted.get((row.venue, row.symbol)) or self._quotes[row.venue, row.symbol].series
        current = self.link.series.timeframe if self.link.series is not None else stored.timeframe
        can_stay = row.venue == DEMO or current.nanoseconds >= stored.timeframe.nanoseconds
        frame = current if can_stay else stored.timeframe
        self.link.show_series(SeriesKey(row.venue, row.symbol, frame))

    def _follow(self, key: SeriesKey) -> None:
        self.table.choose((key.venue, key.symbol), quietly=True)

    def _step(self, by: int) -> None:
        rows = [row for row in self.table.rows.shown() if not row.is_head]
        if not rows:
            return
        keys = [(row.venue, row.symbol) for row in rows]
        chosen = self.table.chosen_key()
        place = keys.index(chosen) + by if chosen in keys else 0
        self.table.choose(keys[min(max(place, 0), len(keys) - 1)])
