"""The candle store: Parquet files by venue, symbol, timeframe and period, each whole or absent, never in doubt.

Venues' candles are filed here; charts, backtests and strategies are handed what is read from here.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from terminal.domain.candles import Candles, Provenance
from terminal.domain.clock import Clock
from terminal.domain.instrument import Instrument
from terminal.domain.series import SeriesKey
from terminal.market.store_disk import safe_name
from terminal.market.store_manifest import Manifest, Quarantined, Range, Receipt, missing_of
from terminal.market.store_reader import Surroundings
from terminal.market.store_series import SeriesFolder

__all__ = ["CandleStore", "Quarantined", "Receipt", "SeriesInfo"]


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """What is known of a stored series without its data. Ranges are [start, end) in UTC ns."""

    key: SeriesKey
    instrument: Instrument
    rows: int
    start: int | None
    """Open of the first candle; None while the series holds none."""
    end: int | None
    """Close of the last candle; None while the series holds none."""
    covered: tuple[Range, ...]
    """What was asked for and answered, empty answers included."""
    gaps: tuple[Range, ...]
    """Holes between stored candles that the calendar does not explain."""
    missing_bars: int
    """Candles that these holes lack."""
    bytes: int
    provenance: Provenance
    updated: int
    quarantined: tuple[Quarantined, ...]


class CandleStore:
    """Candles in `folder`. One writer per series at a time, across processes; readers never wait and never see half a write.

    Every method may be called from any thread. Writing raises DiskFull or StoreError and then changed nothing; reading a
    damaged file moves it to quarantine and raises StoreDamaged once, after which the healthy rest is read.
    """

    def __init__(self, folder: Path, clock: Clock, *, read_only: bool = False) -> None:
        self._folder = folder
        self._surroundings = Surroundings(folder, clock, read_only)
        self._opened: dict[Path, SeriesFolder] = {}

    def write(self, candles: Candles, *, source: str, covered: Range, notes: tuple[str, ...] = ()) -> Receipt:
        """Merges `candles` into the series (a candle of the same time is replaced) and says what changed.

        `covered` [start, end) in UTC ns is what was asked of `source`, so that its empty parts are not asked for again.
        Raises BadInput where invented and real prices would mix.
        """
        return self._series(SeriesKey(candles.instrument.venue, candles.instrument.symbol, candles.timeframe)).write(
            candles, source=source, covered=covered, notes=notes
        )

    def read(self, key: SeriesKey, start: int | None = None, end: int | None = None) -> Candles:
        """The stored candles that open in [start, end), UTC ns, None = open end. Raises BadInput where nothing is stored."""
        return self._series(key).read(start, end, name=str(key))

    def info(self, key: SeriesKey) -> SeriesInfo | None:
        """What is known of one series, without opening its data; None where it is not stored."""
        manifest = self._series(key).manifest()
        return None if manifest is None else _info(manifest)

    def series(self) -> tuple[SeriesInfo, ...]:
        """Every stored series by venue, symbol and timeframe, without opening the data."""
        manifests = (self._at(folder).manifest() for folder in self._folders())
        found = [_info(manifest) for manifest in manifests if manifest is not None]
        return tuple(sorted(found, key=lambda info: (info.key.venue, info.key.symbol, info.key.timeframe.nanoseconds)))

    def missing(self, key: SeriesKey, start: int, end: int) -> tuple[Range, ...]:
        """The parts of [start, end) that nobody was asked for yet, or whose file was lost, UTC ns."""
        manifest = self._series(key).manifest()
        return missing_of(() if manifest is None else manifest.covered, (start, end))

    def receipts(self, key: SeriesKey) -> tuple[Receipt, ...]:
        """Every write of the series, oldest first."""
        return self._series(key).receipts()

    def quarantined(self) -> tuple[Quarantined, ...]:
        """Every file that was moved aside and whose candles have not been fetched again."""
        return tuple(lost for info in self.series() for lost in info.quarantined)

    def delete(self, key: SeriesKey) -> None:
        """Removes the series; raises BadInput where it is not stored."""
        grave = self._series(key).bury(name=str(key))
        shutil.rmtree(grave, ignore_errors=True)

    def _series(self, key: SeriesKey) -> SeriesFolder:
        return self._at(self._folder / safe_name(key.venue, usual="lower") / safe_name(key.symbol, usual="upper") / key.timeframe.value)

    def _at(self, folder: Path) -> SeriesFolder:
        return self._opened.setdefault(folder, SeriesFolder(folder, self._surroundings))

    def _folders(self) -> Iterator[Path]:
        for venue in _subfolders(self._folder):
            for symbol in _subfolders(venue):
                yield from _subfolders(symbol)


def _subfolders(folder: Path) -> tuple[Path, ...]:
    try:
        with os.scandir(folder) as entries:
            return tuple(Path(entry.path) for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    except FileNotFoundError:
        return ()


def _info(manifest: Manifest) -> SeriesInfo:
    files = manifest.files
    gaps = manifest.gaps
    return SeriesInfo(
        key=manifest.key,
        instrument=manifest.instrument,
        rows=manifest.rows,
        start=files[0].first if files else None,
        end=files[-1].last + manifest.key.timeframe.nanoseconds if files else None,
        covered=manifest.covered,
        gaps=tuple((gap.start, gap.end) for gap in gaps),
        missing_bars=sum(gap.bars for gap in gaps),
        bytes=sum(file.bytes for file in files),
        provenance=manifest.provenance,
        updated=manifest.updated,
        quarantined=manifest.quarantined,
    )
