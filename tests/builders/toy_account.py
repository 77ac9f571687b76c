"""An account that believes every order the gate approves and fills them as badly as it can: the judge of whether a limit ever breaks.

It counts by itself, lot by lot at the price each would fill at, and shares no arithmetic with the gate.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from terminal.domain.instrument import Instrument
from terminal.domain.intents import ApprovedOrder, Author, AuthorKind, Denial, OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.risk.gate import Gate
from terminal.risk.limits import Limits
from terminal.risk.view import GateView, Market, Position, Sent, TradingState, Working, key_of

COINS = tuple(Instrument("toy", f"{name}/USDT", tick=Decimal("0.01"), lot=Decimal("0.001"), minimum_notional=Decimal(5)) for name in ("A", "B", "C", "D"))
EQUITY = Decimal(10_000)
PRICES = (Decimal(100), Decimal(20), Decimal(3), Decimal(1_500))
ME = Author(AuthorKind.HUMAN, "toy")
SECOND = 1_000_000_000
SLACK = Decimal("1e-18")


@dataclass(slots=True)
class ToyAccount:
    """Positions, working orders and the count of what was beyond a limit. Equity stays what it was, so that only orders can break a limit."""

    gate: Gate
    random: Random
    keeps: bool = True
    """Whether the venue keeps a reduce-only order from opening a position."""
    now: int = 1_700_000_000 * SECOND
    positions: list[Decimal] = field(default_factory=lambda: [Decimal(0)] * len(COINS))
    working: dict[str, Working] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    state: TradingState = TradingState.ACTIVE
    asked: int = 0
    approved: int = 0
    beyond: int = 0
    """Orders that broke a limit: must stay 0."""
    widened: int = 0
    """Fills, cancels and silences that made the worst case worse than it was when the last order was approved: must stay 0."""
    rules: dict[str, int] = field(default_factory=dict)
    """How often each rule refused."""

    def view(self) -> GateView:
        markets = {
            key_of(coin): Market(coin, self.now, price - coin.tick, price + coin.tick, price, atr=price / 100, keeps_reduce_only=self.keeps)
            for coin, price in zip(COINS, PRICES, strict=True)
            if coin.tick is not None
        }
        positions: dict[tuple[str, str], Position | None] = {key_of(coin): Position(quantity) for coin, quantity in zip(COINS, self.positions, strict=True)}
        return GateView(
            self.now, "toy", "USDT", False, self.state, EQUITY, EQUITY, EQUITY, markets, positions, tuple(self.working.values()), sent=tuple(self.sent[-40:])
        )

    def intent(self) -> OrderIntent:
        """Any order, good or bad, most of them of a size near the limits."""
        random = self.random
        place = random.randrange(len(COINS))
        coin, price = COINS[place], PRICES[place]
        kind = random.choice((OrderType.MARKET, OrderType.LIMIT, OrderType.LIMIT, OrderType.STOP))
        at = coin.round_price_down(price * Decimal(random.randint(900, 1_100)) / 1_000)
        if random.random() < 0.05:
            at += Decimal("0.005")  # off the grid
        quantity = max(Decimal("0.001"), coin.round_quantity(EQUITY * Decimal(random.randint(1, 400)) / 1_000 / price / random.choice((1, 4, 10))))
        if random.random() < 0.05:
            quantity += Decimal("0.0005")
        self.asked += 1
        side, purpose = random.choice((Side.LONG, Side.SHORT)), random.choice((*[Purpose.ENTRY] * 6, Purpose.EXIT, Purpose.PROTECTION))
        if purpose is not Purpose.ENTRY and self.positions[place] and random.random() < 0.8:
            side = Side.SHORT if self.positions[place] > 0 else Side.LONG
            quantity = max(Decimal("0.001"), coin.round_quantity(abs(self.positions[place]) * random.randint(1, 24) / 20))
        return OrderIntent(
            id=f"toy-{self.asked}",
            account="toy",
            instrument=coin,
            side=side,
            type=kind,
            quantity=quantity,
            author=ME,
            decided=self.now,
            limit=at if kind is OrderType.LIMIT else None,
            stop=at if kind is OrderType.STOP else None,
            purpose=purpose,
            reduce_only=random.random() < (0.1 if purpose is Purpose.ENTRY else 0.5),
        )

    def step(self) -> None:
        """One order asked about, or one thing that a venue does."""
        self.now += self.random.randrange(5 * SECOND)
        if self.random.random() < 0.35:
            before = self.reach()
            self._happen()
            self.widened += any(after > most for after, most in zip(self.reach(), before, strict=True))
            return
        wish, at = self.intent(), self.view()
        replaced = self.random.choice(list(self.working.values())) if self.working and self.random.random() < 0.15 else None
        if replaced is not None:
            wish = _as_change(wish, replaced)
            answer = self.gate.decide_modify(replaced.id, wish, at)
        else:
            answer = self.gate.decide(wish, at)
        if isinstance(answer, Denial):
            self.rules[answer.rule] = self.rules.get(answer.rule, 0) + 1
            return
        self._take(answer, replaced)

    def _take(self, answer: ApprovedOrder, replaced: Working | None) -> None:
        wish = answer.intent
        price = wish.limit if wish.limit is not None else wish.stop
        before = self.worst(key_of(wish.instrument))
        if replaced is not None:
            self.working[replaced.id] = replace(replaced, price=price, quantity_if_modified=wish.quantity)
        else:
            self.working[wish.id] = Working(
                wish.id, key_of(wish.instrument), wish.side, wish.quantity, price, wish.purpose, wish.reduce_only, stop_loss=wish.stop_loss
            )
        self.sent.append(Sent(self.now, key_of(wish.instrument), wish.side, wish.quantity, price, "toy"))
        self.approved += 1
        self.beyond += self._is_beyond(wish, before, is_change=replaced is not None)

    def _is_beyond(self, wish: OrderIntent, before: Decimal, *, is_change: bool) -> bool:
        limits: Limits = self.gate.limits
        coin, quantity = wish.instrument, wish.quantity
        is_off = bool(quantity % Decimal("0.001")) or any(price is not None and price % Decimal("0.01") for price in (wish.limit, wish.stop))
        lowers = wish.reduce_only or wish.purpose is not Purpose.ENTRY
        if is_off or (self.state is not TradingState.ACTIVE and not lowers):
            return True
        held = self.positions[COINS.index(coin)]
        if lowers and not is_change and (wish.side * held >= 0 or self._closing(wish) > abs(held)):
            return True
        after = self.worst(key_of(coin))
        if after <= before + SLACK:  # it only closes, or only shrinks
            return False
        gross = sum((self.worst(key_of(each)) for each in COINS), Decimal(0))
        return after > limits.position * EQUITY + SLACK or gross > limits.leverage * EQUITY + SLACK

    def _closing(self, wish: OrderIntent) -> Decimal:
        """What `wish` and the other orders that close the same position close together; where the venue keeps both, stops and exits apart."""
        found = Decimal(0)
        for each in self.working.values():  # `wish` is among them
            if each.key != key_of(wish.instrument) or each.side is not wish.side or not (each.reduce_only or each.purpose is not Purpose.ENTRY):
                continue
            is_apart = (each.purpose is Purpose.PROTECTION) is not (wish.purpose is Purpose.PROTECTION)
            if not (is_apart and self.keeps and each.reduce_only and wish.reduce_only):
                found += each.worst_quantity
        return found

    def worst(self, key: tuple[str, str]) -> Decimal:
        """The largest notional of the instrument over both sides when every order of that side fills, the dearest units remaining."""
        place = [key_of(coin) for coin in COINS].index(key)
        held, price, worst = self.positions[place], PRICES[place], Decimal(0)
        for side in Side:
            lots = [(abs(held), price)] if side * held > 0 else []
            against = max(Decimal(0), -side * held)
            orders = [each for each in self.working.values() if each.key == key and each.side is side]
            against -= min(against, sum((each.worst_quantity for each in orders if each.reduce_only and self.keeps), Decimal(0)))
            for each in sorted((each for each in orders if not (each.reduce_only and self.keeps)), key=lambda each: each.price or price):  # the cheapest close
                quantity = each.worst_quantity
                closes = min(against, quantity)
                against -= closes
                at = price if each.price is None else each.price
                lots.append((quantity - closes, at if side is Side.LONG else max(at, price)))
            worst = max(worst, sum((quantity * at for quantity, at in lots), Decimal(0)))
        return worst

    def reach(self) -> list[Decimal]:
        """How far each instrument's position can go, up and down, by fills alone."""
        found = []
        for coin, held in zip(COINS, self.positions, strict=True):
            for side in Side:
                orders = [each for each in self.working.values() if each.key == key_of(coin) and each.side is side]
                kept = min(sum((each.worst_quantity for each in orders if each.reduce_only and self.keeps), Decimal(0)), max(Decimal(0), -side * held))
                found.append(
                    max(Decimal(0), side * held + kept + sum((each.worst_quantity for each in orders if not (each.reduce_only and self.keeps)), Decimal(0)))
                )
        return found

    def _happen(self) -> None:
        """A fill, in part or whole, a cancel, an answer that never came, a kill, or a human who arms again."""
        random = self.random
        what = random.random()
        if what < 0.03:
            self.state = random.choice((TradingState.ACTIVE, TradingState.ACTIVE, TradingState.ACTIVE, TradingState.REDUCING, TradingState.HALTED))
        if not self.working:
            return
        order = random.choice(list(self.working.values()))
        if what < 0.55:
            self._fill(order)
        elif what < 0.85:
            del self.working[order.id]
        else:
            self.working[order.id] = replace(order, is_unknown=not order.is_unknown)

    def _fill(self, order: Working) -> None:
        place = [key_of(coin) for coin in COINS].index(order.key)
        held = self.positions[place]
        left = order.remaining if order.quantity_if_modified is None else self.random.choice((order.remaining, order.quantity_if_modified))
        amount = left if self.random.random() < 0.6 else COINS[place].round_quantity(left / 2)
        if order.reduce_only and self.keeps:  # the venue keeps it from opening
            amount = min(amount, max(Decimal(0), -order.side * held))
        self.positions[place] = held + order.side * amount
        if amount >= left or (order.reduce_only and self.keeps):
            del self.working[order.id]
        else:
            self.working[order.id] = replace(order, remaining=left - amount, quantity_if_modified=None)


def _as_change(wish: OrderIntent, old: Working) -> OrderIntent:
    """A change of a working order: its instrument, side and purpose, with another size and, of a priced one, another price."""
    coin = next(each for each in COINS if key_of(each) == old.key)
    price = PRICES[COINS.index(coin)]
    kind = OrderType.MARKET if old.price is None else OrderType.LIMIT
    limit = None if old.price is None else coin.round_price_down(price * (wish.quantity % 7 + 96) / 100)
    quantity = wish.quantity
    return replace(wish, instrument=coin, side=old.side, purpose=old.purpose, reduce_only=old.reduce_only, type=kind, limit=limit, stop=None, quantity=quantity)
