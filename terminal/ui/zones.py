"""Times as a person reads them: one switch (local, exchange, UTC) rules every table, chart and label.

Inside everything is UTC nanoseconds; only this module turns them into words.
"""

from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

_SECOND = 1_000_000_000
_ZONE_OF_CALENDAR = {
    "XNYS": "America/New_York",
    "XNAS": "America/New_York",
    "XLON": "Europe/London",
    "XETR": "Europe/Berlin",
    "XPAR": "Europe/Paris",
    "XTKS": "Asia/Tokyo",
    "XHKG": "Asia/Hong_Kong",
}


class Zone(StrEnum):
    """Whose clock the window shows; the exchange's is UTC where an exchange has none of its own."""

    LOCAL = "local"
    EXCHANGE = "exchange"
    UTC = "utc"


class Zones(QObject):
    """The zone in force. `changed` asks everything that shows a time to write it anew."""

    changed = Signal()

    def __init__(self, zone: Zone = Zone.UTC, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.zone = zone

    def choose(self, zone: Zone) -> None:
        """Makes `zone` the one that every time is shown in."""
        if zone is not self.zone:
            self.zone = zone
            self.changed.emit()

    def of(self, calendar: str = "") -> tzinfo | None:
        """The time zone in force for an instrument of that trading calendar ("" = none in view); None = this computer's."""
        if self.zone is Zone.UTC:
            return UTC
        if self.zone is Zone.LOCAL:
            return None
        name = _ZONE_OF_CALENDAR.get(calendar)
        return ZoneInfo(name) if name else UTC

    def at(self, time_ns: int, calendar: str = "") -> datetime:
        """`time_ns` (UTC ns) as an aware datetime of the zone in force."""
        return datetime.fromtimestamp(time_ns // _SECOND, UTC).astimezone(self.of(calendar))

    def name(self, calendar: str = "") -> str:
        """The zone in force in words, such as "UTC", "local time" or "New York"."""
        if self.zone is Zone.LOCAL:
            return "local time"
        name = _ZONE_OF_CALENDAR.get(calendar) if self.zone is Zone.EXCHANGE else None
        return name.rpartition("/")[2].replace("_", " ") if name else "UTC"

    def date(self, time_ns: int, calendar: str = "") -> str:
        """The day, such as 2021-12-31."""
        return f"{self.at(time_ns, calendar):%Y-%m-%d}"

    def minute(self, time_ns: int, calendar: str = "") -> str:
        """Day and minute, such as 2021-12-31 18:00; the form of tables of candles and trades."""
        return f"{self.at(time_ns, calendar):%Y-%m-%d %H:%M}"

    def second(self, time_ns: int, calendar: str = "") -> str:
        """The time of day to the second, such as 14:32:07."""
        return f"{self.at(time_ns, calendar):%H:%M:%S}"

    def recent(self, time_ns: int, now_ns: int, calendar: str = "") -> str:
        """The time of day for today's rows; day and minute for rows of another day."""
        is_today = self.at(time_ns, calendar).date() == self.at(now_ns, calendar).date()
        return self.second(time_ns, calendar) if is_today else self.minute(time_ns, calendar)

    def both(self, time_ns: int, calendar: str = "") -> str:
        """Day and minute in the zone in force with UTC beside it; the form of tooltips."""
        utc = f"{datetime.fromtimestamp(time_ns // _SECOND, UTC):%Y-%m-%d %H:%M} UTC"
        here = self.minute(time_ns, calendar)
        return utc if utc.startswith(here) else f"{here} ({utc})"
