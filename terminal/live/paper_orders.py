"""One order as the paper venue keeps it, and what it asks of the simulated broker.

The venue's side of an order: never what the session thinks of it.
"""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.instrument import Instrument
from terminal.domain.intents import OrderIntent, TimeInForce
from terminal.domain.orders import Order, OrderType, Side
from terminal.domain.timeframe import DAY
from terminal.live.messages import OrderReport, Shown
from terminal.trading.simulated import Terms

ZERO = Decimal(0)
_FORCES = {TimeInForce.IOC: "ioc", TimeInForce.FOK: "fok"}
"""A day's or a date's end is an expiry of an order that is good till cancelled."""


@dataclass(slots=True)
class PaperOrder:
    """An order that came. `number` is the simulated broker's; times are UTC ns; `shown` is where it stands, `why` the words it ended with."""

    order_id: str
    number: int
    venue_order_id: str
    account: str
    venue: str
    symbol: str
    side: Side
    type: OrderType
    quantity: Decimal
    limit: Decimal | None
    stop: Decimal | None
    reduce_only: bool
    arrived: int
    shown: Shown = Shown.WORKING
    filled: Decimal = ZERO
    why: str = ""

    @property
    def opens(self) -> bool:
        """True while it may open a position."""
        return self.shown is Shown.WORKING and not self.reduce_only

    def report(self) -> OrderReport:
        """The order as it is shown now."""
        shape = (self.quantity, self.limit, self.stop)
        return OrderReport(self.account, self.symbol, self.order_id, self.venue_order_id, self.shown, self.filled, *shape)


def refusal(intent: OrderIntent, instrument: Instrument) -> str:
    """Why a venue would not take an order of this shape, "" where it would: off its grid, or beyond what it counts in."""
    quantities = (("quantity", intent.quantity, instrument.lot),)
    prices = (("limit", intent.limit, instrument.tick), ("stop", intent.stop, instrument.tick))
    return off_grid((*quantities, *prices))


def off_grid(values: tuple[tuple[str, Decimal | None, Decimal | None], ...]) -> str:
    """The first of (name, value, step) that does not lie on its grid, or is too large to be counted exactly, in words; "" where all do."""
    for name, value, step in values:
        if value is None or step is None:
            continue
        steps = value / step
        if steps != steps.to_integral_value():
            return f"the {name} {value} is not on the grid of {step}"
        if steps > 2**52:
            return f"the {name} {value} is too large"
    return ""


def asked(intent: OrderIntent, instrument: Instrument, now: int, since: int, *, is_passed: bool, in_candle: bool) -> tuple[Order, Terms]:
    """What the simulated broker is asked. A stop that `is_passed` by the market as it arrives acts at once, as its trigger would make it."""
    kind, price, limit = intent.type, intent.stop, intent.limit
    if kind is OrderType.LIMIT or (kind is OrderType.STOP_LIMIT and is_passed):
        kind, price, limit = OrderType.LIMIT, intent.limit, None
    elif kind is OrderType.STOP and is_passed:
        kind, price = OrderType.MARKET, None
    terms = Terms(
        limit=limit,
        force=_FORCES.get(intent.time_in_force, "gtc"),
        expires=_end(intent, now),
        reduce_only=intent.reduce_only,
        post_only=intent.post_only,
        since=since,
        in_candle=in_candle,
    )
    return Order(intent.id, instrument, intent.side, kind, intent.quantity, price, intent.reason), terms


def _end(intent: OrderIntent, now: int) -> int | None:
    """When it expires: a day's order at the next 00:00 UTC."""
    return (now // DAY + 1) * DAY if intent.time_in_force is TimeInForce.DAY else intent.expires
