"""Numbers as a person reads them: thin groups, a real minus sign, a space before a unit.

Every table, figure and label of the window writes its numbers through these.
"""

import math

ABSENT = "–"
"""What stands where a number is unknown."""


def number(value: float | None, decimals: int = 2, *, signed: bool = False) -> str:
    """`value` with groups, such as 26,280.50 or −1.90; `signed` writes a plus too."""
    if value is None or not math.isfinite(value):
        return ABSENT
    return _with_minus(f"{value:{'+' if signed else ''},.{decimals}f}")


def count(value: float | None) -> str:
    """A whole number with groups, such as 26,280."""
    return number(value, 0)


def percent(fraction: float | None, decimals: int = 1, *, signed: bool = False) -> str:
    """A rate given as a fraction, such as −1.9 % for −0.019."""
    return ABSENT if fraction is None or not math.isfinite(fraction) else f"{number(fraction * 100, decimals, signed=signed)} %"


def price(value: float | None) -> str:
    """A price with as many decimals as its size asks for: 46,216.9, 1.1370, 0.00001234."""
    if value is None or not math.isfinite(value):
        return ABSENT
    size = abs(value)
    decimals = 1 if size >= 10_000 else 2 if size >= 10 else 4 if size >= 0.1 or size == 0 else min(12, 3 - math.floor(math.log10(size)))
    return number(value, decimals)


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


def _with_minus(text: str) -> str:
    plain = text.lstrip("+-")
    is_zero = not plain.strip("0.,")
    return plain if is_zero else text.replace("-", "−", 1)
