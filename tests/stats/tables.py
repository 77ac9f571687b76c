"""Tables of trades as a result has them, for the tests of measures."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

HOUR = 3_600_000_000_000

FIELDS = np.dtype(
    [
        *((name, "i8") for name in ("entry_row", "exit_row", "entry_time", "exit_time", "side")),
        *((name, "f8") for name in ("quantity", "entry_price", "exit_price", "gross", "slippage", "costs", "profit", "return")),
        ("reason", "i8"),
        ("mae", "f8"),
        ("mfe", "f8"),
        ("bars", "i8"),
    ]
)
NO_TRADES = np.zeros(0, FIELDS)


def table(profits: list[float], **columns: Any) -> NDArray[Any]:
    """A closed trade of one unit bought at 100 for each profit, an hour long, one after the other; `columns` say what is otherwise."""
    made = np.zeros(len(profits), FIELDS)
    rows = np.arange(len(profits))
    made["entry_row"], made["exit_row"], made["bars"] = 2 * rows, 2 * rows + 1, 1
    made["entry_time"], made["exit_time"] = made["entry_row"] * HOUR, made["exit_row"] * HOUR
    made["side"] = made["quantity"] = made["reason"] = 1
    made["entry_price"], made["profit"] = 100.0, profits
    made["exit_price"], made["gross"], made["return"] = 100.0 + made["profit"], made["profit"], made["profit"] / 100.0
    for name, values in columns.items():
        made[name.rstrip("_")] = values
    return made
