"""The books as JSON holds them: what was reported, whose it was and what it was declared to be; the rest follows from these.

Written into the snapshots of a session and read back at its start.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.intents import Execution
from terminal.domain.orders import Side
from terminal.ledger.exact import Method
from terminal.ledger.external import Declared
from terminal.ledger.flows import Flow

VERSION = 1


class Row(NamedTuple):
    """An execution with the number of its instrument: a list in JSON, since there may be a million."""

    instrument: int
    id: str
    account: str
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal
    fee_currency: str
    time: int
    order_id: str
    venue_order_id: str
    corrects: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that the books cannot reckon. The names are stored: a new shape gets a new version."""

    version: int
    method: Method
    units: dict[str, Decimal]
    owners: dict[str, str]
    """The strategy of every order that was asked for."""
    declared: tuple[Declared, ...]
    instruments: tuple[Instrument, ...]
    executions: tuple[Row, ...]
    """Those understood first, then what lay aside."""
    flows: tuple[Flow, ...]

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

    def read(self) -> Iterator[Execution]:
        """The executions in the order they were kept. Raises BadInput for a row that is none."""
        for row in self.executions:
            if not 0 <= row.instrument < len(self.instruments):
                raise BadInput(f"The kept execution {row.id} has instrument {row.instrument} of {len(self.instruments)}.", cure="Replay the journal instead.")
            yield Execution(row.id, row.account, self.instruments[row.instrument], *row[3:])


def rows(executions: Iterable[Execution]) -> tuple[tuple[Instrument, ...], tuple[Row, ...]]:
    """The instruments of the executions, each once, and the executions as rows."""
    numbers: dict[Instrument, int] = {}
    made = [_row(numbers.setdefault(execution.instrument, len(numbers)), execution) for execution in executions]
    return tuple(numbers), tuple(made)


def _row(number: int, one: Execution) -> Row:
    return Row(
        number,
        one.id,
        one.account,
        one.side,
        one.quantity,
        one.price,
        one.fee,
        one.fee_currency,
        one.time,
        one.order_id,
        one.venue_order_id,
        one.corrects,
    )
