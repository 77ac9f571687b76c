"""What an account has at stake at the worst: positions, with every order that may fill, on each side by itself.

The rules on position, heat, leverage and correlation compare it before and after an order. Invariant I11 of order safety.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from terminal.domain.orders import Side
from terminal.risk.view import GateView, Key, Market, Position, Working

ATR_MULTIPLE = Decimal(3)
ASSUMED = Decimal("0.1")
"""Share of the price taken as the distance to a stop where there is neither a stop nor an ATR."""
ZERO = Decimal(0)


class Unknown(Exception):
    """A fact that a rule needs is not known, so that the order is denied."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Tally:
    """The orders of one side in one instrument that could open a position: quantity, value and risk in account currency."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    risk: Decimal = ZERO
    dearest: Decimal = ZERO
    """Highest value of one unit."""
    riskiest: Decimal = ZERO
    """Highest risk of one unit."""

    def plus(self, quantity: Decimal, unit_value: Decimal, unit_risk: Decimal) -> "Tally":
        return Tally(
            self.quantity + quantity,
            self.value + quantity * unit_value,
            self.risk + quantity * unit_risk,
            max(self.dearest, unit_value),
            max(self.riskiest, unit_risk),
        )


@dataclass(frozen=True, slots=True)
class Exposure:
    """One instrument at its worst. `scale` turns price × quantity into account currency; `unit_value` is one unit held, at the market."""

    position: Decimal
    scale: Decimal
    unit_value: Decimal
    position_risk: Decimal
    """What the open position loses at its stop; assumed where it has none."""
    buys: Tally = Tally()
    sells: Tally = Tally()
    kept_buys: Decimal = ZERO
    """Buys that the venue keeps from opening a position: they only use up what could be closed."""
    kept_sells: Decimal = ZERO

    def plus(self, side: Side, quantity: Decimal, unit_value: Decimal, unit_risk: Decimal) -> "Exposure":
        """With one more order that may fill."""
        if side is Side.LONG:
            return replace(self, buys=self.buys.plus(quantity, unit_value, unit_risk))
        return replace(self, sells=self.sells.plus(quantity, unit_value, unit_risk))

    def closable(self, side: Side) -> Decimal:
        """How much an order of `side` may take off the position before another one could turn it round."""
        tally, kept = (self.buys, self.kept_buys) if side is Side.LONG else (self.sells, self.kept_sells)
        against = max(ZERO, -side * self.position)
        return max(ZERO, against - min(kept, against) - tally.quantity)

    def value(self, side: Side) -> Decimal:
        """Notional held on `side` where every order of that side fills and none of the other."""
        return self._own(side) * self.unit_value + self._opened(side, by_risk=False)

    def risk(self, side: Side) -> Decimal:
        """What is lost at the stops in that case."""
        return (self.position_risk if self._own(side) > 0 else ZERO) + self._opened(side, by_risk=True)

    @property
    def worst_value(self) -> Decimal:
        """The larger notional of both sides."""
        return max(self.value(Side.LONG), self.value(Side.SHORT))

    @property
    def worst_risk(self) -> Decimal:
        """The larger risk of both sides."""
        return max(self.risk(Side.LONG), self.risk(Side.SHORT))

    def _own(self, side: Side) -> Decimal:
        return max(ZERO, side * self.position)

    def _opened(self, side: Side, *, by_risk: bool) -> Decimal:
        """What the orders of `side` open beyond closing what is held: at most all of them, at most the dearest units of them."""
        tally, kept = (self.buys, self.kept_buys) if side is Side.LONG else (self.sells, self.kept_sells)
        if not tally.quantity:
            return ZERO
        against = max(ZERO, -side * self.position)
        opened = max(ZERO, tally.quantity - max(ZERO, against - kept))
        total, most = (tally.risk, tally.riskiest) if by_risk else (tally.value, tally.dearest)
        return min(total, opened * most)


class Exposures:
    """The exposure of every instrument held or worked; an instrument is worked out when it is asked for. Raises Unknown."""

    def __init__(self, view: GateView, working: Iterable[Working]) -> None:
        self._view = view
        self._found: dict[Key, Exposure] = {}
        self._orders: dict[Key, list[Working]] = {}
        for each in working:
            self._orders.setdefault(each.key, []).append(each)

    def of(self, key: Key) -> Exposure:
        """What `key` has at stake; raises Unknown where its position or price is unknown."""
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = _exposure(self._view, key, self._orders.get(key, ()))
        return found

    @cached_property
    def all(self) -> dict[Key, Exposure]:
        """Every instrument with a position or a working order; raises Unknown where a position or price is unknown."""
        held = [key for key, position in self._view.positions.items() if position is None or position.quantity]
        return {key: self.of(key) for key in (*held, *self._orders)}

    def rest(self, key: Key) -> list[Exposure]:
        """The exposures of every instrument but `key`; raises Unknown."""
        return [each for other, each in self.all.items() if other != key]


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
    tallies, kept = {Side.LONG: Tally(), Side.SHORT: Tally()}, {Side.LONG: ZERO, Side.SHORT: ZERO}
    for quantity, order in _apart(orders):
        if order.reduce_only:
            kept[order.side] += quantity
            continue
        at = price if order.price is None else order.price
        dearest = at if order.side is Side.LONG else max(at, price)
        distance = stop_distance(at, order.stop_loss, market)
        tallies[order.side] = tallies[order.side].plus(quantity, dearest * scale, distance * scale)
    at_risk = _position_risk(held, price, market) * scale
    return Exposure(held.quantity, scale, price * scale, at_risk, tallies[Side.LONG], tallies[Side.SHORT], kept[Side.LONG], kept[Side.SHORT])


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
    covered = min(quantity, held.protected) if is_beyond else ZERO
    risk = (quantity - covered) * stop_distance(price, None, market) if quantity > covered else ZERO
    return risk + covered * stop_distance(price, held.stop, market) if covered else risk


def _apart(orders: Iterable[Working]) -> Iterable[tuple[Decimal, Working]]:
    """Each order with the most it can fill; of one-cancels-other orders of a side the largest, since one of them fills at most."""
    largest: dict[tuple[str, Side], tuple[Decimal, Working]] = {}
    for order in orders:
        quantity = order.worst_quantity
        if not order.group:
            yield quantity, order
        elif (order.group, order.side) not in largest or quantity > largest[order.group, order.side][0]:
            largest[order.group, order.side] = quantity, order
    yield from largest.values()
