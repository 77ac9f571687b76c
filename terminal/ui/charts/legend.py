"""The words inside the top left of a chart: symbol, open, high, low, close and each indicator's value at the crosshair.

Written by the canvas on every move of the crosshair, over the finished scene.
"""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter

from terminal.ui.charts.model import ChartModel
from terminal.ui.charts.overlays import Overlay
from terminal.ui.charts.texts import draw_words
from terminal.ui.numbers import number, percent, price
from terminal.ui.tokens import Tokens

_GAP = 8.0
_VALUE_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a legend and its colour."""

    text: str
    colour: str
    follows_closely: bool = False


def price_words(model: ChartModel, row: int, tokens: Tokens) -> list[Words]:
    """Symbol, OHLC, change and volume of a row, then the indicators that share the price axis."""
    bars = model.bars
    if bars is None or model.key is None or not 0 <= row < len(bars):
        return []
    close, before = float(bars.close[row]), float(bars.close[row - 1]) if row else float("nan")
    change = close / before - 1 if before else float("nan")
    colour = tokens.up if close >= bars.open[row] else tokens.down
    words = [Words(f"{model.key.symbol} · {model.key.timeframe.value}", tokens.text)]
    for letter, column in (("O", bars.open), ("H", bars.high), ("L", bars.low), ("C", bars.close)):
        words += [Words(letter, tokens.faint), Words(price(float(column[row])), colour, follows_closely=True)]
    if np.isfinite(change):
        words.append(Words(percent(change, 2, signed=True), colour))
    words += [Words("Vol", tokens.faint), Words(_volume(float(bars.volume[row])), tokens.second, follows_closely=True)]
    for overlay in model.overlays:
        if not overlay.has_own_pane:
            words += overlay_words(overlay, row, tokens)
    for other in model.compared:
        colour = series_colour(tokens, other.colour)
        value = float(other.line.values[row]) if row < len(other.line.values) else float("nan")
        words += [Words(f"{other.key.symbol}", colour), Words(price(value), colour, follows_closely=True)]
    return words


def overlay_words(overlay: Overlay, row: int, tokens: Tokens) -> list[Words]:
    """The indicator's name and its lines' values at a row, in the colours of the lines."""
    words = [Words(overlay.label, series_colour(tokens, overlay.colour))]
    for index, line in enumerate(overlay.lines):
        if 0 <= row < len(line.values):
            words.append(Words(price(float(line.values[row])), series_colour(tokens, overlay.colour + index), follows_closely=True))
    return words


def series_colour(tokens: Tokens, index: int) -> str:
    """The colour of the index-th line of a chart."""
    return tokens.series[index % len(tokens.series)]


def paint_words(painter: QPainter, words: list[Words], x: float, y: float, width: float, font: QFont, ground: str) -> float:
    """Writes `words` from the baseline (x, y), into further lines where they do not fit; the height they took. First words are strong."""
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    at, line_height = QPointF(x, y), QFontMetricsF(font).height() + 4
    behind = QColor(ground)
    behind.setAlpha(200)
    for index, piece in enumerate(words):
        painter.setFont(strong if index == 0 else font)
        metrics = painter.fontMetrics()
        advance = float(metrics.horizontalAdvance(piece.text))
        if index and not piece.follows_closely and at.x() + _reach(words, index, metrics) > width:
            at = QPointF(x, at.y() + line_height)
        painter.fillRect(int(at.x()) - 2, int(at.y()) - metrics.ascent() - 1, int(advance) + 6, metrics.height() + 2, behind)
        painter.setPen(QColor(piece.colour))
        draw_words(painter, at, piece.text)
        follows = index + 1 < len(words) and words[index + 1].follows_closely
        at.setX(at.x() + advance + (_VALUE_GAP if follows else _GAP))
    return at.y() - y + line_height


def _reach(words: list[Words], index: int, metrics: QFontMetrics) -> float:
    """Width of a piece with the values that belong to it."""
    reach = float(metrics.horizontalAdvance(words[index].text))
    for piece in words[index + 1 :]:
        if not piece.follows_closely:
            break
        reach += metrics.horizontalAdvance(piece.text) + _VALUE_GAP
    return reach


def _volume(volume: float) -> str:
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if volume >= size:
            return f"{number(volume / (1e3 if unit == 'k' else size), 1)} {unit}"
    return number(volume, 1 if volume >= 100 else 2)
