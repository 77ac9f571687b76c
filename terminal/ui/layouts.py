"""Arrangements of the window as versioned files with a digest: a damaged one is refused in words, never half restored.

Kept beside the settings; the last arrangement and every perspective of the person's own is one file.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from terminal.domain.errors import BadInput, OutcryError

VERSION = 1
_FORMAT = "outcry layout"
_LAST = "last-window"
_NAME = re.compile(r"[\w][\w .\-]{0,39}")


class DamagedLayout(OutcryError):
    """A layout file that cannot be used; the default takes its place."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One arrangement: the docking library's bytes, the window's place on screen, and what each panel wants to find again."""

    name: str
    docking: bytes
    geometry: bytes = b""
    panels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def encoded(self) -> str:
        """The layout as the text of its file."""
        content = {
            "name": self.name,
            "docking": base64.b64encode(self.docking).decode(),
            "geometry": base64.b64encode(self.geometry).decode(),
            "panels": {name: dict(state) for name, state in self.panels.items()},
        }
        return json.dumps({"format": _FORMAT, "version": VERSION, "digest": _digest(content), "content": content}, indent=1, ensure_ascii=False)


def decoded(text: str, source: str) -> Layout:
    """The layout written as `text`; raises DamagedLayout that names `source` where anything about it is not as it was written."""
    try:
        whole = json.loads(text)
        if whole["format"] != _FORMAT or whole["version"] != VERSION:
            raise DamagedLayout(f"The layout {source} was written by another version of Outcry.", cure="The default layout is used.")
        content = whole["content"]
        if whole["digest"] != _digest(content):
            raise DamagedLayout(f"The layout {source} was changed or cut short.", cure="The default layout is used.")
        docking, geometry = (base64.b64decode(content[name], validate=True) for name in ("docking", "geometry"))
        return Layout(str(content["name"]), docking, geometry, {str(name): dict(state) for name, state in content["panels"].items()})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, binascii.Error):
        raise DamagedLayout(f"The layout {source} is damaged.", cure="The default layout is used.") from None


class LayoutFiles:
    """The layout files of one person. With `read_only` nothing is written."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self._folder = folder
        self._read_only = read_only

    def last(self) -> Layout | None:
        """How the window stood when it was last closed, None at the first start; raises DamagedLayout after putting the file aside."""
        try:
            return self._read(_LAST)
        except DamagedLayout as damage:
            aside = self._put_aside(self._path(_LAST))
            if aside is None:
                raise
            raise DamagedLayout(damage.message, cure=f"The default layout is used. The file is kept as {aside}.") from None

    def keep_last(self, layout: Layout) -> None:
        """Remembers `layout` for the next start."""
        self._keep(self._path(_LAST), layout)

    def names(self) -> tuple[str, ...]:
        """The person's own perspectives, sorted."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.json") if path.stem != _LAST))

    def load(self, name: str) -> Layout:
        """The perspective of that name; raises DamagedLayout or BadInput."""
        found = self._read(name)
        if found is None:
            raise BadInput(f"There is no perspective {name!r}.", cure=f"There are: {', '.join(self.names()) or 'none of your own yet'}.")
        return found

    def save(self, layout: Layout) -> None:
        """Keeps `layout` under its name, replacing one of that name; raises BadInput for a name no file can have."""
        self._keep(self._path(checked_name(layout.name)), layout)

    def rename(self, old: str, new: str) -> None:
        """Gives a perspective another name; raises BadInput where that is taken."""
        found = self.load(old)
        if checked_name(new) in self.names():
            raise BadInput(f"There is a perspective {new!r} already.", cure="Choose another name.")
        self.save(Layout(new, found.docking, found.geometry, found.panels))
        self.delete(old)

    def delete(self, name: str) -> None:
        """Forgets a perspective."""
        if not self._read_only:
            self._path(name).unlink(missing_ok=True)

    def write_to(self, path: Path, layout: Layout) -> None:
        """Writes `layout` to a file outside this folder, for another machine."""
        _write(path, layout)

    def take_in(self, path: Path) -> Layout:
        """A perspective exported elsewhere, kept here under its name; raises DamagedLayout or BadInput."""
        layout = decoded(_text_of(path), path.name)
        self.save(layout)
        return layout

    def _read(self, name: str) -> Layout | None:
        path = self._path(name)
        return decoded(_text_of(path), path.name) if path.exists() else None

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _put_aside(self, path: Path) -> Path | None:
        """Where the file was moved to, since the next arrangement takes its place; None where it stays."""
        aside = path.with_suffix(f"{path.suffix}.damaged")
        if self._read_only:
            return None
        try:
            return path.replace(aside)
        except OSError:
            return None

    def _keep(self, path: Path, layout: Layout) -> None:
        if not self._read_only:
            _write(path, layout)


def _write(path: Path, layout: Layout) -> None:
    """Writes the file as a whole or not at all."""
    draft = path.with_name(path.name + ".draft")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.write_text(layout.encoded(), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise OutcryError(f"The layout could not be saved as {path}: {error.strerror or error}.", cure="Free some space or allow writing there.") from error


def checked_name(name: str) -> str:
    """`name`, if a perspective may be called so; raises BadInput."""
    if not _NAME.fullmatch(name) or name == _LAST:
        raise BadInput(f"A perspective cannot be called {name!r}.", cure="Use up to 40 letters, digits, spaces, dots and hyphens.")
    return name


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise DamagedLayout(f"The layout {path.name} cannot be read.", cure="The default layout is used.") from None


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
