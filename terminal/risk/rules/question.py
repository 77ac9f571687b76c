"""One order held against one account: what every rule asks for again and again, worked out once.

`gate.py` makes a question of an intent and a view and puts it to the rules; a fact that is missing raises `Unknown`, which denies.
"""

from decimal import Decimal

from terminal.domain.intents import AuthorKind, OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.risk.rules.exposure import ZERO, Exposure, Stake
from terminal.risk.rules.exposures import Exposures, Unknown, stop_distance
from terminal.risk.rules.once import Once
from terminal.risk.view import GateView, Market, Working, key_of

_STRATEGIES = (AuthorKind.STRATEGY, AuthorKind.ALGO)


class Question:
    """May `intent` leave, in the account that `view` shows? `replaced` is the working order that it would change."""

    def __init__(self, intent: OrderIntent, view: GateView, replaced: Working | None = None) -> None:
        self.intent = intent
        self.view = view
        self.replaced = replaced
        self.key = key_of(intent.instrument)
        self.is_closing = intent.reduce_only or intent.purpose is not Purpose.ENTRY
        self.quantity = intent.quantity if replaced is None else max(intent.quantity, replaced.worst_quantity)
        """What counts as exposure: of a change the larger of before and after, since either may be in force."""

    @Once
    def only_shrinks(self) -> bool:
        """True for a change that makes a working order smaller and moves nothing: it cannot add to what is at stake already."""
        old, intent = self.replaced, self.intent
        if old is None or intent.quantity > old.remaining:
            return False
        price = intent.limit if intent.limit is not None else intent.stop
        return self.is_closing or (price == old.price and intent.stop_loss == old.stop_loss)

    @Once
    def is_kept(self) -> bool:
        """True where the venue itself keeps this order from opening a position."""
        market = self.view.markets.get(self.key)
        return self.intent.reduce_only and market is not None and market.keeps_reduce_only

    @Once
    def others(self) -> tuple[Working, ...]:
        """The orders that may fill beside this one; raises Unknown where one has less than nothing left, which would hide what another has."""
        replaced = self.replaced
        for each in self.view.working:
            if each.remaining < ZERO:
                raise Unknown(f"Order {each.id} has {each.remaining} left to fill.", "Reconcile the account with the venue.")
        return self.view.working if replaced is None else tuple(each for each in self.view.working if each is not replaced)

    @Once
    def market(self) -> Market:
        """What is known of the market; raises Unknown."""
        market = self.view.markets.get(self.key)
        if market is None:
            raise Unknown(f"There is no price of {self.intent.instrument}.", "Subscribe to its prices, then send again.")
        return market

    @Once
    def position(self) -> Decimal:
        """The signed quantity held; raises Unknown."""
        held = self.view.positions.get(self.key)
        if held is None or not held.quantity.is_finite():
            raise Unknown(f"The position in {self.intent.instrument} is not known.", "Reconcile the account with the venue.")
        return held.quantity

    @Once
    def equity(self) -> Decimal:
        """Equity in account currency, above zero; raises Unknown."""
        return known_equity(self.view.equity, "The account's equity", "Reconcile the balances with the venue.")

    @Once
    def quoted(self) -> Decimal:
        """The price a market order of this side would meet now: ask or bid, else the last; raises Unknown."""
        market = self.market
        price = market.ask if self.intent.side is Side.LONG else market.bid
        price = market.last if price is None else price
        if price is None:
            raise Unknown(f"{self.intent.instrument} has neither a quote nor a last price.", "Wait for a price.")
        return price

    @Once
    def entry(self) -> Decimal:
        """The worst price it can fill at, for what it risks: its limit, its trigger, else the quote."""
        intent = self.intent
        if intent.limit is not None:
            return intent.limit
        if intent.stop is not None and intent.type is not OrderType.TRAILING_STOP:
            return intent.stop
        return self.quoted

    @Once
    def unit_value(self) -> Decimal:
        """What one unit of it is worth at the dearest it can fill, in account currency: a buy below the market at its limit, a sell at or
        above its own; what fills at once is held at no less than the market."""
        entry, before = self.entry, self.before
        if self.intent.side is Side.LONG and entry < self.quoted:
            return entry * before.scale
        return max(max(entry, self.quoted) * before.scale, before.unit_value)

    @Once
    def unit_risk(self) -> Decimal:
        """What one unit of it loses between the entry and its stop, in account currency; without a stop the assumed distance."""
        return stop_distance(self.entry, self.intent.stop_loss, self.market) * self.before.scale

    @Once
    def exposures(self) -> Exposures:
        """What the account has at stake without this order."""
        return Exposures(self.view, self.others)

    @Once
    def before(self) -> Exposure:
        """What its instrument has at stake without this order."""
        return self.exposures.of(self.key)

    @Once
    def after(self) -> Exposure:
        """What its instrument has at stake with it."""
        return self.before.plus(self.intent.side, self.quantity, self.unit_value, self.unit_risk, is_kept=self.is_kept)

    @Once
    def rest(self) -> Stake:
        """What every other instrument of the account has at stake at the worst; raises Unknown."""
        return self.exposures.rest(self.key)

    @Once
    def added(self) -> Decimal:
        """The part of its quantity that would open or widen a position at the worst, the rest only closes one."""
        return ZERO if self.only_shrinks else self.quantity - self.reducible

    @Once
    def reducible(self) -> Decimal:
        """The part of its quantity that closes what is held and that no other working order closes already."""
        return min(self.quantity, self.before.closable(self.intent.side))

    @Once
    def strategy(self) -> str:
        """The strategy that wished it, "" for a person, an API token or the terminal; an algo acts for the strategy of its name."""
        author = self.intent.author
        if author.kind is AuthorKind.STRATEGY or (author.kind in _STRATEGIES and author.name in self.view.strategies):
            return author.name
        return ""


def known_equity(value: Decimal | None, thing: str, cure: str) -> Decimal:
    """`value` where it is an amount above zero; raises Unknown."""
    if value is None or not value.is_finite():
        raise Unknown(f"{thing} is not known.", cure)
    if value <= 0:
        raise Unknown(f"{thing} is {value:,f}, from which no share can be taken.", cure)
    return value
