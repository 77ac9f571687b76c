"""What a journal holds: entries in a chain of hashes, snapshots tied to it, and the interface that every journal complies with.

Between the engine, which knows what entries mean, and `journal` and `journal_memory`, which make them last.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from terminal.domain.errors import BadInput

OWN = "journal."
"""What the kinds begin with that the journal itself writes: runs, decisions about the file. A fold of orders passes them over."""
RUN = OWN + "run"
LONGEST_KIND = 64
LARGEST_BODY = 16_000_000
DIGEST_BYTES = 32
_FRAME = struct.Struct(">QqH")  # seq, time, length of the kind
_LEAST, _MOST = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact as it is journalled: when it was written (UTC ns), what kind it is, and its canonical bytes."""

    time: int
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry: its number (0 before the first) and the hash that stands for it and for all before."""

    seq: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state as it was after entry `seq`, with the hash by which its owner knows it again."""

    seq: int
    state_hash: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Decision:
    """What a named person decided about a journal, and why; it is journalled."""

    by: str
    reason: str

    def __post_init__(self) -> None:
        for name, value in (("name", self.by), ("reason", self.reason)):
            if not value.strip() or not value.isprintable() or len(value) > 500:
                raise BadInput(f"The {name} behind a decision about the journal is {value!r}.", cure="Give 1 to 500 printable characters.")


class AnyJournal(Protocol):
    """What the engine asks of a journal. Numbers are dense and begin at 1; every method may raise JournalUnavailable."""

    @property
    def head(self) -> Head:
        """The newest entry."""

    @property
    def durable(self) -> int:
        """Number of the newest entry that a crash can't take away; nothing later may have been acted upon."""

    def append(self, entries: Sequence[Entry]) -> int:
        """Number of the last of `entries`, all of them kept or none."""

    def sync(self) -> int:
        """`durable`, once everything appended so far is."""

    def entries(self, after: int = 0) -> Iterator[tuple[int, Entry]]:
        """Every entry after number `after` in order, without a gap."""

    def snapshot(self, seq: int, body: bytes, state_hash: bytes) -> None:
        """Keeps the state after entry `seq`, so that a later start folds only what came then."""

    def latest_snapshot(self) -> Snapshot | None:
        """The newest sound snapshot, None without one."""

    def knows_run(self, run: str) -> bool:
        """True where a run of this name was journalled."""

    def close(self) -> None:
        """Lets go of it."""


def genesis(journal_id: str) -> bytes:
    """The hash before the first entry of the journal `journal_id`."""
    return blake2b(journal_id.encode(), digest_size=DIGEST_BYTES, person=b"outcry-journal-1").digest()


def framed(previous: bytes, seq: int, time: int, kind: bytes, body: bytes) -> bytes:
    """What is hashed of an entry: the hash before it and everything it says, so that no two entries are framed to the same bytes."""
    return b"".join((previous, _FRAME.pack(seq, time, len(kind)), kind, body))


def linked(previous: bytes, seq: int, time: int, kind: bytes, body: bytes) -> bytes:
    """The hash that stands for an entry and for all before it."""
    return blake2b(framed(previous, seq, time, kind, body), digest_size=DIGEST_BYTES).digest()


def seal(digest: bytes, seq: int, state_hash: bytes, body: bytes) -> bytes:
    """The hash that ties a snapshot to the entry it was made after."""
    return linked(digest, seq, len(state_hash), state_hash, body)


def checked(entries: Sequence[Entry]) -> None:
    """Raises BadInput where an entry could not be read back as it was handed in."""
    for entry in entries:
        if type(entry.time) is not int or not _LEAST <= entry.time <= _MOST:
            raise BadInput(f"The time of a journal entry is {entry.time!r}.", cure="Give UTC nanoseconds as an int of 64 bits.")
        if type(entry.kind) is not str or not 0 < len(entry.kind) <= LONGEST_KIND or not entry.kind.isascii() or not entry.kind.isprintable():
            raise BadInput(f"The kind of a journal entry is {entry.kind!r}.", cure=f"Give 1 to {LONGEST_KIND} printable ASCII characters.")
        if type(entry.body) is not bytes or len(entry.body) > LARGEST_BODY:
            raise BadInput(f"The body of a journal entry of kind {entry.kind} is no bytes or longer than {LARGEST_BODY}.", cure="Give its encoded bytes.")
