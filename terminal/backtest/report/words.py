"""Figures of a report as a person reads them: thin groups, a real minus sign, a space before a unit.

Used by the HTML page and the picture.
"""

import math

import numpy as np

from terminal.domain.words import ABSENT, count, number, percent, price
from terminal.stats.glossary import Form

__all__ = ["ABSENT", "day", "moment", "number", "price", "written"]


def written(value: float, form: Form, *, signed: bool = False) -> str:
    """`value` in the form of its measure, such as −1.9 % or 26,280; a dash where it is not known."""
    if not math.isfinite(value):
        return "∞" if value == math.inf else ABSENT
    if form is Form.PERCENT:
        return percent(value, signed=signed)
    if form is Form.COUNT:
        return number(value, 0, signed=signed)
    if form is Form.DAYS:
        return f"{count(value)} d"
    return number(value, 2, signed=signed)


def day(time_ns: int) -> str:
    """The UTC day of `time_ns`, such as 2021-05-19."""
    return str(np.datetime64(time_ns, "ns").astype("datetime64[D]"))


def moment(time_ns: int) -> str:
    """The UTC minute of `time_ns`, such as 2021-05-19 12:00."""
    return str(np.datetime64(time_ns, "ns").astype("datetime64[m]")).replace("T", " ")
