"""How long one candle lasts, and where its borders lie in UTC.

Every stored series, chart and strategy names its timeframe with one of these.
"""

from enum import StrEnum

from terminal.domain.errors import BadInput

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
_MONDAY = 4 * DAY  # 1970-01-05, the first Monday of the epoch; weekly candles open on Mondays


class Timeframe(StrEnum):
    """The candle lengths Outcry stores."""

    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H4 = "4h"
    D1 = "1d"
    W1 = "1w"

    @property
    def nanoseconds(self) -> int:
        """Length of one candle in nanoseconds."""
        return _LENGTH[self]

    @property
    def words(self) -> str:
        """The name a person reads, such as "1 hour"."""
        count, unit = int(self.value[:-1]), _UNIT[self.value[-1]]
        return f"{count} {unit}" if count == 1 else f"{count} {unit}s"

    def floor(self, time_ns: int) -> int:
        """Open of the candle that contains `time_ns` (UTC ns) on the round-the-clock grid."""
        origin = _MONDAY if self is Timeframe.W1 else 0
        return (time_ns - origin) // self.nanoseconds * self.nanoseconds + origin

    @classmethod
    def parse(cls, text: str) -> "Timeframe":
        """The timeframe written as `text`; raises BadInput that lists the ones there are."""
        try:
            return cls(text.strip())
        except ValueError:
            raise BadInput(f"Unknown timeframe {text!r}.", cure=f"Use one of {', '.join(cls)}.") from None


_LENGTH = {
    Timeframe.M1: MINUTE,
    Timeframe.M5: 5 * MINUTE,
    Timeframe.M15: 15 * MINUTE,
    Timeframe.M30: 30 * MINUTE,
    Timeframe.H1: HOUR,
    Timeframe.H4: 4 * HOUR,
    Timeframe.D1: DAY,
    Timeframe.W1: WEEK,
}
_UNIT = {"m": "minute", "h": "hour", "d": "day", "w": "week"}
