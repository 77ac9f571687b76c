"""Why a journal did not take or give an entry, as types the engine branches on: each of them shuts the gate, none lets an order pass.

Raised by every part of the journal; cancels go on through all of them.
"""

from terminal.domain.errors import OutcryError


class JournalUnavailable(OutcryError):
    """The journal took nothing: locked too long, closed, read-only or failing. Nothing of what was handed in may be acted upon."""

    is_temporary = True


class JournalFull(JournalUnavailable):
    """No room to write. What was journalled before is intact, and the journal goes on once there is room."""


class JournalTaken(JournalUnavailable):
    """Another process writes this journal; this one only reads."""

    is_temporary = False


class JournalRefused(JournalUnavailable):
    """The file is not the journal that was last written here, such as a restored backup; a named person must say that it counts."""

    is_temporary = False


class JournalDamaged(JournalUnavailable):
    """An entry is not what was written. `first_bad` is its number: everything before is sound, nothing from it on is believed."""

    is_temporary = False

    def __init__(self, where: object, first_bad: int, what: str) -> None:
        super().__init__(
            f"The journal {where} is damaged at entry {first_bad}: {what}.",
            cure="It is read-only now. Restore its sound part, then compare with every broker before trading again.",
        )
        self.first_bad = first_bad
        self.what = what
