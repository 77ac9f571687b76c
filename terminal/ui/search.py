"""What the palette finds: entries whose words begin with, contain, or spell out in order what was typed, best first.

Pure functions over entries; the palette draws them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import nsmallest


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the palette can do: its kind, what it is called, what stands beside it, and how it is done."""

    kind: str
    text: str
    run: Callable[[], None]
    detail: str = ""
    shortcut: str = ""
    more: str = ""
    """Words that are searched after all others and shown nowhere, such as the action's tooltip."""
    _plain: str = field(init=False, repr=False, compare=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "_plain", f"{self.text} {self.detail} {self.kind}".lower())
        object.__setattr__(self, "more", self.more.lower())

    @property
    def plain(self) -> str:
        """Lower-case text that is searched."""
        return self._plain


def found(entries: Iterable[Entry], query: str, limit: int = 50) -> list[Entry]:
    """Up to `limit` entries that fit every word of `query`, best first; all of them in their order for an empty query."""
    words = query.lower().split()
    scored = ((_score(entry, words), number, entry) for number, entry in enumerate(entries))
    fitting = ((score, number, entry) for score, number, entry in scored if score is not None)
    return [entry for _score, _number, entry in nsmallest(limit, fitting, key=lambda found: found[:2])]


def _score(entry: Entry, words: list[str]) -> int | None:
    """How far `entry` is from the words; smaller is nearer, None where it does not fit."""
    total = 0
    for word in words:
        place = entry.plain.find(word)
        if place == 0:
            distance = 0
        elif place > 0:
            starts_word = not entry.plain[place - 1].isalnum()
            distance = (10 if starts_word else 30) + min(place, 9)
        elif word in entry.more:
            distance = 60
        elif len(word) > 2 and _spells(word, entry.text.lower()):
            distance = 80
        else:
            return None
        total += distance
    return total


def _spells(word: str, text: str) -> bool:
    """True where the letters of `word` occur in `text` in that order, the first at the beginning of a word and all of them near."""
    for start in range(len(text) - len(word) + 1):
        if text[start] != word[0] or (start and text[start - 1].isalnum()):
            continue
        place = start
        for letter in word[1:]:
            place = text.find(letter, place + 1)
            if place < 0:
                break
        else:
            if place - start <= 3 * len(word):
                return True
    return False
