"""Moments as people write them, turned into the nanoseconds every candle is stamped with.

The command line's dates and the Python face's `start` are read here.
"""

from datetime import UTC, datetime

from terminal.domain.errors import BadInput


def parse_moment(text: str, name: str) -> int:
    """UTC ns meant by a date or an ISO time (UTC where it names no zone); raises BadInput that names it `name`."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"{name} is {text!r}, which is no date.", cure="Write 2024-01-31 or 2024-01-31T12:00 (UTC).") from None
    aware = read if read.tzinfo is not None else read.replace(tzinfo=UTC)
    try:
        seconds = int(aware.timestamp())
    except (OverflowError, ValueError):
        raise BadInput(f"{name} is {text!r}, which is out of range.", cure="Write a year from 1970 to 2200.") from None
    return seconds * 1_000_000_000 + aware.microsecond * 1_000
