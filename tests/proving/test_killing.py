"""The real engine, killed for real: at every numbered step and at random instants nothing is doubled, lost or guessed, and a broken one is found."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from signal import SIGKILL

import pytest

from terminal.live.journal_opening import read_journal
from terminal.live.manners import SECOND
from terminal.proving.checker import Findings
from terminal.proving.killing import Count, at_every_step, at_random
from terminal.proving.killing_engine import place_of
from terminal.proving.killing_nursery import Nursery, run_fresh
from terminal.proving.killing_world import World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
LONG = 10**6 * SECOND
STEPS = {
    "journal opened",
    "run named",
    "replayed",
    "begun",
    "decided",
    "appended",
    "synced",
    "carried",
    "before a write",
    "within a write",
    "after a write",
    "heard",
}
PATCHED = """
from terminal.live.driver import Driver
from terminal.live.messages import Send
from terminal.proving.killing_nursery import serve
{patch}
serve()
"""
HASTY = """
finish = Driver._finish
def hasty(self, records, effects, now):
    for effect in effects:
        if isinstance(effect, Send):
            self._carry_out(effect)
    finish(self, records, [effect for effect in effects if not isinstance(effect, Send)], now)
Driver._finish = hasty
"""
TWICE = """
finish = Driver._finish
def twice(self, records, effects, now):
    finish(self, records, [effect for effect in effects for _ in range(1 + isinstance(effect, Send))], now)
Driver._finish = twice
"""


def test_every_numbered_step_survives_a_kill(tmp_path: Path) -> None:
    """F02, I01, I02, I16, G03: one engine dies at each step of a script of entries, changes, cancels, exits and a halt."""
    count = Count()

    async def live() -> None:
        async with Nursery() as nursery:
            await at_every_step(tmp_path, nursery, count)

    asyncio.run(live())
    assert count.failures == {}
    assert set(count.kills_by_step) == STEPS
    assert count.kills >= 60
    assert count.orders > count.worlds, "orders left, and engines that had sent them died"


def test_random_instants_and_failing_lines_do_no_harm(tmp_path: Path) -> None:
    """F02, F07: kills strike whenever, while the proxy resets, swallows, slices and delays."""
    count = Count()

    async def live() -> None:
        async with Nursery() as nursery:
            await at_random(tmp_path, nursery, count, kills=36, seed=1)

    asyncio.run(live())
    assert count.failures == {}
    assert count.kills == 36
    assert count.orders > 30
    assert count.blows


def test_a_fresh_process_kills_itself_at_the_step_it_is_told_to(tmp_path: Path) -> None:
    """What the nursery forks is what `python -m terminal.proving.killing_engine` runs."""

    async def live() -> Findings:
        async with Nursery() as nursery, World(tmp_path / "world", 1, nursery) as world:
            settings = replace(world.settings, acts="script", active=LONG)
            assert await run_fresh(settings, kill_at=3) == -SIGKILL
            assert world.died_at == "replayed"
            assert await run_fresh(settings, kill_at=40) == -SIGKILL
            return await world.outcome()

    assert asyncio.run(live()).is_clean


@pytest.mark.parametrize(("patch", "told"), [(HASTY, "not in the journal"), (TWICE, "sent 2 times")])
def test_it_finds_a_broken_engine(tmp_path: Path, patch: str, told: str) -> None:
    """One that sends before it writes, and one that sends twice."""

    async def live() -> str:
        found: list[str] = []
        async with Nursery(["-c", PATCHED.format(patch=patch)]) as nursery:
            for step in range(20, 80, 3):
                async with World(tmp_path / str(step), step, nursery) as world:
                    world.venue.is_calm = True
                    child = world.start(replace(world.settings, acts="script", active=LONG, kill_at=step))
                    await world.finish(child)
                    findings = await world.outcome()
                    found += [*findings.duplicates, *findings.lost, *findings.violations]
                if told in " ".join(found):
                    break
        return " ".join(found)

    assert told in asyncio.run(live())


def test_what_was_acknowledged_before_a_kill_stands_in_the_journal(tmp_path: Path) -> None:
    """I01: every order that the venue read was in the journal when the engine died, before anything healed it."""

    async def live() -> None:
        async with Nursery() as nursery, World(tmp_path / "world", 4, nursery) as world:
            for run in range(4):
                child = world.start(replace(world.settings, acts="random", active=LONG, seed=run))
                await asyncio.wait({child.ended, world.venue.after(30)}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
                child.send(SIGKILL)
                assert await world.finish(child) == -SIGKILL
                with read_journal(place_of(world.folder)) as journal:
                    journalled = b"".join(entry.body for _, entry in journal.entries() if entry.kind == "submitted")
                assert world.venue.read
                assert all(order_id.encode() in journalled for order_id in world.venue.read)

    asyncio.run(live())
