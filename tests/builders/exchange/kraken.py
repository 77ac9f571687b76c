"""Kraken's public REST: /0/public/AssetPairs, /0/public/Time and /0/public/OHLC, which keeps only the 720 newest candles.

Source: docs.kraken.com, "Get OHLC data": `since` is left out, there is no limit, the last row is still forming, field 5 is vwap.
"""

from collections.abc import Mapping
from typing import Any

from .market import MINUTE, Listing

Answer = tuple[int, Any]
_KEPT = 720
_INTERVALS = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)
_ASSET = {"BTC": "XXBT", "ETH": "XETH", "XRP": "XXRP", "LTC": "XLTC", "USD": "ZUSD", "EUR": "ZEUR"}


def asset_pairs(listings: Mapping[str, Listing]) -> Answer:
    """Every pair with its grid."""
    return _well({pair_id(listing): _pair(listing) for listing in listings.values()})


def server_time(now: int) -> Answer:
    """The venue's clock."""
    return _well({"unixtime": now // 1000, "rfc1123": ""})


def ohlc(listings: Mapping[str, Listing], query: Mapping[str, str], now: int) -> Answer:
    """The newest candles after `since` (seconds, left out), at most 720, the forming one last."""
    listing = next((one for one in listings.values() if query.get("pair") in {pair_id(one), _altname(one)}), None)
    if listing is None:
        return 200, {"error": ["EQuery:Unknown asset pair"]}
    minutes = int(query.get("interval", 1))
    if minutes not in _INTERVALS or minutes * MINUTE < listing.step:
        return 200, {"error": ["EGeneral:Invalid arguments"]}
    rows = listing.candles(minutes, now)[-_KEPT:]
    since = int(float(query.get("since", 0)))
    last_closed = int(rows[-2, 0]) // 1000 if len(rows) > 1 else 0
    rows = rows[rows[:, 0] > since * 1000]
    return _well({pair_id(listing): [_row(row) for row in rows.tolist()], "last": last_closed})


def pair_id(listing: Listing) -> str:
    """Kraken's own name of a pair, such as XXBTZUSD or XBTUSDT."""
    if listing.quote in _ASSET and listing.base in _ASSET:
        return _ASSET[listing.base] + _ASSET[listing.quote]
    return _altname(listing)


def _altname(listing: Listing) -> str:
    return ("XBT" if listing.base == "BTC" else listing.base) + listing.quote


def _row(row: list[float]) -> list[Any]:
    time, *prices, volume = row
    return [int(time) // 1000, *(f"{price:.8f}" for price in prices), f"{sum(prices) / 4:.8f}", f"{volume:.8f}", 100]


def _pair(listing: Listing) -> dict[str, Any]:
    return {
        "altname": _altname(listing),
        "wsname": f"{'XBT' if listing.base == 'BTC' else listing.base}/{listing.quote}",
        "aclass_base": "currency",
        "base": _ASSET.get(listing.base, listing.base),
        "aclass_quote": "currency",
        "quote": _ASSET.get(listing.quote, listing.quote),
        "lot": "unit",
        "cost_decimals": 5,
        "pair_decimals": 1,
        "lot_decimals": 8,
        "lot_multiplier": 1,
        "leverage_buy": [],
        "leverage_sell": [],
        "fees": [[0, 0.26]],
        "fees_maker": [[0, 0.16]],
        "fee_volume_currency": "ZUSD",
        "ordermin": "0.0001",
        "costmin": "0.5",
        "tick_size": "0.1",
        "status": "online",
    }


def _well(result: Any) -> Answer:
    return 200, {"error": [], "result": result}
