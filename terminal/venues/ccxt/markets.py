"""Turns ccxt's description of a market into an Instrument: its grid, its smallest order, what it is quoted in.

Read once per venue before the first candle is asked for.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from terminal.domain.instrument import AssetClass, Instrument

_CLASS_OF = {"spot": AssetClass.CRYPTO, "swap": AssetClass.PERPETUAL, "future": AssetClass.FUTURE}
_DECIMAL_PLACES, _TICK_SIZE = 2, 4  # ccxt's precision modes; by significant digits (3) no step is the same at every price


def instruments_of(venue: str, markets: Iterable[Mapping[str, Any]], precision_mode: int) -> tuple[Instrument, ...]:
    """The instruments whose candles can be asked for, sorted by symbol; options and closed markets are left out."""
    found = {}
    for market in markets:
        if market.get("type") in _CLASS_OF and market.get("active") is not False and market.get("symbol"):
            found[str(market["symbol"])] = _instrument(venue, market, precision_mode)
    return tuple(found[symbol] for symbol in sorted(found))


def _instrument(venue: str, market: Mapping[str, Any], precision_mode: int) -> Instrument:
    precision = market.get("precision") or {}
    cost = (market.get("limits") or {}).get("cost") or {}
    contract_size = market.get("contractSize")
    return Instrument(
        venue=venue,
        symbol=str(market["symbol"]),
        asset_class=_CLASS_OF[str(market["type"])],
        quote=str(market.get("quote") or ""),
        tick=_step(precision.get("price"), precision_mode),
        lot=_step(precision.get("amount"), precision_mode),
        minimum_notional=_positive(cost.get("min")),
        multiplier=_positive(contract_size) or Decimal(1),
    )


def _step(value: Any, precision_mode: int) -> Decimal | None:
    if value is None:
        return None
    if precision_mode == _TICK_SIZE:
        return _positive(value)
    if precision_mode == _DECIMAL_PLACES:
        return Decimal(1).scaleb(-int(value))
    return None


def _positive(value: Any) -> Decimal | None:
    if value is None:
        return None
    number = Decimal(str(value))
    if number <= 0:
        return None
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()
