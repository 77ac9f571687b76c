"""The broker of a paper session: takes orders in decimals, is fed what the market shows as it comes, and answers with fills.

It asks the same compiled rules as the backtest and books in the exact ledger, so that paper and backtest can be compared to the unit.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.orders import ExitReason, Fill, Order, OrderType, Side
from terminal.ledger.exact import ExactLedger, Method
from terminal.trading import desk as tables
from terminal.trading.causes import CAUSES
from terminal.trading.desk import Desk, grown
from terminal.trading.placing import amend, cancel, new_ticket, place
from terminal.trading.quotes import live_book, live_mark, live_trade
from terminal.trading.recording import Recording
from terminal.trading.walking import begin_live_candle, finish_live_candle, live_candle

KINDS = {
    OrderType.MARKET: tables.MARKET,
    OrderType.LIMIT: tables.LIMIT,
    OrderType.STOP: tables.STOP,
    OrderType.STOP_LIMIT: tables.STOP_LIMIT,
    OrderType.TRAILING_STOP: tables.TRAIL,
}
FORCES = {"gtc": tables.GTC, "day": tables.DAY, "ioc": tables.IOC, "fok": tables.FOK}
METHODS = {Method.FIFO: tables.FIFO, Method.LIFO: tables.LIFO, Method.AVERAGE: tables.AVERAGE}
STATES = dict(enumerate(("accepted", "filled", "partly filled", "cancelled", "refused", "expired", "triggered")))
CARRIED = {"funding": 1, "borrow": 1, "interest": -1, "liquidation_fees": 1}
"""What the desk books beside fills, and whether it costs (1) or pays (−1)."""


@dataclass(frozen=True, slots=True)
class Share:
    """A level as a fraction of the fill price, such as Decimal("0.02")."""

    value: Decimal


Level = Decimal | Share | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order may say beside its type, quantity and price. Times are UTC ns, levels prices or shares of the fill price."""

    limit: Decimal | None = None
    """The limit of a stop-limit order, whose price is its stop. It makes a stop one too."""
    trail: Share | None = None
    """A trailing stop's distance as a share; without it the order's price is the distance."""
    activation: Decimal | None = None
    stop_loss: Level = None
    take_profit: Level = None
    trailing_stop: Level = None
    break_even: Share | None = None
    timeout: int = 0
    force: str = "gtc"
    expires: int | None = None
    on_close: bool = False
    reduce_only: bool = False
    post_only: bool = False
    after: str = ""
    """The order whose fill sets this one working."""
    protects: str = ""
    """The entry whose lot alone this one may close."""
    group: int = 0
    since: int = 0
    """Acts in no candle that opened before this, UTC ns."""
    in_candle: bool = False
    """Acts in the rest of a candle that was opened and not closed yet, instead of from the next one on."""


