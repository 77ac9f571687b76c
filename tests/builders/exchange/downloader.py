"""A program that extracts candles from the local exchange, small batch by small batch, so that a test can kill it at any moment.

`python -m tests.builders.exchange.downloader ADDRESS FOLDER START NOW SYMBOL...`; times in UTC ns. Prints the number of new candles.
"""

import asyncio
import sys
from pathlib import Path
from random import Random

from terminal.domain.timeframe import Timeframe
from terminal.market import download_series
from terminal.market.download import Means, extract
from terminal.market.store import CandleStore
from terminal.venues.ccxt.source import CcxtSource


def main() -> None:
    address, folder, start, now, *symbols = sys.argv[1:]
    download_series._BATCH_ROWS = 1000  # a write after every page: kills fall into writes, too
    store = CandleStore(Path(folder), lambda: int(now))

    async def run() -> int:
        source = CcxtSource("binance", address=address, clock=lambda: int(now))
        source._exchange.enableRateLimit = False
        try:
            return (await extract(source, store, symbols, Timeframe.H1, int(start), None, means=Means(lambda: int(now), Random(1)))).received
        finally:
            await source.close()

    print(asyncio.run(run()))  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main()
