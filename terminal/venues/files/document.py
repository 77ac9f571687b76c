"""A file at rest: its beginning at hand, the rest read only where a step needs it, archives unpacked.

First thing an import touches; `text` makes lines and columns of it.
"""

import gzip
import io
import zipfile
import zlib
from functools import cached_property
from pathlib import Path

from terminal.domain.errors import BadInput

HEAD_BYTES = 1024 * 1024


class Document:
    """The bytes of a file or of what an archive holds. Raises BadInput for a file that is absent, empty or a damaged archive."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._begin = _first_bytes(path, HEAD_BYTES)

    @cached_property
    def content(self) -> bytes:
        """All bytes, unpacked."""
        content = self._begin if len(self._begin) < HEAD_BYTES else _first_bytes(self.path, -1)
        if content[:2] == b"\x1f\x8b":
            try:
                content = gzip.decompress(content)
            except (EOFError, OSError, zlib.error):
                raise BadInput(f"{self.path.name} is a damaged gzip file.", cure="Download it again.") from None
        elif content[:4] == b"PK\x03\x04":
            content = _unzipped(self.path, content)
        if content[:4096].isspace() or not content:
            content = content.lstrip()
        if not content:
            raise BadInput(f"{self.path.name} is empty.", cure="Choose a file with candles in it.")
        return content

    @cached_property
    def plain_lines(self) -> bytes:
        """The first lines of a long text that can be read from the disk as it stands; nothing where it must be mended first.

        So it is for UTF-8 without quotes, old line ends and blank lines; what stands further below shows when it is cut.
        """
        lines = self._begin[: self._begin.rfind(b"\n") + 1] if len(self._begin) == HEAD_BYTES else b""
        if len(lines) < HEAD_BYTES // 2 or any(mark in lines for mark in (b"\0", b'"', b"\n ", b"\n\t", b"\xef\xbb\xbf")) or lines[:1].isspace():
            return b""
        try:
            lines.decode()
        except UnicodeDecodeError:
            return b""
        return lines


def _first_bytes(path: Path, count: int) -> bytes:
    """The first `count` bytes, all where it is negative."""
    try:
        with path.open("rb") as file:
            return file.read(count)
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.", cure="Check the name.") from None
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder.", cure="Choose a file in it.") from None
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror}.", cure="Check its permissions.") from None


def _unzipped(path: Path, content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if any(name.startswith("xl/") for name in names):
                raise BadInput(f"{path.name} is an Excel workbook.", cure="Save its sheet as CSV and import that.")
            if len(names) != 1:
                raise BadInput(f"{path.name} is a zip file with {len(names):,} files.", cure="Unpack it and import one file at a time.")
            return archive.read(names[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise BadInput(f"{path.name} is a damaged or locked zip file.", cure="Unpack it, then import the file inside.") from None
