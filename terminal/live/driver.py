"""Journal first: what the engine decided is made durable, and only then carried out.

The same few lines drive a live session and the fault simulator, which kills the program between any two of them.
"""

from collections.abc import Callable
from enum import StrEnum

from terminal.live.engine import Engine
from terminal.live.journal_entries import OWN, AnyJournal, Entry
from terminal.live.journal_errors import JournalUnavailable
from terminal.live.messages import Effect, Message, Send, SendChange
from terminal.live.records import Begun, Record, decode, encode
from terminal.live.state import LiveState

TRY_AGAIN = 1_000_000_000
"""Nanoseconds between two tries to write a journal that took nothing."""


class Moment(StrEnum):
    """The steps between a message and its effects, at each of which the program may die."""

    DECIDED = "decided"
    APPENDED = "appended"
    SYNCED = "synced"
    CARRIED = "carried"


def _pass(_moment: Moment) -> None:
    """Nobody watches."""


def replayed(journal: AnyJournal) -> LiveState:
    """The state that the journal's records fold to. Raises ValueError where one can't be read."""
    return LiveState().replay((entry.time, decode(entry.kind, entry.body)) for _, entry in journal.entries() if not entry.kind.startswith(OWN))


class Driver:
    """Feeds one engine. `carry_out` does an effect; `watch` is told of every moment, for whoever wants to kill the program there."""

    def __init__(self, engine: Engine, journal: AnyJournal, carry_out: Callable[[Effect], None], watch: Callable[[Moment], None] = _pass) -> None:
        self.engine = engine
        self._journal = journal
        self._carry_out = carry_out
        self._watch = watch
        self._unwritten: list[Entry] = []
        self._is_synced = True
        self._failed: int | None = None
        """When the journal last took nothing, UTC ns."""

    def begin(self, run: str, version: str, now: int) -> None:
        """Writes that a run began, and starts to compare every account with its venue."""
        self.engine.now = now
        records, _ = self.engine.collected(lambda: self.engine.write(Begun(run, version)))
        more, effects = self.engine.resume(now)
        self._finish([*records, *more], effects, now)

    def handle(self, message: Message, now: int) -> None:
        """Takes one message through: decide, write down, make durable, carry out."""
        self._finish(*self.engine.step(message, now), now)

    def _finish(self, records: list[Record], effects: list[Effect], now: int) -> None:
        self._watch(Moment.DECIDED)
        self._unwritten += [Entry(now, *encode(record)) for record in records]
        is_written = self._is_written(now)
        kept_back = [effect for effect in effects if isinstance(effect, Send | SendChange) and not (is_written and self.engine.may_leave(effect))]
        if kept_back:
            effects = [effect for effect in effects if effect not in kept_back]
            why = "trading was killed" if is_written else "the journal can't be written"
            self._unwritten += [Entry(now, *encode(record)) for record in self.engine.never_sent(kept_back, why)]
        for effect in effects:
            self._carry_out(effect)
            self._watch(Moment.CARRIED)

    def _is_written(self, now: int) -> bool:
        """True once everything decided so far is durable. Without that no order leaves; cancels and questions do.

        A journal that took nothing is tried again after a while: each try may wait for a lock, and cancels would wait behind it.
        """
        if not self._unwritten and self._is_synced:
            return True
        if self._failed is not None and now < self._failed + TRY_AGAIN:
            return False
        try:
            if self._unwritten:
                self._journal.append(self._unwritten)
                self._unwritten, self._is_synced = [], False
                self._watch(Moment.APPENDED)
            self._journal.sync()
        except JournalUnavailable as error:
            self.engine.durability_lost(str(error))
            self._failed = now
            return False
        self._failed = None
        self._is_synced = self.engine.is_durable = True
        self._watch(Moment.SYNCED)
        return True
