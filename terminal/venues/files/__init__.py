"""Files as a venue: CSV and Parquet of any make become candles; guesses are shown, corrections obeyed. Never writes to the store."""

from collections.abc import Mapping
from pathlib import Path

from terminal.domain.candles import Candles, iso
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import Timeframe
from terminal.venues.files.interpret import interpret
from terminal.venues.files.reading import CORRECTIONS, Corrections, Fact, Problem, Reading, Sureness
from terminal.venues.files.work import Interpretation

__all__ = ["CORRECTIONS", "Fact", "Problem", "Reading", "Sureness", "inspect", "read", "read_with_notes"]

_NOTHING: Mapping[str, str] = {}
_SHOWN_CANDLES = 5


def read(
    path: Path | str, *, symbol: str | None = None, timeframe: Timeframe | None = None, venue: str = "file", corrections: Mapping[str, str] = _NOTHING
) -> Candles:
    """The candles of a CSV or Parquet file (.gz and .zip too). Raises BadInput that names the line, the value and the cure.

    `symbol` names the instrument and picks its rows or column where the file holds several; `corrections` (see CORRECTIONS)
    overrule what is detected.
    """
    return read_with_notes(path, symbol=symbol, timeframe=timeframe, venue=venue, corrections=corrections)[0]


def read_with_notes(
    path: Path | str, *, symbol: str | None = None, timeframe: Timeframe | None = None, venue: str = "file", corrections: Mapping[str, str] = _NOTHING
) -> tuple[Candles, tuple[str, ...]]:
    """As `read`, and what was put right on the way, such as rows that were sorted."""
    work = Interpretation(Path(path), Corrections(corrections))
    candles = interpret(work, symbol=symbol, timeframe=timeframe, venue=venue)
    return candles, tuple(work.notebook.notes)


def inspect(path: Path | str, *, symbol: str | None = None, corrections: Mapping[str, str] = _NOTHING) -> Reading:
    """What the file seems to hold. Where it can't be imported as it is, the Reading's problems say why and what to do."""
    problems: tuple[Problem, ...] = ()
    work = Interpretation(Path(path), Corrections(corrections))
    try:
        interpret(work, symbol=symbol, timeframe=None, venue="file")
    except BadInput as error:
        problems = (Problem(error.message, error.cure),)
    candles = work.candles
    return Reading(
        path=work.path,
        headers=work.headers,
        preview=work.preview,
        roles={role: work.headers[number] for role, number in work.roles.items()},
        facts=tuple(work.notebook.facts),
        rows=work.rows,
        timeframe=None if candles is None else candles.timeframe,
        start=None if candles is None else int(candles.time[0]),
        end=None if candles is None else int(candles.time[-1]) + candles.timeframe.nanoseconds,
        candles=() if candles is None else tuple(_row(candles, row) for row in range(min(_SHOWN_CANDLES, len(candles)))),
        symbols=work.symbols,
        notes=tuple(work.notebook.notes),
        problems=problems,
    )


def _row(candles: Candles, row: int) -> tuple[str, float, float, float, float, float]:
    prices = float(candles.open[row]), float(candles.high[row]), float(candles.low[row]), float(candles.close[row])
    return iso(int(candles.time[row])), *prices, float(candles.volume[row])
