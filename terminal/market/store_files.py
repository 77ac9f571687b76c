"""The data files of a series on disk: encoded and put there whole, checked before they are believed.

Between a series and its folder; imported on first use because it brings pyarrow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from terminal.domain.calendar import calendar_of
from terminal.domain.candles import VALUE_COLUMNS, Provenance
from terminal.domain.instrument import Instrument
from terminal.domain.series import SeriesKey
from terminal.market.gaps import gaps_in
from terminal.market.store_disk import write_atomically
from terminal.market.store_manifest import StoredFile, identity_from, identity_json
from terminal.market.store_parquet import ROWS_PER_GROUP, decode_candles, encode_candles, facts_of
from terminal.market.store_periods import Columns, checksum


class FileDamaged(ValueError):
    """A data file does not hold what its manifest or its own checksums promise."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What every data file says of itself, so that a lost manifest can be rebuilt."""

    key: SeriesKey
    instrument: Instrument
    provenance: Provenance


def store_period(folder: Path, identity: Identity, period: str, generation: int, columns: Columns) -> StoredFile:
    """Writes the candles of one period under a new name and returns its entry. Raises DiskFull or StoreError, leaving nothing."""
    facts = {**identity_json(identity.key, identity.instrument, identity.provenance), "period": period, "generation": generation}
    encoded = encode_candles(columns, facts)
    name = f"{period}.{generation:06d}.parquet"
    write_atomically(folder / name, memoryview(encoded.content), sync=False)
    return _entry(name, period, generation, columns, identity, encoded.groups, checksum(encoded.content), encoded.content.size)


def load(folder: Path, file: StoredFile, groups: range, into: Columns, *, is_verified: bool) -> None:
    """Fills `into` with the candles of these row groups. Raises FileNotFoundError, or FileDamaged where the bytes are not the stored ones."""
    content = (folder / file.name).read_bytes()  # quicker than a memory map: files are small, and threads don't wait for each other's pages
    if not is_verified:
        _demand_intact(content, file)
    try:
        decode_candles(pa.BufferReader(content), groups, into, with_time=not file.is_regular)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise FileDamaged(f"it can't be read: {error}") from None
    if file.is_regular:
        step = (file.last - file.first) // max(1, file.rows - 1)
        start = file.first + groups.start * file.group_rows * step
        into["time"][:] = np.arange(start, start + len(into["time"]) * max(1, step), max(1, step))


def verify(folder: Path, file: StoredFile) -> None:
    """Raises FileDamaged unless every byte is the stored one, FileNotFoundError where the file is gone."""
    _demand_intact((folder / file.name).read_bytes(), file)


def _demand_intact(content: bytes, file: StoredFile) -> None:
    if len(content) != file.bytes or checksum(content) != file.checksum:
        raise FileDamaged("its checksum differs")


def load_all(folder: Path, file: StoredFile) -> Columns:
    """All candles of a verified file."""
    columns = empty_columns(file.rows)
    load(folder, file, range(len(file.groups)), columns, is_verified=True)
    return columns


def recover(path: Path) -> tuple[Identity, StoredFile]:
    """A data file's own account of itself, for a series whose manifest is lost. Raises FileDamaged."""
    try:
        content = path.read_bytes()
        facts, columns = facts_of(pa.BufferReader(content))
        identity = Identity(*identity_from(facts))
        if np.any(np.diff(columns["time"]) <= 0):
            raise FileDamaged("its times do not rise")
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise FileDamaged(f"it can't be read: {error}") from None
    groups = tuple(int(first) for first in columns["time"][::ROWS_PER_GROUP])
    entry = _entry(path.name, facts["period"], facts["generation"], columns, identity, groups, checksum(content), len(content))
    return identity, entry


def empty_columns(rows: int) -> dict[str, np.ndarray[Any, Any]]:
    """Uninitialised columns of `rows` candles."""
    return {"time": np.empty(rows, np.int64), **{name: np.empty(rows) for name in VALUE_COLUMNS}}


def _entry(
    name: str, period: str, generation: int, columns: Mapping[str, Any], identity: Identity, groups: tuple[int, ...], digest: str, size: int
) -> StoredFile:
    time = columns["time"]
    return StoredFile(
        name=name,
        period=period,
        rows=len(time),
        first=int(time[0]),
        last=int(time[-1]),
        bytes=size,
        checksum=digest,
        generation=generation,
        groups=groups,
        group_rows=ROWS_PER_GROUP,
        is_regular=bool((np.diff(time) == identity.key.timeframe.nanoseconds).all()),
        gaps=gaps_in(time, identity.key.timeframe, calendar_of(identity.instrument.calendar)),
    )
