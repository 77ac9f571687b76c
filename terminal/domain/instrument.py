"""What is traded: its name at a venue, and the grid its prices and quantities must lie on.

Filled in by venues, stored beside the candles, asked by simulation and orders whenever something is rounded.
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum


class AssetClass(StrEnum):
    """What kind of thing an instrument is."""

    CRYPTO = "crypto"
    PERPETUAL = "perpetual"
    EQUITY = "equity"
    FUTURE = "future"
    FOREX = "forex"
    OPTION = "option"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One tradable thing at one venue. An unknown grid step is None: nothing is rounded then, and results say so."""

    venue: str
    symbol: str
    asset_class: AssetClass = AssetClass.CRYPTO
    quote: str = "USDT"
    tick: Decimal | None = None
    lot: Decimal | None = None
    minimum_notional: Decimal | None = None
    multiplier: Decimal = Decimal(1)
    calendar: str = "24/7"
    """Name of the trading calendar: "24/7", "24/5" or an exchange code such as "XNYS"."""

    def __str__(self) -> str:
        return f"{self.symbol} ({self.venue})"

    def round_quantity(self, quantity: Decimal) -> Decimal:
        """The largest quantity on the lot grid that is not above `quantity`."""
        return _to_grid(quantity, self.lot, ROUND_FLOOR)

    def round_price_down(self, price: Decimal) -> Decimal:
        """The highest price on the tick grid that is not above `price`."""
        return _to_grid(price, self.tick, ROUND_FLOOR)

    def round_price_up(self, price: Decimal) -> Decimal:
        """The lowest price on the tick grid that is not below `price`."""
        return _to_grid(price, self.tick, ROUND_CEILING)


def _to_grid(value: Decimal, step: Decimal | None, rounding: str) -> Decimal:
    if step is None:
        return value
    return (value / step).to_integral_value(rounding=rounding) * step
