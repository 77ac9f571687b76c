"""What a shell types and reads: moments, `name=value` pairs, aligned tables, and answers as one JSON document."""

import dataclasses
import json
import math
import shlex
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from terminal.domain.errors import BadInput
from terminal.domain.moments import parse_moment
from terminal.domain.words import with_arguments, with_corrections

_SMALLEST_TIME = 10**17
"""Whole numbers of this size in an answer are UTC nanoseconds (1973 and later): no count and no size in bytes comes near."""


def moment_or_none(text: str | None, option: str) -> int | None:
    """As `parse_moment`; None for None."""
    return None if text is None else parse_moment(text, option)


def pairs(given: Sequence[str], option: str = "--set") -> dict[str, str]:
    """`name=value` texts as a mapping; raises BadInput for one without "=" and for a name given twice."""
    found: dict[str, str] = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not separator or not name.strip():
            raise BadInput(f"{option} is {text!r}.", cure=f"Write {option} name=value.")
        if name.strip() in found:
            raise BadInput(f"{option} gives {name.strip()!r} twice.", cure="Give each name once.")
        found[name.strip()] = value.strip()
    return found


def names(given: Sequence[str]) -> tuple[str, ...]:
    """Names given as several options or joined by commas, each once, in order."""
    parts = [part.strip() for text in given for part in text.split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))


def with_flags(text: str, *, imports_first: bool = False) -> str:
    """`text` with each argument and each correction of a file called by its flag, such as --symbol AAA and --set bad_rows=drop; a correction
    of a command that takes none by the import that does."""
    text = with_arguments(text, lambda name, value: f"Give --{name} {shlex.quote(value)}")
    if imports_first:
        corrected = with_corrections(text, lambda name, value: f"outcry data import FILE --symbol NAME --set {name}={value or '…'}")
        return corrected.replace("set outcry data", "store it with: outcry data").replace("Set outcry data", "Store it with: outcry data")
    named = with_corrections(text, lambda name, value: f"--set {name}={value or '…'}")
    return named.replace("set --set", "give --set").replace("Set --set", "Give --set")


def iso(time_ns: int) -> str:
    """A moment as ISO UTC, such as 2024-01-31T12:00:00Z."""
    whole, rest = divmod(time_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}{f'.{rest:09d}'.rstrip('0') if rest else ''}Z"


def day(time_ns: int | None) -> str:
    """A moment as a person reads it in a table, UTC."""
    return "–" if time_ns is None else f"{datetime.fromtimestamp(time_ns // 1_000_000_000, UTC):%Y-%m-%d %H:%M}"


def setting_words(value: Any) -> str:
    """A setting's value as a person reads and types it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def plain(value: Any) -> Any:
    """`value` in JSON's own types: values become objects, times ISO UTC, enums their value, NaN and infinities null."""
    if isinstance(value, Enum):
        return plain(value.value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value) if not field.name.startswith("_")}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, str | bool) or value is None:
        return value
    if hasattr(value, "tolist"):  # numpy's scalars and arrays
        return plain(value.tolist())
    if isinstance(value, int):
        return iso(value) if value >= _SMALLEST_TIME else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)


def write_json(value: Any) -> None:
    """One JSON document on stdout."""
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def write_table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: Iterable[int] = ()) -> None:
    """An aligned table on stdout; columns numbered in `right` are right-aligned."""
    right = frozenset(right)
    widths = [max(len(line[column]) for line in (heads, *rows)) for column in range(len(heads))]
    for line in (heads, *rows):
        cells = [cell.rjust(width) if column in right else cell.ljust(width) for column, (cell, width) in enumerate(zip(line, widths, strict=True))]
        typer.echo("  ".join(cells).rstrip())
