"""A paper session without a window or a clock of its own: engine, gate, journal in memory and paper venue, killed and begun again at will."""

import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from terminal.domain.instrument import Instrument
from terminal.domain.intents import Author, AuthorKind, OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.domain.timeframe import DAY, HOUR
from terminal.live.approving import AccountFacts, GateKeeper
from terminal.live.driver import Driver, Moment, replayed
from terminal.live.engine import Engine
from terminal.live.ids import IdSource
from terminal.live.journal_memory import MemoryJournal
from terminal.live.messages import Alarm, CancelWish, ChangeWish, Effect, Message, Quoted, Told, Wish, Woken
from terminal.live.orders import LiveOrder, Status
from terminal.live.paper import PaperVenue
from terminal.live.paper_file import PaperFile
from terminal.live.paper_terms import PaperTerms
from terminal.risk.gate import Gate
from terminal.risk.limits import Limits
from terminal.risk.view import key_of

ACCOUNT = "PAPER"
X = Instrument("paper", "X/USDT", tick=Decimal("0.5"), lot=Decimal("0.1"))
Y = Instrument("paper", "Y/USDT", tick=Decimal("0.5"), lot=Decimal("0.1"))
STRATEGY = Author(AuthorKind.STRATEGY, "toy", "1", candle=0)
PERSON = Author(AuthorKind.HUMAN, "somebody")
RICH = AccountFacts("USDT", False, *[Decimal(10_000_000)] * 3)
"""So much that the gate's shares of equity are not what is tested."""
START = 1_700_000_000_000_000_000 // DAY * DAY


class Died(Exception):
    """The program was killed here."""


class PaperRig:
    """One program after the other over one journal and one account file. `deaths` says after how many chances each next one is killed."""

    def __init__(self, *instruments: Instrument, file: PaperFile | None = None, deaths: Sequence[int] = (), **terms: Any) -> None:
        self.terms = PaperTerms(**({"capital": Decimal(1_000_000)} | terms))
        self.instruments = instruments or (X,)
        self.journal, self.file = MemoryJournal(), file or PaperFile()
        weakref.finalize(self, self.file.close)
        self.now = START
        self.runs = 0
        self.alarms: list[str] = []
        self.said: list[str] = []
        self.told: list[Message] = []
        self.prices: dict[str, Quoted] = {}
        self._deaths = list(deaths)
        self.start()

    def start(self) -> None:
        """A program begins, and again where it is killed over that."""
        while True:
            self.runs += 1
            self.venue = PaperVenue(ACCOUNT, self.instruments, self.terms, self.file, lambda: self.now, self._tell)
            keeper = GateKeeper({ACCOUNT: Gate(Limits.preset("aggressive"))}, {ACCOUNT: RICH}, {key_of(each): each for each in self.instruments})
            self.new_id = IdSource(f"{self.runs:010d}").next
            self.engine = Engine(replayed(self.journal), keeper, {ACCOUNT: self.venue.manners()}, self.new_id)
            self.driver = Driver(self.engine, self.journal, self._carry_out, lambda moment: self._chance(moment))
            try:
                self.driver.begin(f"run{self.runs}", "test", self.now)
                for quote in self.prices.values():  # a feed begins with where the market stands
                    self.driver.handle(replace(quote, at=self.now), self.now)
            except Died:
                self.journal.crash()
                continue
            return

    def restart(self) -> None:
        """The program is killed and begun again."""
        self.journal.crash()
        self.start()

    def survive(self, act: Callable[[], Any]) -> bool:
        """Whether that was lived through; where not, the next program runs."""
        try:
            act()
        except Died:
            self.restart()
            return False
        return True

    def feed(self, message: Message) -> None:
        """A message for the engine."""
        self.survive(lambda: self.driver.handle(message, self.now))

    def candle(self, open_: float, high: float, low: float, close: float, volume: float = 1e6, what: Instrument = X) -> None:
        """An hour passes as this candle; shown again by the next program where this one is killed over it."""
        opened, self.now = self.now, self.now + HOUR
        prices = [Decimal(repr(float(price))) for price in (open_, high, low, close)]
        while not self.survive(lambda: self.venue.candle(what, opened, self.now, prices, Decimal(repr(float(volume))))):
            pass

    def quote(self, bid: float, ask: float, size: float = 1e6, what: Instrument = X) -> None:
        """A second passes, and the book shows one level each."""
        self.now += 10**9
        levels = [[(Decimal(repr(float(price))), Decimal(repr(float(size))))] for price in (bid, ask)]
        while not self.survive(lambda: self.venue.quote(what, self.now, *levels)):
            pass

    def wish(self, side: Side, quantity: str, kind: OrderType = OrderType.MARKET, what: Instrument = X, **fields: Any) -> str:
        """Somebody wishes an order; its id."""
        prices = {name: Decimal(fields.pop(name)) for name in ("limit", "stop", "stop_loss") if fields.get(name) is not None}
        given = {"author": STRATEGY, "decided": self.now} | prices | fields
        intent = OrderIntent(self.new_id(), ACCOUNT, what, side, kind, Decimal(quantity), **given)
        self.feed(Wish(intent))
        return intent.id

    def leave(self, side: Side, quantity: str, kind: OrderType = OrderType.MARKET, what: Instrument = X, **fields: Any) -> str:
        """Somebody wishes an exit; its id."""
        return self.wish(side, quantity, kind, what, purpose=Purpose.EXIT, reduce_only=True, **fields)

    def cancel(self, order_id: str) -> None:
        self.feed(CancelWish(order_id, PERSON))

    def change(self, order_id: str, quantity: str, limit: str | None = None, stop: str | None = None) -> None:
        prices = (None if price is None else Decimal(price) for price in (limit, stop))
        self.feed(ChangeWish(order_id, Decimal(quantity), *prices, PERSON))

    def settle(self, seconds: int = 200) -> None:
        """Time passes and nobody is killed any more: what is in doubt is looked up."""
        self._deaths.clear()
        for _ in range(seconds):
            self.now += 10**9
            self.feed(Woken())

    def order(self, order_id: str) -> LiveOrder:
        return self.engine.state.orders[order_id]

    def status(self, order_id: str) -> Status:
        return self.order(order_id).status

    def fills(self, order_id: str) -> list[tuple[Decimal, Decimal]]:
        """(quantity, price) of each booked fill of an order."""
        booked = [each.execution for each in self.engine.state.fills.values() if each.order_id == order_id]
        return [(each.quantity, each.price) for each in booked]

    @property
    def held(self) -> Decimal:
        """What the venue holds of X."""
        return self.venue.positions()[X.symbol]

    def _tell(self, message: Message) -> None:
        self._chance(None)
        self.told.append(message)
        if isinstance(message, Quoted):
            self.prices[message.instrument.symbol] = message
        self.driver.handle(message, self.now)

    def _carry_out(self, effect: Effect) -> None:
        if isinstance(effect, Alarm):
            self.alarms.append(effect.text)
        elif isinstance(effect, Told):
            self.said.append(effect.text)
        self.venue.carry_out(effect)

    def _chance(self, _moment: Moment | None) -> None:
        if self._deaths:
            self._deaths[0] -= 1
            if self._deaths[0] < 0:
                self._deaths.pop(0)
                raise Died
