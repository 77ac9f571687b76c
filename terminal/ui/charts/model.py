"""What a chart shows at this moment: candles, view, indicators, marks and drawings, as plain values the painters read.

Changed by the chart panel and the pointer; `changed` asks the canvas for a new frame.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from terminal.app.state import LiveCandle
from terminal.domain.candles import Candles, Provenance
from terminal.domain.series import SeriesKey
from terminal.ui.charts.columns import Columns, Room, heikin_ashi
from terminal.ui.charts.compare import Compared, compared
from terminal.ui.charts.drawings import DrawingBook
from terminal.ui.charts.marks import Marks
from terminal.ui.charts.overlays import Overlay
from terminal.ui.charts.paint_bars import BarKind
from terminal.ui.charts.room_maker import RoomMaker
from terminal.ui.charts.rows import RowWindow
from terminal.ui.charts.scale import Scale, ScaleMode

_FIRST_VIEW = 160.0
_MANY_ROWS = 50_000
ROUND_THE_CLOCK = "24/7"


class ChartModel(QObject):
    """The state of one chart. Whoever changes an attribute by itself calls `touch` afterwards."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.key: SeriesKey | None = None
        self.calendar = ROUND_THE_CLOCK
        self.provenance = Provenance("")
        self.columns: Columns | None = None
        """As loaded; `bars` is what is drawn of them."""
        self.bars: Columns | None = None
        self.kind = BarKind.CANDLES
        self.rows = RowWindow()
        self.scale = Scale()
        self.overlays: list[Overlay] = []
        self.compared: list[Compared] = []
        self.marks: Marks | None = None
        self.chosen_mark: int | None = None
        self.drawings = DrawingBook()
        self.chosen_drawing: int | None = None
        self.gaps: NDArray[np.int64] = np.empty(0, np.int64)
        """Rows before which candles are missing."""
        self._whole: Columns | None = None
        """Everything there is while a replay shows only its beginning."""
        self._room = RoomMaker(self)
        self._room.made.connect(self._take_room)
        self._waiting: dict[int, LiveCandle] = {}
        """By time: candles that came while room was made for them."""

    @property
    def length_ns(self) -> int:
        """Length of one candle."""
        return self.key.timeframe.nanoseconds if self.key is not None else 1

    @property
    def own_panes(self) -> list[Overlay]:
        """The indicators below the prices, top to bottom."""
        return [overlay for overlay in self.overlays if overlay.has_own_pane]

    @property
    def chosen_trade(self) -> int | None:
        """The chosen one of the marks; None without one, or where there are fewer of them by now."""
        return self.chosen_mark if self.marks is not None and self.chosen_mark is not None and self.chosen_mark < len(self.marks) else None

    def touch(self) -> None:
        """Asks for a new frame."""
        self.changed.emit()

    def show(self, key: SeriesKey, candles: Candles, *, keeps_view: bool = False, visible: float = _FIRST_VIEW) -> None:
        """Shows `candles`; the view goes to the newest `visible` ones unless `keeps_view`."""
        self.key, self.calendar, self.provenance = key, candles.instrument.calendar, candles.provenance
        self.columns, self._whole = Columns.of(candles), None
        self._waiting.clear()
        self.gaps = _gaps(self.columns.time, self.length_ns) if self.calendar == ROUND_THE_CLOCK else np.empty(0, np.int64)
        self._rebuild_bars()
        if keeps_view:
            self.compared = [compared(other.key, other.candles, self.columns, other.colour) for other in self.compared]
            self.rows.grow(len(self.columns))
        else:
            self.compared = []
            self.rows.count = len(self.columns)
            self.rows.show_last(min(visible, max(20, len(self.columns))))
            self.scale.is_manual = False
            self.marks, self.chosen_mark, self.chosen_drawing = None, None, None
        self.touch()

    def follow(self, candle: LiveCandle) -> bool:
        """Takes a live candle of the series in view; True where a new row began. Older candles change nothing."""
        columns = self.columns
        if columns is None or candle.series != self.key:
            return False
        if not self._has_room():
            self._waiting[candle.time] = candle
            return False
        if self._whole is not None:
            self._whole.put(candle.time, candle.open, candle.high, candle.low, candle.close, candle.volume)
            return False
        known = len(columns)
        if not columns.put(candle.time, candle.open, candle.high, candle.low, candle.close, candle.volume):
            return False
        grew = len(columns) > known
        if grew:
            if known and candle.time - columns.time[known - 1] > self.length_ns and self.calendar == ROUND_THE_CLOCK:
                self.gaps = np.append(self.gaps, known)
            self.rows.grow(len(columns))
        if self.kind is BarKind.HEIKIN_ASHI:
            self._follow_heikin_ashi()
        for overlay in self.overlays:
            overlay.follow(columns)
        self.touch()
        return grew

    @property
    def everything(self) -> Columns | None:
        """All candles, those that a replay hides included."""
        return self._whole or self.columns

    def show_until(self, time_ns: int | None) -> None:
        """Hides every candle that opened after `time_ns`; None shows them all again."""
        whole = self.everything
        if whole is None or (time_ns is None and self._whole is None):
            return
        begins = self._whole is None
        rows = len(whole) if time_ns is None else max(2, whole.row_at(time_ns) + 1)
        self._whole = None if time_ns is None else whole
        self.columns = whole if time_ns is None else whole.head(rows)
        self._rebuild_bars()
        follows = begins or self.rows.follows_end
        self.rows.count = rows
        if follows:
            self.rows.move_to_end()
        self.touch()

    def time_after(self, time_ns: int) -> int | None:
        """Open of the candle after the one that contains `time_ns`, hidden or not; None at the last."""
        whole = self.everything
        row = -1 if whole is None else whole.row_at(time_ns) + 1
        return int(whole.time[row]) if whole is not None and row < len(whole) else None

    def show_gaps(self, ends: Sequence[int]) -> None:
        """Marks the holes that end at these times (UTC ns), as the store's calendar knows them."""
        if self.columns is not None:
            self.gaps = np.unique(np.searchsorted(self.columns.time, np.asarray(ends, np.int64)))
            self.touch()

    def show_kind(self, kind: BarKind) -> None:
        """Draws prices in another way."""
        self.kind = kind
        self._rebuild_bars()
        self.touch()

    def show_mode(self, mode: ScaleMode) -> None:
        """Spreads prices in another way, fitted to what is in view."""
        self.scale.mode, self.scale.is_manual = mode, False
        self.touch()

    def show_moment(self, time_ns: int) -> None:
        """Brings the candle of that time into the middle."""
        if self.columns is not None and len(self.columns):
            self.rows.center(self.columns.row_at(time_ns) + 0.5)
            self.scale.is_manual = False
            self.touch()

    def show_span(self, first_row: int, last_row: int) -> None:
        """Brings those rows into view with room on both sides, closer or wider only where needed."""
        wanted = (last_row - first_row + 1) * 1.5
        if wanted > self.rows.span or wanted < self.rows.span / 12:
            self.rows.span = max(wanted, 80.0)
        self.rows.center((first_row + last_row + 1) / 2)
        self.scale.is_manual = False
        self.touch()

    def show_overlays(self, overlays: Sequence[Overlay]) -> None:
        """Replaces the indicators."""
        self.overlays = list(overlays)
        self.touch()

    def _has_room(self) -> bool:
        """False while room for a further candle is being made: copying a million rows would hold up the window."""
        columns = self.everything
        if columns is None or columns.can_grow or len(columns) < _MANY_ROWS:
            return True
        if not self._waiting:
            self._room.make(columns)
        return False

    def _take_room(self, columns: Columns, room: Room) -> None:
        if columns is not self.everything:
            return
        columns.take_room(room)
        waiting = [self._waiting[time] for time in sorted(self._waiting)]
        self._waiting.clear()
        for candle in waiting:
            self.follow(candle)

    def _rebuild_bars(self) -> None:
        if self.columns is not None:
            self.bars = heikin_ashi(self.columns) if self.kind is BarKind.HEIKIN_ASHI else self.columns

    def _follow_heikin_ashi(self) -> None:
        columns, bars = self.columns, self.bars
        if columns is None or bars is None:
            return
        tail = heikin_ashi(columns.tail(128))
        for row in range(max(0, len(bars) - 1), len(columns)):
            at = row - len(columns)
            bars.put(int(columns.time[row]), tail.open[at], tail.high[at], tail.low[at], tail.close[at], columns.volume[row])


def _gaps(time: NDArray[np.int64], length_ns: int) -> NDArray[np.int64]:
    """Rows that begin later than one candle after the row before them."""
    rows: NDArray[np.int64] = np.flatnonzero(np.diff(time) > length_ns) + 1
    return rows
