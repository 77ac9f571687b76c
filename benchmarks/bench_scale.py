"""How a backtest grows with its candles: python -m benchmarks.bench_scale [candles in millions].

The figures: ten times the candles take at most 10.5 times the time and 10 times the memory above the base; 50 M candles run.
"""

import json
import subprocess
import sys
from pathlib import Path

MOST_TIME, MOST_MEMORY = 10.5, 10.0
ROWS = (1_000_000, 10_000_000)
RUN = """
import json, sys, time
from pathlib import Path
from benchmarks.bench_backtest import FEE, Cross, made_candles
from terminal.app.memory import keep_freed_memory
from terminal.backtest.run import backtest

def memory(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))

keep_freed_memory()  # as shells and scripts do
backtest(Cross(), made_candles(1_000), commission=FEE, slippage=0.0)
base = memory("VmRSS")
candles = made_candles(int(sys.argv[1]))
Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
candles.fingerprint, candles.price_fault
seconds = []
for _ in range(int(sys.argv[2])):
    begin = time.perf_counter()
    result = backtest(Cross(), candles, commission=FEE, slippage=0.0)
    seconds.append(time.perf_counter() - begin)
print(json.dumps({"seconds": sorted(seconds)[len(seconds) // 2], "memory": memory("VmHWM") - base, "trades": result.metrics["trades"]}))
"""


def measured(rows: int, times: int) -> dict[str, float]:
    """Median seconds of a run on `rows` candles, and the most memory above the base while it ran, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", RUN, str(rows), str(times)], check=True, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    found: dict[str, float] = json.loads(done.stdout)
    print(f"{rows:>11,} candles: {found['seconds']:8.3f} s, {found['memory'] / 2**20:8,.0f} MB above the base, {found['trades']:,.0f} trades", flush=True)
    return found


def main(largest: int) -> int:
    """0 where every figure is met."""
    small, large = (measured(rows, 5) for rows in ROWS)
    time, memory = large["seconds"] / small["seconds"], large["memory"] / small["memory"]
    good = time <= MOST_TIME and memory <= MOST_MEMORY
    print(
        f"ten times the candles: {time:.2f} × the time (at most {MOST_TIME}), {memory:.2f} × the memory (at most {MOST_MEMORY:g}){'' if good else '  MISSED'}"
    )
    measured(largest, 1)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) * 1_000_000 if len(sys.argv) > 1 else 50_000_000))
