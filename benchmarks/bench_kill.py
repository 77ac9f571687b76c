"""The kill switch of the real engine process while everything is against it: orders storm, another program holds the journal, the venue is mute.

Run it with `python -m benchmarks.bench_kill [kills]`. Measured from the press to the answer that the gate is shut, and to the last order that
adds risk and still arrived; then how long a restarted engine with 500 open orders takes until it knows them all and was compared.
"""

import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL

from terminal.live.driver import replayed
from terminal.live.journal_opening import WAIT_SECONDS, read_journal
from terminal.live.manners import SECOND
from terminal.live.messages import Shown
from terminal.proving.killing_engine import CLEAR, place_of
from terminal.proving.killing_nursery import Nursery, run_fresh
from terminal.proving.killing_proxy import Blow, Fate
from terminal.proving.killing_wire import SPEED
from terminal.proving.killing_world import World
from terminal.risk.view import TradingState

KILLS = 100
OPEN = 500
MOST_MS = 50.0
MOST_SECONDS = 2.0
LONG = 10**6 * SECOND


def press(switch: Path) -> float:
    """Seconds from the press until the gate is shut."""
    with switch.open("wb", buffering=0) as asked, Path(f"{switch}.done").open("rb", buffering=0) as done:
        began = time.perf_counter()
        asked.write(b"!")
        done.read(1)
        return time.perf_counter() - began


async def kill_once(folder: Path, number: int, nursery: Nursery) -> tuple[float, float, bool]:
    """Milliseconds to the gate's answer and to the last order that arrived later, and whether the halt outlived a kill -9 and a restart."""
    async with World(folder / str(number), number, nursery) as world:
        world.proxy.next_fates = [Fate(Blow.BLACKHOLE, 30_000)] if number % 2 else []
        switch = world.folder / "switch"
        for name in (switch, f"{switch}.done"):
            os.mkfifo(name)
        child = world.start(replace(world.settings, acts="storm", active=LONG, switch=str(switch)))
        await asyncio.wait({child.ended, world.venue.after(20)}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        with closing(sqlite3.connect(place_of(world.folder).file(1), isolation_level=None, timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            pressed = world.venue.now()
            shut = await asyncio.to_thread(press, switch)
            await asyncio.wait({child.ended}, timeout=0.3)
            other.execute("ROLLBACK")
        for _ in range(600):
            with read_journal(place_of(world.folder)) as journal:
                is_halted = replayed(journal).trading is TradingState.HALTED
            if is_halted:
                break
            await asyncio.wait({child.ended}, timeout=0.02)
        child.send(SIGKILL)
        await child.ended
        risky = [order.created - pressed for order in world.venue.true.orders if not order.reduce_only and order.created > pressed]
        before = len(world.venue.true.orders)
        child = world.start(replace(world.settings, acts="storm", active=LONG))
        await asyncio.wait({child.ended, world.venue.after(4)}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        child.send(SIGKILL)
        await child.ended
        stays = is_halted and not any(not order.reduce_only for order in world.venue.true.orders[before:])
        return shut * 1e3, max(risky, default=0) / SECOND / SPEED * 1e3, stays


async def restart(folder: Path, nursery: Nursery) -> tuple[int, float]:
    """How many orders were open at a kill -9, and seconds from the start of a fresh process to the comparison that opens its gate."""
    async with World(folder / "restart", 1, nursery) as world:
        world.venue.is_calm = True
        child = world.start(replace(world.settings, acts="storm", active=LONG))
        while not child.ended.done() and len(world.venue.true.orders) < OPEN:
            await asyncio.wait({child.ended, world.venue.after(20)}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        child.send(SIGKILL)
        await child.ended
        clear = world.folder / CLEAR
        clear.unlink()
        began = time.perf_counter()
        fresh = asyncio.create_task(run_fresh(world.settings))
        while not clear.exists() and not fresh.done():
            await asyncio.wait({fresh}, timeout=0.002)
        took = time.perf_counter() - began
        await fresh
        return sum(order.shown is Shown.WORKING for order in world.venue.true.orders), took


async def measure(kills: int) -> bool:
    """Whether the gate was shut in time at the 99th percentile, every halt stayed, and a restart was quick."""
    with tempfile.TemporaryDirectory(prefix="outcry-bench-kill-") as folder:
        async with Nursery() as nursery:
            found = [await kill_once(Path(folder), number, nursery) for number in range(kills)]
            count, took = await restart(Path(folder), nursery)
    shut, last = sorted(each[0] for each in found), sorted(each[1] for each in found)
    for name, figures in (("gate shut", shut), ("last order after", last)):
        print(f"{name:18} p50 {figures[kills // 2]:.2f} ms, p99 {figures[kills * 99 // 100]:.2f} ms, most {figures[-1]:.2f} ms")
    stayed = sum(each[2] for each in found)
    print(f"{'halted after kill':18} {stayed} of {kills}; the journal was locked each time, its wait {WAIT_SECONDS:g} s, the venue mute every other time")
    print(f"{'restart':18} {took:.2f} s from a fresh process to the comparison that opens the gate, with {count} open orders")
    return shut[kills * 99 // 100] <= MOST_MS and stayed == kills and took <= MOST_SECONDS


def main(arguments: list[str]) -> int:
    """1 where a figure is missed, else 0."""
    return 0 if asyncio.run(measure(int(arguments[0]) if arguments else KILLS)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
