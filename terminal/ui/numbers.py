"""Numbers as a person reads them: thin groups, a real minus sign, a space before a unit.

Every table, figure and label of the window writes its numbers through these; those that a report shares come from `domain.words`.
"""

import math

from terminal.domain.words import ABSENT, count, number, percent, price

__all__ = ["ABSENT", "age_of", "count", "duration", "left", "money", "number", "percent", "price", "rate", "size"]


def money(value: float | None, currency: str = "", *, signed: bool = False, decimals: int = 0) -> str:
    """An amount, with its currency behind where one is given: −4,092 USDT."""
    return f"{number(value, decimals, signed=signed)} {currency}".rstrip()


def duration(seconds: float | None) -> str:
    """A span of time in its two largest units: 0.4 s, 21 s, 3 min 20 s, 2 h 5 min, 4 d 3 h."""
    if seconds is None or not math.isfinite(seconds):
        return ABSENT
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for length, unit, small, part in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= length:
            rest = whole % length // small
            return f"{whole // length} {unit} {rest} {part}" if rest else f"{whole // length} {unit}"
    return f"{whole} s"


def age_of(seconds: float | None) -> str:
    """How long ago in one unit and two digits, for narrow columns: 0.7 s, 21 s, 3 min, 5 h, 12 d, 4.1 y."""
    if seconds is None or not math.isfinite(seconds):
        return ABSENT
    for length, unit, below in ((1, "s", 60), (60, "min", 3_600), (3_600, "h", 86_400), (86_400, "d", 100 * 86_400)):
        if seconds < below:
            return f"{seconds:.1f} s" if seconds < 9.95 else f"{int(seconds / length)} {unit}"
    years = seconds / (365.2425 * 86_400)
    return f"{years:.1f} y" if years < 9.95 else f"{years:.0f} y"


def left(seconds: float | None) -> str:
    """Time left as a clock: 0:21, 12:05, 1:02:03; empty while unknown."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def size(amount: float) -> str:
    """Bytes in the unit that suits them: 212 GB, 4.1 MB."""
    value = float(amount)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if value >= 100 or unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def rate(per_second: float) -> str:
    """A pace, such as 118 k/s or 40/s."""
    return f"{per_second / 1000:,.0f} k/s" if per_second >= 10_000 else f"{per_second:,.0f}/s"
