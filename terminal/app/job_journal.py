"""Remembers on disk which jobs run, so that the next start can say which ones the last program took with it.

Kept by `app.jobs`, read at its start.
"""

import json
import logging
from pathlib import Path

_log = logging.getLogger(__name__)


class JobJournal:
    """Titles of the jobs under way, in one small file. Best effort: a job never fails because its title could not be noted."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._read_only = read_only
        self._titles: dict[int, str] = {}

    def take_interrupted(self) -> tuple[str, ...]:
        """Titles that a former program left behind, oldest first; they are told once."""
        if self._read_only:
            return ()
        try:
            titles = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as error:
            _log.warning("The journal of jobs %s cannot be read: %s", self._path, error)
            titles = []
        self._path.unlink(missing_ok=True)
        return tuple(str(title) for title in titles) if isinstance(titles, list) else ()

    def add(self, job_id: int, title: str) -> None:
        """Notes that a job was started."""
        self._titles[job_id] = title
        self._write()

    def remove(self, job_id: int) -> None:
        """Notes that it ended by itself or was cancelled."""
        if self._titles.pop(job_id, None) is not None:
            self._write()

    def _write(self) -> None:
        if self._read_only:
            return
        try:
            if not self._titles:
                self._path.unlink(missing_ok=True)
                return
            scratch = self._path.with_suffix(".part")
            scratch.write_text(json.dumps(list(self._titles.values())), encoding="utf-8")
            scratch.replace(self._path)
        except OSError as error:
            _log.warning("The journal of jobs %s cannot be written: %s", self._path, error)
