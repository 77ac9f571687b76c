"""Finding what a person meant when a name does not exist.

Whoever refuses a name suggests the nearest ones through this.
"""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str], *, count: int = 3) -> tuple[str, ...]:
    """Up to `count` of `known` that look most like `name`, best first; case and separators do not matter."""
    by_plain: dict[str, str] = {}
    for candidate in known:
        by_plain.setdefault(_plain(candidate), candidate)
    matches = get_close_matches(_plain(name), by_plain, n=count, cutoff=0.6)
    return tuple(by_plain[match] for match in matches)


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
