"""Everything the gate may know of an account at one instant, handed in as values: it fetches nothing and remembers nothing.

The engine folds its journal and feeds into a view, `gate.py` decides on it, and the same view replayed gives the same decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from terminal.domain.instrument import Instrument
from terminal.domain.intents import Purpose
from terminal.domain.orders import Side

Key = tuple[str, str]
"""Venue and symbol: what stays the same when a venue changes an instrument's grid."""


def key_of(instrument: Instrument) -> Key:
    """The key of an instrument in every mapping of a view."""
    return instrument.venue, instrument.symbol


class TradingState(StrEnum):
    """What an account may do: everything; only what lowers risk, by choice; only what lowers risk, after a kill or an emergency stop."""

    ACTIVE = "active"
    REDUCING = "reducing"
    HALTED = "halted"


@dataclass(frozen=True, slots=True)
class Market:
    """What is known of an instrument's market. Prices are in its quote currency; None = not known, which the gate refuses where it asks."""

    instrument: Instrument
    """As the venue defines it now: orders are held against this grid, whatever the intent carries."""
    at: int
    """When the prices were last confirmed, UTC ns."""
    bid: Decimal | None = None
    ask: Decimal | None = None
    last: Decimal | None = None
    is_delayed: bool = False
    atr: Decimal | None = None
    """ATR 14 as a distance in price; None = unknown, 10 % of the price is assumed."""
    margin_rate: Decimal | None = None
    """Initial margin per unit of notional, 0.1 = ten times; None = the whole notional counts."""
    rate: Decimal | None = None
    """Account currency for one unit of quote currency; may be None only where both are the same currency."""
    keeps_reduce_only: bool = False
    """True where the venue itself never lets a reduce-only order open a position."""


@dataclass(frozen=True, slots=True)
class Position:
    """A holding of the account. Where broker and journal differ, hand in the quantity nearer to zero and freeze the instrument."""

    quantity: Decimal
    """Signed: above zero long, below zero short, 0 flat."""
    average: Decimal | None = None
    """Average entry price; None where flat or unknown."""
    stop: Decimal | None = None
    """Trigger of the stop that protects it (the furthest, where there are several); None = unprotected."""
    protected: Decimal = Decimal(0)
    """How much of it that stop covers, without sign."""


@dataclass(frozen=True, slots=True)
class Working:
    """An order that may still fill: pending, at the venue, or UNKNOWN. Exposure counts it at its worst."""

    id: str
    key: Key
    side: Side
    remaining: Decimal
    """What has not filled; of an UNKNOWN order all that has not been proven filled or dead."""
    price: Decimal | None = None
    """The worst price it can fill at: its limit, or its trigger; None = a market order, valued at the market."""
    purpose: Purpose = Purpose.ENTRY
    reduce_only: bool = False
    """As it was sent; whether the venue keeps it so is a matter of its market."""
    is_unknown: bool = False
    strategy: str = ""
    stop_loss: Decimal | None = None
    """Where what it opens will be protected; None = a distance is assumed."""
    quantity_if_modified: Decimal | None = None
    """What would remain if a change that was sent has arrived; until proven, the larger of both counts."""
    group: str = ""
    """Orders that share a name here are one-cancels-other at the venue: at most one of them fills."""

    @property
    def worst_quantity(self) -> Decimal:
        """The most it can still fill, with a change that may or may not have arrived."""
        changed = self.quantity_if_modified
        return self.remaining if changed is None else max(self.remaining, changed)


@dataclass(frozen=True, slots=True)
class Sent:
    """An order or change that left lately, for the rates and the duplicate window. Leave out what the venue refused."""

    time: int
    """UTC ns."""
    key: Key
    side: Side
    quantity: Decimal
    price: Decimal | None = None
    """Limit, else stop; None of a market order."""
    strategy: str = ""
    """The author's name."""
    purpose: Purpose = Purpose.ENTRY
    """What it was for: the exit and the entry of a reversal may be alike in all else."""


@dataclass(frozen=True, slots=True)
class StrategyFacts:
    """What a strategy has at risk now, its working orders included."""

    heat: Decimal
    """Account currency that it would lose if every stop of its positions and working orders were hit."""
    holds: frozenset[Key] = frozenset()
    """Instruments where it has a position or a working entry."""
    heat_budget: Decimal | None = None
    """Its own share of equity at risk, where it has one below the account's limit."""
    max_positions: int | None = None
    """Its own count of positions, where it has one below the account's limit."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures that need history, computed elsewhere, best with the order counted in; None = not enough history, which warns."""

    var_day: Decimal | None = None
    """Historical VaR 95 of one day as a share of equity, a loss above zero."""
    var_month: Decimal | None = None
    """The same over a month, bootstrapped."""
    clusters: tuple[frozenset[Key], ...] | None = None
    """Sets of instruments whose returns correlate above 0.7 over 90 days; None = unknown."""
    index_correlation: Decimal | None = None
    """Correlation of the account with the chosen index over 90 days."""
    independent: int | None = None
    """How many positions correlate below 0.5 with one another."""


@dataclass(frozen=True, slots=True)
class GateView:
    """One account at one instant. Money is in its currency, `Decimal`; None = unknown, and an order that needs it is refused."""

    now: int
    """UTC ns."""
    account: str
    currency: str
    is_live: bool
    """True where real money moves: delayed data and an unknown grid are refused then."""
    state: TradingState
    equity: Decimal | None
    day_start_equity: Decimal | None
    """Equity at 00:00 of the account's zone, with deposits and withdrawals since then added and taken."""
    peak_equity: Decimal | None
    """Highest equity so far, net of deposits and withdrawals."""
    markets: Mapping[Key, Market]
    positions: Mapping[Key, Position | None]
    """A flat instrument has a position of 0 here; None, or no entry, is unknown."""
    working: tuple[Working, ...] = ()
    """Every order that may still fill, the UNKNOWN ones among them."""
    frozen: Mapping[Key, str] = field(default_factory=dict)
    """Instruments that take no new risk, each with the reason in words."""
    sent: tuple[Sent, ...] = ()
    """At least the last minute, oldest first."""
    orders_today: int | None = 0
    """Orders sent since 00:00 of the account's zone; survives a restart."""
    strategies: Mapping[str, StrategyFacts] = field(default_factory=dict)
    statistics: Statistics = Statistics()
    group: str = ""
    """One-cancels-other group that the order asked about will join at the venue; "" = none."""
