"""What an event strategy asks for and what it gets back: a request, a handle that knows its state, a view of a position.

Made by `acting`, carried out by whoever runs the strategy: the backtest, the paper broker, a live session.
"""

import math
import re
from dataclasses import dataclass

import numpy as np

from terminal.domain.errors import BadInput
from terminal.domain.size import Size, SizeKind
from terminal.strategies.algos import Schedule

Level = float | str | None
"""A price, a text such as "2%" that is a fraction of the fill price, or None."""
FORCES = ("gtc", "day", "ioc", "fok")
_PERCENT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*")
_SIZES = {"quantity": SizeKind.QUANTITY, "cash": SizeKind.CASH, "percent": SizeKind.EQUITY, "risk": SizeKind.RISK}


@dataclass(frozen=True, slots=True)
class Distance:
    """A level as compiled code reads it: a price or distance in price, or a fraction (`is_price` False). NaN = none."""

    value: float = math.nan
    is_price: bool = False

    @classmethod
    def parse(cls, name: str, given: Level) -> "Distance":
        """The level meant by `given`; raises BadInput that names the argument and the value."""
        if given is None:
            return NO_DISTANCE
        if isinstance(given, str):
            match = _PERCENT.fullmatch(given)
            if match is None or float(match[1]) <= 0:
                raise BadInput(f"`{name}` is {given!r}.", cure=f'Give a price, or a fraction such as {name}="2%".')
            return cls(float(match[1]) / 100)
        return cls(positive_number(name, given), True)


NO_DISTANCE = Distance()


def positive_number(name: str, given: object) -> float:
    """`given` as a float; raises BadInput that names it where it is no number, not finite, or not above zero."""
    if isinstance(given, bool) or not isinstance(given, int | float | np.floating | np.integer):
        raise BadInput(f"`{name}` is {given!r}.", cure="Give a number.")
    value = float(given)
    if math.isnan(value):
        raise BadInput(f"`{name}` is NaN.", cure="Ask for the order once the indicator behind it has a value.")
    if math.isinf(value) or value <= 0.0:
        raise BadInput(f"`{name}` is {value:g}.", cure="Give a number above zero.")
    return value


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """One order as a strategy asks for it. `side` is 1 or −1, 0 where a target chooses it; None and NaN mean "none"."""

    side: int
    symbol: str
    size: Size | None
    """None takes the size of the run."""
    target: float = math.nan
    """The position to end with, as a signed fraction of equity; NaN = not a target."""
    limit: float = math.nan
    stop: float = math.nan
    trail: Distance = NO_DISTANCE
    activation: float = math.nan
    stop_loss: Distance = NO_DISTANCE
    take_profit: Distance = NO_DISTANCE
    trailing_stop: Distance = NO_DISTANCE
    break_even: float = math.nan
    """Gain, as a fraction of the fill price, after which the stop moves to the entry."""
    timeout: int = 0
    """Nanoseconds after the fill at which the lot is left; 0 = never."""
    expires: int = 0
    """Nanoseconds the order lives; 0 = until cancelled."""
    force: str = "gtc"
    on_close: bool = False
    reduce_only: bool = False
    post_only: bool = False
    after: int = 0
    """Id of the order whose fill sets this one working, 0 = at once."""
    group: int = 0
    """Number shared by orders of which the first to fill cancels the others, 0 = none."""
    lot: int = 0
    """Id of the entry whose lot this order protects, 0 = none."""
    tag: str = ""
    reason: str = ""
    algo: Schedule | None = None
    """How the order is divided over time, None = all at once."""


class OrderHandle:
    """An order on its way: `state` is asked, working, filled, cancelled, refused or expired; `refused` says why.

    `parts` are the ids of the orders it was sent as: one, or one per slice of its `algo`.
    """

    __slots__ = ("average_price", "filled", "left", "parts", "refused", "request", "state")

    def __init__(self, request: OrderRequest) -> None:
        self.request = request
        self.parts: tuple[int, ...] = ()
        self.left = 0
        self.state = "asked"
        self.filled = 0.0
        self.average_price = math.nan
        self.refused = ""

    @property
    def id(self) -> int:
        """The number of the order, of its first slice where there are several; 0 before it was sent."""
        return self.parts[0] if self.parts else 0

    @property
    def is_open(self) -> bool:
        """Whether it may still fill."""
        return self.state in ("asked", "working")

    @property
    def reason(self) -> str:
        """The strategy's own words for why it was sent."""
        return self.request.reason

    @property
    def side(self) -> int:
        """1 to buy, −1 to sell, 0 where a target chooses."""
        return self.request.side

    @property
    def tag(self) -> str:
        """The strategy's own word for it."""
        return self.request.tag

    def __repr__(self) -> str:
        return f"OrderHandle({self.id}, {'buy' if self.side > 0 else 'sell'}, {self.state}, filled {self.filled:g})"


@dataclass(frozen=True, slots=True)
class FillNotice:
    """What `on_fill` is told: which order, when (UTC ns), how much, at what price, for what commission, and why."""

    order: OrderHandle
    symbol: str
    time: int
    side: int
    quantity: float
    price: float
    commission: float
    reason: str


@dataclass(frozen=True, slots=True)
class Position:
    """What is held of one instrument: `quantity` is signed, `price` the average entry, `profit` what it has made so far."""

    symbol: str
    quantity: float = 0.0
    price: float = math.nan
    profit: float = 0.0

    @property
    def is_flat(self) -> bool:
        """Nothing is held."""
        return self.quantity == 0.0

    @property
    def is_long(self) -> bool:
        """More was bought than sold."""
        return self.quantity > 0.0

    @property
    def is_short(self) -> bool:
        """More was sold than bought."""
        return self.quantity < 0.0


def wanted_size(quantity: float | None, cash: float | None, percent: float | None, risk: float | None) -> Size | None:
    """The one size given, `percent` and `risk` as fractions of equity; None where none is. Raises BadInput for two."""
    given = [(name, value) for name, value in (("quantity", quantity), ("cash", cash), ("percent", percent), ("risk", risk)) if value is not None]
    if len(given) > 1:
        raise BadInput(f"An order was given {' and '.join(f'{name}={value:g}' for name, value in given)}.", cure="Give one of them.")
    if not given:
        return None
    name, value = given[0]
    return Size(_SIZES[name], positive_number(name, value))
