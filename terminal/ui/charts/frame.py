"""How a chart divides its rectangle: the price pane, panes of indicators below it, the price axis right and the time axis under all.

Worked out anew at every size; painters and the mouse ask it where things are.
"""

from dataclasses import dataclass

_PRICE_SHARE = 3.0
_LEAST_PANE = 46.0
TIME_AXIS = 24.0


@dataclass(frozen=True, slots=True)
class Pane:
    """A horizontal strip of the plot, in pixels of the widget."""

    top: float
    height: float

    def holds(self, y: float) -> bool:
        """True where `y` lies in this pane."""
        return self.top <= y < self.top + self.height


@dataclass(frozen=True, slots=True)
class Frame:
    """`width` is the plot without the price axis; panes[0] shows prices, the rest one indicator each, top to bottom."""

    width: float
    axis_width: float
    panes: tuple[Pane, ...]

    @property
    def bottom(self) -> float:
        """Where the time axis begins."""
        return self.panes[-1].top + self.panes[-1].height

    def pane_at(self, y: float) -> int | None:
        """Index of the pane under `y`."""
        return next((index for index, pane in enumerate(self.panes) if pane.holds(y)), None)


def divide(width: float, height: float, own_panes: int, axis_width: float) -> Frame:
    """The frame of a chart of that size with `own_panes` panes below the prices."""
    plot_width, plot_height = max(40.0, width - axis_width), max(40.0, height - TIME_AXIS)
    each = max(_LEAST_PANE, plot_height / (_PRICE_SHARE + own_panes)) if own_panes else 0.0
    each = min(each, plot_height * 0.7 / own_panes) if own_panes else 0.0
    price_height = plot_height - each * own_panes
    panes = [Pane(0.0, price_height)]
    panes += [Pane(price_height + each * index, each) for index in range(own_panes)]
    return Frame(plot_width, axis_width, tuple(panes))
