"""The orders of an event run as its strategy knows them: handles, and what the desk's log says became of each.

Kept by the account; the desk's tables hold the same orders for compiled code.
"""

from collections.abc import Sequence
from typing import Any

from terminal.backtest.events.tickets import CAUSES
from terminal.domain.orders import ExitReason
from terminal.domain.size import Size, SizeKind
from terminal.strategies.orders import FillNotice, OrderHandle, OrderRequest
from terminal.trading import desk as tables
from terminal.trading.desk import Desk

_WORKING = "working"
_STATES = {
    int(tables.ACCEPTED): _WORKING,
    int(tables.PARTIAL): _WORKING,
    int(tables.TRIGGERED): _WORKING,
    int(tables.FILLED): "filled",
    int(tables.CANCELLED): "cancelled",
    int(tables.REJECTED): "refused",
    int(tables.EXPIRED): "expired",
}
_WORDS = {int(reason): reason.words for reason in ExitReason}
_FILL = {name: place for place, name in enumerate(tables.FILL.names or ())}
_TIME, _SIDE, _QUANTITY, _PRICE, _COMMISSION, _WHY = (_FILL[name] for name in ("time", "side", "quantity", "price", "commission", "reason"))

News = tuple[OrderHandle, FillNotice | None]


class Blotter:
    """`symbols` and `lengths` (ns of a candle) are by instrument. With `tells_all` orders that the desk made itself are told too."""

    def __init__(self, symbols: Sequence[str], lengths: Sequence[int], *, tells_all: bool) -> None:
        self._symbols, self._lengths = symbols, lengths
        self._tells_all = tells_all
        self._handles: dict[int, OrderHandle] = {}
        self._open: list[OrderHandle] = []
        self._heard = 0
        self._untold: list[News] = []
        self.reasons: dict[int, str] = {}
        """Words given with orders, by order id."""

    def add(self, handle: OrderHandle, parts: tuple[int, ...]) -> None:
        """Takes a handle in that was sent as the orders `parts`."""
        handle.parts, handle.left = parts, len(parts)
        words = handle.request.reason or handle.request.tag
        for part in parts:
            self._handles[part] = handle
            if words:
                self.reasons[part] = words
        if not handle.request.lot:
            self._open.append(handle)

    def handle(self, order: int) -> OrderHandle | None:
        """The handle of an order by its id, None where the strategy has none."""
        return self._handles.get(order)

    def open_orders(self, desk: Desk, symbol: str) -> list[OrderHandle]:
        """The strategy's own orders of an instrument that may still fill, as the desk knows them now."""
        if not self._open:
            return []
        self._untold += self._read(desk)
        self._open = [order for order in self._open if order.is_open]
        return [order for order in self._open if order.request.symbol == symbol]

    def has_news(self, desk: Desk) -> bool:
        """Whether there is something that the strategy was not told."""
        return bool(self._untold) or self._heard < int(desk.totals["events"][0])

    def news(self, desk: Desk) -> list[News]:
        """What happened since it was last asked, in order: each handle brought up to date, and the fill where it was one."""
        found, self._untold = self._untold + self._read(desk), []
        return found

    def _read(self, desk: Desk) -> list[News]:
        last = int(desk.totals["events"][0])
        found: list[News] = []
        for order, instrument, kind, cause, _, row in desk.events[self._heard : last].tolist():
            handle = self._handles.get(order)
            if handle is None:
                if not self._tells_all:
                    continue
                handle = self._own(order, instrument, None if row < 0 else desk.fills[row].item())
            notice = None if row < 0 else self._filled(handle, instrument, desk.fills[row].item())
            self._turn(handle, _STATES[kind], cause)
            found.append((handle, notice))
        self._heard = last
        return found

    def _turn(self, handle: OrderHandle, state: str, cause: int) -> None:
        """Moves the handle to the state of its order; one of several slices ends it only with the last."""
        if state == _WORKING:
            handle.state = state
            return
        handle.left -= 1
        if state == "refused":
            handle.refused = CAUSES[cause]
        if handle.left <= 0:
            handle.state = "filled" if handle.filled and len(handle.parts) > 1 else state

    def _own(self, order: int, instrument: int, fill: tuple[Any, ...] | None) -> OrderHandle:
        """The handle of an order that the desk made itself: a stop, target or trail of a bracket, or the fills that roll a future."""
        is_roll = fill is not None and fill[_WHY] == ExitReason.ROLL
        symbol = self._symbols[instrument]
        request = OrderRequest(fill[_SIDE], symbol, Size(SizeKind.QUANTITY, fill[_QUANTITY]), reason="roll") if is_roll and fill else None
        handle = OrderHandle(request or OrderRequest(0, symbol, None, reason="bracket"))
        handle.parts, handle.left = (order,), 1
        self._handles[order] = handle
        return handle

    def _filled(self, handle: OrderHandle, instrument: int, fill: tuple[Any, ...]) -> FillNotice:
        quantity, price = fill[_QUANTITY], fill[_PRICE]
        filled = handle.filled + quantity
        handle.average_price = price if handle.filled == 0.0 else (handle.average_price * handle.filled + price * quantity) / filled
        handle.filled = filled
        words = _WORDS[fill[_WHY]]
        return FillNotice(handle, self._symbols[instrument], fill[_TIME] + self._lengths[instrument], fill[_SIDE], quantity, price, fill[_COMMISSION], words)
