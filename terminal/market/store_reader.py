"""Reading a stored series without waiting for anyone: manifest, data files, and what to do when one of them is damaged.

Half of a series' folder; `store_series` adds the writing half.
"""

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from terminal.domain.candles import Candles, iso
from terminal.domain.clock import Clock
from terminal.domain.errors import BadInput, StoreDamaged, StoreError
from terminal.market.store_disk import locked, write_atomically
from terminal.market.store_manifest import Manifest, ManifestDamaged, Quarantined, Receipt, StoredFile, decode, encode, receipts_of
from terminal.market.store_periods import Columns, groups_between, rows_in

MANIFEST = "series.json"
RECEIPTS = "receipts.log"
THREADS = min(4, os.cpu_count() or 1)
_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every series of one store shares."""

    root: Path
    clock: Clock
    is_read_only: bool


class SeriesReader:
    """The files of one series as a reader sees them. No lock is needed: files never change, and the manifest changes in one step."""

    def __init__(self, folder: Path, surroundings: Surroundings) -> None:
        self._folder = folder
        self._around = surroundings
        self._known: tuple[tuple[int, ...], Manifest] | None = None
        self._verified: dict[str, tuple[int, ...]] = {}

    def manifest(self) -> Manifest | None:
        """The index as it stands on disk; rebuilt from the data files where it is lost; None where nothing is stored."""
        try:
            return self._shown(self._load())
        except FileNotFoundError:
            if not any(self._folder.glob("*.parquet")):
                return None
        except ManifestDamaged:
            pass
        if self._around.is_read_only:
            return self._shown(self._rebuilt())
        with self._lock():
            try:
                return self._shown(self._healed())
            except FileNotFoundError:
                return None

    def receipts(self) -> tuple[Receipt, ...]:
        """Every write, oldest first."""
        logged = receipts_of(self._folder / RECEIPTS)
        manifest = self.manifest()
        last = None if manifest is None else manifest.last_receipt
        return logged if last is None or last in logged[-1:] else (*logged, last)

    def read(self, start: int | None, end: int | None, *, name: str) -> Candles:
        """The candles that open in [start, end). Raises BadInput where nothing is stored, StoreDamaged once per damaged file."""
        before: Manifest | None = None
        for _ in range(_ATTEMPTS):
            manifest = self.manifest()
            if manifest is None:
                raise BadInput(f"No candles are stored of {name}.", cure="Extract or import them first.")
            try:
                return self._read(manifest, start, end)
            except FileNotFoundError as error:
                if before is not None and before.generation == manifest.generation:
                    self._quarantine(manifest, Path(str(error.filename)).name, "the file is gone")
                before = manifest
        raise StoreError(f"{name} changed on every attempt to read it.", cure="Try again when the download is done.")

    def _lock(self) -> contextlib.AbstractContextManager[None]:
        name = "-".join(self._folder.relative_to(self._around.root).parts)
        return locked(self._around.root / ".locks" / name)

    def _shown(self, manifest: Manifest) -> Manifest | None:
        return manifest if manifest.files or manifest.covered or manifest.quarantined else None

    def _load(self) -> Manifest:
        path = self._folder / MANIFEST
        signature = signature_of(path)
        if self._known is None or self._known[0] != signature:
            self._known = (signature, decode(path.read_bytes()))
        return self._known[1]

    def _save(self, manifest: Manifest) -> None:
        write_atomically(self._folder / MANIFEST, encode(manifest))

    def _read(self, manifest: Manifest, start: int | None, end: int | None) -> Candles:
        from terminal.market.store_files import empty_columns

        chosen = [(file, groups) for file in manifest.files if len(groups := groups_between(file, start, end))]
        counts = [rows_in(file, groups) for file, groups in chosen]
        columns = empty_columns(sum(counts))
        edges = np.cumsum([0, *counts])
        parts = [{name: column[edges[i] : edges[i + 1]] for name, column in columns.items()} for i in range(len(chosen))]
        jobs = [(manifest, file, groups, part) for (file, groups), part in zip(chosen, parts, strict=True)]
        if len(jobs) == 1:
            self._fill(*jobs[0])
        elif jobs:
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(lambda job: self._fill(*job), jobs))
        for column in columns.values():
            column.flags.writeable = False
        return Candles(manifest.instrument, manifest.key.timeframe, provenance=manifest.provenance, **columns).between(start, end)

    def _fill(self, manifest: Manifest, file: StoredFile, groups: range, into: Columns) -> None:
        from terminal.market.store_files import FileDamaged, load

        signature = signature_of(self._folder / file.name)
        try:
            load(self._folder, file, groups, into, is_verified=self._verified.get(file.name) == signature)
        except FileDamaged as damage:
            self._quarantine(manifest, file.name, str(damage))
        self._verified[file.name] = signature

    def _quarantine(self, manifest: Manifest, name: str, reason: str) -> None:
        """Moves a damaged file aside, takes its candles off the books and raises StoreDamaged."""
        file = next(file for file in manifest.files if file.name == name)
        if not self._around.is_read_only:
            with self._lock():
                self._condemn(file, reason)
        raise StoreDamaged(
            f"The file {name} of {manifest.key} is damaged ({reason}); its {file.rows:,} candles from {_day(file.first)} to {_day(file.last)} are missing now.",
            cure="It was set aside in the folder .quarantine. Repair the gaps to fetch them again; reading again gives the healthy rest.",
        )

    def _condemn(self, file: StoredFile, reason: str) -> Manifest:
        """The manifest, saved, after `file` was set aside; under the lock."""
        manifest = self._load()
        if any(known.name == file.name for known in manifest.files):
            self._set_aside(file.name)
            step = manifest.key.timeframe.nanoseconds
            lost = Quarantined(manifest.key, file.name, reason, file.first, file.last + step, file.rows, self._around.clock())
            manifest = manifest.without(lost, file.name)
            self._save(manifest)
        return manifest

    def _set_aside(self, name: str) -> None:
        target = self._around.root / ".quarantine" / self._folder.relative_to(self._around.root) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            (self._folder / name).replace(target)

    def _healed(self) -> Manifest:
        """The manifest, rebuilt and saved where it was lost. Raises FileNotFoundError where there is nothing to rebuild."""
        try:
            return self._load()
        except ManifestDamaged:
            self._set_aside(MANIFEST)
        except FileNotFoundError:
            if not any(self._folder.glob("*.parquet")):
                raise
        manifest = self._rebuilt()
        self._save(manifest)
        return manifest

    def _rebuilt(self) -> Manifest:
        from terminal.market.store_rebuild import rebuild

        return rebuild(self._folder, now=self._around.clock(), set_aside=None if self._around.is_read_only else self._set_aside)


def signature_of(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def signature_or_none(path: Path) -> tuple[int, ...] | None:
    try:
        return signature_of(path)
    except FileNotFoundError:
        return None


def _day(time_ns: int) -> str:
    return iso(time_ns)[:10]
