"""The local exchange keeps to what the real ones document, and replays a file as a program of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.builders.exchange import Listing, LocalExchange, candles_of

HOUR_MS = 3_600_000
ROOT = Path(__file__).resolve().parents[3]
TRADED = Listing("BTC", "USDT", candles_of(0, 3000), HOUR_MS)


def got(address: str, path: str) -> Any:
    with urlopen(address + path, timeout=10) as answer:
        return json.load(answer)


def test_binance_answers_a_thousand_rows_at_most_from_the_start_time_on() -> None:
    with LocalExchange([TRADED]) as exchange:
        rows = got(exchange.address, f"/api/v3/klines?symbol=BTCUSDT&interval=1h&startTime={10 * HOUR_MS}&limit=5000")
        assert (len(rows), rows[0][0]) == (1000, 10 * HOUR_MS)
        assert len(got(exchange.address, "/api/v3/klines?symbol=BTCUSDT&interval=1h")) == 500
        cut = got(exchange.address, f"/api/v3/klines?symbol=BTCUSDT&interval=1h&startTime=0&endTime={3 * HOUR_MS}")
        assert [row[0] // HOUR_MS for row in cut] == [0, 1, 2, 3]
        (day, *_) = got(exchange.address, "/api/v3/klines?symbol=BTCUSDT&interval=1d&startTime=0")
        assert [float(price) for price in day[1:5]] == [TRADED.rows[0, 1], max(TRADED.rows[:24, 2]), min(TRADED.rows[:24, 3]), TRADED.rows[23, 4]]


def test_kraken_leaves_since_out_and_keeps_720_with_the_forming_one_last() -> None:
    with LocalExchange([TRADED]) as exchange:
        rows = got(exchange.address, "/0/public/OHLC?pair=XBTUSDT&interval=60&since=0")["result"]["XBTUSDT"]
        assert len(rows) == 720
        assert float(rows[-1][6]) != TRADED.rows[-1, 5], "the last candle has not all of its volume yet"
        later = got(exchange.address, f"/0/public/OHLC?pair=XBTUSDT&interval=60&since={rows[-3][0]}")["result"]["XBTUSDT"]
        assert [row[0] for row in later] == [rows[-2][0], rows[-1][0]]


def test_too_many_requests_are_refused_and_going_on_earns_a_ban() -> None:
    import urllib.error

    statuses = []
    with LocalExchange([TRADED], most_per_second=3) as exchange:
        for _ in range(30):
            try:
                got(exchange.address, "/api/v3/time")
                statuses.append(200)
            except urllib.error.HTTPError as refusal:
                statuses.append(refusal.code)
                refusal.close()
    assert statuses[:3] == [200, 200, 200]
    assert 429 in statuses
    assert statuses[-1] == 418


def test_a_file_is_served_by_a_program_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "candles.csv"
    lines = [f"{int(row[0])},{','.join(str(value) for value in row[1:])}" for row in TRADED.rows[:50].tolist()]
    path.write_text("\n".join(["time,open,high,low,close,volume", *lines]))
    arguments = [sys.executable, "-m", "tests.builders.exchange", "--file", f"ETH/BTC={path}"]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        address = program.stdout.readline().strip()
        rows = got(address, "/api/v3/klines?symbol=ETHBTC&interval=1h&startTime=0")
        program.kill()
    assert [float(row[4]) for row in rows[:-1]] == TRADED.rows[:49, 4].tolist()