NO_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened to an order: its state in words, the fill where it was one, the cause where it ended."""

    order_id: str
    time: int
    state: str
    fill: Fill | None = None
    cause: str = ""


class SimulatedBroker:
    """One account over `desk`, whose instruments are `instruments` in the order of its books.

    Orders act from the next candle's open on, on quotes at once. Every answer is what happened since the one before.
    """

    def __init__(
        self, desk: Desk, instruments: Sequence[Instrument], *, unit: Decimal = Decimal("0.01"), method: Method = Method.FIFO, records: bool = False
    ) -> None:
        self.desk = desk
        self.desk.rules["lots"] = METHODS[method]
        self.instruments = tuple(instruments)
        self.ledger = ExactLedger(Decimal(repr(float(desk.cash[0]))), unit, method)
        self.marks: dict[Instrument, Decimal] = {}
        self.opens: dict[Instrument, Decimal] = {}
        """Where candles opened that have not closed yet."""
        self.recordings = tuple(Recording(instrument) for instrument in self.instruments) if records else ()
        """Of each instrument what it was shown, where `records` asks for it: a backtest over `recordings[0].ticks()` fills alike."""
        self._rows = [-1] * len(self.instruments)
        self._shown: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
        self._ids: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._told, self._carried = 0, dict.fromkeys(CARRIED, 0.0)

    def place(self, order: Order, terms: Terms = NO_TERMS) -> tuple[Notice, ...]:
        """Sends an order. Raises BadInput for an id that was used, an instrument that is not here or whose grid is not known."""
        i = self._index(order.instrument)
        if order.id in self._ids:
            raise BadInput(f"An order {order.id!r} was sent before.", cure="Give every order an id of its own.")
        if order.instrument.tick is None or order.instrument.lot is None:
            raise BadInput(f"The tick or lot of {order.instrument} is not known, so a session can't place orders in it.", cure="Extract the instrument again.")
        acts_now = i in self._shown or (terms.in_candle and order.instrument in self.opens)
        ticket = new_ticket(**_fields(order, terms, self._ids), from_row=self._rows[i] + (0 if acts_now else 1))
        self.desk = grown(self.desk)
        known = float(self.desk.books["mark"][i])
        if terms.in_candle and order.instrument in self.opens:
            self.desk.books["mark"][i] = float(self.opens[order.instrument])
        number = int(place(self.desk, i, ticket))
        self.desk.books["mark"][i] = known
        self._ids[order.id], self._names[number] = number, order.id
        if i in self._shown:
            self._show(i, int(self.desk.books["time"][i]))
        return self._news()

    def cancel(self, order_id: str) -> tuple[Notice, ...]:
        """Takes an order back where it is still in the market."""
        number = self._ids.get(order_id, 0)
        for i in range(len(self.instruments)):
            if cancel(self.desk, i, number):
                break
        return self._news()

    def amend(self, order: Order, *, quantity: Decimal | None = None, price: Decimal | None = None, trigger: Decimal | None = None) -> str:
        """Changes an order in the market; returns why it can't be changed, "" where it was."""
        wanted = (math.nan if value is None else float(value) for value in (quantity, price, trigger))
        return CAUSES[int(amend(self.desk, self._index(order.instrument), self._ids.get(order.id, 0), *wanted))]

    def candle(self, instrument: Instrument, time: int, prices: Sequence[Decimal], volume: Decimal) -> tuple[Notice, ...]:
        """A candle has closed; `prices` are open, high, low, close, `time` (UTC ns) its open."""
        i = self._next(instrument)
        open_, high, low, close = (float(price) for price in prices)
        live_candle(self.desk, i, self._rows[i], time, open_, high, low, close, float(volume))
        self.marks[instrument] = prices[3]
        return self._news()

    def open_candle(self, instrument: Instrument, time: int, price: Decimal, volume: Decimal) -> tuple[Notice, ...]:
        """The first half of `candle`: what fills at its open. `close_candle` follows, orders with `in_candle` may come between."""
        i = self._next(instrument)
        begin_live_candle(self.desk, i, self._rows[i], time, float(price), float(volume))
        self.opens[instrument] = price
        return self._news()

    def close_candle(self, instrument: Instrument, prices: Sequence[Decimal]) -> tuple[Notice, ...]:
        """The second half of `candle`: the path from its open to its close."""
        i = self._index(instrument)
        self._make_room(i)
        finish_live_candle(self.desk, i, *(float(price) for price in prices))
        self.marks[instrument] = prices[3]
        self.opens.pop(instrument, None)
        return self._news()

    def book(self, instrument: Instrument, time: int, bids: Sequence[tuple[Decimal, Decimal]], asks: Sequence[tuple[Decimal, Decimal]]) -> tuple[Notice, ...]:
        """The book shows these levels (price, size), the best first; a quote is one level each."""
        i = self._next(instrument)
        if self.recordings:
            self.recordings[i].book(time, bids, asks)
        self._shown[i] = (_levels(bids), _levels(asks))
        self._show(i, time)
        if bids and asks:
            self.marks[instrument] = (bids[0][0] + asks[0][0]) / 2
        return self._news()

    def trade(self, instrument: Instrument, time: int, price: Decimal, size: Decimal) -> tuple[Notice, ...]:
        """A trade was printed."""
        i = self._next(instrument)
        if self.recordings:
            self.recordings[i].trade(time, price, size)
        live_trade(self.desk, i, self._rows[i], time, float(price), float(size), *self._shown.get(i, _NOTHING))
        self.marks[instrument] = price
        return self._news()

    def mark(self, instrument: Instrument, time: int, price: Decimal) -> tuple[Notice, ...]:
        """The venue's mark price."""
        i = self._next(instrument)
        if self.recordings:
            self.recordings[i].mark(time, price)
        live_mark(self.desk, i, self._rows[i], time, float(price), *self._shown.get(i, _NOTHING))
        self.marks[instrument] = price
        return self._news()

    def equity(self) -> Decimal:
        """The account's value at the last prices, to the smallest unit."""
        return self.ledger.equity(self.marks)

    def working(self) -> tuple[str, ...]:
        """The ids of the orders that may still fill."""
        found = []
        for i in range(len(self.instruments)):
            rows = self.desk.orders[i, : int(self.desk.books["working"][i])]
            found += [self._name(int(row["id"])) for row in rows if row["state"] != tables.DONE]
        return tuple(found)

    def _index(self, instrument: Instrument) -> int:
        if instrument not in self.instruments:
            raise BadInput(f"This account has no {instrument}.", cure=f"It knows {', '.join(str(item) for item in self.instruments)}.")
        return self.instruments.index(instrument)

    def _next(self, instrument: Instrument) -> int:
        i = self._index(instrument)
        self._rows[i] += 1
        self._make_room(i)
        return i

    def _make_room(self, i: int) -> None:
        """Lets the tables grow as far as the book shown asks for."""
        self.desk = grown(self.desk, sum(len(side) for side in self._shown.get(i, _NOTHING)))

    def _show(self, i: int, time: int) -> None:
        self._make_room(i)
        live_book(self.desk, i, max(self._rows[i], 0), time, *self._shown[i])

    def _name(self, number: int) -> str:
        return self._names.get(number, f"#{number}")

    def _news(self) -> tuple[Notice, ...]:
        """What the desk has noted since it was last asked, fills booked."""
        last = int(self.desk.totals["events"][0])
        notices = tuple(self._notice(event) for event in self.desk.events[self._told : last])
        self._told = last
        self._carry()
        return notices

    def _notice(self, event: Any) -> Notice:
        name, time, state = self._name(int(event["order"])), int(event["time"]), STATES[int(event["kind"])]
        fill = None
        if event["fill"] >= 0:
            row = self.desk.fills[event["fill"]]
            fill = _exact(name, row, self.instruments[int(row["instrument"])], self.ledger)
            self.ledger.book(fill, self._name(int(row["lot"])) if row["lot"] else "")
        return Notice(name, time, state, fill, CAUSES[int(event["cause"])])

    def _carry(self) -> None:
        """What holding cost since it was last asked becomes a line of the ledger."""
        totals = self.desk.totals[0]
        for kind, sign in CARRIED.items():
            amount = self.ledger.rounded(Decimal(repr(sign * (float(totals[kind]) - self._carried[kind]))))
            if amount:
                self.ledger.charge(int(self.desk.books["time"].max()), kind, amount)
                self._carried[kind] += sign * float(amount)


