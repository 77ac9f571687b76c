"""Stop means stop, even while the venue swallows the request and never answers. How fast is measured in benchmarks."""

import asyncio
import threading
from pathlib import Path
from random import Random

import pytest

from terminal.domain.errors import Cancelled
from terminal.domain.timeframe import Timeframe
from terminal.market.download import Means, extract
from terminal.market.store import CandleStore
from terminal.venues.ccxt.source import CcxtSource
from tests.builders.exchange import Fault, FaultKind, Listing, LocalExchange, candles_of

HOUR_MS = 3_600_000


@pytest.mark.parametrize("fault", [Fault(FaultKind.BLACK_HOLE), Fault(FaultKind.TOO_MANY, 600)], ids=["no answer ever", "waiting out a limit"])
@pytest.mark.parametrize("first_failing", [1, 3])
def test_cancelled_without_an_answer(tmp_path: Path, fault: Fault, first_failing: int) -> None:
    stop, waits, ended = threading.Event(), threading.Event(), list[bool]()

    def report(done: float, total: float, note: str = "", *, lane: str = "") -> None:
        if "again in" in note:
            waits.set()

    with LocalExchange([Listing(base, "USDT", candles_of(0, 5000), HOUR_MS) for base in ("BTC", "ETH", "XRP")]) as exchange:
        exchange.script.from_number[first_failing] = fault
        exchange.waiting = waits
        store = CandleStore(tmp_path, lambda: 0)

        async def run() -> None:
            source = CcxtSource("binance", address=exchange.address, clock=lambda: exchange.now * 1_000_000)
            means = Means(lambda: exchange.now * 1_000_000, Random(1), report, stop.is_set)
            try:
                await extract(source, store, ["BTC/USDT", "ETH/USDT", "XRP/USDT"], Timeframe.H1, 0, None, means=means)
            finally:
                await source.close()

        def work() -> None:
            with pytest.raises(Cancelled):
                asyncio.run(run())
            ended.append(True)

        thread = threading.Thread(target=work)
        thread.start()
        assert waits.wait(20)
        stop.set()
        thread.join(5)
    assert ended
