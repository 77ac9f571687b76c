"""Which minutes of each hour the simulated stock trades, by the rules of the New York Stock Exchange.

Asked by `demo.hours` for a block of hours at a time.
"""

import numpy as np
from numpy.typing import NDArray

from terminal.domain.new_york import open_minutes


def minutes_open_in_hours(first_hour: int, count: int) -> NDArray[np.int64]:
    """First open minute within each hour and the minute after the last, shape (count, 2); equal where the hour is closed. Hours since 1970."""
    bounds = np.zeros((count, 2), dtype=np.int64)
    for day in range(first_hour // 24, (first_hour + count - 1) // 24 + 1):
        opens, closes = open_minutes(day)
        for hour in range(opens // 60, (closes + 59) // 60):
            row = day * 24 + hour - first_hour
            if 0 <= row < count:
                bounds[row] = max(opens - hour * 60, 0), min(closes - hour * 60, 60)
    return bounds
