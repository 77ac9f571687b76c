"""Turns the text of one strategy file into its class, or into an error that names the line. Writes nothing, not even bytecode.

The library calls it for each file; a broken file never keeps another from loading.
"""

import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.abc import SourceLoader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from terminal.domain.errors import OutcryError, StrategyError
from terminal.domain.parameters import Declaration
from terminal.strategies.contract import Strategy
from terminal.strategies.suggestions import suggestion

_MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class StrategyEntry:
    """One strategy file: its class, or the error that kept it from loading. `name` is what commands and scripts call it."""

    name: str
    title: str
    path: Path
    source: str
    strategy_class: type[Strategy] | None
    error: StrategyError | None
    is_built_in: bool
    code_fingerprint: str
    """Hash of the source text; equal text gives an equal fingerprint wherever the file lies."""

    @property
    def description(self) -> str:
        """The first paragraph of the class docstring, empty where there is none."""
        return (self.strategy_class.__doc__ or "").strip().split("\n\n")[0] if self.strategy_class is not None else ""

    @property
    def parameters(self) -> Mapping[str, Declaration[Any]]:
        """The declared parameters by name; none for a broken file."""
        return self.strategy_class.parameters() if self.strategy_class is not None else {}

    def demand_class(self) -> type[Strategy]:
        """The strategy class; raises the file's own StrategyError where it is broken."""
        if self.strategy_class is None:
            raise self.error or StrategyError("The file holds no strategy.", file=self.path)
        return self.strategy_class


def fingerprint(source: str) -> str:
    """Hash of a source text, 32 hex digits; line ends do not count."""
    return hashlib.blake2b("\n".join(source.splitlines()).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def read_source(path: Path) -> str:
    """The text of a Python file in its declared encoding; raises StrategyError where it can't be read."""
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise StrategyError(f"The file has {size:,} bytes.", file=path, cure=f"A strategy file may have up to {_MOST_BYTES:,} bytes.")
        return importlib.util.decode_source(path.read_bytes())
    except OSError as error:
        raise StrategyError(f"The file cannot be read: {error.strerror or error}.", file=path) from error
    except (SyntaxError, UnicodeDecodeError) as error:
        raise StrategyError("The file is not text in UTF-8.", file=path, line=1, cure="Save it as UTF-8.") from error


def load(path: Path, source: str) -> type[Strategy]:
    """The strategy class that `source` defines, run as a module under the file name `path`; raises StrategyError."""
    if "\0" in source:  # Python 3.11.2, which Debian 12 has, would refuse it without naming a line
        line = source.count("\n", 0, source.index("\0")) + 1
        raise StrategyError("A Python file cannot contain null bytes", file=path, line=line, cure="Delete the character at this line.")
    loader = _TextLoader(path, source)
    module = _module(path, loader)
    name = module.__name__
    sys.modules[name] = module
    try:
        loader.exec_module(module)
        return _strategy_class(module, path)
    except StrategyError:
        sys.modules.pop(name, None)
        raise
    except (Exception, SystemExit) as error:  # a stranger's file may raise anything, and must not take the others along
        sys.modules.pop(name, None)
        raise failure(error, path) from error


def failure(error: BaseException, path: Path, *, where: str = "") -> StrategyError:
    """`error` as a StrategyError that names the last line of `path` it passed through; `where` is added to the message."""
    if isinstance(error, SyntaxError) and (error.filename is None or _same(error.filename, path)):
        words = error.msg or "invalid syntax"
        return StrategyError(f"{words[:1].upper()}{words[1:].rstrip('.')}", file=path, line=error.lineno or 1, column=error.offset)
    steps = [step for step in traceback.extract_tb(error.__traceback__) if _same(step.filename, path)]
    line = steps[-1].lineno if steps else None
    column = steps[-1].colno + 1 if steps and steps[-1].colno is not None else None
    if isinstance(error, OutcryError):
        return StrategyError(_sentence(error.message, where), file=path, line=line, column=column, cure=error.cure)
    words = f"{type(error).__name__}: {error}" if str(error) else f"The file raised {type(error).__name__}"
    cure = suggestion(error)
    return StrategyError(_sentence(words, where, ends=bool(cure)), file=path, line=line, column=column, cure=cure)


def title_of(name: str) -> str:
    """The name of a strategy as a person reads it: "ema_trend" becomes "EMA trend"."""
    words = [word.upper() if word in _ABBREVIATIONS else word for word in name.lower().split("_") if word]
    return (words[0][:1].upper() + " ".join(words)[1:]) if words else name


class _TextLoader(SourceLoader):
    """Executes a text that was already read, so that what runs is what was fingerprinted and no bytecode file appears."""

    def __init__(self, path: Path, source: str) -> None:
        self._path = str(path)
        self._source = source.encode("utf-8", "surrogatepass")

    def get_filename(self, fullname: str) -> str:  # noqa: ARG002 - the signature of importlib
        return self._path

    def get_data(self, path: str | bytes) -> bytes:
        if path != self._path:
            raise OSError(f"{path!r} is not the strategy file.")
        return self._source


def _module(path: Path, loader: _TextLoader) -> ModuleType:
    place = hashlib.blake2b(str(path).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    spec = ModuleSpec(f"outcry_strategy_{place}_{path.stem}", loader, origin=str(path))
    spec.has_location = True
    return importlib.util.module_from_spec(spec)


def _strategy_class(module: ModuleType, path: Path) -> type[Strategy]:
    own = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Strategy) and value.__module__ == module.__name__]
    final = [kind for kind in dict.fromkeys(own) if not any(other is not kind and issubclass(other, kind) for other in own)]
    named = [kind for kind in final if kind.__name__.lower() == path.stem.replace("_", "").lower()]
    chosen = named if len(named) == 1 else final
    if not chosen:
        raise StrategyError("The file holds no Strategy.", file=path, line=1, cure="Add `class MyStrategy(Strategy):` with a `signals` method.")
    if len(chosen) > 1:
        names = ", ".join(kind.__name__ for kind in chosen)
        raise StrategyError(f"The file holds several strategies: {names}.", file=path, line=1, cure="Keep one in each file.")
    if chosen[0].signals is Strategy.signals and not chosen[0].answers_events() and not callable(getattr(chosen[0], "weights", None)):
        cure = "Add `def signals(self, candles):` that returns Signals(...), or `def on_candle(self, candle):` (`on_tick`, `on_book`)."
        raise StrategyError(f"{chosen[0].__name__} has neither `signals` nor `on_candle`.", file=path, line=1, cure=cure)
    return chosen[0]


def _same(file_name: str | None, path: Path) -> bool:
    return file_name is not None and file_name == str(path)


def _sentence(message: str, where: str, *, ends: bool = False) -> str:
    """`message` with `where` in it; with a full stop where that was added, or where a sentence follows (`ends`)."""
    return f"{message.rstrip('.')}{where}." if where or ends else message


_ABBREVIATIONS = frozenset(("adx", "atr", "cci", "dmi", "ema", "hma", "kama", "ma", "macd", "mfi", "obv", "rsi", "sma", "vwap", "wma"))
