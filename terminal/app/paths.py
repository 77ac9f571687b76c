"""Where everything of one person stands on disk: one folder per kind, from OUTCRY_HOME or the habits of the system.

Built before anything else; every room that keeps something is handed its folder from here.
"""

import hashlib
import os
import shutil
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import terminal
from terminal.domain.errors import OutcryError, forbids_writing

_PRIVATE = 0o700
_COMPILED_BYTES = 20_000_000
"""Room that compiled kernels need at most; numba fails half-way where the disk has less."""
_COMPILED_ROOMS = ("backtest", "trading", "risk", "ledger", "indicators", "stats")


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders of one Outcry: what it keeps (data), how it is set up (config), what may be thrown away (cache), its logs."""

    data: Path
    config: Path
    cache: Path
    logs: Path

    @property
    def strategies(self) -> Path:
        """Folder of the person's own strategy files."""
        return self.data / "strategies"

    @property
    def candles(self) -> Path:
        """Folder of the candle store."""
        return self.data / "candles"

    @property
    def runs(self) -> Path:
        """Folder of saved runs and the trial ledger."""
        return self.data / "runs"

    @property
    def settings_file(self) -> Path:
        """The settings, as TOML."""
        return self.config / "settings.toml"

    @property
    def compile_cache(self) -> Path:
        """Compiled kernels of these very sources of Outcry."""
        return self.cache / f"compiled-{terminal.__version__}-{kernel_stamp()}"

    @classmethod
    def of(cls, home: Path | None = None) -> Self:
        """Folders under `home`, else under $OUTCRY_HOME, else where this system keeps such things. Creates nothing."""
        home = home or (Path(os.environ["OUTCRY_HOME"]) if os.environ.get("OUTCRY_HOME") else None)
        if home is not None:
            home = home.expanduser().absolute()
            return cls(home / "data", home / "config", home / "cache", home / "logs")
        from platformdirs import PlatformDirs

        dirs = PlatformDirs("outcry", appauthor=False)
        return cls(dirs.user_data_path, dirs.user_config_path, dirs.user_cache_path, dirs.user_log_path)

    def create(self) -> Self:
        """These folders, made where missing and closed to other users; raises OutcryError where one cannot be made.

        Where data stand in a place that forbids writing, they can still be read: there a missing folder stays missing.
        """
        for folder in (self.data, self.config, self.cache, self.logs, self.strategies, self.candles, self.runs):
            try:
                folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            except OSError as error:
                if forbids_writing(error) and self.data.is_dir():
                    continue
                cure = "Allow writing there, or set OUTCRY_HOME to a folder of yours."
                raise OutcryError(f"The folder {folder} cannot be made: {error.strerror or error}.", cure=cure) from error
        return self


def kernel_stamp() -> str:
    """A mark of all sources that kernels are compiled from: numba itself only looks whether the kernel's own file has changed."""
    rooms = Path(terminal.__file__).parent
    files = [path for name in _COMPILED_ROOMS for path in sorted((rooms / name).rglob("*.py"))]
    marks = "|".join(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files)
    return hashlib.blake2b(marks.encode(), digest_size=6).hexdigest()


def prepare_compile_cache(paths: Paths, environment: MutableMapping[str, str] = os.environ) -> Path:
    """The folder where numba keeps compiled kernels, told to it; must happen before numba is imported. A folder named by the person stays.

    Where the cache can't be written or has no room, kernels are kept in a private folder until the program ends.
    """
    if environment.get("NUMBA_CACHE_DIR"):
        return Path(environment["NUMBA_CACHE_DIR"])
    folder = paths.compile_cache
    try:
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        writeable = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= _COMPILED_BYTES
    except OSError:
        writeable = False
    if not writeable:
        import atexit
        import tempfile

        folder = Path(tempfile.mkdtemp(prefix="outcry-compiled-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment["NUMBA_CACHE_DIR"] = str(folder)
    return folder
