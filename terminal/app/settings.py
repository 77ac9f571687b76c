"""Every setting of the program, declared once: type, default, bounds, unit, help.

The settings panel, the file, the command line and the manual's table read these declarations and nothing else.
"""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from terminal.app.commands import ChangeSetting
from terminal.app.settings_file import DamagedFile, keep_copy, read_toml, write_toml
from terminal.app.state import Notice, SettingChanged, Severity
from terminal.backtest.declared import CostSettings, FillSettings, MeasureSettings
from terminal.domain.errors import BadInput, OutcryError, UnknownName, WrongValue
from terminal.domain.names import nearest
from terminal.domain.parameters import Bool, Choice, Declaration, Float, Int, Text, declarations
from terminal.domain.size import Size
from terminal.domain.work import CancelQuestion, Report

if TYPE_CHECKING:
    from terminal.app.terminal import Handler, Terminal

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class LoopbackAddress(Text):
    """An address on this machine such as http://127.0.0.1:8080, or nothing."""

    kind = "an address on this machine"

    def allowed(self) -> str:
        return "nothing, or http://127.0.0.1:PORT"

    def check(self, value: Any) -> str:
        address = super().check(value).strip().rstrip("/")
        if not address:
            return ""
        try:
            parts = urlsplit(address)
            is_local = parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK and parts.port is not None
        except ValueError:
            is_local = False
        if not is_local:
            raise self._refusal(value)
        return address

    def parse(self, text: str) -> str:
        return self.check(text)


class SizeText(Text):
    """How much a trade buys, as `domain.size` reads it."""

    kind = "a size"

    def allowed(self) -> str:
        return 'a size such as "100%", "cash 1000", "risk 1%", "volatility 15%", "kelly 25%" or "quantity 2"'

    def check(self, value: Any) -> str:
        return str(Size.parse(super().check(value)))

    def parse(self, text: str) -> str:
        return self.check(text)


class _Looks:
    """How the program looks, and what a backtest starts with."""

    theme = Choice("dark", options=("dark", "light"), help="Colours of the window.")
    zone = Choice("local", options=("local", "exchange", "utc"), help="Time zone of every time on screen; files and exports are always UTC.")
    up_down_colours = Choice(
        "green_red", options=("green_red", "blue_orange"), help="Pair of colours for rising and falling; the second suits colour blindness."
    )
    first_steps = Bool(True, help="Shows what a newcomer can do next under the top bar.")
    dense_rows = Bool(False, help="Lower table rows: 24 instead of 30 pixels.")
    capital = Float(10_000.0, low=1.0, high=1e12, unit="quote currency", help="Capital a backtest starts with.")
    commission = Float(0.001, low=0.0, high=0.1, unit="of the traded value", help="Commission of each fill in a backtest; 0.001 is 0.1 %.")
    slippage = Float(
        0.0005, low=0.0, high=100.0, unit="of the price", help="Slippage of each market fill in a backtest; 0.0005 is 0.05 %; its model says of what."
    )
    size = SizeText("100%", help="How much each backtested trade buys.")


class _Machine:
    """What the program may use of this machine."""

    seed = Int(1, low=0, high=2**31 - 1, help="Seed of the simulated market; the same seed invents the same prices.")
    exchange_address = LoopbackAddress("", help="Sends every exchange request to this address on this machine instead; for a local test exchange or a proxy.")
    disk_warning_gb = Float(2.0, low=0.0, high=1e6, unit="GB", help="The health strip warns when less disk space is free.")


class Declared(_Machine, MeasureSettings, CostSettings, FillSettings, _Looks):
    """The settings there are; those of the last base are shown first."""


class Settings(Mapping[str, Any]):
    """The current values by name, all of them checked; read from `path` and saved there. Thread-safe.

    A file that is damaged, or a value in it that cannot be used, falls back to the default; `notices` says so in words.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.declared: Mapping[str, Declaration[Any]] = declarations(Declared)
        self.notices: list[Notice] = []
        self._path = path
        self._read_only = read_only
        self._lock = threading.Lock()
        self._unknown: dict[str, Any] = {}
        self._values = self._load()

    def __getitem__(self, name: str) -> Any:
        return self._values[self._known(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.declared)

    def __len__(self) -> int:
        return len(self.declared)

    def change(self, name: str, value: Any) -> Any:
        """The checked value, now in force and saved; text is parsed. Raises UnknownName or BadInput and changes nothing."""
        checked = self.checked(name, value, f"Setting {name!r}")
        with self._lock:
            values = {**self._values, name: checked}
            if not self._read_only:
                self._save(values)
            self._values = values
        return checked

    def checked(self, name: str, value: Any, thing: str) -> Any:
        """`value` as the setting `name` would take it, changing nothing; the refusal calls it `thing`. Raises UnknownName or BadInput."""
        declaration = self.declared[self._known(name)]
        try:
            return declaration.parse(value) if isinstance(value, str) else declaration.check(value)
        except WrongValue as error:
            raise error.told_as(thing) from None

    def _known(self, name: str) -> str:
        if name not in self.declared:
            raise UnknownName("setting", name, nearest=nearest(name, self.declared), cure=f"There are: {', '.join(self.declared)}.")
        return name

    def _save(self, values: Mapping[str, Any]) -> None:
        heads = {name: f"{declaration.help} ({declaration.allowed()})" for name, declaration in self.declared.items()}
        changed = {name: value for name, value in values.items() if value != self.declared[name].default}
        try:
            write_toml(self._path, {**self._unknown, **changed}, heads)
        except OSError as error:
            raise OutcryError(
                f"The settings could not be saved to {self._path}: {error.strerror or error}.",
                cure="Free some space or allow writing there; the old settings stay.",
            ) from error

    def _load(self) -> dict[str, Any]:
        values = {name: declaration.default for name, declaration in self.declared.items()}
        try:
            given = read_toml(self._path)
        except DamagedFile as damage:
            kept = f" A copy is kept as {damage.copy}." if damage.copy is not None else ""
            self._tell(f"The settings file {self._path} is damaged ({damage}). The defaults are used.{kept}")
            return values
        refused = []
        for name, value in given.items():
            if name not in self.declared:
                self._unknown[name] = value  # written by another version: kept in the file, not used
                continue
            try:
                values[name] = self.declared[name].check(value)
            except WrongValue as error:
                refused.append(str(error.told_as(f"Setting {name!r}")))
            except BadInput as error:
                refused.append(str(error))
        if refused:
            copy = keep_copy(self._path)
            self._tell(
                f"The settings file {self._path} holds values that cannot be used; their defaults are used. {' '.join(refused)}"
                + (f" A copy is kept as {copy}." if copy else "")
            )
        return values

    def _tell(self, text: str) -> None:
        self.notices.append(Notice(Severity.WARNING, text, cure="Open the settings and choose again."))


def change_setting(terminal: "Terminal", command: ChangeSetting, report: Report, cancelled: CancelQuestion) -> Any:  # noqa: ARG001 - a handler's shape
    """The checked value; tells everyone who watches."""
    value = terminal.settings.change(command.name, command.value)
    terminal.publisher.publish(SettingChanged(command.name, value))
    return value


HANDLERS: dict[type, "Handler"] = {ChangeSetting: change_setting}
