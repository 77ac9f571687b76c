"""Starts engines that are to be killed: each a process of its own, forked from one that has read the program already, or a fresh Python.

`python -m terminal.proving.killing_nursery` is the forking one: settings and signals come as lines on its input, ends leave as lines.
Only it signals its children, and it alone reaps them, so that no signal meets a stranger's process.
"""

import asyncio
import os
import select
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import msgspec

from terminal.proving.killing_engine import KILL_AT, Settings, lived

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class _Call:
    """What is asked of the nursery: start child `number` with these settings, or send it a signal."""

    number: int
    settings: Settings | None = None
    signal: int = 0


@dataclass(frozen=True, slots=True)
class _End:
    """That a child ended. `code` is below zero for the signal that killed it."""

    number: int
    code: int


class Child:
    """One engine process, seen from the harness."""

    def __init__(self, nursery: "Nursery", number: int) -> None:
        self._nursery = nursery
        self._number = number
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def send(self, number: signal.Signals) -> None:
        """Sends it a signal, unless it ended."""
        if not self.ended.done():
            self._nursery.call(_Call(self._number, signal=number))


class Nursery:
    """The forking process, for as long as the with statement lasts. `program` is what Python is told to run in it."""

    def __init__(self, program: Sequence[str] = ("-m", __name__)) -> None:
        self._program = program
        self._children: dict[int, Child] = {}
        self._count = 0
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(sys.executable, *self._program, stdin=pipe, stdout=pipe)
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()  # upon which it ends its children and itself
            await self._process.wait()
        if self._reader is not None:
            await self._reader

    def start(self, settings: Settings) -> Child:
        """A child that begins now."""
        self._count += 1
        child = self._children[self._count] = Child(self, self._count)
        self.call(_Call(self._count, settings))
        return child

    def call(self, call: _Call) -> None:
        """Hands a line to the process."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(msgspec.json.encode(call) + b"\n")

    async def _read(self) -> None:
        if self._process is None or self._process.stdout is None:
            return
        while line := await self._process.stdout.readline():
            end = msgspec.json.decode(line, type=_End)
            self._children.pop(end.number).ended.set_result(end.code)


async def run_fresh(settings: Settings, kill_at: int = 0) -> int:
    """The exit code of an engine in a fresh Python, which kills itself at its step `kill_at` where that is not 0."""
    command = [sys.executable, "-m", "terminal.proving.killing_engine", msgspec.json.encode(settings).decode()]
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, KILL_AT: str(kill_at)})
    return await process.wait()


class _Forks:
    """The children of this process: number → process id, and the pipe whose end tells of their death."""

    def __init__(self) -> None:
        self._ids: dict[int, int] = {}
        self._numbers: dict[int, int] = {}

    def run(self) -> None:
        """Until the input ends; then no child is left."""
        rest = b""
        while True:
            ready, _, _ = select.select([0, *self._numbers], [], [])
            for pipe in ready:
                if pipe:
                    self._reap(pipe)
            if 0 in ready:
                data = os.read(0, _CHUNK)
                if not data:
                    break
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._do(msgspec.json.decode(line, type=_Call))
        for number in list(self._ids):
            self._signal(number, signal.SIGKILL)
        for pipe in list(self._numbers):
            self._reap(pipe)

    def _do(self, call: _Call) -> None:
        if call.settings is None:
            self._signal(call.number, call.signal)
            return
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            _become(call.settings, [read, *self._numbers])
        os.close(write)
        self._ids[call.number], self._numbers[read] = child, call.number

    def _signal(self, number: int, which: int) -> None:
        if number in self._ids:
            os.kill(self._ids[number], which)

    def _reap(self, pipe: int) -> None:
        os.close(pipe)
        number = self._numbers.pop(pipe)
        _, status = os.waitpid(self._ids.pop(number), 0)
        with suppress(BrokenPipeError):
            os.write(1, msgspec.json.encode(_End(number, os.waitstatus_to_exitcode(status))) + b"\n")


def _become(settings: Settings, inherited: list[int]) -> None:
    """Turns the forked child into an engine; does not return."""
    code = 1
    try:
        for pipe in inherited:
            os.close(pipe)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        code = lived(settings)
    finally:
        os._exit(code)


def serve() -> None:
    """Is the nursery, until its input ends."""
    _Forks().run()


if __name__ == "__main__":
    serve()
