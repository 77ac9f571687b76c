"""A journal as a text file for tax and audit: a line of JSON per entry with its hash, and a last line that no changed byte survives.

Made from any journal that can be read; verified without the journal, by anybody, with nothing but this file.
"""

import base64
import hmac
import json
import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from terminal.domain.errors import BadInput
from terminal.live.journal import Journal
from terminal.live.journal_disk import PLAIN, in_words
from terminal.live.journal_entries import DIGEST_BYTES, Entry, Head, genesis, linked
from terminal.live.journal_errors import JournalDamaged
from terminal.market.store_disk import sync_folder

_FORMAT = "outcry-journal-export-1"
_LONGEST_LINE = 100_000_000
_MOST_KEY_BYTES = 64


@dataclass(frozen=True, slots=True)
class Export:
    """What a verified export holds: which journal, up to which entry, and whether a key proves who made it."""

    journal_id: str
    head: Head
    signed: bool


def export_journal(journal: Journal, path: Path, *, now: int, key: bytes | None = None) -> Export:
    """What was written to `path`, a private file that replaces an older one whole or not at all.

    `key` (16 to 64 bytes, kept by its owner) signs it: whoever has the key can tell that no one without it made or changed the file.
    Raises JournalDamaged where the journal is, JournalUnavailable where `path` can't be written.
    """
    _demand_key(key)
    scratch = path.with_name(f".{path.name}.part")
    mark = _mac(key)
    head = Head(0, genesis(journal.journal_id))
    with in_words(path):
        try:
            handle = os.open(scratch, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | PLAIN, 0o600)
            with os.fdopen(handle, "wb") as file:
                for line, newest in _lines(journal, now):
                    head = newest
                    mark.update(line)
                    file.write(line)
                file.write(_last(head, mark.hexdigest(), key is not None))
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(path)
            sync_folder(path.parent)
        finally:
            with suppress(OSError):
                scratch.unlink(missing_ok=True)
    return Export(journal.journal_id, head, key is not None)


def verify_export(path: Path, *, key: bytes | None = None) -> Export:
    """What the export at `path` holds, after every line was proved. Raises JournalDamaged, with the number of the first entry that is not
    as it was written, and BadInput where the key is missing or no export stands there.
    """
    _demand_key(key)
    with in_words(path), path.open("rb") as file:
        header = _parsed(path, 0, file.readline(_LONGEST_LINE))
        journal_id = header.get("journal")
        if header.get("format") != _FORMAT or not isinstance(journal_id, str):
            raise BadInput(f"{path} is no export of a journal.", cure=f"Give a file whose first line names the format {_FORMAT}.")
        mark = _mac(key)
        mark.update(_encoded(header))
        head = Head(0, genesis(journal_id))
        for line in iter(lambda: file.readline(_LONGEST_LINE), b""):
            said = _parsed(path, head.seq + 1, line)
            if "entries" in said:
                _demand_last(path, said, head, mark.hexdigest(), key)
                if file.read(1):
                    raise JournalDamaged(path, head.seq + 1, "something stands after its end")
                return Export(journal_id, head, key is not None)
            head = _followed(path, head, said)
            mark.update(line)
    raise JournalDamaged(path, head.seq + 1, "its end is missing")


def _lines(journal: Journal, now: int) -> Iterator[tuple[bytes, Head]]:
    head = Head(0, genesis(journal.journal_id))
    yield _encoded({"format": _FORMAT, "journal": journal.journal_id, "exported": now}), head
    for seq, entry in journal.entries():
        head = Head(seq, linked(head.digest, seq, entry.time, entry.kind.encode(), entry.body))
        yield _encoded({"seq": seq, "time": entry.time, "kind": entry.kind, **_body(entry), "hash": head.digest.hex()}), head


def _followed(path: Path, head: Head, said: dict[str, Any]) -> Head:
    """The head after the entry that a line says. Raises JournalDamaged where it does not follow."""
    seq = head.seq + 1
    try:
        body = base64.b64decode(said["body64"], validate=True) if "body64" in said else said["body"].encode()
        digest = linked(head.digest, seq, said["time"], said["kind"].encode(), body)
        is_sound = said["seq"] == seq and said["hash"] == digest.hex()
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, struct.error) as error:
        raise JournalDamaged(path, seq, "a part of it can't be read") from error
    if not is_sound:
        raise JournalDamaged(path, seq, "it does not follow from the one before")
    return Head(seq, digest)


def _demand_last(path: Path, said: dict[str, Any], head: Head, mark: str, key: bytes | None) -> None:
    is_signed = said.get("signed")
    if key is None and is_signed is True:
        raise BadInput(f"{path} is signed.", cure="Give the key that it was signed with.")
    if key is not None and is_signed is not True:
        raise JournalDamaged(path, head.seq + 1, "it is not signed")
    if not hmac.compare_digest(_encoded(said), _last(head, mark, key is not None)):
        raise JournalDamaged(path, head.seq + 1, "its last line does not fit what stands before")


def _last(head: Head, mark: str, is_signed: bool) -> bytes:
    return _encoded({"entries": head.seq, "hash": head.digest.hex(), "signed": is_signed, "mark": mark})


def _body(entry: Entry) -> dict[str, str]:
    try:
        return {"body": entry.body.decode()}
    except UnicodeDecodeError:
        return {"body64": base64.b64encode(entry.body).decode()}


def _encoded(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _parsed(path: Path, seq: int, line: bytes) -> dict[str, Any]:
    """What a line says, which must stand there exactly as it was written."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise JournalDamaged(path, seq, "its line can't be read") from error
    if not isinstance(said, dict) or _encoded(said) != line:
        raise JournalDamaged(path, seq, "its line was changed")
    return said


def _mac(key: bytes | None) -> "blake2b":
    return blake2b(key=key or b"", digest_size=DIGEST_BYTES, person=b"outcry-export-1")


def _demand_key(key: bytes | None) -> None:
    if key is not None and not 16 <= len(key) <= _MOST_KEY_BYTES:
        raise BadInput(f"The key of an export has {len(key)} bytes.", cure=f"Give 16 to {_MOST_KEY_BYTES}.")
