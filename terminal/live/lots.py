"""What each entry order bought and still holds, so that its protection can be kept as large as what filled.

Kept by `state` from the netted fills of one instrument on one account; money is the ledger's business.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from terminal.domain.orders import Side

Part = tuple[str, str, Side, Decimal, Decimal]
"""A fill: our order, the order that it protects or "", side, quantity, price."""


@dataclass(slots=True)
class OpenLot:
    """What the fills of one order opened and nothing closed yet."""

    order_id: str
    side: Side
    quantity: Decimal
    paid: Decimal
    """Price × quantity of what is still held."""


@dataclass(slots=True)
class Lots:
    """The open lots of one instrument, oldest first."""

    open: list[OpenLot] = field(default_factory=list)

    def book(self, order_id: str, protects: str, side: Side, quantity: Decimal, price: Decimal) -> None:
        """An exit closes the lot of the order it protects first, then the oldest of the other side; what is left opens a lot."""
        left = quantity
        for lot in sorted((lot for lot in self.open if lot.side is not side), key=lambda lot: lot.order_id != protects):  # stable: the oldest first
            part = min(lot.quantity, left)
            lot.paid -= lot.paid * part / lot.quantity
            lot.quantity -= part
            left -= part
        self.open = [lot for lot in self.open if lot.quantity > 0]
        if left > 0:
            own = next((lot for lot in self.open if lot.order_id == order_id), None)
            if own is None:
                self.open.append(OpenLot(order_id, side, left, left * price))
            else:
                own.quantity += left
                own.paid += left * price

    def rebuild(self, parts: Iterable[Part]) -> None:
        """Books everything anew: a fill in the middle was corrected."""
        self.open = []
        for part in parts:
            self.book(*part)
