"""Serves candle files as an exchange until interrupted: `python -m tests.builders.exchange --port 8099 --file BTC/USDT=candles.parquet`.

Point Outcry's setting `exchange_address` at the printed address and extract from binance or kraken.
"""

import argparse
import threading
from dataclasses import replace
from pathlib import Path

from .market import Listing, candles_of, listing_from_file
from .server import LocalExchange


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--file", action="append", required=True, metavar="SYMBOL=PATH", help="such as BTC/USDT=binance_btcusdt_1h.parquet; may be repeated")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--most-per-second", type=int, default=10_000, help="more requests than that earn HTTP 429, then a ban")
    parser.add_argument("--extra-symbols", type=int, default=0, help="so many further symbols with the first file's candles")
    arguments = parser.parse_args()
    listings = [listing_from_file(Path(path), symbol) for symbol, _, path in (text.partition("=") for text in arguments.file)]
    listings += further(listings[0], arguments.extra_symbols)
    with LocalExchange(listings, port=arguments.port, most_per_second=arguments.most_per_second, latency=arguments.latency) as exchange:
        print(exchange.address, flush=True)  # noqa: T201 - what this program is for
        threading.Event().wait()


def further(listing: Listing, count: int) -> list[Listing]:
    """`count` invented symbols that share one listing's candles, or made-up ones where it has none."""
    rows = listing.rows if len(listing.rows) else candles_of(0, 10)
    return [replace(listing, base=f"COIN{number}", rows=rows) for number in range(count)]


if __name__ == "__main__":
    main()
