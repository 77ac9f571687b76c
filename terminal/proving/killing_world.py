"""One world of the kill harness: a venue, a byte proxy, a journal on disk, and the engines that live and die between them.

However they died: in the end the line is good, one engine starts on the journal and settles, and the checker compares.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

import msgspec

from terminal.domain.clock import system_clock
from terminal.live.journal_errors import JournalUnavailable
from terminal.live.journal_opening import read_journal
from terminal.proving.checker import Findings, compare
from terminal.proving.killing_engine import ALARMS, CLEAR, ENDED, FAULT, STEP, Ended, Settings, place_of
from terminal.proving.killing_nursery import Child, Nursery
from terminal.proving.killing_proxy import Proxy
from terminal.proving.killing_venue import SocketVenue
from terminal.proving.killing_wire import fast_clock

_LONGEST = 100.0
"""Real seconds after which an engine that should have ended is held for hung."""


class World:
    """One journal and one true history, for as long as the with statement lasts. `folder` is empty at first."""

    def __init__(self, folder: Path, seed: int, nursery: Nursery) -> None:
        origin = system_clock()
        self.folder = folder
        self.venue = SocketVenue(seed, fast_clock(origin), tells_our_ids=seed % 3 != 0)
        self.proxy = Proxy(0, seed)
        self.violations: list[str] = []
        self.settings = Settings(str(folder), 0, origin, seed, tells_our_ids=self.venue.true.tells_our_ids)
        self._nursery = nursery

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True)
        self.proxy.port = await self.venue.open()
        self.settings = replace(self.settings, port=await self.proxy.open())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.proxy.close()
        await self.venue.close()

    def start(self, settings: Settings) -> Child:
        """An engine that begins now."""
        for name in (CLEAR, ENDED, STEP, FAULT):
            (self.folder / name).unlink(missing_ok=True)
        return self._nursery.start(settings)

    @property
    def died_at(self) -> str:
        """The name of the step at which the last engine killed itself, "" where it did not."""
        with suppress(FileNotFoundError):
            return (self.folder / STEP).read_text(encoding="utf-8")
        return ""

    @property
    def alarms(self) -> str:
        """Everything that the engines told a person."""
        with suppress(FileNotFoundError):
            return (self.folder / ALARMS).read_text(encoding="utf-8")
        return ""

    def ended(self) -> Ended | None:
        """What the last engine left, None where it did not end by itself."""
        with suppress(FileNotFoundError):
            return msgspec.json.decode((self.folder / ENDED).read_bytes(), type=Ended)
        return None

    def note(self, code: int) -> None:
        """Takes an engine's end into the findings where it was neither killed nor settled."""
        if code > 0:
            with suppress(FileNotFoundError):
                self.violations.append(f"the engine stopped: {(self.folder / FAULT).read_text(encoding='utf-8')[-400:]}")
            self.violations.append(f"the engine ended with code {code}")

    async def outcome(self) -> Findings:
        """Heals everything, lets an engine settle, and compares."""
        self.proxy.calm()
        self.venue.is_calm = True
        await self.finish(self.start(self.settings))
        ended = self.ended()
        if ended is not None and not ended.is_settled:
            self.violations.append("the engine did not settle")
        again = [f"I02 {order_id}: sent {times} times" for order_id, times in self.venue.read.items() if times > 1]
        with read_journal(place_of(self.folder)) as journal:
            try:
                journal.verify()
            except JournalUnavailable as damage:
                self.violations.append(str(damage))
            return compare(self.venue.true, journal, ended.belief if ended is not None else None, [*self.violations, *again])

    async def finish(self, child: Child) -> int:
        """The exit code of an engine, which is noted."""
        try:
            code = await asyncio.wait_for(asyncio.shield(child.ended), _LONGEST)
        except TimeoutError:
            self.violations.append("the engine hung")
            code = 0
        self.note(code)
        return code
