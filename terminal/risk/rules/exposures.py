"""The exposure of every instrument of an account, read off a view: what is held and what works, priced at the market.

What is unknown raises `Unknown`, which denies the order that asked.
"""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from terminal.domain.orders import Side
from terminal.risk.rules.exposure import ZERO, Exposure, Stake, Tally
from terminal.risk.rules.once import Once
from terminal.risk.view import GateView, Key, Market, Position, Working

ATR_MULTIPLE = Decimal(3)
NOTHING = Tally()
_LONG = Side.LONG  # a member of an enum is slow to look up, and this is asked of each of five hundred orders
ASSUMED = Decimal("0.1")
"""Share of the price taken as the distance to a stop where there is neither a stop nor an ATR."""


class Unknown(Exception):
    """A fact that a rule needs is not known, so that the order is denied."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cure = cure


class Exposures:
    """The exposure of every instrument held or worked; an instrument is worked out when it is asked for. Raises Unknown."""

    def __init__(self, view: GateView, working: Iterable[Working]) -> None:
        self._view = view
        self._found: dict[Key, Exposure] = {}
        self._orders: defaultdict[Key, list[Working]] = defaultdict(list)
        for each in working:
            self._orders[each.key].append(each)

    def of(self, key: Key) -> Exposure:
        """What `key` has at stake; raises Unknown where its position or price is unknown."""
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = _exposure(self._view, key, self._orders.get(key, ()))
        return found

    @Once
    def all(self) -> dict[Key, Exposure]:
        """Every instrument with a position or a working order; raises Unknown where a position or price is unknown."""
        held = [key for key, position in self._view.positions.items() if position is None or position.quantity]
        return {key: self.of(key) for key in (*held, *self._orders)}

    def rest(self, key: Key, among: frozenset[Key] | None = None) -> Stake:
        """What every instrument but `key` has at stake at the worst, of those `among` it where given; raises Unknown."""
        value = risk = ZERO
        for other, each in self.all.items():
            if other != key and (among is None or other in among):
                worst = each.worst
                value += worst.value
                risk += worst.risk
        return Stake(value, risk)


def mark(market: Market) -> Decimal:
    """The price that a holding is valued at: the last, else the middle of the quote; raises Unknown."""
    price = market.last
    if price is None and market.bid is not None and market.ask is not None:
        price = (market.bid + market.ask) / 2
    if price is None or not price.is_finite() or price <= 0:
        raise Unknown(f"The price of {market.instrument} is {'not known' if price is None else price}.", "Wait for a price.")
    return price


def stop_distance(price: Decimal, stop: Decimal | None, market: Market) -> Decimal:
    """From `price` to its stop; without one 3 × ATR 14, or 10 % of the price where that is unknown. Raises Unknown for an ATR that is no number."""
    if stop is not None:
        return abs(price - stop)
    if market.atr is None or market.atr == 0:
        return ASSUMED * price
    if not market.atr.is_finite() or market.atr < 0:
        raise Unknown(f"The ATR of {market.instrument} is {market.atr}.", "Reload its candles.")
    return ATR_MULTIPLE * market.atr


def _exposure(view: GateView, key: Key, orders: Iterable[Working]) -> Exposure:
    held = view.positions.get(key)
    market = view.markets.get(key)
    if held is None or not held.quantity.is_finite():
        raise Unknown(f"The position in {key[1]} ({key[0]}) is not known.", "Reconcile the account with the venue.")
    if market is None:
        raise Unknown(f"There is no price of {key[1]} ({key[0]}), which the account holds or works orders in.", "Subscribe to its prices.")
    price, scale = mark(market), _scale(market, view.currency)
    at_risk = _position_risk(held, price, market) * scale if held.quantity else ZERO
    if not orders:
        return Exposure(held.quantity, scale, price * scale, at_risk)
    buys, sells, keeps = _Adding(), _Adding(), market.keeps_reduce_only
    for quantity, order in _apart(orders):
        is_buy = order.side is _LONG
        adding = buys if is_buy else sells
        if keeps and order.reduce_only:
            adding.kept += quantity
            continue
        at, stop = order.price, order.stop_loss
        if at is None:
            at = price
        distance = stop_distance(at, None, market) if stop is None else abs(at - stop)
        adding.add(quantity, at if is_buy or at > price else price, distance)
    return Exposure(held.quantity, scale, price * scale, at_risk, buys.tally(scale), sells.tally(scale), buys.kept, sells.kept)


class _Adding:
    """Adds up the orders of one side, in price; a value of its own for each of five hundred orders would take most of a decision's time."""

    __slots__ = ("dearest", "kept", "quantity", "risk", "riskiest", "value")

    def __init__(self) -> None:
        self.quantity = self.value = self.risk = self.dearest = self.riskiest = self.kept = ZERO

    def add(self, quantity: Decimal, price: Decimal, distance: Decimal) -> None:
        self.quantity += quantity
        self.value += quantity * price
        self.risk += quantity * distance
        if price > self.dearest:
            self.dearest = price
        if distance > self.riskiest:
            self.riskiest = distance

    def tally(self, scale: Decimal) -> Tally:
        """In account currency."""
        if not self.quantity:
            return NOTHING
        return Tally(self.quantity, self.value * scale, self.risk * scale, self.dearest * scale, self.riskiest * scale)


def _scale(market: Market, currency: str) -> Decimal:
    rate = market.rate
    if rate is None:
        if market.instrument.quote != currency:
            raise Unknown(
                f"There is no rate from {market.instrument.quote} to {currency}, the account's currency.",
                f"Hand in a rate, or trade an instrument quoted in {currency}.",
            )
        return market.instrument.multiplier
    if not rate.is_finite() or rate <= 0:
        raise Unknown(f"The rate from {market.instrument.quote} to {currency} is {rate}.", "Reload the exchange rates.")
    return market.instrument.multiplier * rate


def _position_risk(held: Position, price: Decimal, market: Market) -> Decimal:
    """Distance to the stop × quantity; what the stop does not cover, or a stop that the market has passed, at the assumed distance."""
    quantity = abs(held.quantity)
    is_beyond = held.stop is not None and (held.stop < price) is (held.quantity > 0) and held.stop != price
    covered = max(ZERO, min(quantity, held.protected)) if is_beyond else ZERO
    risk = (quantity - covered) * stop_distance(price, None, market) if quantity > covered else ZERO
    return risk + covered * stop_distance(price, held.stop, market) if covered else risk


def _apart(orders: Iterable[Working]) -> list[tuple[Decimal, Working]]:
    """Each order with the most it can fill; of one-cancels-other orders of a side the largest, since one of them fills at most."""
    found = []
    largest: dict[tuple[str, Side], tuple[Decimal, Working]] = {}
    for order in orders:
        quantity = order.remaining if order.quantity_if_modified is None else order.worst_quantity
        if not order.group:
            found.append((quantity, order))
        elif (order.group, order.side) not in largest or quantity > largest[order.group, order.side][0]:
            largest[order.group, order.side] = quantity, order
    return [*found, *largest.values()] if largest else found
