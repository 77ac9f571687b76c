"""Bytes become lines and columns: encoding, delimiter, header and stray lines around the table, all found by looking.

Second step of an import, after `document`; what is no text is refused here in words.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, replace

from terminal.domain.errors import BadInput
from terminal.venues.files.document import HEAD_BYTES, Document
from terminal.venues.files.headers import is_known
from terminal.venues.files.reading import Corrections, Notebook, Sureness

_SAMPLE_BYTES = 256 * 1024
_SAMPLE_LINES = 200
_MOST_COLUMNS = 10_000
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "|", " ": "space"}
_BLANK_LINE = re.compile(rb"\n[ \t]+\r?(?:\n|\Z)")
_NUMBER = re.compile(r"[+\-−]?[\d.,'\u00a0 ]*\d[\d.,]*([eE][+-]?\d+)?\s*[%kKmMbB]?")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text file ready to be cut: UTF-8 bytes, how its lines are cut, and where its table begins."""

    document: Document
    content: bytes
    """All of the text, or its first lines where `is_plain`."""
    is_plain: bool
    """Whether the file can be cut as it stands on the disk."""
    delimiter: str
    skip: int
    """Lines before the first row of the table, the header included."""
    headers: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    """The first rows, every one as wide as the header."""


def read_sheet(document: Document, corrections: Corrections, notebook: Notebook) -> Sheet:
    """The text of a file with its delimiter and header found. Raises BadInput for what is no table of text."""
    name = document.path.name
    text = document.plain_lines or _whole_text(document, notebook)
    _refuse_other_documents(name, text)
    lines = _first_lines(name, text)
    if not lines:
        raise BadInput(f"{name} is empty.", cure="Choose a file with candles in it.")
    try:
        return _cut_sample(document, text, lines, corrections, notebook)
    except csv.Error as error:
        raise BadInput(f"{name} is no table of candles: {error}.", cure="Check its delimiter and its quotes.") from None


def whole_sheet(sheet: Sheet, notebook: Notebook) -> Sheet:
    """`sheet` with all of its text, mended where that is needed. Raises BadInput where something below is no text."""
    return replace(sheet, content=_whole_text(sheet.document, notebook), is_plain=False) if sheet.is_plain else sheet


def _whole_text(document: Document, notebook: Notebook) -> bytes:
    text, encoding = _decoded(document.path.name, document.content)
    if encoding:
        notebook.fact("encoding", encoding, Sureness.CERTAIN)
    return _with_usual_lines(text)


