"""Lengths of time as authors write them: "90m", "4h", "3d".

Read by orders (`expires`, `timeout`), schedules and `wake`.
"""

import re

from terminal.domain.errors import BadInput

_UNITS = {"s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000, "d": 86_400_000_000_000, "w": 604_800_000_000_000}
_SPAN = re.compile(r"\s*(\d+)\s*([smhdw])\s*")


def span(name: str, given: str | int | None) -> int:
    """A length of time in ns: 0 for None, "90m", "4h", "3d", or ns as they are; raises BadInput that names the argument.

    >>> span("expires", "4h") // 60_000_000_000
    240
    """
    if given is None:
        return 0
    if isinstance(given, int) and not isinstance(given, bool) and given > 0:
        return given
    match = _SPAN.fullmatch(given) if isinstance(given, str) else None
    if match is None or int(match[1]) == 0:
        raise BadInput(f"`{name}` is {given!r}.", cure='Give a length of time such as "15m", "4h" or "1d".')
    return int(match[1]) * _UNITS[match[2]]