_NOTHING = (np.empty((0, 2)), np.empty((0, 2)))


def _fields(order: Order, terms: Terms, numbers: Mapping[str, int]) -> dict[str, Any]:
    """The order as the table's fields."""
    fields: dict[str, Any] = {"side": int(order.side), "quantity": float(order.quantity), "size": float(order.quantity)}
    fields |= {"kind": KINDS[order.type], "force": FORCES[terms.force], "reason": int(ExitReason.SIGNAL), "decision": -1}
    price = math.nan if order.price is None else float(order.price)
    if order.type is OrderType.LIMIT:
        fields["price"] = price
    elif order.type in (OrderType.STOP, OrderType.STOP_LIMIT):
        fields["trigger"] = price
        if terms.limit is not None:
            fields |= {"kind": tables.STOP_LIMIT, "price": float(terms.limit)}
        elif order.type is OrderType.STOP_LIMIT:
            raise BadInput(f"The stop-limit order {order.id!r} has no limit.", cure="Give it as Terms(limit=…); the order's price is its stop.")
    elif order.type is OrderType.TRAILING_STOP:
        fields |= {"trail": price, "trail_is_distance": True} if terms.trail is None else {"trail": float(terms.trail.value)}
    for level, name, flag in (
        (terms.stop_loss, "stop", "stop_is_price"),
        (terms.take_profit, "target", "target_is_price"),
        (terms.trailing_stop, "child_trail", "child_trail_is_distance"),
    ):
        if level is not None:
            fields |= {name: float(level.value if isinstance(level, Share) else level), flag: not isinstance(level, Share)}
    if terms.activation is not None:
        fields["activation"] = float(terms.activation)
    if terms.break_even is not None:
        fields["break_even"] = float(terms.break_even.value)
    fields |= {"timeout": terms.timeout, "on_close": terms.on_close, "reduce_only": terms.reduce_only or bool(terms.protects)}
    fields |= {"post_only": terms.post_only, "group": terms.group, "expires": tables.NEVER if terms.expires is None else terms.expires}
    fields["from_time"] = terms.since
    for name, order_id in (("parent", terms.after), ("lot", terms.protects)):
        if order_id:
            fields[name] = numbers.get(order_id, -1)
    return fields


def _exact(name: str, row: Any, instrument: Instrument, ledger: ExactLedger) -> Fill:
    """A fill on the instrument's grid, its cost to the smallest unit of money."""
    quantity, price = _on_grid(row["quantity"], instrument.lot), _on_grid(row["price"], instrument.tick)
    cost = ledger.rounded(Decimal(repr(float(row["commission"]))))
    return Fill(name, instrument, Side(int(row["side"])), int(row["time"]), quantity, price, cost)


def _levels(levels: Sequence[tuple[Decimal, Decimal]]) -> NDArray[np.float64]:
    return np.array([(float(price), float(size)) for price, size in levels], np.float64).reshape(-1, 2)


def _on_grid(value: Any, step: Decimal | None) -> Decimal:
    """The point of the grid that a float64 stands for; its own digits where there is no grid or it lies between two points."""
    exact = Decimal(repr(float(value)))
    if step is None:
        return exact
    nearest = (exact / step).to_integral_value() * step
    return nearest if abs(nearest - exact) <= step * Decimal("1e-6") else exact
