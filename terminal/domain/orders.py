"""Orders and fills as values, exact in price and quantity.

A decision becomes an order, a venue or the simulation turns it into fills, the ledger turns fills into positions.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument


class Side(IntEnum):
    """Direction of an order or position; the value is its sign."""

    LONG = 1
    SHORT = -1

    @property
    def word(self) -> str:
        """ "long" or "short"."""
        return self.name.lower()


class OrderType(StrEnum):
    """How an order asks to be filled."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TRAILING_STOP = "trailing_stop"


class ExitReason(IntEnum):
    """Why a position was left. The value is what compiled code stores."""

    OPEN = 0
    SIGNAL = 1
    STOP_LOSS = 2
    TAKE_PROFIT = 3
    TRAILING_STOP = 4
    REVERSAL = 5
    END = 6
    TIME_OUT = 7
    LIQUIDATION = 8
    ROLL = 9
    REBALANCE = 10

    @property
    def words(self) -> str:
        """The reason as a person reads it, such as "stop loss"."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Order:
    """A wish to trade. Refuses (BadInput) a quantity or price that is not a finite number above zero."""

    id: str
    instrument: Instrument
    side: Side
    type: OrderType
    quantity: Decimal
    price: Decimal | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        _demand_positive("quantity", self.quantity)
        if self.price is not None:
            _demand_positive("price", self.price)
        if (self.price is None) is not (self.type is OrderType.MARKET):
            needed = "no price" if self.type is OrderType.MARKET else "a price"
            raise BadInput(f"A {self.type.value} order takes {needed}; it was given {self.price}.")


@dataclass(frozen=True, slots=True)
class Fill:
    """What happened to an order: so much, at this price, at this time (UTC ns), for this cost in quote currency."""

    order_id: str
    instrument: Instrument
    side: Side
    time: int
    quantity: Decimal
    price: Decimal
    cost: Decimal

    def __post_init__(self) -> None:
        _demand_positive("quantity", self.quantity)
        _demand_positive("price", self.price)

    @property
    def notional(self) -> Decimal:
        """Traded value in quote currency, costs left out."""
        return self.quantity * self.price * self.instrument.multiplier


def _demand_positive(name: str, value: Decimal) -> None:
    if not isinstance(value, Decimal) or not value.is_finite() or value <= 0:
        raise BadInput(f"The {name} of an order is {value!r}.", cure="Give a Decimal above zero.")
