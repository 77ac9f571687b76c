"""What happened to an order is noted, and one that leaves the market takes with it what waited for its fill.

Compiled parts of loops, called wherever an order changes its state.
"""

import numpy as np

from terminal.ledger.inner import inner
from terminal.trading.desk import CANCELLED, DONE, PARENT_GONE, REJECTED, WAITING

NO_ROW = np.int64(-1)


@inner
def log(desk, i, order, kind, cause, fill):  # type: ignore[no-untyped-def] # numba records have no Python type
    """Notes that something happened to an order of instrument `i`."""
    totals = desk.totals[0]
    event = desk.events[totals.events]
    event.order, event.instrument, event.kind, event.cause, event.time, event.fill = order.id, i, kind, cause, desk.books[i].time, fill
    totals.events += 1


@inner
def strike(desk, i, order, kind, cause):  # type: ignore[no-untyped-def]
    """Takes an order out of the market; what waited for its fill goes with it if nothing was filled."""
    order.state = DONE
    log(desk, i, order, kind, cause, NO_ROW)
    if order.filled == 0.0:
        drop_orphans(desk, i, REJECTED if kind == REJECTED else CANCELLED)


@inner
def drop_orphans(desk, i, kind):  # type: ignore[no-untyped-def]
    """Strikes out the orders that wait for one that ended without a fill, then those that wait for them."""
    is_searching = True
    while is_searching:
        is_searching = False
        for k in range(desk.books[i].working):
            child = desk.orders[i, k]
            if child.state == WAITING and has_lost_parent(desk, i, child):
                child.state = DONE
                log(desk, i, child, kind, PARENT_GONE, NO_ROW)
                is_searching = True


@inner
def has_lost_parent(desk, i, child):  # type: ignore[no-untyped-def]
    """Whether the order that `child` waits for ended on this candle without a fill."""
    for k in range(desk.books[i].working):
        parent = desk.orders[i, k]
        if parent.id == child.parent:
            return parent.state == DONE and parent.filled == 0.0
    return False
