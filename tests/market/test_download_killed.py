"""A real process killed with SIGKILL in the middle of a download, again and again: no candle is lost, doubled or wrong afterwards."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import numpy as np
import pytest

from terminal.domain.candles import VALUE_COLUMNS
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.market.store import CandleStore
from tests.builders.exchange import Listing, LocalExchange, candles_of, listing_from_file

HOUR_MS = 3_600_000
ROOT = Path(__file__).resolve().parents[2]


def started(exchange: LocalExchange, folder: Path, symbols: list[str]) -> subprocess.Popen[str]:
    arguments = [exchange.address, str(folder), "0", str(exchange.now * 1_000_000), *symbols]
    return subprocess.Popen([sys.executable, "-m", "tests.builders.exchange.downloader", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_killed_at_random_moments_and_resumed_no_candle_is_lost_doubled_or_wrong(tmp_path: Path, shared: Path) -> None:
    random = Random(20211231)
    real = listing_from_file(shared / "data" / "crypto" / "binance_btcusdt_1h.parquet", "BTC/USDT")
    second = Listing("ETH", "USDT", candles_of(int(real.rows[0, 0]), 20_000, seed=2), HOUR_MS)
    kills = 0
    with LocalExchange([real, second], now=int(real.rows[-1, 0]) + HOUR_MS // 2, latency=0.002) as exchange:
        for _ in range(6):
            process = started(exchange, tmp_path, ["BTC/USDT", "ETH/USDT"])
            die_at = len(exchange.candle_requests) + random.randint(1, 12)
            while process.poll() is None and len(exchange.candle_requests) < die_at:
                time.sleep(0.001)
            time.sleep(random.uniform(0, 0.05))
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                kills += 1
            process.communicate(timeout=30)
        process = started(exchange, tmp_path, ["BTC/USDT", "ETH/USDT"])
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert kills >= 3
    store = CandleStore(tmp_path, lambda: 0)
    for traded, closed in ((real, len(real.rows) - 1), (second, len(second.rows))):
        stored = store.read(SeriesKey("binance", traded.symbol, Timeframe.H1))
        assert np.array_equal(stored.time, traded.rows[:closed, 0].astype(np.int64) * 1_000_000)
        for place, name in enumerate(VALUE_COLUMNS):
            assert np.array_equal(getattr(stored, name), traded.rows[:closed, place + 1]), name
    assert store.quarantined() == ()
