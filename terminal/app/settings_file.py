"""Reads and writes the flat TOML file that holds a person's settings; a damaged one is kept as a copy, never lost.

Used by `app.settings` alone, before the first candle.
"""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


class DamagedFile(Exception):
    """The file is not TOML; `copy` is where its content was kept (None where it could not be copied)."""

    def __init__(self, reason: str, copy: Path | None) -> None:
        super().__init__(reason)
        self.copy = copy


def read_toml(path: Path) -> dict[str, Any]:
    """The values in `path`, {} where there is no such file; raises DamagedFile after keeping a copy beside it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise DamagedFile(str(error), keep_copy(path)) from error


def keep_copy(path: Path) -> Path | None:
    """Where the content of `path` was copied to, beside it; None where that failed."""
    copy = path.with_suffix(f"{path.suffix}.damaged")
    try:
        copy.write_bytes(path.read_bytes())
    except OSError:
        return None
    return copy


def write_toml(path: Path, values: Mapping[str, Any], heads: Mapping[str, str]) -> None:
    """Replaces `path` at once by `values`, each under its comment from `heads`; the old file stays whole if this fails."""
    lines = []
    for name, value in values.items():
        if heads.get(name):
            lines.append(f"# {heads[name]}")
        lines.append(f"{name if _BARE.fullmatch(name) else _text(name)} = {_literal(value)}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch = path.with_suffix(f".{os.getpid()}.part")
    try:
        with scratch.open("w", encoding="utf-8") as file:
            file.write("\n".join([*lines, ""]))
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def _literal(value: Any) -> str:
    """`value` as TOML writes it, on one line: also what another version, or a person, put into the file."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_text(str(name))} = {_literal(item)}' for name, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return str(value).lower()  # true and false, inf and nan are small letters there
    raise TypeError(f"TOML has no {type(value).__name__}")


def _text(value: str) -> str:
    """A string, quoted: JSON's are TOML's, but for the DEL character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
