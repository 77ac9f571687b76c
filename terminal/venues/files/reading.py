"""What a candle file seems to hold, as shown to a person before anything is imported, and how it can be corrected.

Made by `venues.files.inspect`; the import panel and the command line show it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.names import nearest
from terminal.domain.timeframe import Timeframe

CORRECTIONS: Mapping[str, str] = {
    "delimiter": "what separates the columns: a comma, a semicolon, tab, space or |",
    "header": "yes or no: whether the first line names the columns",
    "skip": "how many lines to leave out at the top",
    "decimal": "the decimal sign: . or ,",
    "time": "the column of the candle's time or date, by name or number (from 1)",
    "clock": "the column of the time of day, where date and time stand apart",
    "open": "the column of the open",
    "high": "the column of the high",
    "low": "the column of the low",
    "close": "the column of the close",
    "volume": "the column of the volume, or none",
    "symbol_column": "the column of the symbol, or none",
    "time_format": "s, ms, us, ns, iso, or a pattern such as %d/%m/%Y %H:%M",
    "zone": "time zone of the times, such as UTC or America/New_York",
    "stamp": "open or close: which end of the candle its time names",
    "timeframe": "candle length: 1m 5m 15m 30m 1h 4h 1d 1w",
    "symbol": "the rows of this symbol, where the file holds several",
    "bad_rows": "refuse or drop: what to do with rows that can't be candles",
    "duplicates": "refuse, first or last: which of two different rows of one time to keep",
    "asset_class": "crypto, perpetual, equity, future, forex, option or index",
    "calendar": "24/7, 24/5 or an exchange code such as XNYS",
    "quote": "the currency of the prices",
}


class Sureness(StrEnum):
    """How a fact is known."""

    CORRECTED = "corrected by you"
    CERTAIN = "certain"
    LIKELY = "likely"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing detected in the file. `name` is also the name of the correction that overrules it."""

    name: str
    value: str
    sureness: Sureness
    why: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the file can't be imported as it is, in words, and what to do."""

    text: str
    cure: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as understood so far. `preview` are its first rows as text under `headers`; `roles` maps time, open, … to a header.

    `candles` shows the first candles as they would be imported: (ISO time UTC, open, high, low, close, volume).
    """

    path: Path
    headers: tuple[str, ...]
    preview: tuple[tuple[str, ...], ...]
    roles: Mapping[str, str]
    facts: tuple[Fact, ...]
    rows: int
    timeframe: Timeframe | None
    start: int | None
    """Open of the first candle, UTC ns."""
    end: int | None
    """Close of the last candle, UTC ns."""
    candles: tuple[tuple[str, float, float, float, float, float], ...]
    symbols: tuple[str, ...]
    """The symbols that the file names: in a column, in an export of ours, or as MetaTrader does in the name of the file."""
    notes: tuple[str, ...]
    """What was put right on the way, such as rows that were sorted."""
    problems: tuple[Problem, ...]

    @property
    def is_ready(self) -> bool:
        """Whether an import would succeed."""
        return not self.problems

    def fact(self, name: str) -> Fact | None:
        """The fact of that name, None where nothing was found."""
        return next((fact for fact in self.facts if fact.name == name), None)

    def __str__(self) -> str:
        roles = ", ".join(f"{role} ← {header}" for role, header in self.roles.items())
        lines = [f"{self.path.name}: {self.rows:,} rows; {roles}"]
        lines += [f"{fact.name}: {fact.value} ({fact.sureness.value}{f'; {fact.why}' if fact.why else ''})" for fact in self.facts]
        lines += [f"{time}  open {o:g}  high {h:g}  low {low:g}  close {c:g}  volume {v:g}" for time, o, h, low, c, v in self.candles]
        return "\n".join([*lines, *self.notes, *(f"✕ {problem.text} {problem.cure}" for problem in self.problems)])


class Corrections:
    """The overrulings given by a person, checked by name; each is asked for by the step that obeys it."""

    def __init__(self, given: Mapping[str, str]) -> None:
        for name in given:
            if name not in CORRECTIONS:
                raise UnknownName("correction", name, nearest=nearest(name, CORRECTIONS), cure=f"There are {', '.join(CORRECTIONS)}.")
        self._given = {name: value for name, value in given.items() if value != ""}

    def get(self, name: str) -> str | None:
        """What the person said, None where nothing."""
        return self._given.get(name)

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """One of `choices`; raises BadInput for anything else."""
        value = self._given.get(name, default).strip().lower()
        if value not in choices:
            raise BadInput(f"The correction {name} is {value!r}.", cure=f"Use {' or '.join(choices)}.")
        return value

    def count(self, name: str, default: int) -> int:
        """A whole number of 0 or more; raises BadInput for anything else."""
        value = self._given.get(name)
        if value is None:
            return default
        if not value.isdigit():
            raise BadInput(f"The correction {name} is {value!r}.", cure="Use a whole number.")
        return int(value)


class Notebook:
    """Collects facts and notes while a file is being understood."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.notes: list[str] = []

    def fact(self, name: str, value: str, sureness: Sureness, why: str = "") -> None:
        """Adds a fact, replacing an earlier one of that name."""
        self.facts = [fact for fact in self.facts if fact.name != name]
        self.facts.append(Fact(name, value, sureness, why))

    def note(self, text: str) -> None:
        """Adds a note."""
        self.notes.append(text)
