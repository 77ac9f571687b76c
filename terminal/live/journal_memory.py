"""A journal in memory with the promises of the real one, whose syncs happen when somebody says so: for simulation under virtual time.

What was appended and not synced is lost by a crash, as on a disk; a fault handed in makes it refuse, as a full or locked disk would.
"""

from collections.abc import Iterator, Sequence

from terminal.domain.errors import BadInput
from terminal.live.journal_entries import RUN, Entry, Head, Snapshot, checked, genesis, linked
from terminal.live.journal_errors import JournalUnavailable


class MemoryJournal:
    """A journal that lives as long as this object. `id` seeds its chain of hashes."""

    def __init__(self, journal_id: str = "memory") -> None:
        self.fault: JournalUnavailable | None = None
        """Raised by every write while it is set."""
        self._kept: list[Entry] = []
        self._digests: list[bytes] = [genesis(journal_id)]
        self._batches: list[int] = []  # last numbers of what was appended and not synced
        self._snapshots: list[Snapshot] = []
        self._durable = 0

    @property
    def head(self) -> Head:
        """The newest entry, synced or not."""
        return Head(len(self._kept), self._digests[-1])

    @property
    def durable(self) -> int:
        """Number of the newest synced entry."""
        return self._durable

    @property
    def pending(self) -> int:
        """How many appends a crash would take."""
        return len(self._batches)

    def append(self, entries: Sequence[Entry]) -> int:
        """Number of the last of `entries`; a crash takes them until `sync`. Raises `fault`, and BadInput for what is no entry."""
        checked(entries)
        self._demand_sound()
        for entry in entries:
            self._kept.append(entry)
            self._digests.append(linked(self._digests[-1], len(self._kept), entry.time, entry.kind.encode(), entry.body))
        if entries:
            self._batches.append(len(self._kept))
        return len(self._kept)

    def sync(self) -> int:
        """Makes what was appended survive a crash. Raises `fault`."""
        self._demand_sound()
        self._batches.clear()
        self._durable = len(self._kept)
        return self._durable

    def crash(self, survivors: int = 0) -> None:
        """What a power cut leaves: everything synced, and the oldest `survivors` of the appends that were not (each whole or not at all)."""
        if not 0 <= survivors <= len(self._batches):
            raise BadInput(f"{survivors} appends are to survive; {len(self._batches)} were not synced.")
        self._durable = self._batches[survivors - 1] if survivors else self._durable
        del self._kept[self._durable :], self._digests[self._durable + 1 :]
        self._snapshots = [snapshot for snapshot in self._snapshots if snapshot.seq <= self._durable]
        self._batches.clear()

    def entries(self, after: int = 0) -> Iterator[tuple[int, Entry]]:
        """Every entry after number `after` that stands when the asking begins."""
        after = max(after, 0)
        return iter(list(enumerate(self._kept[after:], after + 1)))

    def snapshot(self, seq: int, body: bytes, state_hash: bytes) -> None:
        """Keeps the state after entry `seq`. Raises `fault`, and BadInput for an entry that is not there."""
        demand_entry(seq, len(self._kept))
        self._demand_sound()
        self._snapshots.append(Snapshot(seq, state_hash, body))

    def latest_snapshot(self) -> Snapshot | None:
        """The snapshot of the newest entry, None without one."""
        return max(reversed(self._snapshots), key=lambda snapshot: snapshot.seq, default=None)

    def knows_run(self, run: str) -> bool:
        """True where a run of this name was journalled."""
        return any(entry.kind == RUN and entry.body == run.encode() for entry in self._kept)

    def close(self) -> None:
        """Nothing to let go of."""

    def _demand_sound(self) -> None:
        if self.fault is not None:
            raise self.fault


def demand_entry(seq: int, newest: int) -> None:
    """Raises BadInput where a snapshot names an entry that does not exist."""
    if not 0 < seq <= newest:
        raise BadInput(f"A snapshot names entry {seq}; the journal has {newest}.", cure="Give the number of the entry the state was folded up to.")
