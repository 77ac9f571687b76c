"""Which candles wake a strategy that asked to be woken only now and then."""

import re

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput

_TIME_OF_DAY = re.compile(r"\s*(\d{1,2}):(\d{2})(?:\s+(\S+))?\s*")
_MINUTE, _DAY = 60_000_000_000, 86_400_000_000_000


def rows_awake(candles: Candles, every: int, at: str, when: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """True for each candle at whose close the strategy is woken, shape (n,): the first to close at or after each asked moment.

    `every` is a span in ns, `at` a time of day such as "16:00 America/New_York" (UTC where no zone is named), `when` a mask;
    exactly one is given. Raises BadInput.
    """
    if (every > 0) + bool(at) + (when is not None) != 1:
        raise BadInput("`wake` takes one of `every`, `at` and `when`.", cure='Write wake(every="1h"), wake(at="16:00") or wake(when=mask).')
    if when is not None:
        mask = np.asarray(when)
        if mask.dtype != np.bool_ or mask.shape != (len(candles),):
            raise BadInput(f"`when` has the shape {mask.shape}, candles have {len(candles):,} rows.", cure="Give True or False for each candle.")
        return mask
    closes = candles.time + candles.timeframe.nanoseconds
    moments = closes // every if every else _moments_of_day(closes, at)
    awake = np.ones(len(candles), bool)
    awake[1:] = moments[1:] != moments[:-1]
    return awake


def _moments_of_day(closes: NDArray[np.int64], at: str) -> NDArray[np.int64]:
    """A number that grows by one whenever the time of day `at` is reached, for each close (UTC ns)."""
    match = _TIME_OF_DAY.fullmatch(at)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise BadInput(f"`at` is {at!r}.", cure='Give a time of day such as "16:00" or "16:00 America/New_York".')
    since_midnight = (int(match[1]) * 60 + int(match[2])) * _MINUTE
    return (closes + _offsets(closes, match[3] or "UTC") - since_midnight) // _DAY


def _offsets(times: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """How far the clocks of `zone` are ahead of UTC at each time, in ns, by the hour."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        clock = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput(f"The time zone {zone!r} is not known.", cure="Use a name such as America/New_York.") from None
    hours, places = np.unique(times // (60 * _MINUTE), return_inverse=True)
    offsets = []
    for hour in hours.tolist():
        offset = datetime.fromtimestamp(hour * 3600, UTC).astimezone(clock).utcoffset()
        offsets.append(0 if offset is None else int(offset.total_seconds()) * 1_000_000_000)
    return np.array(offsets, np.int64)[places]
