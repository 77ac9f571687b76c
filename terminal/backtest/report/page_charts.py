"""The charts of the HTML report as inline SVG: equity against holding, depth below the peak, returns by month.

Colours come from the page's CSS variables, so that one drawing serves the dark and the light theme.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.report.curves import MONTHS, Curves, Values, round_steps, time_steps
from terminal.backtest.report.words import number

WIDTH = 1120
_LEFT, _RIGHT = 8, 84
_MOST_POINTS = 600
_TAG = 16
"""Pixels around the middle of a tag in which no number of the axis is written."""
_DEEP = 0.12
"""A month of this return has the full colour; paler ones are smaller."""


def equity_chart(lines: Curves, capital: float, height: int = 320) -> str:
    """Equity with a soft area, holding as a thin line, the capital dashed; axis on the right."""
    low = float(min(lines.equity.min(), lines.holding.min(), capital))
    high = float(max(lines.equity.max(), lines.holding.max(), capital))
    frame = _Frame(lines.time, low, high, height)
    floor = frame.y(low)
    points = frame.points(lines.equity)
    area = f"{frame.x(int(lines.time[0])):.1f},{floor:.1f} {points} {frame.x(int(lines.time[-1])):.1f},{floor:.1f}"
    parts = [
        frame.grid((float(lines.holding[-1]), float(lines.equity[-1]))),
        f'<line class="base" x1="{_LEFT}" x2="{frame.right}" y1="{frame.y(capital):.1f}" y2="{frame.y(capital):.1f}"/>',
        f'<polygon class="area" points="{area}"/>',
        f'<polyline class="holding" points="{frame.points(lines.holding)}"/>',
        f'<polyline class="equity" points="{points}"/>',
        _tag(frame, float(lines.holding[-1]), "tag second"),
        _tag(frame, float(lines.equity[-1]), "tag"),
    ]
    return _svg("".join(parts), height, "Equity of the strategy and of holding")


def band_chart(time: NDArray[np.int64], low: Values, high: Values, base: Values, capital: float, height: int = 220) -> str:
    """The run between the lowest and the highest that fills and costs leave open."""
    rows = np.unique(np.linspace(0, len(time) - 1, _MOST_POINTS).astype(np.int64))
    time, low, high, base = time[rows], low[rows], high[rows], base[rows]
    frame = _Frame(time, float(min(low.min(), capital)), float(max(high.max(), capital)), height)
    edge = " ".join(reversed(frame.points(low).split(" ")))
    body = f'<polygon class="band" points="{frame.points(high)} {edge}"/><polyline class="equity" points="{frame.points(base)}"/>'
    return _svg(frame.grid() + body, height, "Equity between kind and unkind fills")


def drawdown_chart(lines: Curves, height: int = 150) -> str:
    """How far equity lay below its earlier peak, hanging from zero."""
    low = min(float(lines.below.min()), -0.001)
    frame = _Frame(lines.time, low, 0.0, height, unit=" %", scale=100)
    ends = f"{frame.x(int(lines.time[0])):.1f},{frame.y(0):.1f} {{}} {frame.x(int(lines.time[-1])):.1f},{frame.y(0):.1f}"
    body = f'<polygon class="under" points="{ends.format(frame.points(lines.below))}"/>'
    return _svg(frame.grid() + body, height, "Depth below the earlier peak")


def month_table(years: Sequence[int], returns: NDArray[np.float64]) -> str:
    """A table of monthly returns, tinted by size, with the return of each year; the sign is written, not only coloured."""
    head = "".join(f'<th scope="col">{name}</th>' for name in (*MONTHS, "Year"))
    rows = []
    for year, line in zip(years, returns, strict=True):
        known = line[~np.isnan(line)]
        whole = float(np.prod(1 + known) - 1) if len(known) else math.nan
        rows.append(f'<tr><th scope="row">{year}</th>{"".join(_month(value) for value in line.tolist())}{_month(whole, "whole")}</tr>')
    return f'<table class="months"><thead><tr><th></th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _month(value: float, kind: str = "") -> str:
    if math.isnan(value):
        return f'<td class="{kind}"></td>'
    share = min(1.0, abs(value) / _DEEP) * 0.6
    colour = "var(--up)" if value > 0 else "var(--down)"
    tint = f' style="background:color-mix(in srgb,{colour} {share * 100:.0f}%,transparent)"' if share >= 0.005 and not kind else ""
    return f'<td class="{kind}"{tint}>{number(value * 100, 1, signed=True)}</td>'


class _Frame:
    """Where a time and a value lie in a chart, and the grid behind them."""

    def __init__(self, time: NDArray[np.int64], low: float, high: float, height: int, *, unit: str = "", scale: float = 1.0) -> None:
        self.right = WIDTH - _RIGHT
        self._time = time
        self._first, self._last = int(time[0]), int(time[-1])
        room = (high - low or abs(high) or 1.0) * 0.04
        self._low, self._high = low - room, high + (room if high else 0.0)
        self._bottom, self._top = height - 24, 8
        self._unit, self._scale = unit, scale

    def x(self, time: int) -> float:
        """Pixels from the left of a moment (UTC ns)."""
        return _LEFT + (time - self._first) / max(1, self._last - self._first) * (self.right - _LEFT)

    def y(self, value: float) -> float:
        """Pixels from the top of a value."""
        return self._bottom - (value - self._low) / (self._high - self._low) * (self._bottom - self._top)

    def points(self, values: NDArray[np.float64]) -> str:
        """The line through `values` as SVG points."""
        return " ".join(f"{self.x(time):.1f},{self.y(value):.1f}" for time, value in zip(self._time.tolist(), values.tolist(), strict=True))

    def grid(self, tagged: Sequence[float] = ()) -> str:
        """Lines at round values with their numbers on the right, but for those that a tag at the values of `tagged` covers, and the moments below."""
        parts = []
        steps = round_steps(self._low * self._scale, self._high * self._scale)
        decimals = 0 if len(steps) < 2 or steps[1] - steps[0] >= 1 else 1 if steps[1] - steps[0] >= 0.1 else 2
        for step in steps:
            y = self.y(step / self._scale)
            parts.append(f'<line class="grid" x1="{_LEFT}" x2="{self.right}" y1="{y:.1f}" y2="{y:.1f}"/>')
            if all(abs(y - self.y(value)) >= _TAG for value in tagged):
                parts.append(f'<text class="axis" x="{self.right + 10}" y="{y + 4:.1f}">{number(step, decimals)}{self._unit}</text>')
        for time, label in time_steps(self._first, self._last):
            if self.x(time) < self.right - 20:
                parts.append(f'<text class="axis" x="{self.x(time):.1f}" y="{self._bottom + 18}" text-anchor="middle">{label}</text>')
        return "".join(parts)


def _tag(frame: _Frame, value: float, kind: str) -> str:
    y = frame.y(value)
    return (
        f'<g class="{kind}"><rect x="{frame.right + 3}" y="{y - 10:.1f}" width="{_RIGHT - 5}" height="20" rx="4"/>'
        f'<text x="{WIDTH - 8}" y="{y + 4:.1f}" text-anchor="end">{number(value, 0)}</text></g>'
    )


def _svg(body: str, height: int, name: str) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{name}">{body}</svg>'
