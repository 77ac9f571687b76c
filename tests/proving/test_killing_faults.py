"""Faults of disk, lock, line and sleep in the real process: each is survived without a doubled, lost or guessed order, and told."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP

import pytest

from terminal.live.driver import replayed
from terminal.live.journal_opening import read_journal
from terminal.live.manners import SECOND
from terminal.proving.checker import Findings
from terminal.proving.killing_engine import place_of
from terminal.proving.killing_nursery import Child, Nursery
from terminal.proving.killing_proxy import Blow, Fate
from terminal.proving.killing_wire import SPEED
from terminal.proving.killing_world import World
from terminal.proving.venue import FORGETS_AFTER
from terminal.risk.view import TradingState

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals and limits there")
LONG = 10**6 * SECOND


def lived(tmp_path: Path, live: Callable[[World], Awaitable[None]], seed: int = 1) -> Findings:
    """What is found in a world after `live`, once it was healed."""

    async def whole() -> Findings:
        async with Nursery() as nursery, World(tmp_path / "world", seed, nursery) as world:
            await live(world)
            return await world.outcome()

    return asyncio.run(whole())


async def until(world: World, child: Child, lines: int) -> None:
    """Waits for so many more lines at the venue."""
    done, _ = await asyncio.wait({child.ended, world.venue.after(lines)}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    assert done, "nothing arrived"


async def killed(world: World, child: Child) -> None:
    child.send(SIGKILL)
    assert await world.finish(child) == -SIGKILL


def kinds(world: World) -> list[str]:
    """The kinds of everything journalled."""
    with read_journal(place_of(world.folder)) as journal:
        return [entry.kind for _, entry in journal.entries()]


@contextmanager
def locked(world: World) -> Iterator[None]:
    """Another program holds the journal's file."""
    with closing(sqlite3.connect(place_of(world.folder).file(1), isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_reply_lost_after_acceptance_leaves_one_order(tmp_path: Path) -> None:
    """F01: the proxy hands orders on, swallows the answers and resets; each order is looked up and none is sent again."""

    async def live(world: World) -> None:
        world.proxy.drops_reply_to = b'"PlaceOrder"'
        child = world.start(replace(world.settings, acts="random", active=LONG))
        await until(world, child, 80)
        await killed(world, child)
        assert Blow.DROP_REPLY in world.proxy.blows
        assert "doubted" in kinds(world)
        assert "is unknown" in world.alarms
        assert set(world.venue.read.values()) == {1}

    assert lived(tmp_path, live).is_clean


@pytest.mark.parametrize("blow", [Blow.RESET, Blow.RESET_BACK, Blow.BLACKHOLE])
def test_a_line_cut_at_any_byte_loses_nothing(tmp_path: Path, blow: Blow) -> None:
    """F07, F08: connection after connection ends at another byte, in the middle of whatever it carries."""

    async def live(world: World) -> None:
        world.proxy.next_fates = [Fate(blow, at) for at in range(700, 3_500, 311)]
        child = world.start(replace(world.settings, acts="random", active=LONG))
        await until(world, child, 200)
        await killed(world, child)
        assert world.proxy.blows.count(blow) >= 2

    assert lived(tmp_path, live, seed=2).is_clean


def test_without_room_no_order_leaves_and_nothing_is_lost(tmp_path: Path) -> None:
    """F35: from some write on the disk is full. Whatever reached the venue had been journalled; what was there before is intact."""

    async def live(world: World) -> None:
        child = world.start(replace(world.settings, acts="random", active=LONG, room=60_000))
        while "can't be written" not in world.alarms:
            await until(world, child, 1)
        sent = len(world.venue.read)
        await until(world, child, 20)  # questions and cancels go on
        await killed(world, child)
        assert len(world.venue.read) == sent
        assert "No room" in world.alarms

    assert lived(tmp_path, live, seed=4).is_clean


def test_with_the_journal_locked_no_order_leaves_until_it_is_free(tmp_path: Path) -> None:
    """F36: a second connection holds the lock; after a bounded wait the gate shuts, and it opens again by itself."""

    async def live(world: World) -> None:
        child = world.start(replace(world.settings, acts="random", active=LONG, wait_seconds=0.02))
        await until(world, child, 30)
        with locked(world):
            while "can't be written" not in world.alarms:
                await until(world, child, 1)
            sent = len(world.venue.read)
            await until(world, child, 10)
            assert len(world.venue.read) == sent
        while len(world.venue.read) == sent:
            await until(world, child, 1)
        await killed(world, child)

    assert lived(tmp_path, live, seed=5).is_clean


def test_after_a_sleep_nothing_stale_fires(tmp_path: Path) -> None:
    """F17: stopped for more than a minute of the venue's time. What arrives afterwards was decided afterwards, or is refused as too old."""

    async def live(world: World) -> None:
        child = world.start(replace(world.settings, acts="random", active=LONG))
        for _ in range(3):
            await until(world, child, 25)
            child.send(SIGSTOP)
            await asyncio.wait({child.ended}, timeout=(FORGETS_AFTER + 5 * SECOND) / SECOND / SPEED)
            woke = world.venue.now()
            known = {order.order_id for order in world.venue.true.orders}
            child.send(SIGCONT)
            await until(world, child, 25)
            with read_journal(place_of(world.folder)) as journal:
                orders = replayed(journal).orders
            fresh = [order for order in world.venue.true.orders if order.order_id not in known]
            assert all(orders[order.order_id].submitted >= woke - FORGETS_AFTER for order in fresh)
        await killed(world, child)

    assert lived(tmp_path, live, seed=7).is_clean


def test_killed_while_the_journal_is_locked_it_stays_halted_after_a_restart(tmp_path: Path) -> None:
    """F31, G08, I15: the gate is shut before anything is waited for; the halt is journalled once it can be, and outlives kill -9."""

    async def live(world: World) -> None:
        switch = world.folder / "switch"
        os.mkfifo(switch)
        os.mkfifo(f"{switch}.done")
        child = world.start(replace(world.settings, acts="storm", active=LONG, wait_seconds=0.02, switch=str(switch)))
        await until(world, child, 30)
        with locked(world):
            await asyncio.to_thread(press, switch)
            sent = len(world.venue.read)
            await until(world, child, 5)
            assert len(world.venue.read) == sent
        while "state_chosen" not in kinds(world):
            await until(world, child, 1)
        await killed(world, child)
        child = world.start(replace(world.settings, acts="storm", active=LONG))
        await until(world, child, 3)
        await killed(world, child)
        with read_journal(place_of(world.folder)) as journal:
            assert replayed(journal).trading is TradingState.HALTED
        risky = [order for order in world.venue.true.orders if not order.reduce_only]
        assert len({order.order_id for order in risky}) <= sent

    assert lived(tmp_path, live, seed=8).is_clean


def test_an_order_that_waits_for_the_journal_does_not_leave_once_the_kill_came(tmp_path: Path) -> None:
    """I15: decided before the press, written after it. Wishes storm, so that one surely waits while the lock is held."""

    async def live(world: World) -> None:
        switch = world.folder / "switch"
        os.mkfifo(switch)
        os.mkfifo(f"{switch}.done")
        child = world.start(replace(world.settings, acts="storm", active=LONG, wait_seconds=30, switch=str(switch)))
        await until(world, child, 30)
        with locked(world):
            await asyncio.wait({child.ended}, timeout=0.3)  # what had left arrives
            sent = set(world.venue.read)
            await asyncio.to_thread(press, switch)
        while "state_chosen" not in kinds(world):
            await until(world, child, 1)
        await until(world, child, 3)
        await killed(world, child)
        with read_journal(place_of(world.folder)) as journal:
            orders = replayed(journal).orders
        assert all(orders[order_id].intent.reduce_only for order_id in set(world.venue.read) - sent), "stops of what filled may follow, nothing else"

    assert lived(tmp_path, live, seed=9).is_clean


def press(switch: Path) -> None:
    """Presses the kill switch and waits until the gate is shut."""
    with switch.open("wb", buffering=0) as asked, Path(f"{switch}.done").open("rb", buffering=0) as done:
        asked.write(b"!")
        done.read(1)
