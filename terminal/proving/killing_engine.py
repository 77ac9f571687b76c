"""The engine as a process that can be killed: the real driver, engine, gate and journal on disk, joined to a venue by a socket.

`python -m terminal.proving.killing_engine SETTINGS` runs one; with OUTCRY_KILL_AT=N it kills itself (SIGKILL) at its step N.
"""

import asyncio
import os
import signal
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from terminal.domain.instrument import Instrument
from terminal.live.approving import GateKeeper
from terminal.live.driver import Driver, Moment, replayed
from terminal.live.engine import Engine
from terminal.live.ids import begin_run, draw_run
from terminal.live.journal import Journal
from terminal.live.journal_errors import JournalUnavailable
from terminal.live.journal_opening import WAIT_SECONDS, Place, open_journal
from terminal.live.manners import SECOND, Manners
from terminal.live.messages import Message, StateWish, Woken
from terminal.live.orders import Status
from terminal.proving.checker import Belief
from terminal.proving.killing_link import Link
from terminal.proving.killing_wire import SPEED, fast_clock
from terminal.proving.killing_wishes import Wishes
from terminal.proving.simulator import ACCOUNT, COINS, FACTS, PERSON
from terminal.proving.venue import FORGETS_AFTER, SHOWN_AFTER
from terminal.risk.gate import Gate
from terminal.risk.limits import Limits
from terminal.risk.view import TradingState, key_of

KILL_AT = "OUTCRY_KILL_AT"
ENDED = "ended.json"
STEP = "step.txt"
FAULT = "fault.txt"
ALARMS = "alarms.txt"
CLEAR = "clear.txt"
"""Made when the account was compared for the first time: from then on the gate lets risk through."""
FAULTY, STOPPED = 3, 4
_QUIET = 45 * SECOND
"""So long nothing may be under way before the engine is believed to have settled: longer than between two surveys."""
_MOST = 3600 * SECOND
"""After this it ends whether settled or not."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one engine process runs. `origin` is the real time (UTC ns) at which the shared clock began."""

    folder: str
    port: int
    origin: int
    seed: int
    acts: str = "none"
    """What is wished: by "script", at "random", in a "storm", or "none"."""
    active: int = 0
    """So long, ns of the venue's time; then it settles and ends."""
    kill_at: int = 0
    wait_seconds: float = WAIT_SECONDS
    switch: str = ""
    """A named pipe: what is written into it kills (halts) the engine, from a thread of its own; the answer goes to `switch` + ".done"."""
    room: int = 0
    """Bytes by which a file may grow, 0 for as many as the disk has."""
    tells_our_ids: bool = True


@dataclass(frozen=True, slots=True)
class Ended:
    """How an engine ended by itself: what it believed, whether it had settled, and how many steps it took until nothing more was wished."""

    belief: Belief
    is_settled: bool
    steps: int


class Steps:
    """Counts the steps and kills the process at the one it was told to. Decisions one after the other, with nothing done between, are one."""

    def __init__(self, folder: Path, kill_at: int) -> None:
        self.count = 0
        self._folder = folder
        self._kill_at = kill_at
        self._last = ""

    def __call__(self, name: str) -> None:
        if name == self._last == Moment.DECIDED:
            return
        self._last = name
        self.count += 1
        if self.count == self._kill_at:
            (self._folder / STEP).write_text(name, encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, moment: Moment) -> None:
        """The same, for the driver's own moments."""
        self(moment.value)


