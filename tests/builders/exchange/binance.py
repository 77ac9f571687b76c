"""Binance's public spot REST: /api/v3/exchangeInfo, /api/v3/time and /api/v3/klines with its limits and its way of paging.

Source: developers.binance.com, "Market data endpoints": at most 1000 rows, startTime included, oldest first from there on.
"""

from collections.abc import Mapping
from typing import Any

from .market import MINUTE, Listing, minutes_of

Answer = tuple[int, Any]
_MOST_ROWS, _USUAL_ROWS = 1000, 500


def exchange_info(listings: Mapping[str, Listing], now: int) -> Answer:
    """Every symbol with its filters."""
    return 200, {"timezone": "UTC", "serverTime": now, "rateLimits": [], "exchangeFilters": [], "symbols": [_symbol(listing) for listing in listings.values()]}


def klines(listings: Mapping[str, Listing], query: Mapping[str, str], now: int) -> Answer:
    """Candles of one symbol; without startTime the newest."""
    listing = next((one for one in listings.values() if one.base + one.quote == query.get("symbol")), None)
    if listing is None:
        return 400, {"code": -1121, "msg": "Invalid symbol."}
    minutes = minutes_of(query.get("interval", ""))
    if minutes is None or minutes * MINUTE < listing.step:
        return 400, {"code": -1120, "msg": "Invalid interval."}
    limit = int(query.get("limit", _USUAL_ROWS))
    if limit < 1:
        return 400, {"code": -1130, "msg": "Data sent for parameter 'limit' is not valid."}
    rows = listing.candles(minutes, now)
    if "endTime" in query:
        rows = rows[rows[:, 0] <= int(query["endTime"])]
    limit = min(limit, _MOST_ROWS)
    rows = rows[rows[:, 0] >= int(query["startTime"])][:limit] if "startTime" in query else rows[-limit:]
    return 200, [_kline(row, minutes) for row in rows.tolist()]


def _kline(row: list[float], minutes: int) -> list[Any]:
    time, *prices, volume = row
    texts = [f"{price:.8f}" for price in prices]
    return [int(time), *texts, f"{volume:.8f}", int(time) + minutes * MINUTE - 1, f"{volume * prices[-1]:.8f}", 100, "0.0", "0.0", "0"]


def _symbol(listing: Listing) -> dict[str, Any]:
    return {
        "symbol": listing.base + listing.quote,
        "status": "TRADING",
        "baseAsset": listing.base,
        "baseAssetPrecision": 8,
        "quoteAsset": listing.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "orderTypes": ["LIMIT", "MARKET"],
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.01000000", "maxPrice": "1000000.00000000", "tickSize": "0.01000000"},
            {"filterType": "LOT_SIZE", "minQty": "0.00001000", "maxQty": "9000.00000000", "stepSize": "0.00001000"},
            {"filterType": "NOTIONAL", "minNotional": "5.00000000", "applyMinToMarket": True, "maxNotional": "9000000.00000000"},
        ],
    }
