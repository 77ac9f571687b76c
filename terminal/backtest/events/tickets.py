"""A strategy's request becomes a row of the compiled order table, and the table's events become words for the strategy."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.orders import ExitReason
from terminal.domain.size import Size, SizeKind
from terminal.domain.timeframe import DAY
from terminal.strategies.orders import FORCES, NO_DISTANCE, OrderRequest
from terminal.trading import causes
from terminal.trading import desk as tables

CAUSES = causes.CAUSES
"""Why an order ended without a fill, by the table's code."""
_ABSENT = {name: (math.nan if tables.ORDER[name] == np.float64 else 0) for name in tables.ORDER.names or ()}
_REASON, _TARGET, _QUANTITY = int(ExitReason.SIGNAL), int(SizeKind.TARGET), int(SizeKind.QUANTITY)
_BRACKET = (("stop_loss", "stop", "stop_is_price"), ("take_profit", "target", "target_is_price"), ("trailing_stop", "child_trail", "child_trail_is_distance"))
_FIELDS = {name: place for place, name in enumerate(tables.ORDER.names or ())}
_BLANK = tuple(_ABSENT.values())
_DAY_FORCE = FORCES.index("day")


def blank_ticket() -> NDArray[Any]:
    """A table of one order at the market, working, with nothing else said of it: what a driver fills in."""
    ticket = np.zeros(1, tables.ORDER)
    ticket[0] = _BLANK
    ticket["state"], ticket["kind"], ticket["expires"] = tables.WORKING, tables.MARKET, tables.NEVER
    ticket["quantity"], ticket["filled"], ticket["size"] = 0.0, 0.0, 0.0
    return ticket


def write_ticket(ticket: NDArray[Any], request: OrderRequest, size: Size, row: int, time: int) -> None:
    """Fills `ticket[0]` with `request`, decided at the close (`time`, UTC ns) of candle `row`; `size` holds where it names none of its own.

    A day order lives to the end of the UTC day in which it was decided.
    """
    values: list[Any] = list(_BLANK)
    place = _FIELDS
    is_limit, is_stop = request.limit == request.limit, request.stop == request.stop
    if request.trail is not NO_DISTANCE:
        values[place["kind"]], values[place["trail"]], values[place["trail_is_distance"]] = tables.TRAIL, request.trail.value, request.trail.is_price
    elif is_limit or is_stop:
        values[place["kind"]] = tables.STOP_LIMIT if is_limit and is_stop else tables.LIMIT if is_limit else tables.STOP
    values[place["price"]], values[place["trigger"]], values[place["activation"]] = request.limit, request.stop, request.activation
    values[place["side"]] = request.side
    if request.target == request.target:
        values[place["size_kind"]], values[place["size"]], values[place["side"]] = _TARGET, request.target, 1 if request.target >= 0 else -1
    elif request.lot and request.size is None:
        values[place["size_kind"]], values[place["quantity"]] = _QUANTITY, math.inf
    else:
        values[place["size_kind"]], values[place["size"]] = int(size.kind), size.value
        values[place["quantity"]] = size.value if size.kind is SizeKind.QUANTITY else 0.0
    for level, name, flag in _BRACKET:
        distance = getattr(request, level)
        if distance is not NO_DISTANCE:
            values[place[name]], values[place[flag]] = distance.value, distance.is_price
    values[place["break_even"]], values[place["timeout"]] = request.break_even, request.timeout
    values[place["state"]] = tables.WAITING if request.after else tables.WORKING
    values[place["reason"]], values[place["filled"]], values[place["decision"]] = _REASON, 0.0, row
    values[place["lot"]], values[place["parent"]], values[place["group"]] = request.lot, request.after, request.group
    force = FORCES.index(request.force)
    values[place["force"]] = force
    ends = (time // DAY + 1) * DAY if force == _DAY_FORCE else tables.NEVER
    values[place["expires"]] = min(ends, time + request.expires) if request.expires else ends
    values[place["reduce_only"]], values[place["post_only"]], values[place["on_close"]] = request.reduce_only, request.post_only, request.on_close
    ticket[0] = tuple(values)
