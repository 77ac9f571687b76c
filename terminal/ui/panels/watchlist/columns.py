"""The columns of the watchlist: which there are, what they say of a row, how the spark line is drawn.

The panel shows those a person chose; an indicator's value may be one of them.
"""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from terminal.domain.clock import Clock
from terminal.ui.numbers import ABSENT, age_of, number, percent, price
from terminal.ui.panels.watchlist.rows import WatchRow
from terminal.ui.theme import current
from terminal.ui.widgets.columns import Column
from terminal.ui.zones import Zones

STANDARD = ("Last", "Day", "Age", "Trend", "Spread")
"""Columns beside the symbol, as first shown."""


def columns_of(chosen: tuple[str, ...], clock: Clock, zones: Zones) -> list[Column[WatchRow]]:
    """The symbol's column and the chosen ones; a name that is not a standard column is an indicator's label."""
    standard = {
        "Last": _number("Last", lambda row: price(row.last), lambda row: row.last, "Last price"),
        "Day": Column(
            "Day",
            lambda row: "" if row.is_head else percent(row.change, signed=True),
            sort=lambda row: row.change,
            is_number=True,
            colour=_change_colour,
            help="Change since a day ago; of a stock since the close before",
        ),
        "Age": Column(
            "Age",
            lambda row: _age_words(row, clock()),
            sort=lambda row: row.age(clock()),
            is_number=True,
            colour=lambda row: "warn" if row.is_stale(clock()) else "second",
            tooltip=lambda row: _age_explained(row, clock(), zones),
            help="How old the price is",
        ),
        "Trend": Column("Trend", _trend_words, sort=_trend, width=78, paint=_paint_spark, help="Closes of the last three days"),
        "Spread": _number(
            "Spread",
            lambda row: number(row.spread, 2) if (row.last or 0) >= 10 else price(row.spread),
            lambda row: row.spread,
            "Distance between best bid and best ask",
            _spread_words,
        ),
    }
    first = Column[WatchRow](
        "Symbol",
        lambda row: row.group if row.is_head else row.symbol,
        sort=lambda row: row.symbol.lower(),
        colour=lambda row: "faint" if row.is_head else "text",
        tooltip=lambda row: row.group if row.is_head else f"{row.symbol} · {row.group}",
    )
    return [first, *(standard.get(name) or _indicator(name) for name in chosen)]


def _change_colour(row: WatchRow) -> str:
    shown = round(row.change or 0, 3)  # what is written as 0.0 % has no colour
    return "up" if shown > 0 else "down" if shown < 0 else "second"


def _number(
    head: str, text: Callable[[WatchRow], str], sort: Callable[[WatchRow], float | None], explained: str, tooltip: Callable[[WatchRow], str] | None = None
) -> Column[WatchRow]:
    return Column(head, lambda row: "" if row.is_head else text(row), sort=sort, is_number=True, help=explained, tooltip=tooltip)


def _indicator(name: str) -> Column[WatchRow]:
    return _number(name, lambda row: price(row.values.get(name)), lambda row: row.values.get(name), f"{name} of the stored candles, at the last close")


def _age_words(row: WatchRow, now: int) -> str:
    age = row.age(now)
    if row.is_head or age is None:
        return "" if row.is_head else ABSENT
    if not row.is_open:
        return "closed"
    return age_of(age) if age < 60 or not row.is_live else f"! {age_of(age)}"


def _age_explained(row: WatchRow, now: int, zones: Zones) -> str:
    if row.received is None:
        return ""
    words = f"Price of {zones.both(row.received)}"
    return f"{words}. Stale: the stream has brought none since." if row.is_stale(now) else words


def _spread_words(row: WatchRow) -> str:
    return "" if row.spread is None or not row.last else f"{row.spread / row.last * 10_000:.1f} basis points of the price"


def _trend(row: WatchRow) -> float | None:
    return row.spark[-1] / row.spark[0] - 1 if len(row.spark) > 1 else None


def _trend_words(row: WatchRow) -> str:
    return "" if row.is_head else percent(_trend(row), signed=True)


def _paint_spark(painter: QPainter, room: QRectF, row: WatchRow) -> None:
    """The last closes as a line from the left to the right edge, lowest at the bottom."""
    trend = _trend(row)
    if trend is None:
        return
    low, high = min(row.spark), max(row.spark)
    height = room.height() - 12
    across = room.width() / (len(row.spark) - 1)
    reach = (high - low) or 1.0
    points = [QPointF(room.x() + place * across, room.y() + 6 + height * (high - value) / reach) for place, value in enumerate(row.spark)]
    tokens = current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.up if trend >= 0 else tokens.down), 1.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPolyline(QPolygonF(points))
