"""Every limit of an account that concerns an order, declared once: form, command line, manual and gate read it here.

A session starts with a preset, a person changes single limits up to their hard value, `gate.py` holds orders against them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.names import nearest
from terminal.risk.limit import PRESETS, Limit, Reaction, limit


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits in force for one account; shares are fractions (0.02 = 2 %). Refuses (BadInput) a value beyond its hard bound."""

    risk_of_a_trade: Decimal = limit(
        0.01,
        "quantity × distance to stop / equity; without a stop the distance is 3 × ATR 14 (10 % of the price where unknown), said as assumed",
        Reaction.CUT,
        hard=0.02,
        unit="of equity",
    )
    position: Decimal = limit(
        0.10,
        "one instrument with all its working orders: notional / equity; futures, FX and perpetuals: initial margin / equity",
        Reaction.CUT,
        hard=0.15,
        unit="of equity",
        presets=(0.02, 0.05, 0.10),
    )
    stop_distance: Decimal = limit(
        0.02,
        "distance of the stop that a session offers where a strategy sets none / entry price; never added silently",
        Reaction.OFFER,
        low=0.001,
        hard=0.5,
        unit="of the price",
        presets=(0.01, 0.02, 0.03),
    )
    portfolio_heat: Decimal = limit(
        0.06, "Σ (distance to stop × quantity) / equity over open positions and the order asked about", Reaction.BLOCK, hard=0.20, unit="of equity"
    )
    exposure_at_risk: Decimal = limit(0.10, "portfolio heat with working and unknown orders counted", Reaction.BLOCK, hard=0.20, unit="of equity")
    strategy_heat: Decimal = limit(0.02, "heat of one strategy, its working orders counted", Reaction.BLOCK, hard=0.20, unit="of equity")
    strategies_heat: Decimal = limit(0.05, "heat of all strategies together, working orders counted", Reaction.BLOCK, hard=0.20, unit="of equity")
    var_day: Decimal = limit(0.02, "historical VaR 95 of one day / equity: warns above", Reaction.WARN, hard=0.03, unit="of equity")
    var_day_ceiling: Decimal = limit(0.03, "historical VaR 95 of one day / equity: blocks above", Reaction.BLOCK, hard=0.03, unit="of equity")
    var_month: Decimal = limit(0.08, "VaR 95 of a month, scaled and bootstrapped, / equity", Reaction.BLOCK, hard=0.08, unit="of equity")
    correlated_exposure: Decimal = limit(
        0.60,
        "Σ exposure within a cluster (ρ > 0.7, 90 days) / gross exposure; blocks once gross is above “correlated from”, warns below it",
        Reaction.WARN_THEN_BLOCK,
        hard=1.0,
        unit="of gross exposure",
    )
    correlated_from: Decimal = limit(
        0.25,
        "gross exposure / equity from which correlated exposure blocks; one small position is always all of its gross",
        Reaction.BLOCK,
        hard=2.0,
        unit="of equity",
    )
    index_correlation: Decimal = limit(0.6, "ρ of the account with a chosen index, 90 days", Reaction.WARN, hard=1.0, unit="")
    diversification: Decimal = limit(3, "positions with pairwise ρ < 0.5, warned of once as many positions are open", Reaction.WARN, hard=100, unit="positions")
    daily_loss: Decimal = limit(
        0.05,
        "(equity at 00:00 of the account's zone − equity) / equity at 00:00, net of deposits and withdrawals",
        Reaction.HALT,
        hard=0.20,
        unit="of equity",
        presets=(0.02, 0.05, 0.10),
    )
    drawdown: Decimal = limit(
        0.15,
        "(highest equity − equity) / highest equity, net of deposits and withdrawals",
        Reaction.HALT,
        hard=0.20,
        unit="of equity",
        presets=(0.10, 0.15, 0.20),
    )
    leverage: Decimal = limit(2, "gross exposure with all working orders / equity", Reaction.BLOCK, hard=20, unit="× equity")
    positions: Decimal = limit(5, "instruments that one strategy holds or works entries in", Reaction.BLOCK, low=1, hard=100, unit="per strategy")
    time_in_position: Decimal = limit(0, "time since a position was opened; 72 h is usual, 0 = off", Reaction.EXIT, hard=8_760, unit="h")
    order_notional: Decimal = limit(1, "notional that one order opens / equity", Reaction.CUT, low=0.01, hard=2, unit="× equity")
    order_quantity: Decimal = limit(1e9, "quantity of one order", Reaction.REFUSE, low=1, hard=1e12, unit="units")
    price_collar: Decimal = limit(
        0.05,
        "distance by which a limit crosses the market, a market order's quote leaves the last price, or a quote its middle",
        Reaction.REFUSE,
        low=0.001,
        hard=0.20,
        unit="of the price",
    )
    price_age: Decimal = limit(15, "age of the price an order is decided on", Reaction.REFUSE, low=0.1, hard=300, unit="s")
    orders_per_minute: Decimal = limit(
        60,
        "orders and changes sent in the last 60 s; an exit counts those in its instrument and may use twice as many",
        Reaction.REFUSE,
        low=1,
        hard=600,
        unit="orders",
    )
    strategy_orders_per_minute: Decimal = limit(30, "the same, of one author", Reaction.REFUSE, low=1, hard=600, unit="orders")
    orders_per_day: Decimal = limit(
        1_000, "orders sent since 00:00 of the account's zone; exits always pass", Reaction.REFUSE, low=1, hard=100_000, unit="orders"
    )
    duplicate_window: Decimal = limit(
        2,
        "the same instrument, side, quantity, price and author again within it; stops and children of an algo are exempt",
        Reaction.REFUSE,
        low=0.1,
        hard=60,
        unit="s",
    )

    def __post_init__(self) -> None:
        for name, declared in limit_declarations().items():
            value = getattr(self, name)
            if not isinstance(value, Decimal):
                raise BadInput(f"The limit {declared.title} is {value!r}.", cure="Give a Decimal.")
            declared.check(float(value))

    @classmethod
    def preset(cls, name: str) -> "Limits":
        """The limits of a preset; raises UnknownName."""
        if name not in PRESETS:
            raise UnknownName("risk preset", name, nearest=nearest(name, PRESETS), cure=f"There are: {', '.join(PRESETS)}.")
        return cls(**{field: Decimal(repr(declared.presets[name])) for field, declared in limit_declarations().items()})

    def changed(self, values: Mapping[str, Any]) -> "Limits":
        """These limits with some changed; text is parsed ("2 %" is 0.02). Raises UnknownName or BadInput that names the bounds."""
        declared = limit_declarations()
        found = {}
        for name, value in values.items():
            if name not in declared:
                raise UnknownName("limit", name, nearest=nearest(name, declared), cure=f"There are: {', '.join(declared)}.")
            checked = declared[name].parse(value) if isinstance(value, str) else declared[name].check(value)
            found[name] = Decimal(repr(checked))
        return replace(self, **found)


@lru_cache(maxsize=1)
def limit_declarations() -> Mapping[str, Limit]:
    """Every limit by name, in the order of the manual's table."""
    found = {}
    for each in fields(Limits):
        declared: Limit = each.metadata["declared"]
        declared.name = each.name
        found[each.name] = declared
    return MappingProxyType(found)
