"""Small line icons, painted from strokes on a 16 × 16 grid in the colours of the look; no file is read for them.

Asked by buttons, panels' headers and the palette.
"""

from functools import cache

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPen, QPixmap, QPolygonF

from terminal.ui.theme import current

_STROKES: dict[str, tuple[str, ...]] = {
    "chart": ("2,2 2,14 14,14", "5,10 8,6 10,8 14,3"),
    "data": ("3,4 13,4", "3,8 13,8", "3,12 13,12", "3,4 3,4"),
    "watchlist": ("2,8 5,4 8,3 11,4 14,8 11,12 8,13 5,12 2,8", "7,8 8,7 9,8 8,9 7,8"),
    "editor": ("6,4 2,8 6,12", "10,4 14,8 10,12"),
    "results": ("2,13 14,13", "4,13 4,8", "8,13 8,4", "12,13 12,6"),
    "jobs": ("3,3 13,3 13,13 3,13 3,3", "5,8 7,10 11,6"),
    "log": ("3,4 13,4", "3,7 11,7", "3,10 13,10", "3,13 9,13"),
    "settings": ("3,5 13,5", "3,11 13,11", "6,3 6,7", "10,9 10,13"),
    "search": ("11,7 9.8,9.8 7,11 4.2,9.8 3,7 4.2,4.2 7,3 9.8,4.2 11,7", "10,10 14,14"),
    "bell": ("3,12 13,12 12,10 12,7 10.5,4 8,3 5.5,4 4,7 4,10 3,12", "7,14 9,14"),
    "close": ("4,4 12,12", "12,4 4,12"),
    "more": ("3,8 3.4,8", "8,8 8.4,8", "13,8 13.4,8"),
    "menu": ("3,4 13,4", "3,8 13,8", "3,12 13,12"),
    "play": ("5,3 13,8 5,13 5,3",),
    "stop": ("4,4 12,4 12,12 4,12 4,4",),
    "add": ("8,3 8,13", "3,8 13,8"),
    "check": ("3,8 7,12 13,4",),
    "warning": ("8,2 15,14 1,14 8,2", "8,6 8,10", "8,12 8,12.2"),
    "info": ("8,2 12.2,3.8 14,8 12.2,12.2 8,14 3.8,12.2 2,8 3.8,3.8 8,2", "8,7 8,11", "8,5 8,5.2"),
    "copy": ("6,6 13,6 13,13 6,13 6,6", "3,10 3,3 10,3"),
    "layout": ("2,3 14,3 14,13 2,13 2,3", "6,3 6,13", "6,9 14,9"),
    "theme": ("8,2 12.2,3.8 14,8 12.2,12.2 8,14 8,2 3.8,3.8 2,8 3.8,12.2 8,14",),
    "clock": ("8,2 12.2,3.8 14,8 12.2,12.2 8,14 3.8,12.2 2,8 3.8,3.8 8,2", "8,5 8,8 10.5,9.5"),
    "float": ("6,3 3,3 3,13 13,13 13,10", "9,3 13,3 13,7", "13,3 7.5,8.5"),
    "pin": ("4,8 12,8", "8,8 8,14", "5,2 11,2 10,8", "6,8 5,2"),
    "run": ("5,3 13,8 5,13 5,3",),
    "symbol": ("2,11 5,7 8,9 14,3",),
    "strategy": ("6,4 2,8 6,12", "10,4 14,8 10,12"),
    "file": ("4,2 10,2 13,5 13,14 4,14 4,2", "10,2 10,5 13,5"),
    "folder": ("2,13 2,4 6,4 8,6 14,6 14,13 2,13",),
    "download": ("8,2 8,10", "5,7 8,10 11,7", "3,13 13,13"),
    "upload": ("8,11 8,3", "5,6 8,3 11,6", "3,13 13,13"),
    "refresh": ("13,4 13,7 10,7", "13,7 11,4.3 8,3.2 5,4.2 3.2,7 3.6,10.4 6,12.7 9,13 12,11"),
    "trash": ("3,5 13,5", "6,5 6,3 10,3 10,5", "4.5,5 5,13 11,13 11.5,5"),
    "left": ("10,3 5,8 10,13",),
    "right": ("6,3 11,8 6,13",),
    "up": ("3,10 8,5 13,10",),
    "down": ("3,6 8,11 13,6",),
    "camera": ("2,5 5,5 6,3 10,3 11,5 14,5 14,13 2,13 2,5", "8,7 10,9 8,11 6,9 8,7"),
    "undo": ("6,4 3,7 6,10", "3,7 10,7 13,9 13,12"),
    "line": ("3,13 13,3",),
    "indicator": ("2,11 5,6 8,9 11,4 14,7",),
    "outcry": ("8,1.5 14.5,8 8,14.5 1.5,8 8,1.5", "8,5 11,8 8,11 5,8 8,5"),
    "compare": ("2,12 6,6 9,9 14,3", "2,6 6,10 9,5 14,9"),
}


@cache
def _lines(name: str) -> tuple[QPolygonF, ...]:
    """The strokes of that icon as lines."""
    return tuple(QPolygonF([QPointF(*map(float, point.split(","))) for point in stroke.split()]) for stroke in _STROKES[name])


class _LineIcon(QIconEngine):
    """Paints the strokes of one icon at any size, in the colour the state asks for."""

    def __init__(self, name: str, colour: str | None) -> None:
        super().__init__()
        self._name = name
        self._colour = colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        tokens = current()
        is_lit = mode in (QIcon.Mode.Active, QIcon.Mode.Selected) or state is QIcon.State.On
        colour = tokens.faint if mode is QIcon.Mode.Disabled else self._colour or (tokens.text if is_lit else tokens.second)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(rect.width(), rect.height())
        painter.translate(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2)
        painter.scale(side / 16, side / 16)
        painter.setPen(QPen(QColor(colour), 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        for line in _lines(self._name):
            painter.drawPolyline(line)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _painted(self, size, mode, state)

    def clone(self) -> QIconEngine:
        return _LineIcon(self._name, self._colour)


def icon(name: str, colour: str | None = None) -> QIcon:
    """The icon of that name in the colours in force (`colour` = always this one); an empty icon for a name there is none of."""
    return QIcon(_LineIcon(name, colour)) if name in _STROKES else QIcon()


def names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(_STROKES)


def link_mark(colour: str) -> QIcon:
    """The small coloured square that marks the panels of one link group; `colour` is the name of a token."""
    return QIcon(_Mark(colour, 0.5, 2))


def state_mark(colour: str) -> QIcon:
    """The small round light of a state; `colour` is the name of a token."""
    return QIcon(_Mark(colour, 0.5, 8))


class _Mark(QIconEngine):
    """A filled square of a share of the icon's side, its corners rounded."""

    def __init__(self, colour: str, share: float, radius: float) -> None:
        super().__init__()
        self._colour = colour
        self._share = share
        self._radius = radius

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(current(), self._colour)))
        side = min(rect.width(), rect.height()) * self._share
        radius = min(self._radius, side / 2)
        painter.drawRoundedRect(QRectF(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2, side, side), radius, radius)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _painted(self, size, mode, state)

    def clone(self) -> QIconEngine:
        return _Mark(self._colour, self._share, self._radius)


def _painted(engine: QIconEngine, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    engine.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
    painter.end()
    return pixmap
