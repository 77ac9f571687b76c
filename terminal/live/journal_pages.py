"""Finds a journal's entries in its bare pages, without SQLite: one broken page of a table's tree would hide every entry behind it.

Only for restoring. What is found need not be trusted: the chain of hashes says which of it are entries, and in what order.
Source of the layout: https://sqlite.org/fileformat2.html (b-tree pages, records) and section 4 there (the write-ahead log).
"""

from collections.abc import Iterator
from pathlib import Path

from terminal.live.journal_disk import in_words
from terminal.live.journal_entries import DIGEST_BYTES, Entry, genesis, linked

PAGE_BYTES = 4096
"""Every journal is made with pages of this size."""
_LOG_HEAD = 32
_FRAME_HEAD = 24
_LEAF = 0x0D
_FIRST_HEAD = 100
_MOST_LOCAL = PAGE_BYTES - 35
_LEAST_LOCAL = (PAGE_BYTES - 12) * 32 // 255 - 23
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 8: 0, 9: 0}
"""Bytes of an integer by its serial type; 8 and 9 are the numbers 0 and 1 themselves."""

_Row = tuple[int, str, bytes, bytes]


def found_in_pages(path: Path, journal_id: str) -> Iterator[tuple[int, Entry, bytes]]:
    """The entries of `journal_id` from the first on, each with its hash, for as long as each follows from the one before.

    Nobody may have the file open in this process: to read it past SQLite lets go of SQLite's locks. Raises JournalUnavailable.
    """
    pages = _Pages(path)
    places = pages.places()
    previous, seq = genesis(journal_id), 1
    while True:
        for page, cell in reversed(places.get(seq, [])):
            row = pages.row(page, cell)
            if row is not None and linked(previous, seq, row[0], row[1].encode(), row[2]) == row[3]:
                break
        else:
            return
        previous = row[3]
        yield seq, Entry(*row[:3]), previous
        seq += 1


class _Pages:
    """Every page of the file, and every state of it in the log that lies beside."""

    def __init__(self, path: Path) -> None:
        with in_words(path):
            content = path.read_bytes()
            log = path.with_name(f"{path.name}-wal")
            frames = log.read_bytes() if log.exists() else b""
        self._all = [content[at : at + PAGE_BYTES] for at in range(0, len(content), PAGE_BYTES)]
        self._filed = len(self._all)
        self._logged: dict[int, int] = {}
        for at in range(_LOG_HEAD, len(frames) - _FRAME_HEAD, _FRAME_HEAD + PAGE_BYTES):
            self._logged[int.from_bytes(frames[at : at + 4], "big")] = len(self._all)
            self._all.append(frames[at + _FRAME_HEAD : at + _FRAME_HEAD + PAGE_BYTES])

    def places(self) -> dict[int, list[tuple[int, int]]]:
        """Where rows of each number begin, as page and offset, the oldest first."""
        places: dict[int, list[tuple[int, int]]] = {}
        for number, page in enumerate(self._all):
            head = _FIRST_HEAD if page[:6] == b"SQLite" else 0
            if len(page) < PAGE_BYTES or page[head] != _LEAF:
                continue
            for index in range(min(int.from_bytes(page[head + 3 : head + 5], "big"), PAGE_BYTES // 2)):
                at = head + 8 + 2 * index
                cell = int.from_bytes(page[at : at + 2], "big")
                if cell < PAGE_BYTES - 4:
                    _, after = _varint(page, cell)
                    places.setdefault(_varint(page, after)[0], []).append((number, cell))
        return places

    def row(self, number: int, cell: int) -> _Row | None:
        """The entry whose row begins there; None where it is none."""
        page = self._all[number]
        size, at = _varint(page, cell)
        _, at = _varint(page, at)
        if size <= _MOST_LOCAL:
            return _read(page[at : at + size])
        local = _LEAST_LOCAL + (size - _LEAST_LOCAL) % (PAGE_BYTES - 4)
        local = local if local <= _MOST_LOCAL else _LEAST_LOCAL
        first = int.from_bytes(page[at + local : at + local + 4], "big")
        for is_logged in (True, False):
            row = _read(page[at : at + local] + self._overflow(first, size - local, is_logged=is_logged))
            if row is not None:
                return row
        return None

    def _overflow(self, number: int, size: int, *, is_logged: bool) -> bytes:
        """What a row has on pages of its own; shorter than `size` where they can't be followed."""
        parts = []
        while size > 0 and number > 0:
            index = self._logged.get(number, number - 1) if is_logged else number - 1
            if index >= len(self._all) or (index >= self._filed and not is_logged):
                break
            page = self._all[index]
            parts.append(page[4 : 4 + min(size, PAGE_BYTES - 4)])
            if not parts[-1]:
                break
            size -= len(parts[-1])
            number = int.from_bytes(page[:4], "big")
        return b"".join(parts)


def _read(record: bytes) -> _Row | None:
    """An entry's columns; None where the record has others."""
    end, at = _varint(record, 0)
    types: list[int] = []
    while at < end and len(types) <= 5:
        kind, at = _varint(record, at)
        types.append(kind)
    if len(types) != 5 or types[0] != 0 or types[1] not in _INTEGERS or types[4] != 12 + 2 * DIGEST_BYTES:
        return None
    if types[2] < 13 or types[2] % 2 == 0 or types[3] < 12 or types[3] % 2:
        return None
    sizes = (_INTEGERS[types[1]], (types[2] - 13) // 2, (types[3] - 12) // 2, DIGEST_BYTES)
    if end + sum(sizes) != len(record):
        return None
    fields, at = [], end
    for size in sizes:
        fields.append(record[at : at + size])
        at += size
    time = types[1] - 8 if types[1] in (8, 9) else int.from_bytes(fields[0], "big", signed=True)
    return (time, fields[1].decode("ascii"), fields[2], fields[3]) if fields[1].isascii() else None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number that begins at `at`, of one to nine bytes, and where the next begins; what is cut off counts as 0."""
    number = 0
    for index in range(at, at + 8):
        byte = data[index] if index < len(data) else 0
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            return number, index + 1
    return number << 8 | (data[at + 8] if at + 8 < len(data) else 0), at + 9
