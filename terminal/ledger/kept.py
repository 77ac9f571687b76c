"""The books as JSON holds them: what was reported, whose it was and what it was declared to be; the rest follows from these.

Written into the snapshots of a session and read back at its start.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from terminal.domain.errors import BadInput
from terminal.domain.intents import Execution
from terminal.ledger.exact import Method
from terminal.ledger.external import Declared
from terminal.ledger.flows import Flow

VERSION = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that the books cannot reckon. The names are stored: a new shape gets a new version."""

    version: int
    method: Method
    units: dict[str, Decimal]
    owners: dict[str, str]
    """The strategy of every order that was asked for."""
    declared: tuple[Declared, ...]
    executions: tuple[Execution, ...]
    executions_aside: tuple[Execution, ...]
    flows: tuple[Flow, ...]
    flows_aside: tuple[Flow, ...]

    def to_plain(self) -> dict[str, Any]:
        """Dicts, lists, numbers and texts; a decimal is its text, digits and zeros as they were."""
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))  # by way of JSON, so that nothing else is in it, tuples neither
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Kept":
        """What `to_plain` wrote. Raises BadInput that says where it is something else."""
        version = plain.get("version")
        if version != VERSION:
            raise BadInput(f"The kept books are of version {version!r}.", cure=f"This program reads version {VERSION}: replay the journal instead.")
        try:
            return msgspec.convert(plain, cls)
        except msgspec.ValidationError as error:
            raise BadInput(f"The kept books can't be read: {error}.", cure="Replay the journal instead.") from None
