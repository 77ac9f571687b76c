"""Which of several symbols in a file is meant: the one that was named, or a question that lists them.

Shared by the import of candles and of ticks, so that neither ever makes one instrument of two.
"""

from collections.abc import Sequence

from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.names import nearest
from terminal.venues.files.headers import listed, plain


def symbol_meant(file: str, held: Sequence[str], wanted: str | None, *, cure: str) -> str | None:
    """The one of `held` that `wanted` names, case and separators aside; None where the file holds fewer than two.

    Raises BadInput with `cure` where nothing was named, UnknownName where the file does not hold it.
    """
    if len(held) < 2:
        return None
    if wanted is None:
        raise BadInput(f"{file} holds {len(held):,} symbols: {listed(held)}.", cure=cure)
    found = wanted if wanted in held else next((name for name in held if plain(name) == plain(wanted)), None)
    if found is None:
        raise UnknownName("symbol in the file", wanted, nearest=nearest(wanted, held), cure=f"It holds {listed(held)}.")
    return found


def argument_cure(symbols: Sequence[str]) -> str:
    """What to do where one of `symbols` must be named as an argument; `domain.words` has how each face calls it."""
    return f"Set the argument symbol to {symbols[0]!r}, or whichever is meant."
