"""Writing to a stored series: new data files under new names, then the manifest that names them, then the old ones go.

The store opens one of these per series; a crash at any moment leaves the old state or the new one.
"""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from terminal.domain.candles import COLUMNS, Candles
from terminal.domain.errors import BadInput, StoreError
from terminal.domain.series import SeriesKey
from terminal.market.store_disk import append_line, as_store_error, sync_folder, write_atomically
from terminal.market.store_manifest import Manifest, Range, Receipt, StoredFile, encode, missing_of, receipt_line, receipts_of, union
from terminal.market.store_periods import Columns, cut, merged
from terminal.market.store_reader import MANIFEST, RECEIPTS, SeriesReader, signature_of, signature_or_none

_WRITERS = 4
"""More than there are processors: a writer mostly waits for the disk, which answers many at once as quickly as one."""

_MANY = 50_000


@dataclass(frozen=True, slots=True)
class _Change:
    """One period after a write: its entry, and what the new candles did to it."""

    file: StoredFile
    added: int
    changed: int


class SeriesFolder(SeriesReader):
    """The files of one series, read and written."""

    def write(self, candles: Candles, *, source: str, covered: Range, notes: tuple[str, ...]) -> Receipt:
        """Merges the candles and returns what changed. Raises DiskFull or StoreError, having changed nothing."""
        self._demand_writable()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise as_store_error(error, self._folder) from error
        with self._lock(), _fingerprinting(candles) as fingerprint:
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
                    hash=fingerprint(),
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

    def _begun(self, candles: Candles) -> Manifest:
        try:
            manifest = self._healed()
        except FileNotFoundError:
            key = SeriesKey(candles.instrument.venue, candles.instrument.symbol, candles.timeframe)
            manifest = Manifest(key, candles.instrument, candles.provenance, (), (), 0, self._around.clock())
            # nothing is stored yet that a power cut could take: what makes the data files' names last does it for this one
            write_atomically(self._folder / MANIFEST, encode(manifest), sync=False)
        if manifest.files and manifest.provenance.simulated != candles.provenance.simulated:
            raise BadInput(f"{manifest.key} would mix invented and real prices.", cure="Import them under another venue or symbol, or delete the series first.")
        return manifest

    def _healthy(self, manifest: Manifest, periods: set[str]) -> Manifest:
        """The manifest after the files of `periods` were checked and damaged ones condemned: merging must not spread damage."""
        from terminal.market.store_files import FileDamaged, verify

        for file in manifest.files:
            if file.period in periods and self._verified.get(file.name) != signature_or_none(self._folder / file.name):
                try:
                    verify(self._folder, file)
                    self._verified[file.name] = signature_of(self._folder / file.name)
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
        with ThreadPoolExecutor(_WRITERS) as pool:
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


@contextlib.contextmanager
def _fingerprinting(candles: Candles) -> Iterator[Callable[[], str]]:
    """How to get the fingerprint, for which the receipt asks at the end: of many candles it is worked out beside the writing."""
    if len(candles) < _MANY:
        yield lambda: candles.fingerprint
        return
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(lambda: candles.fingerprint).result
