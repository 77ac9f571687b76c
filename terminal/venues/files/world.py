"""Files about the world around a run: exchange rates, splits and dividends, and who was a member of a list when.

Each is a small table, CSV or Parquet; what is wrong in one is told by its line. Nothing is stored.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.actions import Action, Dividend, Roll, Split
from terminal.domain.candles import KnownSeries
from terminal.domain.errors import BadInput
from terminal.domain.moments import parse_moment
from terminal.venues.files.small_table import TIMES, SmallTable

RATES_FORM = "Give the columns time, currency and rate: what one unit of the currency is worth in the account's from that time on."
SERIES_FORM = "Give the columns time and value, or candles."
ACTIONS_FORM = (
    "Give the columns symbol, date, kind (split, dividend or roll), value (new shares per old one, cash a share, or the next contract's price) "
    "and, where they are needed, pay_date and leave (the old contract's price)."
)
UNIVERSE_FORM = "Give the columns symbol, from and until; an empty until means that it still is a member."
_SYMBOLS = ("symbol", "ticker", "instrument")


def read_rates(path: Path) -> dict[str, KnownSeries]:
    """By currency the times (UTC ns) and rates that the file holds, each rising; raises BadInput in words."""
    table = SmallTable.read(path, "file of exchange rates")
    moments = table.moments("a time", TIMES)
    names = [name.upper() for name in table.texts("the currency", ("currency", "code", "quote"), RATES_FORM)]
    rates = table.numbers("the rate", ("rate", "value", "close"), RATES_FORM)
    for row, rate in enumerate(rates):
        if rate <= 0:
            raise table.wrong(row, f"says {rate:g} for the rate", "Give rates above zero.")
    return {name: _sorted(path, name, moments, np.array(rates), [each == name for each in names]) for name in dict.fromkeys(names)}


def read_series(path: Path) -> KnownSeries:
    """The times (UTC ns) at which each value of a one-column series became known, and the values; raises BadInput in words."""
    table = SmallTable.read(path, "series file")
    moments, values = table.moments("a time", TIMES), table.numbers("the value", ("value", "rate", "close"), SERIES_FORM)
    return _sorted(path, "series", moments, np.array(values), [True] * len(values))


def read_actions(path: Path) -> dict[str, tuple[Action, ...]]:
    """By symbol the splits, dividends and rolls that the file holds, in time; raises BadInput that names the line."""
    table = SmallTable.read(path, "file of splits and dividends")
    symbols, kinds = table.texts("the symbol", _SYMBOLS, ACTIONS_FORM), table.texts("the kind", ("kind", "type", "action"), ACTIONS_FORM)
    moments = table.moments("a date", ("date", "exdate", *TIMES))
    values = table.numbers("the value", ("value", "ratio", "amount"), ACTIONS_FORM)
    paid = table.column(("paydate", "paysat", "paymentdate")) or [None] * len(symbols)
    leaves = table.column(("leave", "left", "old")) or [None] * len(symbols)
    found: dict[str, list[Action]] = {symbol: [] for symbol in symbols}
    for row, (symbol, kind, time, value, pays_at, leave) in enumerate(zip(symbols, kinds, moments.tolist(), values, paid, leaves, strict=True)):
        try:
            found[symbol].append(_action(kind.lower(), time, value, pays_at, leave))
        except BadInput as error:
            raise table.wrong(row, f"can't be used: {error.message.rstrip('.')}", error.cure) from None
    return {symbol: tuple(sorted(actions, key=lambda each: each.time)) for symbol, actions in found.items()}


def read_universe(path: Path) -> dict[str, tuple[tuple[int, int | None], ...]]:
    """By symbol the spans [from, until) in UTC ns in which it was a member; raises BadInput that names the line."""
    table = SmallTable.read(path, "file of members")
    symbols = table.texts("the symbol", _SYMBOLS, UNIVERSE_FORM)
    since = table.moments("a date", ("from", "since", "start", "added"))
    ends = table.demanded("the end of membership", ("until", "to", "end", "removed"), UNIVERSE_FORM)
    found: dict[str, list[tuple[int, int | None]]] = {symbol: [] for symbol in symbols}
    for row, (symbol, begin, end) in enumerate(zip(symbols, since.tolist(), ends, strict=True)):
        until = _moment_or_none(end)
        if until is not None and until <= begin:
            raise table.wrong(row, "ends before it begins", "Give an until after its from, or none.")
        found[symbol].append((begin, until))
    return {symbol: tuple(sorted(spans, key=lambda span: span[0])) for symbol, spans in found.items()}


def _sorted(path: Path, name: str, moments: NDArray[np.int64], values: NDArray[np.float64], chosen: list[bool]) -> KnownSeries:
    times, values = moments[chosen], values[chosen]
    order = np.argsort(times, kind="stable")
    times, values = times[order], values[order]
    if np.any(np.diff(times) == 0):
        raise BadInput(f"{path.name} holds two values of {name} for one time.", cure="Keep one of them.")
    return times, values


def _action(kind: str, time: int, value: float, pays_at: Any, leave: Any) -> Action:
    if kind == "split":
        return Split(time, value)
    if kind == "dividend":
        return Dividend(time, value, _moment_or_none(pays_at))
    if kind == "roll":
        if isinstance(leave, bool) or not isinstance(leave, int | float):
            raise BadInput("it is a roll without the old contract's price.", cure="Give it in the column leave.")
        return Roll(time, float(leave), value)
    raise BadInput(f"its kind is {kind!r}.", cure="Use split, dividend or roll.")


def _moment_or_none(value: Any) -> int | None:
    return None if value is None or str(value).strip() == "" else parse_moment(str(value), "a date")
