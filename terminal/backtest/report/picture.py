"""The result as one PNG picture for a message or a slide: title, verdict, key figures, equity against holding, drawdown.

Drawn with Pillow at twice its size and scaled down, which smooths every line; needs no window and no screen.
"""

import io
from typing import TYPE_CHECKING

from terminal.backtest.report.curves import Curves, curves, round_steps, time_steps
from terminal.backtest.report.words import CAUTION, number, origin_of, written
from terminal.domain.resources import resource_path
from terminal.stats.glossary import Form

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import ImageDraw, ImageFont

    from terminal.backtest.result import Result

WIDTH, HEIGHT = 1600, 1000
_FINE = 2
_PANEL, _WINDOW, _LINE, _GRID = "#131820", "#0b0e13", "#1e2530", "#1b222c"
_TEXT, _SECOND, _FAINT = "#dbe3ee", "#8c9bae", "#7d8da1"
_ACCENT, _HOLDING, _DOWN, _WARN = "#6fa8ff", "#b49cf0", "#d9737a", "#d9a441"
_MARGIN = 48


def result_png(result: "Result") -> bytes:
    """The picture as PNG bytes, 1600 × 1000 pixels; the same result gives the same bytes."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH * _FINE, HEIGHT * _FINE), _WINDOW)
    pen = _Pen(ImageDraw.Draw(image, "RGBA"))
    _heading(pen, result)
    _figures(pen, result)
    lines = curves(result, 2400)
    _equity(pen, lines, float(result.settings["capital"]), str(result.settings["currency"]))
    _drawdown(pen, lines)
    pen.text((_MARGIN, HEIGHT - 26), f"Made by Outcry from past prices. {CAUTION}", 15, _FAINT, anchor="lm")
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    small.save(content, "PNG", optimize=False)
    return content.getvalue()


class _Pen:
    """Draws in pixels of the finished picture."""

    def __init__(self, draw: "ImageDraw.ImageDraw") -> None:
        self._draw = draw
        self._fonts: dict[tuple[str, int], ImageFont.FreeTypeFont] = {}

    def text(self, at: tuple[float, float], words: str, size: int, colour: str, *, weight: str = "Regular", anchor: str = "ls") -> None:
        """Writes `words`; `anchor` as Pillow names it (left/middle/right, baseline/middle)."""
        self._draw.text((at[0] * _FINE, at[1] * _FINE), words, fill=colour, font=self._font(weight, size), anchor=anchor, features=["tnum"])

    def width(self, words: str, size: int, weight: str = "Regular") -> float:
        """How wide `words` will be."""
        return float(self._font(weight, size).getlength(words)) / _FINE

    def box(self, left: float, top: float, right: float, bottom: float, *, fill: str | None = None, outline: str | None = None) -> None:
        """A rectangle with rounded corners."""
        edges = (left * _FINE, top * _FINE, right * _FINE, bottom * _FINE)
        self._draw.rounded_rectangle(edges, radius=10 * _FINE, fill=fill, outline=outline, width=_FINE)

    def line(self, points: list[tuple[float, float]], colour: str, width: float) -> None:
        """A line through `points`."""
        self._draw.line([(x * _FINE, y * _FINE) for x, y in points], fill=colour, width=round(width * _FINE), joint="curve")

    def area(self, points: list[tuple[float, float]], colour: str) -> None:
        """A filled shape; `colour` may carry transparency as #rrggbbaa."""
        self._draw.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=colour)

    def _font(self, weight: str, size: int) -> "ImageFont.FreeTypeFont":
        from PIL import ImageFont

        if (weight, size) not in self._fonts:
            self._fonts[weight, size] = ImageFont.truetype(str(resource_path(f"fonts/Inter-{weight}.otf")), size * _FINE)
        return self._fonts[weight, size]


def _heading(pen: _Pen, result: "Result") -> None:
    settings = result.settings
    pen.text((_MARGIN, 66), str(settings["strategy"]), 34, _TEXT, weight="SemiBold")
    parameters = "   ".join(f"{name} {value}" for name, value in settings["parameters"].items())
    pen.text((_MARGIN + pen.width(str(settings["strategy"]), 34, "SemiBold") + 18, 66), parameters, 18, _SECOND)
    pen.text((_MARGIN, 98), origin_of(result), 18, _SECOND)
    if result.simulated:
        words = "SIMULATED · prices are invented"
        wide = pen.width(words, 16, "SemiBold") + 28
        pen.box(WIDTH - _MARGIN - wide, 38, WIDTH - _MARGIN, 72, outline=_WARN)
        pen.text((WIDTH - _MARGIN - wide / 2, 55), words, 16, _WARN, weight="SemiBold", anchor="mm")
    for place, line in enumerate(_wrapped(pen, result.verdict, 21, WIDTH - 2 * _MARGIN)[:2]):
        pen.text((_MARGIN, 148 + 30 * place), line, 21, _TEXT, weight="Medium")


