"""A wish to trade as a session knows it: exact, complete, and signed by whoever wished it; and the type that brokers accept.

A strategy, a person or an algo makes an intent; `risk/gate.py` answers with an approved order or a denial; only the former is ever sent.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.orders import OrderType, Side


class TimeInForce(StrEnum):
    """How long an order works."""

    GTC = "gtc"
    DAY = "day"
    GTD = "gtd"
    IOC = "ioc"
    FOK = "fok"


class Purpose(StrEnum):
    """What an order is for, which decides who may cancel it and what the gate asks of it."""

    ENTRY = "entry"
    EXIT = "exit"
    PROTECTION = "protection"


class AuthorKind(StrEnum):
    """Who can wish an order."""

    HUMAN = "human"
    STRATEGY = "strategy"
    ALGO = "algo"
    API = "api"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wished an order and why it can be traced: a person, a strategy at a version and candle, an API token's name."""

    kind: AuthorKind
    name: str
    version: str = ""
    candle: int | None = None
    """Open of the candle it was decided at (UTC ns), None where there was none."""


@dataclass(frozen=True, slots=True)
class OrderIntent:
    """A wish to trade on one account. `id` never repeats. Refuses (BadInput) whatever is no order: NaN, infinite, zero or negative
    numbers, a limit order without a limit, a market order with one."""

    id: str
    account: str
    instrument: Instrument
    side: Side
    type: OrderType
    quantity: Decimal
    author: Author
    decided: int
    """When it was wished, UTC ns."""
    limit: Decimal | None = None
    stop: Decimal | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    expires: int | None = None
    """End of a GTD order, UTC ns."""
    purpose: Purpose = Purpose.ENTRY
    reduce_only: bool = False
    post_only: bool = False
    stop_loss: Decimal | None = None
    """Where the position that this order opens is protected, kept at the venue in the quantity that filled."""
    take_profit: Decimal | None = None
    parent: str = ""
    """The order or algo that this one belongs to."""
    reason: str = ""

    def __post_init__(self) -> None:
        _demand_name("id", self.id)
        _demand_name("account", self.account)
        if not isinstance(self.side, Side):
            raise BadInput(f"The side of an order is {self.side!r}.", cure="Give Side.LONG (buy) or Side.SHORT (sell).")
        _demand_positive("quantity", self.quantity)
        for name in ("limit", "stop", "stop_loss", "take_profit"):
            price = getattr(self, name)
            if price is not None:
                _demand_positive(name, price)
        needs_limit, needs_stop = _PRICES[self.type]
        for name, price, is_needed in (("limit", self.limit, needs_limit), ("stop", self.stop, needs_stop)):
            if (price is not None) is not is_needed:
                raise BadInput(f"A {self.type.value.replace('_', ' ')} order takes {'a' if is_needed else 'no'} {name} price; it was given {price}.")
        if (self.expires is not None) is not (self.time_in_force is TimeInForce.GTD):
            raise BadInput(f"An order in force {self.time_in_force.value} has the end {self.expires}.", cure="Give an end to a gtd order, and to no other.")

    @property
    def is_protective(self) -> bool:
        """True for a stop or target that rests at the venue to protect a position."""
        return self.purpose is Purpose.PROTECTION


@dataclass(frozen=True, slots=True)
class ApprovedOrder:
    """An intent that passed the gate: the one type a broker accepts. Only `risk/gate.py` constructs it, which a test reads from the source."""

    intent: OrderIntent
    approved: int
    """When, UTC ns."""
    findings: tuple[str, ...] = ()
    """What the gate noted while letting it pass, such as a warning or a cut."""


@dataclass(frozen=True, slots=True)
class Denial:
    """Why an intent was not let through: the rule, the reason with its figures, and what would help."""

    intent: OrderIntent
    rule: str
    reason: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Execution:
    """One fill as a venue reports it. `id` is the venue's own; a correction carries the id of what it replaces in `corrects`."""

    id: str
    account: str
    instrument: Instrument
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal
    fee_currency: str
    time: int
    order_id: str = ""
    """Our own id of the order; empty where the venue does not know it (a foreign order)."""
    venue_order_id: str = ""
    corrects: str = ""

    def __post_init__(self) -> None:
        _demand_name("id", self.id)
        _demand_positive("quantity", self.quantity)
        _demand_positive("price", self.price)
        if not isinstance(self.fee, Decimal) or not self.fee.is_finite():
            raise BadInput(f"The fee of execution {self.id} is {self.fee!r}.", cure="Give a finite Decimal; below zero is a rebate.")


_PRICES = {
    OrderType.MARKET: (False, False),
    OrderType.LIMIT: (True, False),
    OrderType.STOP: (False, True),
    OrderType.STOP_LIMIT: (True, True),
    OrderType.TRAILING_STOP: (False, True),
}
"""Whether an order of a type takes a limit, and a stop (of a trailing stop: its distance)."""


def _demand_name(name: str, value: str) -> None:
    if not isinstance(value, str) or not value or len(value) > 120 or not value.isprintable():
        raise BadInput(f"The {name} of an order is {value!r}.", cure="Give a name of 1 to 120 printable characters.")


def _demand_positive(name: str, value: Decimal) -> None:
    if not isinstance(value, Decimal) or not value.is_finite() or value <= 0:
        raise BadInput(f"The {name} of an order is {value!r}.", cure="Give a Decimal above zero.")
