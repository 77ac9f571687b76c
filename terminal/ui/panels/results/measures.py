"""Every measure of a result in words: its group, name, figure in its unit, and what it says.

Shown as a table by the Results panel; the words are those of the report and the command line, the key figures above the curve a choice of their own.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from terminal.stats.glossary import GROUPS, Form, Term
from terminal.stats.glossary_details import DETAILS
from terminal.ui.numbers import count, money, number, percent
from terminal.ui.widgets.columns import Column

_BASIS = {
    "capital": Term("Capital", Form.MONEY, "The account at the beginning."),
    "days": Term("Days with a return", Form.DAYS, "UTC days with candles; daily figures rest on them."),
    "annual_days": Term("Days of a year", Form.DAYS, "Days with a return in a calendar year, by which daily figures are made yearly."),
    "calendar_days": Term("Calendar days", Form.DAYS, "From the first candle to the last."),
}
"""What the other measures rest on."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table; `key` is its name in an export."""

    key: str
    group: str
    name: str
    value: str
    number: float
    meaning: str


def measure_columns() -> tuple[Column[Measure], ...]:
    """The columns of the list: group and name, the figure at the right as numbers are, and what it says."""
    return (
        Column("Group", lambda measure: measure.group, width=80, colour=lambda _measure: "second"),
        Column("Measure", lambda measure: measure.name, width=210, tooltip=lambda measure: f"{measure.key} in exports"),
        Column("Value", lambda measure: measure.value, lambda measure: measure.number, is_number=True, width=150),
        Column("What it says", lambda measure: measure.meaning, stretches=True, colour=lambda _measure: "second"),
    )


def measures_of(metrics: Mapping[str, float], currency: str) -> list[Measure]:
    """Every measure that `metrics` has, by group in the order of the report; one without words of its own comes last."""
    known = {"Basis": _BASIS, **GROUPS, **DETAILS}
    order = [*(group for group in known if group != "Basis"), "Basis"]
    found = [
        Measure(name, group, term.title, written(term.form, metrics[name], currency, signed="return" in name), metrics[name], term.meaning)
        for group in order
        for name, term in known[group].items()
        if name in metrics
    ]
    named = {measure.key for measure in found}
    return found + [Measure(name, "", name, number(value, 3), value, "") for name, value in metrics.items() if name not in named]


def written(form: Form, value: float, currency: str, *, signed: bool) -> str:
    """`value` in the form of its measure."""
    if value == math.inf:
        return "∞"
    if form is Form.PERCENT:
        return percent(value, 2, signed=signed)
    if form is Form.MONEY:
        return money(value, currency, decimals=2)
    if form is Form.DAYS:
        return f"{count(value)} d" if math.isfinite(value) else count(value)
    return count(value) if form is Form.COUNT else number(value, 3)