def _figures(pen: _Pen, result: "Result") -> None:
    figures = result.metrics
    shown = (
        ("Net", written(figures["total_return"], Form.PERCENT, signed=True)),
        ("Against holding", written(figures["excess_return"], Form.PERCENT, signed=True)),
        ("Deepest drawdown", written(figures["max_drawdown"], Form.PERCENT)),
        ("Sharpe", written(figures["sharpe_ratio"], Form.RATIO)),
        ("Deflated Sharpe", written(figures["deflated_sharpe"], Form.RATIO)),
        ("Trades", written(figures["trades"], Form.COUNT)),
    )
    wide = (WIDTH - 2 * _MARGIN - 5 * 12) / 6
    for place, (name, value) in enumerate(shown):
        left = _MARGIN + place * (wide + 12)
        pen.box(left, 202, left + wide, 286, fill=_PANEL, outline=_LINE)
        pen.text((left + 18, 231), name, 16, _SECOND)
        pen.text((left + 18, 268), value, 28, _TEXT, weight="SemiBold")


def _equity(pen: _Pen, lines: Curves, capital: float, currency: str) -> None:
    low = float(min(lines.equity.min(), lines.holding.min(), capital))
    high = float(max(lines.equity.max(), lines.holding.max(), capital))
    room = (high - low or abs(high)) * 0.05
    frame = _Frame(pen, lines, (302, 730), low - room, high + room)
    frame.head(f"Equity, {currency}", (("Equity", _ACCENT), ("Holding, same costs", _HOLDING)))
    frame.grid("", 1.0)
    points = frame.points(lines.equity)
    pen.area([(points[0][0], frame.y(low - room)), *points, (points[-1][0], frame.y(low - room))], _ACCENT + "18")
    pen.line(frame.points(lines.holding), _HOLDING, 1.5)
    pen.line(points, _ACCENT, 2.2)


def _drawdown(pen: _Pen, lines: Curves) -> None:
    low = min(float(lines.below.min()), -0.001)
    frame = _Frame(pen, lines, (742, 948), low * 1.08, 0.0)
    frame.head("Below the earlier peak", ())
    frame.grid(" %", 100.0)
    points = frame.points(lines.below)
    pen.area([(points[0][0], frame.y(0)), *points, (points[-1][0], frame.y(0))], _DOWN + "40")
    pen.line(points, _DOWN, 1.4)


class _Frame:
    """A panel with a head, a grid, and the places of times and values in it."""

    def __init__(self, pen: _Pen, lines: Curves, span: tuple[int, int], low: float, high: float) -> None:
        self._pen, self._times, self._low, self._high = pen, lines.time, low, high
        self._panel_top, panel_bottom = span
        self._top, self._bottom = self._panel_top + 46, panel_bottom - 34
        self._left, self._right = _MARGIN + 18, WIDTH - _MARGIN - 104
        pen.box(_MARGIN, self._panel_top, WIDTH - _MARGIN, panel_bottom, fill=_PANEL, outline=_LINE)

    def head(self, title: str, keys: tuple[tuple[str, str], ...]) -> None:
        """The title and, beside it, what each colour stands for."""
        self._pen.text((self._left, self._panel_top + 30), title, 17, _TEXT, weight="SemiBold")
        left = self._left + self._pen.width(title, 17, "SemiBold") + 30
        for name, colour in keys:
            self._pen.line([(left, self._panel_top + 24), (left + 22, self._panel_top + 24)], colour, 2.5)
            self._pen.text((left + 30, self._panel_top + 30), name, 16, _SECOND)
            left += 54 + self._pen.width(name, 16)

    def grid(self, unit: str, scale: float) -> None:
        """Lines at round values, their numbers on the right, the moments below."""
        steps = round_steps(self._low * scale, self._high * scale)
        decimals = 0 if len(steps) < 2 or steps[1] - steps[0] >= 1 else 1 if steps[1] - steps[0] >= 0.1 else 2
        for step in steps:
            y = self.y(step / scale)
            self._pen.line([(self._left, y), (self._right, y)], _GRID, 1)
            self._pen.text((self._right + 14, y), f"{number(step, decimals)}{unit}", 16, _FAINT, anchor="lm")
        for time, label in time_steps(int(self._times[0]), int(self._times[-1])):
            self._pen.text((self._x(time), self._bottom + 22), label, 15, _FAINT, anchor="ms")

    def points(self, values: "NDArray[np.float64]") -> list[tuple[float, float]]:
        """The places of `values` at the lines' times."""
        return [(self._x(time), self.y(value)) for time, value in zip(self._times.tolist(), values.tolist(), strict=True)]

    def y(self, value: float) -> float:
        """Pixels from the top of a value."""
        return self._bottom - (value - self._low) / (self._high - self._low) * (self._bottom - self._top)

    def _x(self, time: int) -> float:
        first, last = int(self._times[0]), int(self._times[-1])
        return self._left + (time - first) / max(1, last - first) * (self._right - self._left)


def _wrapped(pen: _Pen, text: str, size: int, most: float) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if pen.width(longer, size, "Medium") > most:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]
