"""One run on disk: its arrays and its words in one file without pickle, written whole or not at all.

`app.runs` files a finished run through here and opens it again after a restart.
"""

import json
import math
import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from terminal.domain.errors import DiskFull, OutcryError, lacks_room
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.domain.words import traded_words

if TYPE_CHECKING:
    from terminal.backtest.handed_in import Arrays
    from terminal.backtest.result import Result

_ARRAYS = ("time", "equity_values", "benchmark_values", "trade_table", "daily_returns", "daily_days")
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class RunInfo:
    """One line of the list of runs. Times are UTC ns, rates fractions."""

    id: str
    created: int
    strategy: str
    """The name or path the run was asked for by."""
    title: str
    """The strategy's class name."""
    series: SeriesKey
    parameters: Mapping[str, Any]
    origin: str
    """How it was tried: "hand", "slider", "command line", "script", "demo"."""
    simulated: bool
    start: int
    end: int
    """Opens of the first and last traded candle."""
    total_return: float
    sharpe: float
    trades: int
    verdict: str
    data_fingerprint: str
    code_fingerprint: str
    candles: str = ""
    """The candle file the run read, empty where it read the store."""
    beside: tuple[str, ...] = ()
    """The names or paths of further strategies on its account."""
    others: tuple[str, ...] = ()
    """The symbols traded on its account beside that of `series`."""
    finer: str = ""
    """The file of finer candles that it was handed, empty where it had none."""
    ticks: str = ""
    """What it went over where that were ticks, such as "40 trades"; empty where it went over candles."""

    @property
    def traded(self) -> str:
        """What it traded in a few words, such as "BTC/USDT 1h and 2 more (binance)", "BTC/USDT ticks (file)"."""
        return f"{traded_words(self.series.symbol, self.length, len(self.others))} ({self.series.venue})"

    @property
    def length(self) -> str:
        """What each step of it was: a candle of that length, or "ticks"."""
        return "ticks" if self.ticks else self.series.timeframe.value


class DamagedRun(OutcryError):
    """A saved run that cannot be read any more."""


def write_run(path: Path, info: RunInfo, result: "Result", handed_in: "Arrays") -> None:
    """Writes the run, with what was handed to it, to `path`, atomically; raises DiskFull or OutcryError and leaves nothing half-written."""
    words = {
        "format": _FORMAT,
        "info": info_to_json(info),
        "settings": dict(result.settings),
        "fingerprints": dict(result.fingerprints),
        "metrics": {name: value if math.isfinite(value) else str(value) for name, value in result.metrics.items()},
        "verdict": result.verdict,
        "reasons": list(result.reasons),
        "symbols": [dict(row) for row in result.symbols],
        "log": [note.plain() for note in result.log],
        "handed_in": list(handed_in),
    }
    arrays = {name: getattr(result, name) for name in _ARRAYS} | {f"handed_in_{place}": rows for place, rows in enumerate(handed_in.values())}
    arrays["words"] = np.frombuffer(json.dumps(words, default=str).encode(), np.uint8)
    half = path.with_suffix(f".{os.getpid()}.writing")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with half.open("wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        raise _refused(path, error) from error


def read_run(path: Path) -> "tuple[RunInfo, Result, Arrays]":
    """The run in `path`, and what was handed to it; raises DamagedRun in words where the file is not whole."""
    from terminal.backtest.result import TRADE_TABLE, Note, Result, with_levels

    words, arrays = _contents(path, _ARRAYS)
    handed_in = {str(name): arrays.pop(f"handed_in_{place}") for place, name in enumerate(words.get("handed_in", ()))}
    try:
        arrays["trade_table"] = with_levels(arrays["trade_table"])
        if arrays["trade_table"].dtype != TRADE_TABLE:
            raise _damaged(path, "its trades have other columns than this version of Outcry knows")
        for array in arrays.values():
            array.flags.writeable = False
        info = info_from_json(words["info"])
        metrics = {name: float(value) for name, value in words["metrics"].items()}
        texts = {"settings": words["settings"], "fingerprints": words["fingerprints"], "verdict": str(words["verdict"])}
        held = arrays.pop("benchmark_values")
        result = Result(
            holding=lambda: held,
            metrics=metrics,
            reasons=tuple(words["reasons"]),
            candles_key=info.series,
            simulated=info.simulated,
            symbols=tuple(words.get("symbols", ())),
            log=tuple(Note(**note) for note in words.get("log", ())),
            **texts,
            **arrays,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(path, str(error)) from error
    return info, result, handed_in


def read_info(path: Path) -> RunInfo:
    """The line of the list of runs that the file in `path` stands for; raises DamagedRun."""
    words, _ = _contents(path, ())
    try:
        return info_from_json(words["info"])
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path, str(error)) from error


def info_to_json(info: RunInfo) -> dict[str, Any]:
    """`info` as JSON holds it."""
    plain = {name: getattr(info, name) for name in RunInfo.__slots__}
    series = info.series
    numbers = {name: str(plain[name]) for name in ("total_return", "sharpe")}
    return {**plain, **numbers, "parameters": dict(info.parameters), "series": [series.venue, series.symbol, series.timeframe.value]}


def info_from_json(plain: Mapping[str, Any]) -> RunInfo:
    """The RunInfo that `info_to_json` made `plain` of; raises KeyError, TypeError or ValueError."""
    venue, symbol, timeframe = plain["series"]
    numbers = {name: float(plain[name]) for name in ("total_return", "sharpe")}
    lists = {name: tuple(plain.get(name, ())) for name in ("beside", "others")}
    return RunInfo(**{**plain, **numbers, "series": SeriesKey(venue, symbol, Timeframe(timeframe)), **lists})


def _contents(path: Path, names: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            words = json.loads(file["words"].tobytes())
            arrays = {name: file[name] for name in (*names, *(other for other in file.files if names and other.startswith("handed_in_")))}
    except FileNotFoundError as error:
        raise DamagedRun(f"The file of the run is gone: {path.name}.", cure="Run the backtest again.") from error
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, NotImplementedError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(words, dict) or words.get("format") != _FORMAT:
        raise _damaged(path, "it was written by another version of Outcry")
    return words, arrays


def _damaged(path: Path, why: str) -> DamagedRun:
    return DamagedRun(f"The saved run {path.name} cannot be read: {why}.", cure="Run the backtest again; the other runs are untouched.")


def _refused(path: Path, error: OSError) -> OutcryError:
    kind = DiskFull if lacks_room(error) else OutcryError
    return kind(f"The run could not be saved to {path.parent}: {error.strerror or error}.", cure="Free some space or allow writing there.")
