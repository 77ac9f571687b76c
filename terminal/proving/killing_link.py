"""The killed engine's session with its local venue: effects become lines on a socket, lines become messages, a lost line becomes doubt.

What an adapter of a real venue does, and no more; every socket write is three steps at which the program may die.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from terminal.live.messages import (
    Alarm,
    CancelAnswered,
    ChangeAnswered,
    Effect,
    LookedUp,
    LookUp,
    Message,
    NotTaken,
    Quoted,
    Send,
    SendCancel,
    SendChange,
    SendInDoubt,
    StreamChanged,
    Surveyed,
    Taken,
    Told,
)
from terminal.proving.killing_wire import HOST, LONGEST_LINE, SPEED, PlaceOrder, Request, line_of, read_line
from terminal.proving.simulator import ACCOUNT

_SILENCE = 60
"""Seconds of the venue's time without a word, after which the connection is held for dead: prices come every second."""
_PAUSE = 0.02
"""Real seconds before another connection is tried."""
_ANSWERS = (Taken, NotTaken, CancelAnswered, ChangeAnswered, LookedUp, Surveyed)


class Link:
    """One connection at a time, made anew whenever it ends. `hear` gets every message, `step` is told of every moment around a write,
    `alarm` of what a person must hear."""

    def __init__(self, port: int, hear: Callable[[Message], None], step: Callable[[str], None], alarm: Callable[[str], None]) -> None:
        self._alarm = alarm
        self._port = port
        self._hear = hear
        self._step = step
        self._writer: asyncio.StreamWriter | None = None
        self._asked: deque[Request] = deque()
        """What was asked and not answered, oldest first: answers come in the order of the questions."""

    async def run(self) -> None:
        """Connects, listens, and connects again, for ever."""
        while True:
            with suppress(OSError):
                reader, self._writer = await asyncio.open_connection(HOST, self._port, limit=LONGEST_LINE)
                self._hear(StreamChanged(ACCOUNT, True))
                with suppress(TimeoutError):
                    await self._listen(reader)
            self._lost()
            await asyncio.sleep(_PAUSE)

    def carry_out(self, effect: Effect) -> None:
        """Does one effect of the engine."""
        if isinstance(effect, Alarm):
            self._alarm(effect.text)
        elif not isinstance(effect, Told):  # who wished sees it in the state
            self._ask(PlaceOrder(effect.order.intent, effect.order.approved) if isinstance(effect, Send) else effect)

    def _ask(self, request: Request) -> None:
        if self._writer is None:
            asyncio.get_running_loop().call_soon(self._hear, _in_doubt(request, "there is no connection"))
            return
        self._asked.append(request)
        if self._writer.is_closing():  # known to be lost in a moment
            return
        line = line_of(request)
        half = len(line) // 2
        self._step("before a write")
        self._writer.write(line[:half])
        self._step("within a write")
        self._writer.write(line[half:])
        self._step("after a write")

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Until the connection ends. Raises TimeoutError where it is silent."""
        while True:
            async with asyncio.timeout(_SILENCE / SPEED):
                line = await reader.readline()
            if not line.endswith(b"\n"):  # the end, or cut off by it
                return
            message = read_line(line)
            if isinstance(message, _ANSWERS):
                self._asked.popleft()
            if not isinstance(message, Quoted):  # of those there are many, and nothing follows
                self._step("heard")
            self._hear(message)
            await asyncio.sleep(0)  # many lines at once must not keep what is due from its turn

    def _lost(self) -> None:
        """Whatever was not answered is in doubt."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        writer.transport.abort()
        asked, self._asked = self._asked, deque()
        for request in asked:
            self._hear(_in_doubt(request, "the connection was lost"))
        self._hear(StreamChanged(ACCOUNT, False))


def _in_doubt(request: Request, why: str) -> Message:
    """What the engine is told of a request without an answer."""
    if isinstance(request, PlaceOrder):
        return SendInDoubt(request.intent.id, why)
    if isinstance(request, SendCancel):
        return CancelAnswered(request.order_id, None, why)
    if isinstance(request, SendChange):
        return ChangeAnswered(request.order_id, request.number, None, why)
    if isinstance(request, LookUp):
        return LookedUp(request.order_id, 0, fault=why)
    return Surveyed(request.account, 0, fault=why)
