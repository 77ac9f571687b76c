"""Named values of a result as rows of a table: its settings, parameters and fingerprints.

Shown by the Results panel so that a run can be done again from what stands there.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from terminal.domain.candles import iso
from terminal.domain.words import worded
from terminal.ui.numbers import ABSENT
from terminal.ui.widgets.columns import Column

if TYPE_CHECKING:
    from terminal.app.answers import Run

_TIMES = ("data_start", "data_starts", "data_ends")


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value of a result. `group` says what kind it is, or what it says."""

    group: str
    name: str
    value: str
    sort: float | str


def fact_columns(what: str) -> tuple[Column[Fact], ...]:
    """The columns of a list of facts."""
    return (
        Column("Group", lambda fact: fact.group, width=120, colour=lambda _fact: "second"),
        Column(what, lambda fact: fact.name, width=240),
        Column("Value", lambda fact: fact.value, lambda fact: fact.sort, stretches=True),
    )


def settings_of(run: "Run") -> list[Fact]:
    """What has changed since a run, then every setting, parameter and fingerprint of it."""
    result = run.result
    facts = [Fact("Changed since", str(number), words, number) for number, words in enumerate(run.changes, start=1)]
    facts += [Fact("Parameter", str(name), _plain(value), _plain(value)) for name, value in dict(result.settings.get("parameters", {})).items()]
    for name, value in result.settings.items():
        if name != "parameters":
            words = _times(value) if name in _TIMES else _plain(value)
            facts.append(Fact("Setting", worded(name), words, words))
    facts += [Fact("Fingerprint", worded(name), str(value), str(value)) for name, value in result.fingerprints.items()]
    return facts


def _times(value: Any) -> str:
    """UTC ns, or a list of them, as ISO."""
    return ", ".join(map(iso, value)) if isinstance(value, list | tuple) else iso(value) if isinstance(value, int) else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ABSENT
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or ABSENT
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(each)}" for name, each in value.items()) or ABSENT
    return f"{value:,}" if isinstance(value, int) and abs(value) < 10**12 else f"{value:g}" if isinstance(value, float) else str(value)
