"""A strategy's request becomes a row of the compiled order table, and the table's events become words for the strategy."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.orders import ExitReason
from terminal.domain.size import Size, SizeKind
from terminal.strategies.orders import FORCES, OrderRequest
from terminal.trading import desk as tables

CAUSES = {
    int(tables.TOO_SMALL): "its size rounds to nothing, or is below the venue's minimum",
    int(tables.UNAFFORDABLE): "the account can't pay for that quantity",
    int(tables.STOP_PASSED): "the stop is already through the market",
    int(tables.WOULD_CROSS): "it is post-only and would have crossed the market",
    int(tables.NOTHING_TO_REDUCE): "there is nothing left to reduce",
    int(tables.NOT_ALL_AT_ONCE): "it could not fill at once",
    int(tables.RISK_NEEDS_STOP): "its size is a risk, but it has neither stop nor trail",
    int(tables.OTHER_FILLED): "another order of its group or lot filled",
    int(tables.PARENT_GONE): "the order it waited for is gone",
    int(tables.WRONG_SIDE): "its stop or target is on the wrong side of the price",
}
"""Why an order ended without a fill, by the table's code."""
_ABSENT = {name: (math.nan if tables.ORDER[name] == np.float64 else 0) for name in tables.ORDER.names or ()}
_REASON = int(ExitReason.SIGNAL)


def blank_ticket() -> NDArray[Any]:
    """A table of one order at the market, working, with nothing else said of it: what a driver fills in."""
    ticket = np.zeros(1, tables.ORDER)
    ticket[0] = tuple(_ABSENT.values())
    ticket["state"], ticket["kind"], ticket["expires"] = tables.WORKING, tables.MARKET, tables.NEVER
    ticket["quantity"], ticket["filled"], ticket["size"] = 0.0, 0.0, 0.0
    return ticket


def write_ticket(ticket: NDArray[Any], request: OrderRequest, default: Size, row: int, time: int) -> None:
    """Fills `ticket[0]` with `request`, decided at the close (`time`, UTC ns) of candle `row`; `default` is the run's size."""
    size = request.size or default
    is_limit, is_stop = not math.isnan(request.limit), not math.isnan(request.stop)
    values: dict[str, Any] = dict(_ABSENT)
    if not math.isnan(request.trail.value):
        values["kind"], values["trail"], values["trail_is_distance"] = tables.TRAIL, request.trail.value, request.trail.is_price
    elif is_limit or is_stop:
        values["kind"] = tables.STOP_LIMIT if is_limit and is_stop else tables.LIMIT if is_limit else tables.STOP
    else:
        values["kind"] = tables.MARKET
    values["price"], values["trigger"], values["activation"] = request.limit, request.stop, request.activation
    if not math.isnan(request.target):
        values["size_kind"], values["size"], values["side"] = int(SizeKind.TARGET), request.target, 1 if request.target >= 0 else -1
        values["quantity"] = 0.0
    elif request.lot and request.size is None:
        values["size_kind"], values["quantity"], values["side"] = int(SizeKind.QUANTITY), math.inf, request.side
    else:
        values["size_kind"], values["size"], values["side"] = int(size.kind), size.value, request.side
        values["quantity"] = size.value if size.kind is SizeKind.QUANTITY else 0.0
    values["stop"], values["stop_is_price"] = request.stop_loss.value, request.stop_loss.is_price
    values["target"], values["target_is_price"] = request.take_profit.value, request.take_profit.is_price
    values["child_trail"], values["child_trail_is_distance"] = request.trailing_stop.value, request.trailing_stop.is_price
    values["break_even"], values["timeout"] = request.break_even, request.timeout
    values["state"] = tables.WAITING if request.after else tables.WORKING
    values["reason"], values["force"], values["filled"] = _REASON, FORCES.index(request.force), 0.0
    values["lot"], values["parent"], values["group"] = request.lot, request.after, request.group
    values["expires"] = time + request.expires if request.expires else tables.NEVER
    values["reduce_only"], values["post_only"], values["on_close"] = request.reduce_only, request.post_only, request.on_close
    values["decision"] = row
    ticket[0] = tuple(values.values())
