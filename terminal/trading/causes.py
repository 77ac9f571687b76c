"""Why the desk refused or ended an order, in words that follow its name.

The event path tells strategies, the paper broker its session.
"""

from terminal.trading import desk as tables

CAUSES = {
    int(tables.NO_CAUSE): "",
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
    int(tables.NO_MARKET): "nothing was quoted yet",
    int(tables.NO_SHORTING): "the account may not sell short",
    int(tables.LOT_CLOSED): "what it had bought was sold before it filled whole",
    int(tables.BELOW_FILLED): "more than that has filled",
    int(tables.CONTRADICTORY): "its settings contradict each other",
}
"""By the table's code."""
