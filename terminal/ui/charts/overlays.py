"""Indicators on a chart: what was chosen, with which parameters, and their lines beside the candles' rows.

Declared by `indicators.catalogue`, calculated off the window's thread, kept current by their last rows while candles stream.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import VALUE_COLUMNS
from terminal.indicators.catalogue import IndicatorInfo, find
from terminal.ui.charts.columns import Columns
from terminal.ui.charts.decimate import LineData

_TAIL_OF_WARM_UPS = 20
_LEAST_TAIL = 400
Lines = tuple[NDArray[np.float64], ...]


@dataclass(eq=False, slots=True)
class Overlay:
    """One indicator of a chart. `lines` is empty until the first calculation arrived; `colour` counts through the look's series colours."""

    info: IndicatorInfo
    parameters: dict[str, Any]
    colour: int = 0
    lines: tuple[LineData, ...] = field(default=())

    @property
    def has_own_pane(self) -> bool:
        """True where it does not share the price axis."""
        return self.info.pane == "own"

    @property
    def label(self) -> str:
        """The legend's words, such as "EMA 89"."""
        return self.info.label(self.parameters)

    @property
    def colours(self) -> range:
        """The series colours its lines are drawn in."""
        return range(self.colour, self.colour + len(self.info.lines))

    def follow(self, columns: Columns) -> None:
        """Brings the last rows up to date after a live candle, from a tail long enough to have forgotten where it began."""
        if not self.lines or not len(columns):
            return
        last = len(self.lines[0].values) - 1
        tail = max(_LEAST_TAIL, _TAIL_OF_WARM_UPS * self.info.warm_up(self.parameters))
        first = max(0, last - tail)
        fresh = calculate(self.info, self.parameters, columns, first=first)
        for line, values in zip(self.lines, fresh, strict=True):
            before = line.values[first] - values[0] if self.info.is_running_sum and first else 0.0
            line.put(last, values[last - first :] + before)

    def state(self) -> dict[str, Any]:
        """What brings this overlay back, as JSON values."""
        return {"indicator": self.info.id, "parameters": dict(self.parameters), "colour": self.colour}


def overlay_of(state: Mapping[str, Any]) -> Overlay:
    """The overlay that `state` describes; raises BadInput or UnknownName where it fits no indicator."""
    info = find(str(state.get("indicator", "")))
    given, colour = state.get("parameters", {}), state.get("colour", 0)
    return Overlay(info, info.values(given if isinstance(given, Mapping) else {}), colour if isinstance(colour, int) and colour >= 0 else 0)


def drawable(values: Lines) -> tuple[LineData, ...]:
    """`values` as an overlay holds them, copied once with room for the candles that follow."""
    return tuple(LineData.roomy(line) for line in values)


def calculate(info: IndicatorInfo, parameters: Mapping[str, Any], columns: Columns, *, first: int = 0) -> Lines:
    """The indicator's lines over rows `first` to the end, shape (rows,) each."""
    inputs = {name: getattr(columns, name)[first:] for name in VALUE_COLUMNS}
    return info.calculate(inputs, **parameters)
