"""Structured logs: every record becomes one JSON line on disk and one line in the log panel, secrets redacted in both.

Rooms log with the standard `logging` and `extra={...}`; only this module knows where records go.
"""

import logging
import queue
import sys
import threading
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from terminal.app.redaction import Secrets
from terminal.app.state import LogLine, Publisher

_FILE_BYTES = 5_000_000
_FILES_KEPT = 5
_WRITER_PATIENCE_SECONDS = 2.0  # structlog's import (90 ms) waits until the window stands, unless something went wrong


class Logs:
    """The log of one face of the program, from `open` until `close`. Records are written by a thread of their own."""

    def __init__(self, folder: Path, face: str, secrets: Secrets, publisher: Publisher) -> None:
        self.file = folder / f"{face}.jsonl"
        self._secrets = secrets
        self._shown = _PanelHandler(publisher, secrets)
        self._written = _WriterHandler(self.file, secrets)

    def open(self) -> None:
        """Begins to take records of INFO and above from every logger."""
        root = logging.getLogger()
        root.setLevel(min(root.level or logging.INFO, logging.INFO))
        for handler in (self._shown, self._written):
            handler.setLevel(logging.INFO)
            root.addHandler(handler)
        logging.captureWarnings(True)
        for chatty in ("ccxt", "asyncio", "numba", "matplotlib"):
            logging.getLogger(chatty).setLevel(logging.WARNING)

    def close(self) -> None:
        """Writes what waits and lets go of the file."""
        logging.captureWarnings(False)
        for handler in (self._shown, self._written):
            logging.getLogger().removeHandler(handler)
            handler.close()


class _PanelHandler(logging.Handler):
    """Hands each record on as a LogLine event."""

    def __init__(self, publisher: Publisher, secrets: Secrets) -> None:
        super().__init__()
        self._publisher = publisher
        self._secrets = secrets

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text} ({type(record.exc_info[1]).__name__}: {record.exc_info[1]})"
        line = LogLine(int(record.created * 1e9), record.levelname.lower(), room_of(record.name), self._secrets.redact(text))
        self._publisher.publish(line)


class _WriterHandler(logging.Handler):
    """Queues records for a thread that writes them, so that no disk and no import ever holds up the window."""

    def __init__(self, path: Path, secrets: Secrets) -> None:
        super().__init__()
        self._queue: queue.SimpleQueue[logging.LogRecord | None] = queue.SimpleQueue()
        self._hurry = threading.Event()
        self._path = path
        self._secrets = secrets
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        self._queue.put(record)
        if record.levelno >= logging.WARNING:
            self._hurry.set()

    def close(self) -> None:
        self._queue.put(None)
        self._hurry.set()
        self._thread.join(5)
        super().close()

    def _write(self) -> None:
        self._hurry.wait(_WRITER_PATIENCE_SECONDS)
        first = self._queue.get()
        if first is None:
            return
        file = _LogFile(self._path, maxBytes=_FILE_BYTES, backupCount=_FILES_KEPT - 1, encoding="utf-8", delay=True)
        file.setFormatter(_JsonLines(self._secrets))
        record: logging.LogRecord | None = first
        while record is not None:
            file.handle(record)
            record = self._queue.get()
        with suppress(OSError):  # what waits can't be written on a full disk
            file.close()


class _LogFile(RotatingFileHandler):
    """The file; lines that find no room are lost in silence, for the health strip tells of the disk and a shell is no log."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - a name of logging
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


class _JsonLines(logging.Formatter):
    """One JSON object a record: time (ISO UTC), level, room, event, its extras, the traceback; redacted as a whole."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        import structlog

        self._secrets = secrets
        self._inner = structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.ExtraAdder(), _add_room, structlog.processors.format_exc_info],
            processors=[
                _add_time,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )

    def format(self, record: logging.LogRecord) -> str:
        return self._secrets.redact(self._inner.format(record))


def _add_room(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["room"] = room_of(event["_record"].name)
    return event


def _add_time(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    moment = datetime.fromtimestamp(event["_record"].created, UTC)
    return {"time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"), **event}


def room_of(logger_name: str) -> str:
    """The room a logger belongs to: "market" for terminal.market.store, else the library's name."""
    parts = logger_name.split(".")
    return parts[1] if parts[0] == "terminal" and len(parts) > 1 else parts[0]
