"""Results kept: every run's trial in the ledger, and saved runs that open again after a restart.

Commands and the Python face record here after a backtest; the window and exports open from here.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.app.commands import Beside
from terminal.app.run_files import DamagedRun, RunInfo, read_info, read_run, write_run
from terminal.app.trials import TrialLedger
from terminal.domain.clock import Clock
from terminal.domain.errors import OutcryError, UnknownName
from terminal.domain.names import nearest

if TYPE_CHECKING:
    from terminal.backtest.evidence import Trials
    from terminal.backtest.handed_in import Arrays
    from terminal.backtest.result import Result

_UNSAVED_KEPT = 20


@dataclass(frozen=True, slots=True)
class Run:
    """A recorded run and its result. `changes` says in words what is no longer as it was when it ran, empty = nothing."""

    info: RunInfo
    result: "Result"
    is_saved: bool
    changes: tuple[str, ...] = ()
    handed_in: "Arrays" = field(default_factory=dict)
    """What it was handed as data, kept with it so that it can be made again."""
    trouble: OutcryError | None = None
    """Why the trial could not be noted or the run not kept; None = all went well."""

    @property
    def id(self) -> str:
        """The name by which commands open and export it."""
        return self.info.id


class Runs:
    """Saved runs and the trial ledger in one folder. Opens nothing until it is asked; thread-safe."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock
        self._ledger = TrialLedger(folder / "trials.sqlite")
        self._lock = threading.Lock()
        self._unsaved: OrderedDict[str, Run] = OrderedDict()

    def record(
        self,
        result: "Result",
        strategy: str,
        *,
        origin: str = "hand",
        candles: str = "",
        finer: str = "",
        save: bool = True,
        beside: Sequence[Beside] = (),
        handed_in: "Arrays | None" = None,
    ) -> Run:
        """Notes the trial, judges the result by all trials now known, and keeps it: on disk if `save`, else for a while in memory.

        `strategy` and those `beside` it are the names or paths by which they were asked for.
        Where the disk refuses, the result is still given, kept in memory, and `trouble` says why.
        """
        now = self._clock()
        judged, trouble = result, None
        try:
            self._ledger.record(result, origin, now)
            judged = result.judged(self._ledger.trials(result))
        except OutcryError as error:
            trouble = error
        info = replace(self._info(judged, strategy, origin, candles, now), beside=tuple(each.strategy for each in beside), finer=finer)
        given = handed_in or {}
        run = Run(info, replace(judged, saver=partial(self._save_result, info, given)), is_saved=False, handed_in=given, trouble=trouble)
        if save and trouble is None:
            try:
                return self.save(run)
            except OutcryError as error:
                run = replace(run, trouble=error)
        self._hold(run)
        return run

    def note(self, result: "Result", origin: str) -> None:
        """Notes only the trial behind `result`: it was looked at, and nobody asked to keep it. A disk that refuses is let be."""
        with suppress(OutcryError):
            self._ledger.record(result, origin, self._clock())

    def _hold(self, run: Run) -> None:
        with self._lock:
            self._unsaved[run.id] = run
            while len(self._unsaved) > _UNSAVED_KEPT:
                self._unsaved.popitem(last=False)

    def save(self, run: Run) -> Run:
        """Writes a run to disk and puts it on the list; the saved run."""
        write_run(self._path(run.id), run.info, run.result, run.handed_in)
        self._ledger.add_run(run.info)
        with self._lock:
            self._unsaved.pop(run.id, None)
        return replace(run, is_saved=True)

    def open(self, run_id: str) -> Run:
        """The run of that id; raises UnknownName with the nearest, or DamagedRun in words."""
        with self._lock:
            if run_id in self._unsaved:
                return self._unsaved[run_id]
        known = [info.id for info in self.list()]
        if run_id not in known:
            raise UnknownName("run", run_id, nearest=nearest(run_id, known), cure="See the list of runs.")
        info, result, given = read_run(self._path(run_id))
        return Run(info, replace(result, saver=partial(self._save_result, info, given)), is_saved=True, handed_in=given)

    def list(self) -> tuple[RunInfo, ...]:
        """The saved runs, newest first. A list that was damaged is made anew from the runs' own files."""
        infos = self._ledger.list_runs()
        if self._ledger.was_damaged:
            self._ledger.was_damaged = False
            self._index_anew()
            infos = self._ledger.list_runs()
        return infos

    def trials(self, result: "Result") -> "Trials":
        """The trials that the ledger knows on the series of `result`."""
        return self._ledger.trials(result)

    def close(self) -> None:
        """Closes the ledger's file."""
        self._ledger.close()

    def _save_result(self, info: RunInfo, given: "Arrays", result: "Result") -> str:
        if not self._path(info.id).exists():
            self.save(Run(info, result, is_saved=False, handed_in=given))
        return info.id

    def _index_anew(self) -> None:
        for path in sorted(self.folder.glob("*.npz")):
            try:
                self._ledger.add_run(read_info(path))
            except DamagedRun:  # a broken file is named when it is asked for; the others stay usable
                continue

    def _info(self, result: "Result", strategy: str, origin: str, candles: str, now: int) -> RunInfo:
        moment = f"{_stamp(now)}-{_mark(result)}"
        with self._lock:
            taken, number = moment, 2
            while taken in self._unsaved or self._path(taken).exists():
                taken, number = f"{moment}-{number}", number + 1
        return RunInfo(
            id=taken,
            created=now,
            strategy=strategy,
            title=str(result.settings["strategy"]),
            series=result.candles_key,
            parameters=result.settings["parameters"],
            origin=origin,
            simulated=result.simulated,
            start=int(result.time[0]),
            end=int(result.time[-1]),
            total_return=result.metrics["total_return"],
            sharpe=result.metrics["sharpe_ratio"],
            trades=int(result.metrics["trades"]),
            verdict=result.verdict,
            data_fingerprint=result.fingerprints["data"],
            code_fingerprint=result.fingerprints["code"],
            candles=candles,
            others=tuple(dict.fromkeys(result.symbol_names))[1:],
            ticks=result.ticks,
        )

    def _path(self, run_id: str) -> Path:
        return self.folder / f"{run_id}.npz"


def _mark(result: "Result") -> str:
    """Eight digits that tell a run from those that other programs make in the same second."""
    asked = repr((sorted(result.settings.items()), sorted(result.fingerprints.items())))
    return hashlib.blake2b(asked.encode(), digest_size=4).hexdigest()


def _stamp(now: int) -> str:
    import numpy as np

    return str(np.datetime64(now, "ns").astype("datetime64[s]")).replace("-", "").replace(":", "").replace("T", "-")
