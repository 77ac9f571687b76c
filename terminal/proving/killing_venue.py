"""A venue in a process of its own right: real sockets, several sessions, a true history that no killed engine can touch.

Honest with itself (`venue.TrueVenue`); it shows orders late in single places, fills in parts and tells everything to whoever is connected.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from random import Random
from typing import Any

from terminal.domain.clock import Clock
from terminal.domain.orders import OrderType
from terminal.live.manners import SECOND
from terminal.live.messages import CancelAnswered, ChangeAnswered, LookedUp, LookUp, NotTaken, Quoted, SendCancel, SendChange, Shown, Survey, Surveyed, Taken
from terminal.proving.killing_wire import HOST, LONGEST_LINE, SPEED, Answer, PlaceOrder, line_of, read_line
from terminal.proving.simulator import ACCOUNT, COINS
from terminal.proving.venue import PLACES, TrueOrder, TrueVenue

_TICK = SECOND
"""Between two prices, in the venue's own time."""
_CHANCES = {OrderType.MARKET: 1.0, OrderType.LIMIT: 0.2, OrderType.STOP: 0.01}
_CALM = {OrderType.MARKET: 1.0}


class SocketVenue:
    """One account behind a port of the loopback."""

    def __init__(self, seed: int, clock: Clock, *, tells_our_ids: bool = True) -> None:
        self.random = Random(seed)  # noqa: S311 - a simulation, not a secret
        self.true = TrueVenue(ACCOUNT, self.random, tells_our_ids=tells_our_ids)
        for coin in COINS:
            self.true.prices[coin.symbol] = Decimal(100)
        self.read: Counter[str] = Counter()
        """How often an order of that id arrived, whatever became of it: twice is once too often."""
        self.lines = 0
        """Lines that arrived."""
        self.torn = 0
        """Lines that were cut off, and dropped."""
        self.is_calm = False
        """True once nothing fills any more but what asks for it."""
        self.oldest = 0
        """The longest that an order was under way between its approval and its arrival, ns of the venue's time."""
        self.now = clock
        self._awaited: tuple[int, asyncio.Future[None]] | None = None
        self._listeners: set[asyncio.StreamWriter] = set()
        self._sessions: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._ticker: asyncio.TimerHandle | None = None
        self._does: dict[type, Callable[[Any], Answer]] = {
            PlaceOrder: self._place,
            SendCancel: self._cancel,
            SendChange: self._change,
            LookUp: self._look_up,
            Survey: self._survey,
        }

    async def open(self) -> int:
        """The port on which it listens from now on."""
        self._server = await asyncio.start_server(self._serve, HOST, 0, limit=LONGEST_LINE)
        self._tick()
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Hangs up on everybody."""
        if self._ticker is not None:
            self._ticker.cancel()
        if self._server is not None:
            self._server.close()
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    def after(self, lines: int) -> "asyncio.Future[None]":
        """Done once so many more lines arrived. One at a time can be waited for."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._awaited = self.lines + lines, future
        return future

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._sessions.add(task)
            task.add_done_callback(self._sessions.discard)
        self._listeners.add(writer)
        with suppress(ConnectionError, asyncio.CancelledError):
            while line := await reader.readline():
                self._take(line, writer)
        self._listeners.discard(writer)
        writer.close()

    def _take(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        if self._awaited is not None and self.lines >= self._awaited[0] and not self._awaited[1].done():
            self._awaited[1].set_result(None)
        try:
            request = read_line(line)
        except ValueError:
            self.torn += 1
            return
        self._say(writer, self._does[type(request)](request))

    def _place(self, request: PlaceOrder) -> Answer:
        now = self.now()
        self.read[request.intent.id] += 1
        order, why = self.true.place(request.intent, request.approved, now)
        if order is None:
            return NotTaken(request.intent.id, why)
        self.oldest = max(self.oldest, now - request.approved)
        self._tell(self.true.report(order))
        if order.kind is OrderType.MARKET:
            self._fill(order)
        return Taken(request.intent.id, order.venue_order_id)

    def _cancel(self, request: SendCancel) -> Answer:
        is_done, why, order = self.true.cancel(request.order_id, request.venue_order_id, self.now())
        if is_done and order is not None:
            self._tell(self.true.report(order))
        return CancelAnswered(request.order_id, is_done, why)

    def _change(self, request: SendChange) -> Answer:
        is_done, why, order = self.true.change(request.order_id, request.venue_order_id, request.quantity, request.limit, request.stop)
        if is_done and order is not None:
            self._tell(self.true.report(order))
        return ChangeAnswered(request.order_id, request.number, is_done, why)

    def _look_up(self, request: LookUp) -> Answer:
        now = self.now()
        order = self.true.find(request.order_id, request.venue_order_id)
        if order is None:
            return LookedUp(request.order_id, now, places=frozenset(PLACES))
        place = "open" if order.shown is Shown.WORKING else "closed"
        report = self.true.report(order) if min(order.visible["by_id"], order.visible[place]) <= now else None
        executions = tuple(e for e in self.true.reported if e.venue_order_id == order.venue_order_id) if order.visible["fills"] <= now else ()
        return LookedUp(request.order_id, now, report, executions, frozenset(PLACES))

    def _survey(self, request: Survey) -> Answer:
        now = self.now()
        orders = tuple(self.true.report(order) for order in self.true.seen("open", now) if order.shown is Shown.WORKING)
        hidden = {order.venue_order_id for order in self.true.orders if order.visible["fills"] > now}
        executions = tuple(e for e in self.true.reported if e.time >= request.since and e.venue_order_id not in hidden)
        return Surveyed(request.account, now, orders, executions, {symbol: self.true.position(symbol) for symbol in self.true.prices})

    def _tick(self) -> None:
        """Prices move, are told, and fill what works."""
        for coin in COINS:
            price = max(Decimal(10), self.true.prices[coin.symbol] + Decimal(self.random.randrange(-5, 6)) / 10)
            self.true.prices[coin.symbol] = price
            self._tell(Quoted(coin, price - Decimal("0.1"), price + Decimal("0.1"), price, self.now()))
        for order in self.true.orders:
            if order.shown is Shown.WORKING and self.random.random() < (_CALM if self.is_calm else _CHANCES).get(order.kind, 0.0):
                self._fill(order)
        self._ticker = asyncio.get_running_loop().call_later(_TICK / SECOND / SPEED, self._tick)

    def _fill(self, order: TrueOrder) -> None:
        left = order.quantity - order.filled
        if order.reduce_only:
            left = min(left, max(Decimal(0), -order.side * self.true.position(order.instrument.symbol)))
        if left <= 0:
            order.shown = Shown.CANCELLED
        else:
            part = order.instrument.round_quantity(left / 2)
            self._tell(self.true.trade(order, part if part > 0 and self.random.random() < 0.4 else left, self.now()))
        self._tell(self.true.report(order))

    def _tell(self, message: Answer) -> None:
        for writer in self._listeners:
            self._say(writer, message)

    @staticmethod
    def _say(writer: asyncio.StreamWriter, message: Answer) -> None:
        if not writer.is_closing():
            writer.write(line_of(message))
