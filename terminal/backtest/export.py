"""Writes a result to a file in the form its ending names: HTML page, JSON, CSV of the trades, PNG picture.

Called by the command that exports a run; the file appears whole or not at all.
"""

import os
from contextlib import suppress
from pathlib import Path

from terminal.backtest.result import Result
from terminal.domain.errors import BadInput, DiskFull, OutcryError, lacks_room

ENDINGS = (".html", ".json", ".csv", ".png")


def write_result(result: Result, path: Path) -> None:
    """Writes `result` to `path`; raises BadInput for an ending it does not know, OutcryError in words where it can't write."""
    demand_ending(path)
    content = _content(result, path)
    half = path.with_name(f".{path.name}.{os.getpid()}.writing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(content)
        half.replace(path)
    except OSError as error:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        kind = DiskFull if lacks_room(error) else OutcryError
        raise kind(f"{path} could not be written: {error.strerror or error}.", cure="Choose another folder, or free some space.") from error


def demand_ending(path: Path) -> None:
    """Raises BadInput where `path` ends in a form that no result is written in: worth asking before a long run."""
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(f"A result cannot be written as {path.name!r}.", cure=f"Let its name end in {', '.join(ENDINGS)}.")


def _content(result: Result, path: Path) -> bytes:
    ending = path.suffix.lower()
    if ending == ".html":
        from terminal.backtest.page import result_html

        return result_html(result).encode()
    if ending == ".png":
        from terminal.backtest.picture import result_png

        return result_png(result)
    if ending == ".json":
        return (result.to_json() + "\n").encode()
    from terminal.backtest.report import trades_csv

    return trades_csv(result).encode()
