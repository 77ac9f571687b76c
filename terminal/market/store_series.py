"""One stored series: its folder of Parquet files, its manifest, its receipts, and how they change together.

The store opens one of these per series. Data files are written under new names; then the manifest names them.
"""

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from terminal.domain.candles import COLUMNS, Candles, iso
from terminal.domain.clock import Clock
from terminal.domain.errors import BadInput, StoreDamaged, StoreError
from terminal.domain.series import SeriesKey
from terminal.market.store_disk import append_line, as_store_error, locked, sync_folder, write_atomically
from terminal.market.store_manifest import (
    Manifest,
    ManifestDamaged,
    Quarantined,
    Range,
    Receipt,
    StoredFile,
    decode,
    encode,
    missing_of,
    receipt_line,
    receipts_of,
    union,
)
from terminal.market.store_periods import Columns, cut, groups_between, merged, rows_in

MANIFEST = "series.json"
RECEIPTS = "receipts.log"
_THREADS = min(4, os.cpu_count() or 1)
_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every series of one store shares."""

    root: Path
    clock: Clock
    is_read_only: bool


@dataclass(frozen=True, slots=True)
class _Change:
    """One period after a write: its entry, and what the new candles did to it."""

    file: StoredFile
    added: int
    changed: int


class SeriesFolder:
    """The files of one series. Reading needs no lock: files never change, and the manifest changes in one step."""

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

    def write(self, candles: Candles, *, source: str, covered: Range, notes: tuple[str, ...]) -> Receipt:
        """Merges the candles and returns what changed. Raises DiskFull or StoreError, having changed nothing."""
        self._demand_writable()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise as_store_error(error, self._folder) from error
        with self._lock():
            manifest = self._begun(candles)
            parts = cut(candles.time, candles.timeframe)
            manifest = self._healthy(manifest, {period for period, _ in parts})
            try:
                changes = self._write_periods(manifest, candles, parts)
                receipt = Receipt(
                    key=manifest.key,
                    source=source,
                    time=self._around.clock(),
                    covered=covered,
                    rows=len(candles),
                    added=sum(change.added for change in changes),
                    changed=sum(change.changed for change in changes),
                    hash=candles.fingerprint,
                    notes=notes,
                )
                self._log_last(manifest)
                self._commit(manifest, candles, changes, receipt)
            finally:
                self._sweep(self._load())
            return receipt

    def bury(self, *, name: str) -> Path:
        """Moves the whole series aside in one step and returns where to; raises BadInput where it is not stored."""
        self._demand_writable()
        with self._lock():
            if not self._folder.is_dir():
                raise BadInput(f"{name} is not stored.", cure="`outcry data list` shows what is.")
            grave = self._around.root / ".deleted" / f"{self._around.clock()}"
            try:
                grave.parent.mkdir(exist_ok=True)
                self._folder.rename(grave)
            except OSError as error:
                raise as_store_error(error, self._folder) from error
            self._known = None
            self._verified.clear()
            return grave

    def _demand_writable(self) -> None:
        if self._around.is_read_only:
            raise StoreError("This Outcry was opened read-only, because another one is running.", cure="Use the other window, or close it first.")

    def _lock(self) -> contextlib.AbstractContextManager[None]:
        name = "-".join(self._folder.relative_to(self._around.root).parts)
        return locked(self._around.root / ".locks" / name)

    def _shown(self, manifest: Manifest) -> Manifest | None:
        return manifest if manifest.files or manifest.covered or manifest.quarantined else None

    def _load(self) -> Manifest:
        path = self._folder / MANIFEST
        signature = _signature(path)
        if self._known is None or self._known[0] != signature:
            self._known = (signature, decode(path.read_bytes()))
        return self._known[1]

    def _save(self, manifest: Manifest) -> None:
        write_atomically(self._folder / MANIFEST, encode(manifest))

    # reading

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
            with ThreadPoolExecutor(_THREADS) as pool:
                list(pool.map(lambda job: self._fill(*job), jobs))
        for column in columns.values():
            column.flags.writeable = False
        return Candles(manifest.instrument, manifest.key.timeframe, provenance=manifest.provenance, **columns).between(start, end)

    def _fill(self, manifest: Manifest, file: StoredFile, groups: range, into: Columns) -> None:
        from terminal.market.store_files import FileDamaged, load

        signature = _signature(self._folder / file.name)
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

    # writing, under the lock

    def _begun(self, candles: Candles) -> Manifest:
        try:
            manifest = self._healed()
        except FileNotFoundError:
            key = SeriesKey(candles.instrument.venue, candles.instrument.symbol, candles.timeframe)
            manifest = Manifest(key, candles.instrument, candles.provenance, (), (), 0, self._around.clock())
            self._save(manifest)
        if manifest.files and manifest.provenance.simulated != candles.provenance.simulated:
            raise BadInput(f"{manifest.key} would mix invented and real prices.", cure="Import them under another venue or symbol, or delete the series first.")
        return manifest

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

    def _healthy(self, manifest: Manifest, periods: set[str]) -> Manifest:
        """The manifest after the files of `periods` were checked and damaged ones condemned: merging must not spread damage."""
        from terminal.market.store_files import FileDamaged, verify

        for file in manifest.files:
            if file.period in periods and self._verified.get(file.name) != _signature_or_none(self._folder / file.name):
                try:
                    verify(self._folder, file)
                    self._verified[file.name] = _signature(self._folder / file.name)
                except FileNotFoundError:
                    manifest = self._condemn(file, "the file is gone")
                except FileDamaged as damage:
                    manifest = self._condemn(file, str(damage))
        return manifest

    def _write_periods(self, manifest: Manifest, candles: Candles, parts: list[tuple[str, slice]]) -> list[_Change]:
        from terminal.market.store_files import Identity, load_all, store_period

        identity = Identity(manifest.key, candles.instrument, candles.provenance)
        existing = {file.period: file for file in manifest.files}

        def one(part: tuple[str, slice]) -> _Change:
            period, rows = part
            new: Columns = {name: getattr(candles, name)[rows] for name in COLUMNS}
            old = existing.get(period)
            added, changed = len(new["time"]), 0
            if old is not None:
                new, added, changed = merged(load_all(self._folder, old), new)
            if old is not None and not added and not changed:
                return _Change(old, 0, 0)
            return _Change(store_period(self._folder, identity, period, manifest.generation + 1, new), added, changed)

        if len(parts) < 2:
            return [one(part) for part in parts]
        with ThreadPoolExecutor(_THREADS) as pool:
            pool.submit(lambda: candles.fingerprint)  # the receipt asks for it next
            return list(pool.map(one, parts))

    def _log_last(self, manifest: Manifest) -> None:
        """Moves the receipt that the manifest carries into the log, where a crash may have kept it from going."""
        path = self._folder / RECEIPTS
        if manifest.last_receipt is not None and manifest.last_receipt not in receipts_of(path)[-1:]:
            append_line(path, receipt_line(manifest.last_receipt))

    def _commit(self, manifest: Manifest, candles: Candles, changes: list[_Change], receipt: Receipt) -> None:
        sync_folder(self._folder)
        by_period = {file.period: file for file in manifest.files} | {change.file.period: change.file for change in changes}
        covered = union(manifest.covered, receipt.covered)
        self._save(
            replace(
                manifest,
                instrument=candles.instrument,
                provenance=candles.provenance,
                files=tuple(sorted(by_period.values(), key=lambda file: file.first)),
                covered=covered,
                generation=manifest.generation + 1,
                updated=receipt.time,
                quarantined=tuple(lost for lost in manifest.quarantined if missing_of(covered, (lost.start, lost.end))),
                last_receipt=receipt,
            )
        )

    def _sweep(self, manifest: Manifest) -> None:
        """Removes what no manifest names: files replaced by this write, or left by one that was killed."""
        kept = {file.name for file in manifest.files}
        for path in (*self._folder.glob("*.parquet"), *self._folder.glob(".writing-*")):
            if path.name not in kept:
                with contextlib.suppress(OSError):
                    path.unlink()
        for name in set(self._verified) - kept:
            self._verified.pop(name, None)


def _signature(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def _signature_or_none(path: Path) -> tuple[int, ...] | None:
    try:
        return _signature(path)
    except FileNotFoundError:
        return None


def _day(time_ns: int) -> str:
    return iso(time_ns)[:10]
