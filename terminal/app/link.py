"""The wire between an engine process and whoever asks it: a window or a shell on the same machine, by the same person.

One frame each way: length-prefixed JSON over a Unix socket of mode 0600, or a named pipe on Windows, behind a key that only this
person can read. What the frames say is `trading`'s business.
"""

import hashlib
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

import msgspec

from terminal.domain.errors import OutcryError

LARGEST = 16_000_000
_KEY_BYTES = 32
_LONGEST_ADDRESS = 100
"""Unix sockets have room for 107 characters on Linux and 103 on macOS."""
_VERSION = 1


class EngineAbsent(OutcryError):
    """No engine runs there."""


class EngineSilent(OutcryError):
    """An engine took the question and has not answered in time; what was asked may still be done."""


def ask(folder: Path, what: str, arguments: Mapping[str, Any] | None = None, *, seconds: float = 5.0) -> Any:
    """The answer of the engine whose folder this is. Raises EngineAbsent, EngineSilent, and OutcryError with the engine's own words."""
    try:
        with Client(_address(folder), _family(), authkey=_key(folder)) as line:
            line.send_bytes(msgspec.json.encode({"version": _VERSION, "ask": what, "arguments": dict(arguments or {})}))
            if not line.poll(seconds):
                raise EngineSilent(f"The engine has not answered within {seconds:g} s.", cure="Ask again: it may be compiling, or a strategy may be slow.")
            answer = msgspec.json.decode(line.recv_bytes(LARGEST))
    except (OSError, EOFError, AuthenticationError):
        raise EngineAbsent("No engine runs on this account.", cure="Start one with `outcry trade`.") from None
    if answer["error"]:
        raise OutcryError(answer["error"], cure=answer["cure"])
    return answer["answer"]


class Switchboard:
    """Answers `ask` on a thread of its own, one caller after the other, until `close`. `answer(what, arguments)` makes JSON values."""

    def __init__(self, folder: Path, answer: Callable[[str, Mapping[str, Any]], Any]) -> None:
        self._answer = answer
        self._address = _address(folder)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = _new_key(folder)
        if _family() == "AF_UNIX":
            Path(self._address).unlink(missing_ok=True)  # left by an engine that was killed: whoever holds the journal's lock owns it
        before = os.umask(0o177) if sys.platform != "win32" else 0
        try:
            self._listener = Listener(self._address, _family(), authkey=key)
        finally:
            if sys.platform != "win32":
                os.umask(before)
        self._is_closing = False
        self._thread = threading.Thread(target=self._serve, name="switchboard", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answers nobody any more."""
        self._is_closing = True
        self._listener.close()

    def _serve(self) -> None:
        while not self._is_closing:
            try:
                line = self._listener.accept()
            except (OSError, EOFError, AuthenticationError):
                continue
            with line:
                self._answer_one(line)

    def _answer_one(self, line: "Connection[Any, Any]") -> None:
        try:
            if not line.poll(1.0):
                return
            asked = msgspec.json.decode(line.recv_bytes(LARGEST))
            line.send_bytes(msgspec.json.encode(self._answered(asked)))
        except (OSError, EOFError, msgspec.DecodeError):
            return  # a caller that went away or spoke another language

    def _answered(self, asked: Any) -> dict[str, Any]:
        if not isinstance(asked, dict) or asked.get("version") != _VERSION or not isinstance(asked.get("ask"), str):
            return {"answer": None, "error": "This engine speaks another version.", "cure": "Stop it and start it again with this program."}
        try:
            return {"answer": self._answer(asked["ask"], asked.get("arguments") or {}), "error": "", "cure": ""}
        except OutcryError as error:
            return {"answer": None, "error": error.message, "cure": error.cure}


def _family() -> str:
    return "AF_PIPE" if sys.platform == "win32" else "AF_UNIX"


def _address(folder: Path) -> str:
    name = hashlib.blake2b(str(folder.absolute()).encode(), digest_size=8).hexdigest()
    if sys.platform == "win32":
        return rf"\\.\pipe\outcry-{name}"
    own = str(folder.absolute() / "engine.sock")
    return own if len(own.encode()) <= _LONGEST_ADDRESS else str(Path(tempfile.gettempdir()) / f"outcry-{os.getuid()}-{name}.sock")


def _key(folder: Path) -> bytes:
    return (folder / "engine.key").read_bytes()


def _new_key(folder: Path) -> bytes:
    path = folder / "engine.key"
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        key = os.urandom(_KEY_BYTES)
        file.write(key)
    return key
