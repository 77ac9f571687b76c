"""Reports of a venue become facts: each counted once, however often, in whatever order and however corrected it arrives.

The base of `executions` and `flows`; what is in doubt is kept aside and told, never booked and never dropped.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Generic, NamedTuple, Protocol, TypeVar


class Effect(StrEnum):
    """What a report was to what is known already."""

    NEW = "new"
    DUPLICATE = "duplicate"
    COMPLETED = "completed"
    """Known, and this report added what was missing: a fee, our order, an earlier time."""
    CORRECTION = "correction"
    """It replaces a known report, or it is what a known correction had replaced."""
    CONFLICT = "conflict"
    """The same id says something else, or it cannot be booked: kept aside."""


class Report(Protocol):
    """What is asked of a report."""

    @property
    def id(self) -> str: ...
    @property
    def time(self) -> int: ...
    @property
    def corrects(self) -> str: ...


R = TypeVar("R", bound=Report)
_MODULUS = 1 << 256
Place = tuple[int, int, str]
"""Where a fact stands among others: its time, then its id, so that the order of arrival decides nothing."""


class Fact(NamedTuple, Generic[R]):
    """A report that counts, and where it stands in time. A tuple, since a replay makes a million of them."""

    place: Place
    report: R


class Change(NamedTuple, Generic[R]):
    """What a report did: the facts that no longer count, and the one that does from now on."""

    effect: Effect
    before: tuple[Fact[R], ...] = ()
    after: Fact[R] | None = None


@dataclass(frozen=True, slots=True)
class Aside(Generic[R]):
    """A report that was not booked, and why."""

    report: R
    reason: str


class Reports(ABC, Generic[R]):
    """Facts of any number of accounts. Of reports with one id the first counts, and others may complete it; of reports that correct
    each other the latest that nothing corrects counts, whether or not what it corrects was seen."""

    def __init__(self) -> None:
        self._known: dict[Hashable, R] = {}
        self._families: dict[Hashable, set[Hashable]] = {}
        """For every id in a correction: all the ids that correct each other, known or only named."""
        self._corrected: set[Hashable] = set()
        self._aside: list[tuple[Hashable, Aside[R]]] = []
        self._is_aside: set[tuple[Hashable, R]] = set()
        self._summed = 0
        self._summed_count = 0
        self._summed_aside = 0
        self._summed_aside_count = 0
        self._revised: dict[Hashable, R] = {}
        """Reports as they were when they were summed, of those completed since."""

    def add(self, report: R) -> Effect:
        """What the report was. The facts are the same for any order and repetition of the same reports, as long as none conflict."""
        return self.take(report).effect

    def take(self, report: R) -> Change[R]:
        """What the report was, and what of the facts it changed."""
        key = self._key(report, report.id)
        known = self._known.get(key)
        if known is None:
            reason = self._fault(report)
            if reason:
                return self._put_aside(key, report, reason)
            if not report.corrects and key not in self._families:
                self._known[key] = report
                return Change(Effect.NEW, (), Fact(place_of(report), report))
            return self._relate(key, report)
        if known == report:
            return Change(Effect.DUPLICATE)
        merged = self._merged(known, report)
        if merged is None:
            return self._put_aside(key, report, f"{report.id} was reported with other content before")
        return Change(Effect.DUPLICATE) if merged == known else self._relate(key, merged)

    def is_known(self, report: R) -> bool:
        """True where `take` would change nothing: a session need not write the report down."""
        key = self._key(report, report.id)
        known = self._known.get(key)
        merged = None if known is None else self._merged(known, report)
        return (key, report) in self._is_aside if merged is None else merged == known

    def facts(self) -> Iterator[Fact[R]]:
        """What counts, in no particular order."""
        for key, report in self._known.items():
            if key not in self._families:
                yield Fact(place_of(report), report)
        for family in {id(family): family for family in self._families.values()}.values():
            yield from self._facts_of(family)

    def reports(self) -> Iterator[R]:
        """Every report that was understood, those corrected too, in no particular order."""
        return iter(self._known.values())

    @property
    def aside(self) -> tuple[Aside[R], ...]:
        """What was not booked, in the order it arrived."""
        return tuple(item for _, item in self._aside)

    @property
    def doubts(self) -> tuple[Aside[R], ...]:
        """What lies aside and no correction has settled, by the venue or by a named person."""
        return tuple(item for key, item in self._aside if key not in self._corrected)

    def __len__(self) -> int:
        return len(self._known)

    def facts_around(self, key: Hashable) -> tuple[Fact[R], ...]:
        """What counts of the report with this key and its relatives: one fact, or none where none of them is known."""
        return self._facts_of(self._families.get(key, {key}))

    def relatives(self, report: R) -> set[Hashable]:
        """The keys of what corrects each other with the report, its own among them."""
        key = self._key(report, report.id)
        return self._families.get(key, {key})

    def digest(self) -> str:
        """Equal where the same is known and the same lies aside, however it arrived: a sum of hashes, so that only what is new is hashed."""
        new = dict(islice(self._known.items(), self._summed_count, None))
        for key, before in self._revised.items():
            if key not in new:
                self._summed += _hash(self._text(self._known[key])) - _hash(self._text(before))
        self._summed = (self._summed + sum(_hash(self._text(report)) for report in new.values())) % _MODULUS
        self._summed_count = len(self._known)
        self._revised.clear()
        later = sum(_hash(self._text(item.report)) for _, item in self._aside[self._summed_aside_count :])
        self._summed_aside = (self._summed_aside + later) % _MODULUS
        self._summed_aside_count = len(self._aside)
        return f"{self._summed:064x}{self._summed_aside:064x}"

    @abstractmethod
    def _key(self, report: R, identity: str) -> Hashable:
        """The id together with all that it is unique within."""

    @abstractmethod
    def _fault(self, report: R) -> str:
        """Why the report cannot be booked, "" where it can."""

    @abstractmethod
    def _text(self, report: R) -> str:
        """One text for equal reports, other texts for others."""

    @abstractmethod
    def _merged(self, known: R, again: R) -> R | None:
        """One report that says all that both say, whichever came first; None where they contradict each other."""

    def _put_aside(self, key: Hashable, report: R, reason: str) -> Change[R]:
        if (key, report) not in self._is_aside:
            self._is_aside.add((key, report))
            self._aside.append((key, Aside(report, reason)))
        return Change(Effect.CONFLICT)

    def _relate(self, key: Hashable, report: R) -> Change[R]:
        """Takes up a report that is known less completely, corrects another or is corrected: its whole family is looked at again."""
        was_known = key in self._known
        if was_known:
            self._revised.setdefault(key, self._known[key])
        before = self.facts_around(key)
        if report.corrects:
            target = self._key(report, report.corrects)
            for fact in self.facts_around(target):
                if fact not in before:
                    before = (*before, fact)
            self._join(key, target)
        self._known[key] = report
        (after,) = self.facts_around(key)
        effect = Effect.COMPLETED if was_known else Effect.CORRECTION if before else Effect.NEW
        return Change(effect, before, after)

    def _join(self, key: Hashable, target: Hashable) -> None:
        self._corrected.add(target)
        smaller, larger = sorted((self._families.get(key, {key}), self._families.get(target, {target})), key=len)
        larger |= smaller
        for member in (*smaller, key, target):
            self._families[member] = larger

    def _facts_of(self, family: set[Hashable]) -> tuple[Fact[R], ...]:
        known = [(key, self._known[key]) for key in family if key in self._known]
        if not known:
            return ()
        uncorrected = [report for key, report in known if key not in self._corrected] or [report for _, report in known]  # a circle has none
        return (Fact(min(place_of(report) for _, report in known), max(uncorrected, key=place_of)),)


def place_of(report: Report) -> Place:
    """Where a report stands in time; of equal times, ids of equal length stand as text, so that "….01" is before "….02"."""
    return report.time, len(report.id), report.id


def _hash(words: str) -> int:
    return int.from_bytes(hashlib.sha256(words.encode()).digest())
