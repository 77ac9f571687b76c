"""Bytes between engine and venue, over real sockets, and what befalls them: cut, lost, reset, swallowed, late, or answered to nobody.

Knows nothing of messages; a fault strikes at the byte it was told, in whichever line that lies.
"""

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from terminal.proving.killing_wire import HOST

_CHUNK = 65_536
_SLOW = 0.03
"""The longest that a slow line holds a chunk, real seconds."""
_PATIENCE = 6
"""So many chunks of answers are swallowed before the connection is reset."""
_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: on, for no time, which makes closing a reset."""


class Blow(StrEnum):
    """What can befall a connection."""

    NONE = "none"
    RESET = "reset"
    """Both ends are reset once so many bytes went toward the venue."""
    RESET_BACK = "reset back"
    """The same, counted from the venue."""
    BLACKHOLE = "blackhole"
    """It stays open and carries nothing any more."""
    SLICE = "slice"
    """Every chunk is parted into pieces of a few bytes."""
    DELAY = "delay"
    """Every chunk is held for a while."""
    DROP_REPLY = "reply dropped"
    """What is sent arrives whole, what is answered to it does not, and then the connection is reset."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What befalls one connection, from which byte on."""

    blow: Blow = Blow.NONE
    at: int = 0

    @classmethod
    def drawn(cls, random: Random) -> "Fate":
        """Half of all connections fare well."""
        if random.random() < 0.5:
            return cls()
        return cls(random.choice(list(Blow)[1:]), random.randrange(1, 6_000))


class Proxy:
    """Listens for the engine and carries to the venue's port. `fate` is asked for each new connection."""

    def __init__(self, port: int, seed: int) -> None:
        self.blows: list[Blow] = []
        """What struck, in order."""
        self.next_fates: list[Fate] = []
        """What befalls the next connections; afterwards all of them fare well, or as they are drawn."""
        self.is_wild = False
        """True while fates are drawn."""
        self.drops_reply_to = b""
        """Where not empty: once a chunk with these bytes went to the venue, nothing comes back on that connection."""
        self._random = Random(seed)  # noqa: S311 - a simulation, not a secret
        self.port = port
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        """The port for the engine."""
        self._server = await asyncio.start_server(self._carry, HOST, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Hangs up everywhere."""
        if self._server is not None:
            self._server.close()
        await self.hang_up()

    async def hang_up(self) -> None:
        """Ends every connection there is."""
        lines = list(self._lines)
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)

    def calm(self) -> None:
        """Nothing befalls the connections to come."""
        self.is_wild, self.drops_reply_to = False, b""
        self.next_fates.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._lines.add(task)
            task.add_done_callback(self._lines.discard)
        with suppress(OSError, asyncio.CancelledError):
            await _Line(self, self._fate()).carry(reader, writer, self.port, self._random)
        _reset(writer)

    def _fate(self) -> Fate:
        if self.next_fates:
            return self.next_fates.pop(0)
        return Fate.drawn(self._random) if self.is_wild else Fate()


class _Line:
    """One connection from the engine to the venue."""

    def __init__(self, proxy: Proxy, fate: Fate) -> None:
        self._proxy = proxy
        self._fate = fate
        self._has_struck = False
        self._swallows = False
        """Whether what comes back is swallowed."""
        self._swallowed = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, random: Random) -> None:
        """Until one end hangs up or the fate strikes."""
        there, back = await asyncio.open_connection(HOST, port)
        ways = [asyncio.create_task(self._pass(reader, back, random, is_back=False)), asyncio.create_task(self._pass(there, writer, random, is_back=True))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            _reset(back)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, random: Random, *, is_back: bool) -> None:
        """Carries one way; returns to end the connection."""
        passed = 0
        blow = self._fate.blow
        while chunk := await source.read(_CHUNK):
            left = self._fate.at - passed
            passed += len(chunk)
            is_due = len(chunk) >= left
            if is_due and blow is (Blow.RESET_BACK if is_back else Blow.RESET):
                await _write(target, chunk[:left])
                self._strike(blow)
                return
            if is_due and blow is Blow.BLACKHOLE:
                self._strike(blow)
            elif is_back and self._swallows:
                self._swallowed += 1
                if self._swallowed > _PATIENCE:
                    return
            else:
                if not is_back:
                    self._watch_for_reply(chunk, is_due=is_due)
                await self._hand_on(target, chunk, random)

    async def _hand_on(self, target: asyncio.StreamWriter, chunk: bytes, random: Random) -> None:
        blow = self._fate.blow
        if blow is Blow.DELAY:
            self._strike(blow)
            await asyncio.sleep(random.uniform(0.0, _SLOW))
        if blow is not Blow.SLICE:
            await _write(target, chunk)
            return
        self._strike(blow)
        while chunk:
            size = random.randrange(1, 200)
            await _write(target, chunk[:size])
            chunk = chunk[size:]
            await asyncio.sleep(0)  # a piece of its own on the wire

    def _watch_for_reply(self, chunk: bytes, *, is_due: bool) -> None:
        """From what goes to the venue now no answer comes back, where that is to be so."""
        marked = self._proxy.drops_reply_to
        if (self._fate.blow is Blow.DROP_REPLY and is_due) or (marked and marked in chunk):
            self._swallows = True
            self._strike(Blow.DROP_REPLY)

    def _strike(self, blow: Blow) -> None:
        if not self._has_struck:
            self._has_struck = True
            self._proxy.blows.append(blow)


async def _write(target: asyncio.StreamWriter, data: bytes) -> None:
    target.write(data)
    await target.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Closes at once, so that the other end is reset."""
    connection = writer.get_extra_info("socket")
    with suppress(OSError):
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    writer.transport.abort()
