"""Notices that another program changed an open file, once it has finished writing.

Held by the desk; it only tells which path, the bridge reads the file.
"""

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

_SETTLED_MS = 150


class FileWatch(QObject):
    """Watches single files. `touched(path)` is emitted a moment after the last change."""

    touched = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._paths: set[str] = set()
        self._waiting: set[str] = set()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SETTLED_MS)
        self._soon.timeout.connect(self._tell)
        self._watcher.fileChanged.connect(self._changed)

    def add(self, path: Path) -> None:
        """Begins to watch `path`."""
        self._paths.add(str(path))
        self._watcher.addPath(str(path))

    def remove(self, path: Path) -> None:
        """Watches it no longer."""
        self._paths.discard(str(path))
        self._watcher.removePath(str(path))

    def _changed(self, path: str) -> None:
        self._waiting.add(path)
        self._soon.start()

    def _tell(self) -> None:
        waiting, self._waiting = self._waiting & self._paths, set()
        for path in sorted(waiting):
            # a file that was replaced by renaming is a new one to the system and must be watched anew
            if path not in self._watcher.files():
                self._watcher.addPath(path)
            self.touched.emit(Path(path))
