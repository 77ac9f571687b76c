"""What the simulated market trades: the instruments and how lively each of them is.

First station of a simulated candle; `demo.hours` turns these figures into prices.
"""

from dataclasses import dataclass
from decimal import Decimal

from terminal.domain.instrument import AssetClass, Instrument

VENUE = "demo"
_TICK = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Character:
    """One simulated instrument. Volatility is a year's standard deviation of log returns; volume counts `volume_step`s."""

    instrument: Instrument
    number: int
    """Part of the random key; never reuse one."""
    level: float
    """Price around which the invented history began and to which it is pulled over years."""
    volatility: float
    shared: float
    """Share of the shocks that comes from the market as a whole, as a correlation."""
    volume_per_hour: float
    volume_step: float
    """A power of two that is also whole lots, so that sums of volumes are exact in binary and in decimal."""
    half_spread: float
    """Half the distance between bid and ask, as a fraction of the price."""
    tick: Decimal = _TICK

    @property
    def has_sessions(self) -> bool:
        """False where trading never stops."""
        return self.instrument.calendar != "24/7"

    @property
    def ticks_per_unit(self) -> int:
        """How many ticks make one unit of the quote currency."""
        return int(1 / self.tick)


CHARACTERS = {
    character.instrument.symbol: character
    for character in (
        Character(
            Instrument(VENUE, "BTC/USDT", AssetClass.CRYPTO, "USDT", _TICK, Decimal("0.00001"), Decimal(5)),
            number=1,
            level=45_000.0,
            volatility=0.50,
            shared=0.9,
            volume_per_hour=600.0,
            volume_step=1 / 32,
            half_spread=0.00004,
        ),
        Character(
            Instrument(VENUE, "ETH/USDT", AssetClass.CRYPTO, "USDT", _TICK, Decimal("0.0001"), Decimal(5)),
            number=2,
            level=2_600.0,
            volatility=0.62,
            shared=0.85,
            volume_per_hour=6_000.0,
            volume_step=1 / 16,
            half_spread=0.00006,
        ),
        Character(
            Instrument(VENUE, "SPY", AssetClass.EQUITY, "USD", _TICK, Decimal(1), None, calendar="XNYS"),
            number=3,
            level=480.0,
            volatility=0.16,
            shared=0.35,
            volume_per_hour=9_000_000.0,
            volume_step=1.0,
            half_spread=0.00002,
        ),
    )
}