class Session:
    """One run of the engine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = Path(settings.folder)
        self.step = Steps(self._folder, settings.kill_at)
        self.now = fast_clock(settings.origin)
        self._ended = asyncio.Event()
        self._fault: BaseException | None = None
        self._began = self.now()
        self._settled_since: int | None = None
        self._steps = 0
        self._was_clear = False
        self._is_wishing = settings.acts != "none"
        self.journal = self._opened()
        self.step("journal opened")
        ids = begin_run(self.journal, draw_run(), self.now())
        self.step("run named")
        self.new_id = ids.next
        keeper = GateKeeper({ACCOUNT: Gate(_limits())}, {ACCOUNT: FACTS}, {key_of(coin): coin for coin in COINS})
        manners = Manners(absent_after=FORGETS_AFTER + SHOWN_AFTER + 2 * SECOND, knows_our_ids=settings.tells_our_ids, keeps_reduce_only=True)
        self.engine = Engine(replayed(self.journal), keeper, {ACCOUNT: manners}, ids.next)
        self.step("replayed")
        self.link = Link(settings.port, self.hear, self.step, self._alarm)
        self.driver = Driver(self.engine, self.journal, self.link.carry_out, self.step.watch)
        self._wishes = Wishes(self, Random(settings.seed))  # noqa: S311 - a proof, not a secret
        self._run = ids.run

    async def run(self) -> None:
        """Until it settled, or is killed. Raises whatever it stopped on."""
        asyncio.get_running_loop().set_exception_handler(self._fail)
        if self._settings.room:
            _leave_room(self.journal, self._settings.room)
        self.driver.begin(self._run, "killed", self.now())
        self.step("begun")
        if self._settings.switch:
            threading.Thread(target=self._wait_for_switch, args=(asyncio.get_running_loop(),), daemon=True).start()
        link = asyncio.create_task(self.link.run())
        link.add_done_callback(_raise)
        self._tick()
        await self._ended.wait()
        link.cancel()
        with suppress(asyncio.CancelledError):
            await link
        self.journal.close()
        if self._fault is not None:
            raise self._fault

    def hear(self, message: Message) -> None:
        """Hands a message to the engine."""
        self.driver.handle(message, self.now())

    def price(self, coin: Instrument) -> Decimal | None:
        """The newest price of an instrument, None before the first."""
        quote = self.engine.quotes.get(key_of(coin))
        return None if quote is None else quote.last

    def _tick(self) -> None:
        now = self.now()
        self.hear(Woken())
        if not self._was_clear and self.engine.is_clear(ACCOUNT):
            self._was_clear = True
            (self._folder / CLEAR).touch()
        if self._is_wishing and now < self._began + self._settings.active:
            if self._settings.acts == "random":
                self._wishes.at_random()
            elif self._settings.acts == "storm":
                self._wishes.storm()
            else:
                self._is_wishing = self._wishes.next_of_script()
                self._steps = self.step.count
        else:
            if self._is_wishing or not self._steps:
                self._is_wishing, self._steps = False, self.step.count
            self._settle(now)
        asyncio.get_running_loop().call_later(1 / SPEED, self._tick)

    def _settle(self, now: int) -> None:
        if not self._is_settled():
            self._settled_since = None
        elif self._settled_since is None:
            self._settled_since = now
        is_settled = self._settled_since is not None and now >= self._settled_since + _QUIET
        if (is_settled or now > self._began + self._settings.active + _MOST) and not self._ended.is_set():
            engine = self.engine
            belief = Belief(engine.state.digest(), engine.surveys.kept(ACCOUNT), engine.protection.unprotected)
            (self._folder / ENDED).write_bytes(msgspec.json.encode(Ended(belief, is_settled, self._steps)))
            self._ended.set()

    def _is_settled(self) -> bool:
        """True while nothing is under way, in doubt or unexplained."""
        engine = self.engine
        is_open = any(order.status is not Status.WORKING or order.is_cancel_asked or order.asked_shape is not None for order in engine.state.may_work.values())
        return engine.is_clear(ACCOUNT) and not is_open and not engine.state.lacking and not engine.surveys.disputed(ACCOUNT)

    def _wait_for_switch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Shuts the gate first, in memory; then the halt takes its turn to be journalled and to cancel."""
        with Path(self._settings.switch).open("rb", buffering=0) as asked, Path(f"{self._settings.switch}.done").open("wb", buffering=0) as done:
            asked.read(1)
            self.engine.is_shut = True
            done.write(b"!")
        loop.call_soon_threadsafe(self.hear, StateWish(TradingState.HALTED, PERSON, "killed"))

    def _alarm(self, text: str) -> None:
        with (self._folder / ALARMS).open("a", encoding="utf-8") as file:
            file.write(text + "\n")

    def _fail(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Ends the session on the first error that nothing caught."""
        self._fault = self._fault or context.get("exception") or RuntimeError(str(context.get("message")))
        self._ended.set()

    def _opened(self) -> Journal:
        journal = open_journal(place_of(self._folder), clock=self.now, wait_seconds=self._settings.wait_seconds)
        if journal.trouble is not None:
            raise journal.trouble
        return journal


def place_of(folder: Path) -> Place:
    """Where the journal of a world stands."""
    return Place(folder / "live", folder / "config")


def _limits() -> Limits:
    """As wide as limits go, so that orders flow."""
    return Limits.preset("aggressive").changed({"orders_per_minute": 600, "strategy_orders_per_minute": 600, "orders_per_day": 100_000})


def _leave_room(journal: Journal, room: int) -> None:
    """Lets no file grow past the journal's present size and `room`, which SQLite meets like a full disk."""
    import resource  # not on Windows, where this is not asked for

    log = journal.path.with_name(f"{journal.path.name}-wal")
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + room, most))


def _raise(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        raise error


def lived(settings: Settings) -> int:
    """The exit code of one engine: 0 settled, STOPPED where its journal could not be used at the start, FAULTY on anything else."""
    folder = Path(settings.folder)
    try:
        session = Session(settings)
    except JournalUnavailable as error:
        (folder / FAULT).write_text(str(error), encoding="utf-8")
        return STOPPED
    try:
        asyncio.run(session.run())
    except Exception:  # noqa: BLE001 - whatever it stopped on is a finding, told by its file
        (folder / FAULT).write_text(traceback.format_exc(), encoding="utf-8")
        return FAULTY
    return 0


def main(arguments: list[str]) -> int:
    """Runs one engine of the settings given as JSON."""
    settings = msgspec.json.decode(arguments[0], type=Settings)
    return lived(replace(settings, kill_at=int(os.environ.get(KILL_AT, "0")) or settings.kill_at))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
