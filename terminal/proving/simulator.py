"""One schedule of faults in virtual time: the real engine, journal, gate and reconciler against a venue that lies.

Everything random comes from the seed, so a schedule that fails can be run again, step by step. In the end all faults are healed, the
engine gets time to find out, and `checker` compares what it believes with the venue's true history.
"""

import heapq
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from hashlib import blake2b
from random import Random

import msgspec

from terminal.domain.instrument import Instrument
from terminal.domain.intents import Author, AuthorKind, OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.domain.timeframe import DAY, HOUR
from terminal.live.approving import AccountFacts, GateKeeper
from terminal.live.driver import Driver, Moment, replayed
from terminal.live.engine import Engine
from terminal.live.ids import IdSource
from terminal.live.journal_errors import JournalUnavailable
from terminal.live.journal_memory import MemoryJournal
from terminal.live.manners import SECOND, Manners
from terminal.live.messages import CancelWish, ChangeWish, Effect, Message, Quoted, Send, StateWish, Wish, Woken
from terminal.live.orders import Status
from terminal.proving.faults import Struck
from terminal.proving.network import Network
from terminal.proving.venue import FORGETS_AFTER, SHOWN_AFTER, TrueVenue
from terminal.risk.gate import Gate
from terminal.risk.limits import Limits
from terminal.risk.view import TradingState, key_of

ACCOUNT = "sim"
START = 1_700_000_000 * SECOND
ACTIVE = 240 * SECOND
"""So long wishes are made and faults strike."""
HEALED = 400 * SECOND
"""So long the engine then has to find out, with nothing in its way."""
AFTERWARDS = 3 * DAY + HOUR
"""So long it is watched then from hour to hour: the latest fills are told in that time."""
COINS = tuple(
    Instrument("sim", symbol, tick=Decimal("0.1"), lot=Decimal("0.1"), minimum_notional=Decimal(1), quote="USDT") for symbol in ("AAA/USDT", "BBB/USDT")
)
STRATEGY = Author(AuthorKind.STRATEGY, "simulated", "1")
PERSON = Author(AuthorKind.HUMAN, "a person")
FACTS = AccountFacts("USDT", False, Decimal(1_000_000), Decimal(1_000_000), Decimal(1_000_000))


class Died(Exception):
    """The program was killed here."""


