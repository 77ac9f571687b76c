"""What is wished of the engine that is killed: every kind of order, change, cancel and halt, in a fixed order or at random.

Called at every tick of the engine process; each act waits until what it needs is there.
"""

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from terminal.domain.instrument import Instrument
from terminal.domain.intents import OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.live.messages import CancelWish, ChangeWish, StateWish, Wish
from terminal.live.orders import LiveOrder, Status
from terminal.proving.simulator import ACCOUNT, COINS, PERSON, STRATEGY
from terminal.risk.view import TradingState

if TYPE_CHECKING:
    from terminal.proving.killing_engine import Session

ZERO = Decimal(0)
_RARE = 0.02
_WAVE = 5


class Wishes:
    """Makes wishes for one session. Each act returns False where it can't be done yet."""

    def __init__(self, session: "Session", random: Random) -> None:
        self._session = session
        self._random = random
        self._script: list[Callable[[], bool]] = [
            self._buy,
            self._is_protected,
            self._offer,
            self._alter,
            self._is_quiet,
            self._withdraw,
            self._is_quiet,
            self._repeat,
            self._leave,
            self._is_quiet,
            self._offer,
            self._halt,
            self._is_quiet,
            self._arm,
        ]

    def next_of_script(self) -> bool:
        """Does the next act of the script as soon as it can be done; False once all are done."""
        if self._script and self._script[0]():
            del self._script[0]
        return bool(self._script)

    def at_random(self) -> None:
        """Perhaps does something."""
        pick = self._random.random()
        if pick < _RARE:
            self._halt()
            self._arm()
        elif pick < 0.35:
            acts = (self._buy, self._offer, self._leave, self._alter, self._withdraw, self._repeat)
            self._random.choices(acts, (4, 4, 3, 2, 2, 1))[0]()

    def storm(self) -> None:
        """Wishes entries as fast as they are answered."""
        if sum(order.status is Status.PENDING for order in self._session.engine.state.may_work.values()) < _WAVE:
            for _ in range(_WAVE):
                self._offer()

    def _buy(self) -> bool:
        return self._enter(OrderType.MARKET)

    def _offer(self) -> bool:
        return self._enter(OrderType.LIMIT)

    def _enter(self, kind: OrderType) -> bool:
        session, random = self._session, self._random
        coin = COINS[0] if kind is OrderType.MARKET else random.choice(COINS)
        price = session.price(coin)
        if price is None or not session.engine.is_clear(ACCOUNT):
            return False
        side = Side.LONG
        limit = None if kind is OrderType.MARKET else price - side * Decimal(random.randrange(1, 20)) / 10
        intent = OrderIntent(
            id=session.new_id(),
            account=ACCOUNT,
            instrument=coin,
            side=side,
            type=kind,
            quantity=Decimal(random.randrange(5, 30)) / 10,
            limit=limit,
            author=STRATEGY,
            decided=session.now(),
            stop_loss=price - side * Decimal(random.randrange(30, 80)) / 10,
        )
        session.hear(Wish(intent))
        return intent.id in session.engine.state.orders

    def _leave(self) -> bool:
        """Closes half or all of what is held."""
        held = [(coin, self._held(coin)) for coin in COINS if self._held(coin)]
        if not held:
            return False
        coin, quantity = self._random.choice(held)
        part = abs(quantity) if self._random.random() < 0.5 else coin.round_quantity(abs(quantity) / 2) or abs(quantity)
        side = Side.SHORT if quantity > 0 else Side.LONG
        session = self._session
        exit_ = OrderIntent(session.new_id(), ACCOUNT, coin, side, OrderType.MARKET, part, STRATEGY, session.now(), purpose=Purpose.EXIT, reduce_only=True)
        session.hear(Wish(exit_))
        return exit_.id in session.engine.state.orders

    def _alter(self) -> bool:
        order = self._one_working()
        if order is None or order.shape.limit is None:
            return False
        self._session.hear(ChangeWish(order.intent.id, order.shape.quantity + 1, order.shape.limit + Decimal("0.1"), None, STRATEGY))
        return True

    def _withdraw(self) -> bool:
        order = self._one_working()
        if order is not None:
            self._session.hear(CancelWish(order.intent.id, STRATEGY, "wished"))
        return order is not None

    def _repeat(self) -> bool:
        """Wishes an id again that was used before: it must never leave."""
        known = list(self._session.engine.state.orders.values())
        if known:
            self._session.hear(Wish(self._random.choice(known).intent))
        return True

    def _halt(self) -> bool:
        self._session.hear(StateWish(TradingState.HALTED, PERSON, "wished"))
        return True

    def _arm(self) -> bool:
        self._session.hear(StateWish(TradingState.ACTIVE, PERSON, "wished"))
        return True

    def _is_protected(self) -> bool:
        return bool(self._held(COINS[0])) and self._is_quiet() and not self._session.engine.protection.unprotected

    def _is_quiet(self) -> bool:
        """True while nothing is under way."""
        return not any(
            order.status is not Status.WORKING or order.is_cancel_asked or order.asked_shape for order in self._session.engine.state.may_work.values()
        )

    def _one_working(self) -> LiveOrder | None:
        orders = self._session.engine.state.may_work.values()
        working = [order for order in orders if order.status is Status.WORKING and order.shape.limit is not None]
        return self._random.choice(working) if working else None

    def _held(self, coin: Instrument) -> Decimal:
        return self._session.engine.state.positions.get((ACCOUNT, coin.symbol), ZERO)
