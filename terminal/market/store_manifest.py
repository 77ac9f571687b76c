"""The index of a stored series: which files hold it, what was asked for, what is missing, known without opening the data.

Written last in every change, so that it always names whole files; rebuilt from the data files where it is lost.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from terminal.domain.calendar import calendar_of
from terminal.domain.candles import Provenance
from terminal.domain.instrument import AssetClass, Instrument
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.market.gaps import Gap, gaps_in

Range = tuple[int, int]
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One Parquet file of a series: all its candles that open in one period. Times UTC ns; `gaps` are [start, end)."""

    name: str
    period: str
    rows: int
    first: int
    last: int
    bytes: int
    checksum: str
    generation: int
    groups: tuple[int, ...]
    """First open of each row group, so that a short range opens few of them."""
    group_rows: int
    is_regular: bool
    """True where every candle opens one timeframe after the one before, so that the times need not be decoded."""
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file that could not be trusted and was moved aside; its candles [start, end) count as not stored."""

    key: SeriesKey
    file: str
    reason: str
    start: int
    end: int
    rows: int
    time: int
    """When it was found, UTC ns."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of one write: what was asked of whom, when, and the hash of what came. Times UTC ns."""

    key: SeriesKey
    source: str
    time: int
    covered: Range
    rows: int
    added: int
    """Candles that were not stored before."""
    changed: int
    """Candles that replaced different values."""
    hash: str
    """Fingerprint of the candles as they were handed over."""
    notes: tuple[str, ...] = ()
    """What a person should know, such as rows that were dropped on import."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything known of a series without its data."""

    key: SeriesKey
    instrument: Instrument
    provenance: Provenance
    files: tuple[StoredFile, ...]
    covered: tuple[Range, ...]
    generation: int
    updated: int
    quarantined: tuple[Quarantined, ...] = ()
    last_receipt: Receipt | None = None

    @property
    def rows(self) -> int:
        """Candles stored."""
        return sum(file.rows for file in self.files)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every hole between the first candle and the last, those between two files included."""
        calendar = calendar_of(self.instrument.calendar)
        found: list[Gap] = []
        for before, file in zip((None, *self.files), self.files, strict=False):
            if before is not None:
                found += gaps_in(np.array([before.last, file.first]), self.key.timeframe, calendar)
            found += file.gaps
        return tuple(found)

    def without(self, lost: Quarantined, name: str) -> "Manifest":
        """This manifest after the file `name` went to quarantine: its range counts as never asked for."""
        files = tuple(file for file in self.files if file.name != name)
        return replace(self, files=files, covered=subtract(self.covered, (lost.start, lost.end)), quarantined=(*self.quarantined, lost))


class ManifestDamaged(ValueError):
    """The text is not a manifest that this version wrote."""


def encode(manifest: Manifest) -> bytes:
    """The manifest as checksummed JSON."""
    body = json.dumps(_plain(manifest), separators=(",", ":"))
    return json.dumps({"format": _FORMAT, "checksum": _checksum(body), "body": body}).encode()


def decode(content: bytes) -> Manifest:
    """The manifest in `content`; raises ManifestDamaged where a byte of it is wrong."""
    try:
        outer = json.loads(content)
        body = outer["body"]
        if outer["checksum"] != _checksum(body):
            raise ManifestDamaged("its checksum differs")
        return _manifest(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ManifestDamaged(str(error)) from None


def receipt_line(receipt: Receipt) -> bytes:
    """The receipt as one checksummed line."""
    body = json.dumps(_plain(receipt), separators=(",", ":"))
    return f"{_checksum(body)} {body}".encode()


def receipts_of(path: Path) -> tuple[Receipt, ...]:
    """The receipts in `path`, oldest first; lines that a crash cut short are left out."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    found = []
    for line in lines:
        checksum, _, body = line.decode(errors="replace").partition(" ")
        if checksum == _checksum(body):
            found.append(_receipt(json.loads(body)))
    return tuple(found)


def identity_json(key: SeriesKey, instrument: Instrument, provenance: Provenance) -> dict[str, Any]:
    """What every data file carries, so that a lost manifest can be rebuilt from them."""
    return {"key": _plain_key(key), "instrument": _plain(instrument), "provenance": asdict(provenance)}


def identity_from(plain: dict[str, Any]) -> tuple[SeriesKey, Instrument, Provenance]:
    """The inverse of identity_json."""
    return _key(plain["key"]), _instrument(plain["instrument"]), Provenance(**plain["provenance"])


def union(ranges: tuple[Range, ...], new: Range) -> tuple[Range, ...]:
    """`ranges` with `new` added, sorted, touching ones joined."""
    joined: list[Range] = []
    for start, end in sorted((*ranges, new)):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def subtract(ranges: tuple[Range, ...], hole: Range) -> tuple[Range, ...]:
    """What of `ranges` lies outside `hole`."""
    left: list[Range] = []
    for start, end in ranges:
        left += [part for part in ((start, min(end, hole[0])), (max(start, hole[1]), end)) if part[0] < part[1]]
    return tuple(left)


def missing_of(covered: tuple[Range, ...], wanted: Range) -> tuple[Range, ...]:
    """What of `wanted` lies outside every one of `covered`."""
    left: tuple[Range, ...] = (wanted,) if wanted[0] < wanted[1] else ()
    for known in covered:
        left = subtract(left, known)
    return left


def _checksum(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _plain_key(key: SeriesKey) -> list[str]:
    return [key.venue, key.symbol, key.timeframe.value]


def _key(plain: list[str]) -> SeriesKey:
    return SeriesKey(plain[0], plain[1], Timeframe(plain[2]))


def _plain(value: Any) -> Any:
    if isinstance(value, SeriesKey):
        return _plain_key(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Gap):
        return [value.start, value.end, value.bars]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def _instrument(plain: dict[str, Any]) -> Instrument:
    exact = {name: None if plain[name] is None else Decimal(plain[name]) for name in ("tick", "lot", "minimum_notional", "multiplier")}
    return Instrument(**{**plain, **exact, "asset_class": AssetClass(plain["asset_class"])})


def _receipt(plain: dict[str, Any]) -> Receipt:
    return Receipt(**{**plain, "key": _key(plain["key"]), "covered": _range(plain["covered"]), "notes": tuple(plain["notes"])})


def _manifest(plain: dict[str, Any]) -> Manifest:
    return Manifest(
        key=_key(plain["key"]),
        instrument=_instrument(plain["instrument"]),
        provenance=Provenance(**plain["provenance"]),
        files=tuple(map(_stored_file, plain["files"])),
        covered=tuple(map(_range, plain["covered"])),
        generation=plain["generation"],
        updated=plain["updated"],
        quarantined=tuple(Quarantined(**{**item, "key": _key(item["key"])}) for item in plain["quarantined"]),
        last_receipt=None if plain["last_receipt"] is None else _receipt(plain["last_receipt"]),
    )


def _stored_file(plain: dict[str, Any]) -> StoredFile:
    return StoredFile(**{**plain, "groups": tuple(plain["groups"]), "gaps": tuple(Gap(*gap) for gap in plain["gaps"])})


def _range(plain: list[int]) -> Range:
    return int(plain[0]), int(plain[1])
