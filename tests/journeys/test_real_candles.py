"""The whole first journey on real candles: a real screen with a window manager, the real ccxt, a local exchange."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.exchange import LocalExchange
from tests.builders.exchange.market import listing_from_file

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def screen() -> Iterator[str]:
    """A display of its own with a window manager on it; skips where the machine has neither."""
    if shutil.which("Xvfb") is None or shutil.which("openbox") is None:
        pytest.skip("needs Xvfb and openbox")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1680x1010x24", "-nolisten", "tcp"], pass_fds=[writing], stderr=subprocess.DEVNULL
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        display = f":{answer.readline().strip()}"
    manager = subprocess.Popen(["openbox"], env={**os.environ, "DISPLAY": display}, stderr=subprocess.DEVNULL)
    try:
        yield display
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(10)


@pytest.mark.timeout(300)
def test_real_candles_are_extracted_seen_and_backtested_by_clicking(tmp_path: Path, shared: Path, screen: str) -> None:
    pictures = Path(os.environ.get("OUTCRY_PICTURES", tmp_path / "pictures"))
    pictures.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"OUTCRY_HOME": str(tmp_path / "fresh"), "PYTHONPATH": str(_ROOT), "QT_QPA_PLATFORM": "xcb", "DISPLAY": screen}
    files = {"BTC/USDT": "binance_btcusdt_1h.parquet", "ETH/USDT": "binance_ethusdt_1h.parquet"}
    listings = [listing_from_file(shared / "data" / "crypto" / name, symbol) for symbol, name in files.items()]
    script = Path(__file__).with_name("real_candles.py")
    with LocalExchange(listings, latency=0.05) as exchange:
        command = [sys.executable, str(script), str(pictures), exchange.address]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert ended.returncode == 0, ended.stderr[-6000:]
    found = json.loads(ended.stdout.splitlines()[-1])
    assert found["outcome"].startswith("2 symbols: 90,046 new candles.")  # the last candle of each still forms
    assert "Simulated" not in found["verdict"]
    assert "long" in found["trade"]
    assert {path.stem[3:] for path in pictures.glob("*.png")} >= {
        "extracting",
        "stored",
        "chart",
        "edit",
        "result",
        "trade",
        "fill-band",
        "stress",
        "monte-carlo",
        "sensitivity",
    }
