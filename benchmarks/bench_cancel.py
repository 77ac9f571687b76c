"""How fast the program answers and stops: python -m benchmarks.bench_cancel.

The figures: a job that listens and one that does not, a download that waits for a silent exchange, and a strategy that never ends
in the shell are each cancelled within 200 ms; help costs at most 12 times an empty Python; `outcry demo` ends within 30 s.
"""

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from random import Random

from terminal.domain.errors import Cancelled
from terminal.domain.timeframe import Timeframe
from terminal.market.download import Means, extract
from terminal.market.store import CandleStore
from terminal.venues.ccxt.source import CcxtSource
from tests.builders.exchange import Fault, FaultKind, Listing, LocalExchange, candles_of

ROOT = Path(__file__).parent.parent
ENDLESS = (
    "import pathlib\nfrom terminal import Strategy\n\n\nclass Endless(Strategy):\n    def signals(self, candles):\n"
    "        pathlib.Path({begun!r}).touch()\n        while True:\n            sum(range(1000))\n"
)


def silent_download(folder: Path) -> float:
    """Seconds from the word to the end of a download whose exchange never answers."""
    stop, ended = threading.Event(), list[float]()
    with LocalExchange([Listing("BTC", "USDT", candles_of(0, 5000), 3_600_000)]) as exchange:
        exchange.script.from_number[1] = Fault(FaultKind.BLACK_HOLE)
        waits = exchange.waiting = threading.Event()
        store = CandleStore(folder, lambda: 0)

        async def run() -> None:
            source = CcxtSource("binance", address=exchange.address, clock=lambda: exchange.now * 1_000_000)
            means = Means(lambda: exchange.now * 1_000_000, Random(1), lambda *_values, **_named: None, stop.is_set)
            try:
                await extract(source, store, ["BTC/USDT"], Timeframe.H1, 0, None, means=means)
            finally:
                await source.close()

        def work() -> None:
            try:
                asyncio.run(run())
            except Cancelled:
                ended.append(time.perf_counter())

        thread = threading.Thread(target=work)
        thread.start()
        waits.wait(20)
        asked = time.perf_counter()
        stop.set()
        thread.join(5)
    return ended[0] - asked


def endless_strategy(folder: Path) -> float:
    """Seconds from Ctrl-C to the end of a backtest in the shell whose strategy never ends."""
    begun, strategy = folder / "begun", folder / "endless.py"
    begun.unlink(missing_ok=True)
    strategy.write_text(ENDLESS.format(begun=str(begun)))
    command = [sys.executable, "-m", "terminal", "backtest", str(strategy), "--venue", "demo", "--symbol", "BTC/USDT", "--timeframe", "1h"]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | {"OUTCRY_HOME": str(folder / "home")}, cwd=ROOT)
    while not begun.exists() and child.poll() is None:
        time.sleep(0.01)
    asked = time.perf_counter()
    child.send_signal(signal.SIGINT)
    child.wait(30)
    return time.perf_counter() - asked


def seconds_of(*command: str, home: str) -> float:
    """Wall time of one Python process."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True, env=os.environ | {"OUTCRY_HOME": home}, cwd=ROOT)
    return time.perf_counter() - began


def shown(name: str, found: float, most: float, unit: str = "ms", scale: float = 1e3) -> bool:
    """Prints one figure beside its bound; True where it holds."""
    good = found <= most
    print(f"{name}: {found * scale:.1f} {unit} (at most {most * scale:g}){'' if good else '  MISSED'}")
    return good


def main() -> int:
    """0 where every figure is met."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        good = [
            shown("a download that no one answers, cancelled", statistics.median(silent_download(place / str(n)) for n in range(5)), 0.2),
            shown("a strategy that never ends, Ctrl-C in the shell", statistics.median(endless_strategy(place) for _ in range(3)), 0.2),
        ]
        empty, helped = (statistics.median(seconds_of(*command, home=folder) for _ in range(7)) for command in (("-c", "pass"), ("-m", "terminal", "--help")))
        good.append(shown("help over an empty Python", helped / empty, 12.0, "×", 1.0))
        good.append(shown("outcry demo", seconds_of("-m", "terminal", "demo", "--output", str(place / "demo"), home=folder), 30.0, "s", 1.0))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