def _cut_sample(document: Document, text: bytes, lines: list[str], corrections: Corrections, notebook: Notebook) -> Sheet:
    name = document.path.name
    delimiter = _delimiter(lines, corrections, notebook)
    rows = [tuple(cell.strip() for cell in row) for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter == " ")]
    width = Counter(len(row) for row in rows[-max(1, len(rows) * 2 // 3) :]).most_common(1)[0][0]
    skip = corrections.count("skip", next(index for index, row in enumerate(rows) if len(row) == width or sum(map(is_known, row)) >= 2))
    if skip >= len(rows):
        raise BadInput(f"{name} has {len(rows):,} lines; skip leaves none.", cure="Lower the correction skip.")
    table = rows[skip:]
    has_header = _has_header(table, corrections, notebook)
    headers = table[0] if has_header else tuple(f"column {number}" for number in range(1, width + 1))
    headers = (*headers, *(f"column {number}" for number in range(len(headers) + 1, width + 1)))[:width]
    if skip and corrections.get("skip") is None:
        notebook.fact("skip", str(skip), Sureness.LIKELY, "lines before the table")
    sample = tuple(row for row in table[has_header:] if len(row) == width)
    if not sample:
        raise BadInput(f"{name} has no rows below its header.", cure="Choose a file with candles in it.")
    return Sheet(document, text, bool(document.plain_lines), delimiter, skip + has_header, headers, sample)


def line_number(sheet: Sheet, row: int) -> int:
    """The line (from 1) of a row (from 0) of the table, empty lines counted."""
    wanted = row + sheet.skip
    for number, line in enumerate(io.BytesIO(sheet.document.content if sheet.is_plain else sheet.content), start=1):
        if line.strip():
            wanted -= 1
        if wanted < 0:
            return number
    return row + sheet.skip + 1


def _decoded(name: str, content: bytes) -> tuple[bytes, str]:
    """`content` as UTF-8 without a byte-order mark, and the encoding it had, "" for plain UTF-8."""
    if content.startswith(b"\xef\xbb\xbf"):
        return content[3:], "UTF-8 with a byte-order mark"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16").encode(), "UTF-16"
        except UnicodeDecodeError:
            raise _not_text(name) from None
    if b"\0" in content:
        raise _not_text(name)
    if content.isascii():
        return content, ""
    try:
        content.decode()
    except UnicodeDecodeError:
        head = content[:_SAMPLE_BYTES]
        if sum(byte < 9 or 13 < byte < 32 or byte > 126 for byte in head) > 0.1 * len(head):
            raise _not_text(name) from None
        return content.decode("cp1252", errors="replace").encode(), "Windows-1252"
    return content, ""


def _refuse_other_documents(name: str, text: bytes) -> None:
    head = text[:1024].lstrip().lower()
    if head.startswith((b"{", b"[")):
        raise BadInput(f"{name} is a JSON document.", cure="Write the candles as CSV or Parquet and import that.")
    if head.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise BadInput(f"{name} is a web page, not a file of candles.", cure="Download it again; the page may say why it came instead.")


def _with_usual_lines(text: bytes) -> bytes:
    """`text` with the line ends of today where an old Mac wrote it, and without lines of nothing but blanks, which are no rows.

    Where the first lines hold no tab and no blank line, later blank lines are left to `table.cut`: to search them all costs
    as much as half the parsing.
    """
    if b"\r" in text and b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    head = text[:_SAMPLE_BYTES]
    searched = text if b"\t" in head else head
    return re.sub(rb"(?m)^[ \t]+\r?$", b"", text) if _BLANK_LINE.search(searched) else text


def _not_text(name: str) -> BadInput:
    return BadInput(f"{name} is not a table of text: it holds bytes that no text has.", cure="Choose a CSV or Parquet file of candles.")


def _first_lines(name: str, text: bytes) -> list[str]:
    head = text[:HEAD_BYTES]
    lines = [line for line in head.decode(errors="ignore").splitlines() if line.strip()]
    if len(text) > len(head):
        if len(lines[-1]) > HEAD_BYTES // 2:
            raise BadInput(
                f"Line {len(lines):,} of {name} is longer than half a million characters.", cure="This is no table of candles; check how it was written."
            )
        lines.pop()
    return lines[:_SAMPLE_LINES]


def _delimiter(lines: list[str], corrections: Corrections, notebook: Notebook) -> str:
    given = corrections.get("delimiter")
    if given is not None:
        named = {name: sign for sign, name in _DELIMITERS.items()} | {"\\t": "\t"}
        sign = named.get(given.strip().lower(), given)
        if sign not in _DELIMITERS:
            raise BadInput(f"The correction delimiter is {given!r}.", cure="Use comma, semicolon, tab, | or space.")
        notebook.fact("delimiter", _DELIMITERS[sign], Sureness.CORRECTED)
        return sign
    scores = {sign: _consistency(lines, sign) for sign in _DELIMITERS}
    best = max(scores, key=lambda sign: scores[sign])
    widest = max(len(next(csv.reader([line], delimiter=best), [])) for line in lines[:3])
    if widest > _MOST_COLUMNS:
        raise BadInput(f"The first lines have {widest:,} columns.", cure="A table of candles has about six; check how the file was written.")
    if scores[best] == 0:
        notebook.fact("delimiter", "comma", Sureness.ASSUMED, "there is one column")
        return ","
    rivals = [sign for sign in scores if sign != best and scores[sign] >= scores[best]]
    notebook.fact("delimiter", _DELIMITERS[best], Sureness.LIKELY if rivals else Sureness.CERTAIN)
    return best


def _consistency(lines: list[str], sign: str) -> float:
    """How alike the lines are when cut at `sign`, 0 where it cuts none; cells that are whole numbers or dates count for it."""
    body = lines[len(lines) // 3 :]
    rows = list(csv.reader(body, delimiter=sign, skipinitialspace=sign == " "))
    width, count = Counter(map(len, rows)).most_common(1)[0]
    if width < 2:
        return 0.0
    whole = sum(_is_cell(cell) for row in rows for cell in row) / max(1, sum(map(len, rows)))
    return count / len(rows) * (0.2 + whole) * (0.5 if sign == " " else 1.0)


def _is_cell(cell: str) -> bool:
    bare = cell.strip().strip("$€£")
    if any(sign in bare for sign in ";\t|"):
        return False  # another delimiter is left in it
    return not bare or _NUMBER.fullmatch(bare) is not None or any(character.isdigit() for character in bare[:2])


def _has_header(table: list[tuple[str, ...]], corrections: Corrections, notebook: Notebook) -> bool:
    given = corrections.get("header")
    if given is not None:
        notebook.fact("header", given, Sureness.CORRECTED)
        return corrections.choice("header", ("yes", "no"), "yes") == "yes"
    found = _is_header(table[0])
    notebook.fact("header", "yes" if found else "no", Sureness.CERTAIN if any(map(is_known, table[0])) or not found else Sureness.LIKELY)
    return found


def _is_header(row: tuple[str, ...]) -> bool:
    if sum(is_known(cell) for cell in row) >= 2:
        return True
    return not any(cell and _NUMBER.fullmatch(cell) for cell in row) and not any(cell[:2].isdigit() for cell in row if cell)
