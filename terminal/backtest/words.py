"""Figures of a report as a person reads them: thin groups, a real minus sign, a space before a unit.

Used by the HTML page and the picture.
"""

import math

import numpy as np

from terminal.stats.glossary import Form

ABSENT = "–"


def written(value: float, form: Form, *, signed: bool = False) -> str:
    """`value` in the form of its measure, such as −1.9 % or 26,280; a dash where it is not known."""
    if not math.isfinite(value):
        return "∞" if value == math.inf else ABSENT
    if form is Form.PERCENT:
        return f"{number(value * 100, 1, signed=signed)} %"
    if form is Form.COUNT:
        return number(value, 0, signed=signed)
    if form is Form.DAYS:
        return f"{number(value, 0)} d"
    return number(value, 2, signed=signed)


def number(value: float, decimals: int, *, signed: bool = False) -> str:
    """`value` with groups and a real minus sign; what rounds to nothing has no sign."""
    text = f"{abs(value):,.{decimals}f}"
    if not any(digit in "123456789" for digit in text):
        return text
    return ("−" if value < 0 else "+" if signed else "") + text


def price(value: float) -> str:
    """A price with about six significant digits."""
    if not math.isfinite(value) or value == 0:
        return ABSENT if value else "0"
    decimals = max(0, min(10, 5 - math.floor(math.log10(abs(value)))))
    return number(value, min(decimals, 2) if abs(value) >= 100 else decimals)


def day(time_ns: int) -> str:
    """The UTC day of `time_ns`, such as 2021-05-19."""
    return str(np.datetime64(time_ns, "ns").astype("datetime64[D]"))


def moment(time_ns: int) -> str:
    """The UTC minute of `time_ns`, such as 2021-05-19 12:00."""
    return str(np.datetime64(time_ns, "ns").astype("datetime64[m]")).replace("T", " ")
