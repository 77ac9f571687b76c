"""Lists, reads, writes and copies strategy files for every face; built-in files are never written.

Asked by the strategy editor and by `outcry strategies`; what it writes is what the next backtest runs.
"""

import io
import os
import re
import tempfile
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.app.commands import ListStrategies, NewStrategy, ReadStrategy, SaveStrategy
from terminal.app.state import StrategiesChanged
from terminal.domain.errors import BadInput, DiskFull, StoreError, lacks_room
from terminal.domain.resources import resource_path
from terminal.domain.work import CancelQuestion, Report

if TYPE_CHECKING:
    from terminal.app.terminal import Handler, Terminal
    from terminal.strategies.loader import StrategyEntry


def list_strategies(terminal: "Terminal", _command: ListStrategies, _report: Report, _cancelled: CancelQuestion) -> "tuple[StrategyEntry, ...]":
    """Every strategy there is, broken files included."""
    return terminal.strategies.entries()


def read_strategy(terminal: "Terminal", command: ReadStrategy, _report: Report, _cancelled: CancelQuestion) -> "StrategyEntry":
    """The strategy of that name or path as its file stands now."""
    return terminal.strategies.find(command.strategy)


def save_strategy(terminal: "Terminal", command: SaveStrategy, _report: Report, _cancelled: CancelQuestion) -> "StrategyEntry":
    """The saved file, loaded; raises BadInput where it is built in, read-only, or changed by another program since it was read."""
    path = command.path.expanduser().resolve()
    _demand_writeable(terminal, path)
    if command.expected is not None and path.exists():
        from terminal.strategies.loader import fingerprint, read_source

        if fingerprint(read_source(path)) != command.expected:
            raise BadInput(f"{path.name} was changed by another program since it was opened.", cure="Reload it, or save it under another name.")
    _write(path, command.text)
    terminal.publisher.publish(StrategiesChanged())
    return terminal.strategies.find(str(path))


def new_strategy(terminal: "Terminal", command: NewStrategy, _report: Report, _cancelled: CancelQuestion) -> "StrategyEntry":
    """The new file, loaded. A copy is called "my_" and the name of what it copies, with a number where that is taken."""
    if command.copy_of:
        origin = terminal.strategies.find(command.copy_of)
        text, wanted = origin.source, command.name or f"my_{origin.path.stem.removeprefix('my_')}"
    else:
        template = "_template_events.py" if command.form == "events" else "_template.py"
        text, wanted = resource_path(f"strategies/{template}").read_text(encoding="utf-8"), command.name or "my_strategy"
    if not re.fullmatch(r"[A-Za-z]\w*", wanted):
        raise BadInput(f"A strategy file cannot be called {wanted!r}.", cure="Use letters, digits and underscores, a letter first.")
    path = _free_path(terminal.strategies.folder, wanted)
    _demand_writeable(terminal, path)
    _write(path, text)
    terminal.publisher.publish(StrategiesChanged())
    return terminal.strategies.find(str(path))


def _free_path(folder: Path, name: str) -> Path:
    path, number = folder / f"{name}.py", 1
    while path.exists():
        number += 1
        path = folder / f"{name}_{number}.py"
    return path


def _demand_writeable(terminal: "Terminal", path: Path) -> None:
    if terminal.read_only:
        raise BadInput("Another Outcry is running; this one only reads.", cure="Close the other window and start again.")
    if path.suffix != ".py":
        raise BadInput(f"{path.name} is not a Python file.", cure="Give it the ending .py.")
    if any(entry.is_built_in and entry.path == path for entry in terminal.strategies.entries()):
        raise BadInput(f"{path.name} is built in and stays as it is.", cure="Make a copy of your own: “Make it mine”.")


def _write(path: Path, text: str) -> None:
    """Writes beside the file and renames, so that a reader or a crash sees the old file or the new one, never half of one."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(text.encode("utf-8")).readline)
        content = text.encode(encoding)
    except (SyntaxError, UnicodeError) as error:
        raise BadInput(f"{path.name} cannot be saved: {error}.", cure="Remove the encoding line, or the characters it does not know.") from error
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.stem}-", suffix=".tmp", delete=False) as file:
            temporary = file.name
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            Path(temporary).chmod(path.stat().st_mode & 0o777)
        else:
            Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        if lacks_room(error):
            raise DiskFull(f"No room to save {path.name}; the old file is untouched.", cure="Free some disk space and save again.") from error
        raise StoreError(f"{path.name} cannot be saved: {error.strerror or error}.", cure=f"Check the folder {path.parent}.") from error


HANDLERS: "dict[type, Handler]" = {
    ListStrategies: list_strategies,
    ReadStrategy: read_strategy,
    SaveStrategy: save_strategy,
    NewStrategy: new_strategy,
}
