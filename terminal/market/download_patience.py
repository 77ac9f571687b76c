"""How often and how long a download tries again, and which refusals it takes at once.

Stands between every request of `market.download` and the venue; waits only through the sleep it was given.
"""

import asyncio
from collections.abc import Awaitable, Callable
from math import ceil
from random import Random
from typing import TypeVar

from terminal.domain.errors import OutcryError, RateLimited
from terminal.market.ports import Sleep

T = TypeVar("T")
Say = Callable[[str], None]

_FIRST_WAIT = {True: 5.0, False: 1.0}  # a venue that asked for fewer requests without saying how long gets more time than a lost answer
_LONGEST_WAIT = 60.0
_LONGEST_RETRY_AFTER = 900.0


class Patience:
    """Asks again after temporary refusals: waits double from try to try, with jitter so that programs do not return in step.

    A venue's own Retry-After is kept to the second and holds every other request of this download back as well.
    """

    def __init__(self, sleep: Sleep, rng: Random, *, tries: int = 6) -> None:
        self._sleep = sleep
        self._rng = rng
        self._tries = tries
        self._holds = 0
        self._open = asyncio.Event()
        self._open.set()

    async def ask(self, request: Callable[[], Awaitable[T]], say: Say) -> T:
        """The answer to `request`. `say` is told in words, each second, what is waited for.

        Raises what is not temporary at once, and what is after the last try.
        """
        for attempt in range(1, self._tries):
            await self._open.wait()
            try:
                return await request()
            except OutcryError as error:
                if not error.is_temporary:
                    raise
                await self._wait(error, attempt, say)
        await self._open.wait()
        return await request()

    async def _wait(self, error: OutcryError, attempt: int, say: Say) -> None:
        is_limit = isinstance(error, RateLimited)
        asked = error.retry_after_seconds if isinstance(error, RateLimited) else None
        if asked is not None and asked > _LONGEST_RETRY_AFTER:
            raise RateLimited(error.message, retry_after_seconds=asked, cure=f"It asks to wait {asked / 60:.0f} min; start again then.") from error
        seconds = asked if asked is not None else self._backoff(_FIRST_WAIT[is_limit], attempt)
        reason = error.message.rstrip(".")
        if not is_limit:
            await self._count_down(seconds, f"{reason}; try {attempt + 1} of {self._tries}", say)
            return
        self._holds += 1
        self._open.clear()
        try:
            await self._count_down(seconds, reason, say)
        finally:
            self._holds -= 1
            if not self._holds:
                self._open.set()

    def _backoff(self, first: float, attempt: int) -> float:
        return float(min(_LONGEST_WAIT, first * 2 ** (attempt - 1)) * self._rng.uniform(0.5, 1.0))

    async def _count_down(self, seconds: float, reason: str, say: Say) -> None:
        while seconds > 0:
            say(f"{reason} · again in {ceil(seconds)} s")
            await self._sleep(min(1.0, seconds))
            seconds -= 1.0
