"""Kills the real engine process at every numbered step and at random instants, and counts what was doubled, lost or guessed.

`python -m terminal.proving.killing --kills 1000 --seed 1 --json`; exit code 1 where anything was. Real processes, sockets and files, POSIX only.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import Any

import msgspec

from terminal.live.manners import SECOND
from terminal.proving.checker import Findings
from terminal.proving.killing_nursery import Child, Nursery
from terminal.proving.killing_world import World

KILLS_PER_WORLD = 12
_ABREAST = 6
"""So many worlds at once: most of their time they wait."""
_LONGEST_LIFE = 2.0
"""Real seconds after which a random kill has struck."""
_SHORT_LIFE, _LAST_BREATH = 0.3, 0.01
_SCRIPT = 120 * SECOND
_ALWAYS = 10**6 * SECOND
_STRIDE = 1_000_003


@dataclass(slots=True)
class Count:
    """What a campaign came to."""

    worlds: int = 0
    kills: int = 0
    steps: int = 0
    """Numbered steps of the script, each of which one engine died at."""
    kills_by_step: Counter[str] = field(default_factory=Counter)
    blows: Counter[str] = field(default_factory=Counter)
    """What befell connections beside."""
    orders: int = 0
    executions: int = 0
    duplicates: int = 0
    lost: int = 0
    unproven_unknown: int = 0
    violations: int = 0
    seconds: float = 0.0
    failures: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """True where nothing was wrong."""
        return not self.failures

    def add(self, name: str, world: World, found: Findings) -> None:
        """Counts a world in."""
        self.worlds += 1
        self.orders += sum(world.venue.read.values())
        self.executions += len(world.venue.true.executions)
        self.blows.update(blow.value for blow in world.proxy.blows)
        self.duplicates += len(found.duplicates)
        self.lost += len(found.lost)
        self.unproven_unknown += len(found.unproven)
        self.violations += len(found.violations)
        if not found.is_clean:
            self.failures[name] = [*found.duplicates, *found.lost, *found.unproven, *found.violations]


async def at_every_step(folder: Path, nursery: Nursery, count: Count) -> None:
    """Lives a script of orders through once, then once for each of its steps, and dies there."""
    async with World(folder / "steps-0", 1, nursery) as world:
        world.venue.is_calm = True
        await world.finish(world.start(replace(world.settings, acts="script", active=_SCRIPT)))
        ended = world.ended()
        count.add("steps-0", world, await world.outcome())
    count.steps = 0 if ended is None else ended.steps

    async def die(step: int) -> None:
        name = f"step-{step}"
        async with World(folder / name, 1, nursery) as world:
            world.venue.is_calm = True
            code = await world.finish(world.start(replace(world.settings, acts="script", active=_SCRIPT, kill_at=step)))
            if code == -SIGKILL:
                count.kills += 1
                count.kills_by_step[world.died_at] += 1
            count.add(name, world, await world.outcome())

    await _abreast(die, range(1, count.steps + 1))


async def at_random(folder: Path, nursery: Nursery, count: Count, kills: int, seed: int) -> None:
    """Kills engines that trade at random instants, on lines that fail as well; each world dies several times before it is judged."""

    async def die(number: int) -> None:
        name = f"seed-{seed}-world-{number}"
        random = Random(seed * _STRIDE + number)  # noqa: S311 - a proof, not a secret
        async with World(folder / name, seed * _STRIDE + number, nursery) as world:
            world.proxy.is_wild = True
            for run in range(min(KILLS_PER_WORLD, kills - number * KILLS_PER_WORLD)):
                child = world.start(replace(world.settings, acts="random", active=_ALWAYS, seed=world.settings.seed * 100 + run))
                await _random_instant(world, child, random)
                child.send(SIGKILL)
                code = await world.finish(child)
                count.kills += code == -SIGKILL
            count.add(name, world, await world.outcome())

    await _abreast(die, range(-(-kills // KILLS_PER_WORLD)))


async def _random_instant(world: World, child: Child, random: Random) -> None:
    """Waits: a third of the time just for a while, or else until some more lines reached the venue, so that slow machines trade as well."""
    if random.random() < 0.33:
        await asyncio.wait([child.ended], timeout=random.uniform(0.0, _SHORT_LIFE))
        return
    arrived: asyncio.Future[Any] = world.venue.after(random.randrange(1, 60))
    await asyncio.wait({child.ended, arrived}, timeout=_LONGEST_LIFE, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.wait([child.ended], timeout=random.uniform(0.0, _LAST_BREATH))


async def _abreast(act: Callable[[int], Awaitable[None]], numbers: Iterable[int]) -> None:
    """Acts on all numbers, a few at a time."""
    slots = asyncio.Semaphore(_ABREAST)

    async def one(number: int) -> None:
        async with slots:
            await act(number)

    await asyncio.gather(*(one(number) for number in numbers))


async def campaign(kills: int, seed: int, *, steps: bool = True) -> Count:
    """Every numbered step once, where wished, and so many kills at random instants."""
    count = Count()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="outcry-killing-") as folder:
        async with Nursery() as nursery:
            if steps:
                await at_every_step(Path(folder), nursery, count)
            if kills:
                await at_random(Path(folder), nursery, count, kills, seed)
    count.seconds = round(time.monotonic() - began, 1)
    return count


def main(arguments: list[str]) -> int:
    """0 where nothing was doubled, lost, guessed or broken."""
    parser = argparse.ArgumentParser(prog="python -m terminal.proving.killing", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="kills at random instants")
    parser.add_argument("--seed", type=int, default=1, help="what is wished, what befalls the line and when the kills strike")
    parser.add_argument("--no-steps", action="store_true", help="leave the numbered steps out")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    chosen = parser.parse_args(arguments)
    count = asyncio.run(campaign(chosen.kills, chosen.seed, steps=not chosen.no_steps))
    if chosen.json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode({"seed": chosen.seed, **msgspec.to_builtins(count)}), indent=2).decode() + "\n")
    else:
        sys.stdout.write(f"{count.kills} kills ({count.steps} numbered steps) over {count.orders} orders in {count.seconds} s: ")
        sys.stdout.write(f"{count.duplicates} doubled, {count.lost} lost, {count.unproven_unknown} guessed, {count.violations} rules broken.\n")
        sys.stdout.writelines(f"{name}: {'; '.join(words)}\n" for name, words in count.failures.items())
    return 0 if count.is_clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
