"""All strategies a person can run: the built-in ones and the files of their own folder, reloaded when a file changes.

Asked by every face for names, sources and classes; the folder is read only, here and everywhere but in SaveStrategy.
"""

import threading
from pathlib import Path

from terminal.domain.errors import StrategyError, UnknownName
from terminal.domain.names import nearest
from terminal.domain.resources import resource_path
from terminal.strategies.contract import Strategy
from terminal.strategies.loader import StrategyEntry, fingerprint, load, read_source, title_of

SAMPLE = "ema_trend"
"""The strategy a first start shows; it stands first."""


class StrategyLibrary:
    """Strategies by name. Files whose names begin with "_" or "." are left alone; `folder` need not exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._loaded: dict[Path, StrategyEntry] = {}

    def entries(self) -> tuple[StrategyEntry, ...]:
        """The sample, the built-ins and the user's files by name, broken ones included; changed files are loaded anew."""
        built_in = [self._entry(path, path.stem, is_built_in=True) for path in _built_in_files()]
        taken = {entry.name for entry in built_in}
        own = [self._entry(path, path.name if path.stem in taken else path.stem, is_built_in=False) for path in self._own_files()]
        return (*built_in, *own)

    def find(self, name_or_path: str | Path) -> StrategyEntry:
        """The strategy of that name, or in that file; raises UnknownName with the nearest names, or StrategyError.

        A built-in's name always means the built-in; a file of the user that has the same stem is found by its file name.
        """
        wanted = str(name_or_path)
        path = Path(wanted).expanduser()
        if path.suffix == ".py" and path.is_file():
            resolved = path.resolve()
            known = next((entry for entry in self.entries() if entry.path == resolved), None)
            return known if known is not None else self._entry(resolved, resolved.stem, is_built_in=False)
        entries = self.entries()
        known_as = [entry for entry in entries if entry.name == wanted] or [entry for entry in entries if entry.path.name == wanted]
        if known_as:
            return known_as[0]
        if path.suffix == ".py" or len(path.parts) > 1:
            raise StrategyError(f"The file {wanted} does not exist.", cure="Give the path of a Python file, or the name of a strategy.")
        names = [entry.name for entry in entries]
        raise UnknownName("strategy", wanted, nearest=nearest(wanted, names), cure=f"There are: {', '.join(names)}.")

    def _own_files(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return sorted(path.resolve() for path in self.folder.glob("*.py") if path.is_file() and not path.name.startswith(("_", ".")))

    def _entry(self, path: Path, name: str, *, is_built_in: bool) -> StrategyEntry:
        try:
            source = read_source(path)
        except StrategyError as error:
            return StrategyEntry(name, title_of(path.stem), path, "", None, error, is_built_in, "")
        with self._lock:
            known = self._loaded.get(path)
            if known is None or known.source != source or known.name != name:
                known = self._loaded[path] = _loaded(path, source, name, is_built_in=is_built_in)
            return known


def _built_in_files() -> tuple[Path, ...]:
    files = sorted(path.resolve() for path in resource_path("strategies").glob("*.py") if not path.name.startswith("_"))
    return tuple(sorted(files, key=lambda path: path.stem != SAMPLE))


def _loaded(path: Path, source: str, name: str, *, is_built_in: bool) -> StrategyEntry:
    strategy_class: type[Strategy] | None = None
    error: StrategyError | None = None
    try:
        strategy_class = load(path, source)
    except StrategyError as problem:
        error = problem
    return StrategyEntry(name, title_of(path.stem), path, source, strategy_class, error, is_built_in, fingerprint(source))