class Simulation:
    """One schedule. `run` lives it through; what happened stands in the attributes."""

    def __init__(self, seed: int, struck: Struck | None = None) -> None:
        self.random = Random(seed)  # noqa: S311 - a simulation, not a secret
        self.struck = struck or Struck.drawn(self.random)
        self.happened: Counter[str] = Counter()
        self.violations: list[str] = []
        self.trace = blake2b(digest_size=16)
        self.now = START
        self.is_healing = False
        self.journal = MemoryJournal(str(seed))
        self.venue = TrueVenue(ACCOUNT, self.random, tells_our_ids=self.random.random() < 0.7)
        for coin in COINS:
            self.venue.prices[coin.symbol] = Decimal(100)
        promise = None if self.random.random() < 0.15 else FORGETS_AFTER + SHOWN_AFTER + 2 * SECOND
        self.manners = Manners(absent_after=promise, knows_our_ids=self.venue.tells_our_ids, keeps_reduce_only=True)
        self.gate = Gate(Limits.preset("aggressive"))
        self.network = Network(self)
        self.driver: Driver | None = None
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0
        self._runs = 0
        self._pace = 1

    @property
    def engine(self) -> Engine | None:
        """The engine that runs now, None while the program is dead."""
        return None if self.driver is None else self.driver.engine

    def run(self) -> None:
        """The whole schedule."""
        self._start()
        self._every(SECOND, self._wake)
        self._every(2 * SECOND, self._market)
        self._wish_later()
        self.network.disasters()
        self._until(START + ACTIVE)
        self.heal()
        self._until(self.now + HEALED)
        self._pace = HOUR // SECOND
        self._until(self.now + AFTERWARDS)

    def heal(self) -> None:
        """Nothing strikes any more."""
        self.is_healing, self._pace = True, 5
        self.journal.fault = None
        self.venue.refuses_stops = False
        if self.driver is None:
            self._start()
        self.network.heal()

    def strikes(self, fault: str) -> bool:
        """Whether that fault strikes at this chance; counted where it does."""
        rate = 0.0 if self.is_healing else self.struck.rate(fault)
        if rate and self.random.random() < rate:
            self.happened[fault] += 1
            return True
        return False

    def at(self, delay: int, act: Callable[[], None]) -> None:
        """Does `act` after `delay` ns of virtual time."""
        self._count += 1
        heapq.heappush(self._queue, (self.now + delay, self._count, act))

    def feed(self, message: Message) -> None:
        """Hands a message to the engine, which may be killed over it, or dead."""
        if self.driver is None:
            return
        self._note(message)
        try:
            self.driver.handle(message, self.now)
        except Died:
            self._die()

    def seconds(self, low: float, high: float) -> int:
        """A random duration, ns."""
        return int(self.random.uniform(low, high) * SECOND)

    def _until(self, end: int) -> None:
        while self._queue and self._queue[0][0] <= end:
            self.now, _, act = heapq.heappop(self._queue)
            act()
        self.now = max(self.now, end)

    def _every(self, pause: int, act: Callable[[], None]) -> None:
        def again() -> None:
            act()
            self.at(pause * self._pace, again)

        self.at(pause, again)

    def _start(self) -> None:
        self._runs += 1
        ids = IdSource(f"{self._runs:010d}")
        state = replayed(self.journal)
        keeper = GateKeeper({ACCOUNT: self.gate}, {ACCOUNT: FACTS}, {key_of(coin): coin for coin in COINS})
        engine = Engine(state, keeper, {ACCOUNT: self.manners}, ids.next)
        self.new_id = ids.next
        self.driver = Driver(engine, self.journal, self._carry_out, self._watch)
        try:
            self.driver.begin(f"run{self._runs}", "simulated", self.now)
        except Died:
            self._die()

    def _die(self) -> None:
        """What was not synced is lost, but for what the disk happened to keep; the rest of the world goes on."""
        self.driver = None
        self.journal.crash(self.random.randrange(self.journal.pending + 1))
        self.at(self.seconds(0.5, 30), self._revive)

    def _revive(self) -> None:
        if self.driver is None:
            self._start()

    def _watch(self, moment: Moment) -> None:
        rate = 0.0 if self.is_healing else self.struck.rate("F02")
        if rate and self.random.random() < rate / 20:
            self.happened["F02"] += 1
            self.trace.update(moment.value.encode())
            raise Died

    def _carry_out(self, effect: Effect) -> None:
        self._note(effect)
        if isinstance(effect, Send):
            self._check_send(effect)
        self.network.carry_out(effect)

    def _note(self, what: Message | Effect) -> None:
        """The trace by which two runs of one seed are known to be the same."""
        self.trace.update(msgspec.json.encode((self.now, type(what).__name__, what), order="deterministic"))

    def _check_send(self, effect: Send) -> None:
        """What must hold at the very moment an order leaves."""
        engine, intent = self.engine, effect.order.intent
        if self.journal.durable < self.journal.head.seq:
            self.violations.append(f"I01 {intent.id} left before its intent was durable")
        if engine is None:
            return
        if engine.state.trading is TradingState.HALTED and not intent.reduce_only:
            self.violations.append(f"I15 {intent.id} adds risk while trading is halted")
        if intent.reduce_only:
            held = engine.state.positions.get((ACCOUNT, intent.instrument.symbol), Decimal(0))
            if intent.quantity > abs(held):
                self.violations.append(f"I09 {intent.id} closes {intent.quantity} of {held}")
        elif (ACCOUNT, intent.instrument.symbol) in engine.state.frozen:
            self.violations.append(f"I08 {intent.id} adds risk to a frozen instrument")

    def _wake(self) -> None:
        self.feed(Woken())

    def break_journal(self, fault: JournalUnavailable) -> None:
        """Nothing can be written for a while."""
        self.journal.fault = fault
        self.at(self.seconds(1, 20), self._mend)

    def _mend(self) -> None:
        self.journal.fault = None

    def _market(self) -> None:
        """Prices move, are told, and fill what works."""
        for coin in COINS:
            price = max(Decimal(10), self.venue.prices[coin.symbol] + Decimal(self.random.randrange(-5, 6)) / 10)
            self.venue.prices[coin.symbol] = price
            told = -price if self.strikes("F21") else price
            self.feed(Quoted(coin, told - Decimal("0.1"), told + Decimal("0.1"), told, self.now))
        self.network.fill_some()

    def _wish_later(self) -> None:
        if self.is_healing:
            return
        storm = self.strikes("F26")
        for _ in range(30 if storm else 1):
            self._wish()
        self.at(self.seconds(0.1, 6), self._wish_later)

    def _wish(self) -> None:
        if self.engine is None:
            return
        pick = self.random.random()
        if self.strikes("F31"):
            state = self.random.choice((TradingState.HALTED, TradingState.REDUCING, TradingState.ACTIVE, TradingState.ACTIVE))
            self.feed(StateWish(state, PERSON, "simulated"))
        elif pick < 0.55:
            self.feed(Wish(self._entry()))
        elif pick < 0.75:
            self._exit()
        else:
            self._disturb(pick)

    def _entry(self) -> OrderIntent:
        coin = self.random.choice(COINS)
        side = self.random.choice((Side.LONG, Side.SHORT))
        price = self.venue.prices[coin.symbol]
        is_market = self.random.random() < 0.4
        stop_loss = price - side * Decimal(self.random.randrange(20, 60)) / 10 if self.random.random() < 0.8 else None
        return OrderIntent(
            id=self.new_id(),
            account=ACCOUNT,
            instrument=coin,
            side=side,
            type=OrderType.MARKET if is_market else OrderType.LIMIT,
            quantity=Decimal(self.random.randrange(5, 100)) / 10,
            limit=None if is_market else price - side * Decimal(self.random.randrange(0, 10)) / 10,
            author=STRATEGY,
            decided=self.now,
            stop_loss=stop_loss,
        )

    def _exit(self) -> None:
        coin = self.random.choice(COINS)
        held = self.engine.state.positions.get((ACCOUNT, coin.symbol), Decimal(0)) if self.engine is not None else Decimal(0)
        if held:
            quantity = abs(held) if self.random.random() < 0.5 else coin.round_quantity(abs(held) / 2)
            side = Side.SHORT if held > 0 else Side.LONG
            if quantity:
                kind = OrderType.MARKET
                self.feed(Wish(OrderIntent(self.new_id(), ACCOUNT, coin, side, kind, quantity, STRATEGY, self.now, purpose=Purpose.EXIT, reduce_only=True)))

    def _disturb(self, pick: float) -> None:
        """A cancel, a change, or the wish of an id that was used before."""
        engine = self.engine
        if engine is None:
            return
        working = [order for order in engine.state.may_work.values() if not order.intent.is_protective]
        if pick < 0.87 and working:
            self.feed(CancelWish(self.random.choice(working).intent.id, STRATEGY, "simulated"))
        elif pick < 0.97 and working:
            order = self.random.choice(working)
            if order.status is Status.WORKING and order.shape.limit is not None:
                quantity = order.filled + Decimal(self.random.randrange(1, 80)) / 10
                self.feed(ChangeWish(order.intent.id, quantity, order.shape.limit + Decimal("0.1"), None, STRATEGY))
        elif engine.state.orders:
            self.feed(Wish(self.random.choice(list(engine.state.orders.values())).intent))
